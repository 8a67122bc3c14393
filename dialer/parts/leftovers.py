"""Programs that something started and did not stop, for tests and the demo.

They are found by a marker in their environment, or by a working directory inside a place of theirs
(PostgreSQL hides its environment).
"""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftover:
    """One running process."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid})"


def of(marker: str | None, place: Path) -> list[Leftover]:
    """Running processes with `NAME=value` in their environment, or at home in the place."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        if (marker and _has_marker(entry, marker)) or _is_inside(entry, place):
            words = _read(entry / "cmdline").replace(b"\0", b" ").decode(errors="replace").strip()
            found.append(Leftover(pid=int(entry.name), command=words[:120] or "?"))
    return found


def end(processes: Sequence[Leftover]) -> None:
    """Ends them: first by asking."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + GRACE_S
        for process in processes:
            _send(process.pid, request)
        while any(_is_alive(process.pid) for process in processes):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            return


def _has_marker(entry: Path, marker: str) -> bool:
    return marker.encode() in _read(entry / "environ").split(b"\0")


def _is_inside(entry: Path, place: Path) -> bool:
    try:
        return (entry / "cwd").readlink().is_relative_to(place)
    except OSError:
        return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _send(pid: int, request: signal.Signals) -> None:
    try:
        os.kill(pid, request)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    state = _read(Path(f"/proc/{pid}/stat")).rpartition(b")")[2].split()
    return bool(state) and state[0] not in (b"Z", b"X")
