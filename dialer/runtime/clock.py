"""Notices when the wall clock jumps, so that no call is made or ended because of it.

The *steady* clock only ever goes on, at its pace, and stands still while the machine sleeps. Where
the wall clock has gone on by another amount, it was set (NTP, a person), or the machine slept, or
a virtual machine was held. Slewing is no jump, and neither is summer time: instants are UTC.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from dialer.engine.events import Event

log = logging.getLogger(__name__)

Clock = Callable[[], float]

LEAST_S = 1.0
"""What is less may be a slow reading, and moves no deadline by more than a person would notice."""

QUICK_S = 0.05
"""Both clocks must be read within this, or the pair says nothing."""


def since_boot() -> float:
    """A steady clock that goes on while the machine sleeps, where there is one."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Jumps:
    """Calling it says by how many seconds the wall clock has jumped since the last call, mostly 0.

    Asked before each event, so that what slews is followed and never adds up to a jump.
    """

    def __init__(
        self, wall: Clock = time.time, steady: Clock = time.monotonic, boot: Clock = since_boot
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._boot = boot
        self._seen = self._read()

    def __call__(self) -> float:
        before, now = self._seen, self._read()
        self._seen = now
        wall_s, steady_s, boot_s = (b - a for a, b in zip(before, now, strict=True))
        by_s = wall_s - steady_s
        if abs(by_s) < LEAST_S:
            return 0.0
        if boot_s - steady_s >= LEAST_S:
            log.warning("The machine slept for %.1f s: what it waited for waits on.", by_s)
        else:
            way = "forward" if by_s > 0 else "back"
            log.warning("The clock was set %s by %.1f s: all deadlines go along.", way, abs(by_s))
        return by_s

    def _read(self) -> tuple[float, float, float]:
        """All clocks at one moment; again if the process was held up between them."""
        while True:
            steady = self._steady()
            wall, boot = self._wall(), self._boot()
            if self._steady() - steady < QUICK_S:
                return wall, steady, boot


def no_jumps() -> float:
    """A clock that never jumps."""
    return 0.0


def by_new_clock(event: Event, by_s: float, now: float) -> Event:
    """An event that was stamped before the jump and is handled after it, as of the new clock."""
    is_old = abs(event.at + by_s - now) < abs(event.at - now)
    return replace(event, at=event.at + by_s) if is_old else event
