"""Ctrl-C during `bench pacing` leaves no process behind."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.integration.cli.callbank_command import callbank

PATIENCE_S = 60.0


def members(group: int) -> list[int]:
    """The live processes of a process group."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(place.parent.name))
    return found


def wait_until(holds: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE_S, what
        time.sleep(0.1)


def test_ctrl_c_ends_the_workers_too() -> None:
    with callbank() as command:
        words = ("bench", "pacing", "--policy", "power", "--workers", "2")
        process = command.start(*words, leads_group=True)
        try:
            # Itself, the resource tracker, the fork server and two workers.
            wait_until(lambda: len(members(process.pid)) >= 5, "the workers never started")
            os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE_S)
        finally:
            if process.poll() is None:
                process.kill()
        assert process.returncode == 130
        assert "interrupted" in err and "Traceback" not in err
        wait_until(lambda: not members(process.pid), f"left behind: {members(process.pid)}")
