"""A private PostgreSQL for tests: in a temporary folder, on a unix socket only, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialer.parts import access
from dialer.parts.postgres import programs

START_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivatePostgres:
    """A running server. `root` holds its data, its socket and its log."""

    programs: Path
    root: Path
    owner: access.Owner | None

    def url(self, database: str) -> str:
        return f"postgresql://callbank@/{database}?host={self.root}"

    def run(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's owner."""
        subprocess.run(
            [self.programs / name, *arguments],
            check=True,
            capture_output=True,
            cwd=self.root,
            **access.as_user(self.owner),
        )

    def start(self) -> None:
        options = (
            f"-c listen_addresses='' -k {self.root} -c fsync=off "
            "-c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB "
            "-c max_wal_size=128MB -c log_min_messages=fatal -c timezone=America/New_York"
        )
        with (self.root / "log").open("ab") as log:
            subprocess.run(
                [
                    self.programs / "pg_ctl",
                    "start",
                    "-w",
                    "-t",
                    str(START_S),
                    "-D",
                    self.root / "data",
                    "-o",
                    options,
                ],
                check=True,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.root,
                **access.as_user(self.owner),
            )

    def stop(self, mode: str = "immediate") -> None:
        """Stop; only `fast` keeps the last moments, for the server is tuned for speed."""
        self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.root / "data"))


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """Start a server and stop it at the end, whatever happens between."""
    # Not pytest's own folder: a socket's path may have 107 characters at most.
    root = Path(tempfile.mkdtemp(prefix="cb-pg-"))
    server = PrivatePostgres(programs=_programs(), root=root, owner=_owner())
    if server.owner is not None:
        shutil.chown(root, server.owner.name)
    try:
        server.run(
            "initdb",
            "-D",
            str(root / "data"),
            "-U",
            "callbank",
            "-A",
            "trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _programs() -> Path:
    chosen = os.environ.get("CALLBANK_TEST_POSTGRES")  # e.g. /usr/lib/postgresql/15/bin
    return Path(chosen) if chosen else programs()


def _owner() -> access.Owner | None:
    """PostgreSQL refuses to run as root, so root starts it as somebody harmless."""
    owner = access.unprivileged_owner()
    access.allow(owner, [_programs()])
    return owner
