"""One `serve` for one data directory: a lock that ends with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialer.errors import CallbankError


@contextmanager
def only_one(home: Path, what: str = "serve") -> Iterator[None]:
    """Holds the data directory for `what` while the block runs; a second one is refused."""
    handle = _open(home / "run" / f"{what}.lock")
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
            raise CallbankError(
                f"another `callbank {what}` (process {holder}) uses the data directory {home}:"
                " stop it first, or give this one its own CALLBANK_HOME."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def is_held(home: Path, what: str = "serve") -> bool:
    """Whether somebody holds the data directory for `what` at this moment."""
    try:
        handle = os.open(home / "run" / f"{what}.lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Waits for its turn: for work that two processes may both find missing."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    """Everything that is written begins with a lock: here a directory that is not ours shows."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    except OSError as error:
        raise CallbankError(
            f"{path.parent} cannot be written ({error.strerror}): make room there, or set"
            " CALLBANK_HOME to a directory of yours."
        ) from None
