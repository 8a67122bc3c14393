"""The commands as people run them: `python -P -m dialer` in a data directory of its own."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from dialer.parts import processes
from dialer.parts.postgres import EmbeddedPostgres
from dialer.parts.secrets import load_secrets

CHECKOUT = Path(__file__).resolve().parents[3]
PORTS = ("SIP", "AMI", "HTTP", "AGI", "WEB")
LONGEST_RUN_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    def refused(self, *fragments: str, code: int = 2) -> None:
        """It ended with this code and one sentence that holds every fragment."""
        assert self.code == code, self
        assert "Traceback" not in self.err, self.err
        *progress, sentence = self.err.rstrip().splitlines()
        assert sentence.startswith("callbank") and ": " in sentence, self.err
        assert not any("error" in line for line in progress), self.err
        for fragment in fragments:
            assert fragment in sentence, self.err


FOUND_BEFORE = ("CALLBANK_ASTERISK_", "CALLBANK_WEB_PAGES_DIR")
"""What the test run found or made for all of its tests."""


@dataclass(frozen=True, kw_only=True)
class Callbank:
    """One data directory and the environment of whoever works in it."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def surroundings(self, **more: str) -> dict[str, str]:
        """What the command's process finds in its environment."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CALLBANK_") or name.startswith(FOUND_BEFORE)
        }
        if "CALLBANK_ASTERISK_TREE" in kept:
            kept["CALLBANK_ASTERISK_MODE"] = "private"
        ours = {"CALLBANK_HOME": str(self.home), "PYTHONPATH": str(CHECKOUT)}
        return {**kept, **ours, **self.environment, **more}

    def start(
        self, *words: str, leads_group: bool = False, **more: str
    ) -> "subprocess.Popen[str]":
        """Start a command; it is the caller's to end. A leader of a process group of its own
        gets Ctrl-C as a terminal sends it: to all of the group."""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "dialer", *words],
            env=self.surroundings(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=leads_group,
        )

    def run(self, *words: str, **more: str) -> Finished:
        """Run a command to its end."""
        process = self.start(*words, **more)
        try:
            out, err = process.communicate(timeout=LONGEST_RUN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Finished(code=process.returncode, out=out, err=err)

    @property
    def server(self) -> EmbeddedPostgres:
        """The data directory's embedded PostgreSQL."""
        secrets = load_secrets(self.home)
        return EmbeddedPostgres(
            place=self.home / "postgres", password=secrets.database_password
        )

    def counts(self) -> dict[str, int]:
        """How many rows every table of the schema has."""
        return counts(self.server.url())

    def close(self) -> None:
        """End whatever runs in the data directory."""
        for name in ("asterisk", "carrier"):
            process = processes.adopt(name, home=self.home)
            if process is not None:
                process.stop()
        if (self.home / "postgres").exists():
            self.server.stop()


def counts(url: str) -> dict[str, int]:
    """How many rows every table behind the URL has."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        found = {}
        for (name,) in names:
            row = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            found[name] = row[0] if row else 0
        return found


@contextlib.contextmanager
def callbank(place: Path | None = None) -> Iterator[Callbank]:
    """A data directory on free ports, whose parts are ended at the end.

    Not pytest's own directory: that is closed to the user whom root's PostgreSQL runs as.
    """
    with tempfile.TemporaryDirectory(prefix="cb-cli-") as made:
        Path(made).chmod(0o755)
        home = place or Path(made) / "home"
        ports = processes.free_ports(len(PORTS))
        environment = {
            f"CALLBANK_{name}_PORT": str(port) for name, port in zip(PORTS, ports, strict=True)
        }
        command = Callbank(home=home, environment=environment)
        try:
            yield command
        finally:
            command.close()


