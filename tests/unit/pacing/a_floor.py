"""A floor that a test writes down: `pacing.floor.FloorSeen` with plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.pacing.floor import Arrival, LeadClass, Line, Seat


@dataclass(kw_only=True)
class AFloor:
    """Counts follow from seats and lines, as in the engine."""

    now: float = 1000.0
    its_seats: list[Seat] = field(default_factory=list)
    its_lines: list[Line] = field(default_factory=list)
    its_arrivals: list[Arrival] = field(default_factory=list)
    odds: dict[LeadClass, float] = field(default_factory=dict)
    ratio: float = 1.0
    may_over_dial: bool = True
    target: float = 0.01
    limit: float = 0.03
    windows: tuple[BudgetWindow, ...] = (
        BudgetWindow(name="day", answered=1000, abandoned=10),
        BudgetWindow(name="block", answered=1000, abandoned=10),
    )

    @property
    def ready(self) -> int:
        return sum(seat.state is AgentState.READY for seat in self.its_seats)

    @property
    def shared_lines(self) -> int:
        return sum(line.agent_id is None for line in self.its_lines)

    @property
    def people_waiting(self) -> int:
        return len(self.its_arrivals)

    def seats(self) -> Sequence[Seat]:
        return self.its_seats

    def lines(self) -> Sequence[Line]:
        return self.its_lines

    def arrivals(self) -> Sequence[Arrival]:
        return self.its_arrivals

    def next_odds(self, leads: LeadClass) -> float | None:
        return self.odds.get(leads)


def ready(count: int, since: float = 990.0) -> list[Seat]:
    """So many agents who wait."""
    return [
        Seat(agent_id=number, state=AgentState.READY, since=since)
        for number in range(1, count + 1)
    ]


def lines(count: int, agent_id: int | None = None) -> list[Line]:
    """So many lines in flight."""
    return [
        Line(attempt_id=f"cb-{number}", dialed_at=999.0, rang_at=None, odds=0.2, agent_id=agent_id)
        for number in range(count)
    ]
