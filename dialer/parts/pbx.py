"""Our own Asterisk processes: started or found again, kept alive, reloaded, stopped.

They are detached: when the daemon dies, conversations go on, and the next daemon adopts them.
`Pbx` knows processes and console commands only; what the files say is render.py's business.
"""

import logging
import subprocess
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts import processes
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.render import Rendered

log = logging.getLogger(__name__)

CONSOLE_TIMEOUT_S = 15.0
BOOT_TIMEOUT_S = 60.0


class Pbx:
    """One Asterisk under `home`, a directory that render.py has filled."""

    def __init__(self, name: str, home: Path, program: AsteriskProgram, state: Path) -> None:
        self._name = name
        self._configuration = home / "etc" / "asterisk.conf"
        self._program = program
        self._state = state
        self._process: processes.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while one is known."""
        return self._process.pid if self._process is not None else None

    def start(self) -> bool:
        """Start it, or adopt the one that runs; returns whether it was adopted."""
        self._process = processes.adopt(self._name, home=self._state)
        was_running = self._process is not None
        if self._process is None:
            self._process = processes.start(
                self._name, self._program.server(self._configuration), home=self._state
            )
        processes.wait_until_ready(
            self._process,
            lambda: "fully booted" in self.console("core waitfullybooted"),
            timeout_s=BOOT_TIMEOUT_S,
        )
        return was_running

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.is_running()

    def stop(self) -> None:
        """End it; conversations in it end too."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def console(self, command: str) -> str:
        """What Asterisk answers to one console command; empty while it cannot answer."""
        try:
            done = subprocess.run(
                self._program.remote(self._configuration, command),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=CONSOLE_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CallbankError(
                f"Asterisk's console did not take a command ({error}): look into"
                f" {self._state / 'log' / self._name}.log."
            ) from error
        return done.stdout

    def take_over(self, rendered: Rendered) -> None:
        """Have a running Asterisk read what was rendered anew; live calls stay up."""
        for command in rendered.reloads:
            self.console(command)
        if rendered.needs_restart:
            log.warning(
                "Some changed settings of %s take effect only when it is restarted: %s",
                self._name,
                ", ".join(sorted(path.name for path in rendered.changed)),
            )
