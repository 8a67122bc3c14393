"""How much CPU a process has used, by the kernel's account in /proc/<pid>/stat."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.errors import CallbankError

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
YIELDING = 10

_UTIME, _STIME = 11, 12  # fields after the name in brackets: proc(5)'s 14 and 15, less 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Meter:
    """Named processes of a run, read together."""

    pids: Mapping[str, int]

    def read(self) -> dict[str, float]:
        """Seconds of CPU (user and system, all threads) that each has used so far."""
        return {name: cpu_s_of(name, pid) for name, pid in self.pids.items()}


def step_back(pid: int) -> None:
    """Let every thread of a process, and those that they will start, give way to others."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(task.name), YIELDING)


def cpu_s_of(name: str, pid: int) -> float:
    """One process's CPU time. Raises CallbankError when it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise CallbankError(
            f"the benchmark cannot go on: {name} (process {pid}) has ended."
        ) from error
    return cpu_s_in(stat)


def cpu_s_in(stat: str) -> float:
    """CPU time in a line of /proc/<pid>/stat; the name in brackets may hold blanks."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS_PER_S
