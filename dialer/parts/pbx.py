"""Our own Asterisk: its console, and its process where we start it.

`Pbx` is a process of ours, detached: when the daemon dies, conversations go on, and the next daemon
adopts it. `SupervisedPbx` is started and kept alive by somebody else (a container engine, systemd)
from the files that we write. What the files say is render.py's business.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts import console, processes
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.templates import Rendered, write_if_changed

log = logging.getLogger(__name__)

BOOT_TIMEOUT_S = 60.0
POLL_S = 0.1
RENDERED = "rendered"
"""A file in etc/ that is there once all the others are: who supervises Asterisk waits for it."""


class Console:
    """A running Asterisk under `home`, a directory that render.py has filled, and its console."""

    def __init__(self, name: str, home: Path) -> None:
        self._name = name
        self._home = home

    def console(self, command: str) -> str:
        """What Asterisk answers to one console command; empty while it cannot answer."""
        return console.ask(self._home / "run", command)

    def is_booted(self) -> bool:
        """Whether it has loaded everything and can place calls."""
        return "fully booted" in self.console("core waitfullybooted")

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


class Pbx(Console):
    """One Asterisk that we start."""

    def __init__(self, name: str, home: Path, program: AsteriskProgram, state: Path) -> None:
        super().__init__(name, home)
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
        processes.wait_until_ready(self._process, self.is_booted, timeout_s=BOOT_TIMEOUT_S)
        return was_running

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.is_running()

    def stop(self) -> None:
        """End it; conversations in it end too."""
        if self._process is not None:
            self._process.stop()
            self._process = None


class SupervisedPbx(Console):
    """One Asterisk that somebody else starts, ends, and starts again when it has ended."""

    def start(self) -> bool:
        """Say that the files are there and wait for it; returns whether it may have read others."""
        marker = self._home / "etc" / RENDERED
        had_files = marker.exists()
        write_if_changed(marker, "All files are there.\n")
        if not _becomes_true(self.is_booted, BOOT_TIMEOUT_S):
            raise CallbankError(
                f"Asterisk does not answer in {self._home / 'run'} after {BOOT_TIMEOUT_S:.0f} s:"
                " whoever supervises it must start it from the files in"
                f" {self._home / 'etc'} (docker compose logs asterisk)."
            )
        return had_files

    def is_running(self) -> bool:
        """That is its supervisor's care."""
        return True

    def stop(self) -> None:
        """So is its end."""


def _becomes_true(is_so: Callable[[], bool], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
