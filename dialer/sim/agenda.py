"""The simulator's clock: a heap of what is to happen, in whole microseconds.

Whoever wants something done later puts a function and its argument on the agenda; equal instants
keep the order in which they were put there. Time moves only in `run`.

The *beat* is what comes again and again: a live dialer's tick, ten times a second, is most of what
happens. It is the agenda's own entry, so that it does not go through the heap each time.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

US = 1_000_000
NEVER_US = 1 << 62


class Agenda:
    """What is to happen, and what time it is."""

    __slots__ = ("_beat", "_count", "_heap", "_next_beat", "now", "now_us")

    def __init__(self, start: float) -> None:
        self.now_us = round(start * US)
        self.now = self.now_us / US
        self._heap: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self._count = 0
        self._next_beat = (NEVER_US, 0)
        self._beat: Callable[[], int] | None = None

    def __len__(self) -> int:
        return len(self._heap)

    def beat(self, after_us: int, do: Callable[[], int]) -> None:
        """Do something after so many microseconds, and again when as many are over as it says."""
        self._beat = do
        self._count += 1
        self._next_beat = (self.now_us + after_us, self._count)

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
        heap, beat, next_beat = self._heap, self._beat, self._next_beat
        while True:
            is_beat = not heap or next_beat < heap[0]
            at_us = next_beat[0] if is_beat else heap[0][0]
            if at_us > until_us:
                return
            if at_us != self.now_us:
                self.now_us = at_us
                self.now = at_us / US
            if is_beat and beat is not None:
                after_us = beat()
                self._count = count = self._count + 1
                next_beat = self._next_beat = (at_us + after_us, count)
            else:
                _, _, do, what = heappop(heap)
                do(what)
            then()
