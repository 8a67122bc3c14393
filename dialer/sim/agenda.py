"""The simulator's clock: a heap of what is to happen, in whole microseconds.

Whoever wants something done later puts a function and its argument on the agenda; equal instants
keep the order in which they were put there. Time moves only in `run`.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

US = 1_000_000


class Agenda:
    """What is to happen, and what time it is."""

    __slots__ = ("_count", "_heap", "now", "now_us")

    def __init__(self, start: float) -> None:
        self.now_us = round(start * US)
        self.now = self.now_us / US
        self._heap: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def after(self, seconds: float, do: Callable[[Any], None], what: object = None) -> int:
        """Put something on the agenda; returns its instant in microseconds."""
        at_us = self.now_us
        if seconds > 0.0:
            at_us += int(seconds * US + 0.5)
        self._count = count = self._count + 1
        heappush(self._heap, (at_us, count, do, what))
        return at_us

    def at(self, at_us: int, do: Callable[[Any], None], what: object = None) -> None:
        """Put something on the agenda at an instant, or at once when that is past."""
        self._count += 1
        heappush(self._heap, (max(at_us, self.now_us), self._count, do, what))

    def run(self, until_us: int, then: Callable[[], None]) -> None:
        """Do all that is due by then, each thing followed by `then`."""
        heap = self._heap
        while heap and heap[0][0] <= until_us:
            at_us, _, do, what = heappop(heap)
            if at_us != self.now_us:
                self.now_us = at_us
                self.now = at_us / US
            do(what)
            then()
