"""What the peers share: counting agents, clocks of their own, tuned knobs, and lines as they dial.

Other dialers know no classes of number and reserve nobody: all their lines are shared. The engine
still keeps numbers that may not be over-dialed for reserved agents; where only such numbers are
left, a peer does what its users would have to do, and dials one to one.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from dialer.domain.agent import AgentState
from dialer.pacing.by_rule import one_to_one
from dialer.pacing.floor import Decision, FloorSeen, LeadClass, LineKind

Figures = Mapping[str, float | int | str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Crew:
    """How many agents are at work, and at what. Breaks are not seen by pacers."""

    ready: int
    in_call: int  # talking, or being put through
    total: int


def crew_of(floor: FloorSeen) -> Crew:
    """Count the agents of a floor."""
    states = [seat.state for seat in floor.seats()]
    in_call = states.count(AgentState.TALKING) + states.count(AgentState.RESERVED)
    return Crew(ready=floor.ready, in_call=in_call, total=len(states))


def out(floor: FloorSeen) -> int:
    """Lines and people that ready agents have to be kept for."""
    return floor.shared_lines + len(floor.arrivals())


def dial(floor: FloorSeen, count: int, reason: str, figures: Figures | None = None) -> Decision:
    """Dial up to `count` shared lines, however much of the abandonment budget is left."""
    if count <= 0:
        return Decision(reason=reason, figures=figures or {})
    if floor.next_odds(LeadClass.OVER_DIALABLE) is None:
        return one_to_one(floor, ": no number is left that may be over-dialed")
    return Decision(kind=LineKind.SHARED, count=count, reason=reason, figures=figures or {})


@dataclass(kw_only=True, slots=True)
class Every:
    """A loop that runs once in a period, as well as the instants at which we are asked allow.

    A run that comes late does not shift the ones after it; runs that were missed are not made up.
    """

    period_s: float
    due_at: float | None = None  # None: at once

    def is_due(self, now: float) -> bool:
        """Whether the loop runs now. True once in a period."""
        if self.due_at is not None and now < self.due_at:
            return False
        self.due_at = (now if self.due_at is None else self.due_at) + self.period_s
        if self.due_at <= now:
            self.due_at = now + self.period_s
        return True


@dataclass(kw_only=True, slots=True)
class Batch:
    """Lines decided at one instant. The engine may take several rounds to place them all."""

    at: float | None = None
    lines: int = 0  # shared lines that there will be

    def begin(self, floor: FloorSeen, count: int) -> None:
        """So many lines more, from now."""
        self.at, self.lines = floor.now, floor.shared_lines + max(0, count)

    def left(self, floor: FloorSeen) -> int:
        """How many of them are still to be placed. None at a later instant."""
        return max(0, self.lines - floor.shared_lines) if floor.now == self.at else 0


Tuning = Sequence[tuple[int, float]]
"""Number of agents -> the knob that a patient supervisor would end up with."""


def tuned(tuning: Tuning, agents: int) -> float:
    """The knob for a floor of this size, interpolated over log(agents)."""
    sizes = [size for size, _ in tuning]
    place = bisect_right(sizes, agents)
    if place in (0, len(sizes)):
        return tuning[max(0, place - 1)][1]
    (size, knob), (next_size, next_knob) = tuning[place - 1 : place + 1]
    return knob + (next_knob - knob) * log(agents / size) / log(next_size / size)
