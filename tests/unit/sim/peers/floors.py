"""A floor of given figures for pacers to look at."""

from dataclasses import dataclass, field

from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.lead import LineType
from dialer.pacing.floor import (
    Arrival,
    LeadClass,
    LeadSeen,
    Line,
    LineFailed,
    PersonArrived,
    Seat,
)

NOON = 1_790_010_000.0  # 2026-09-21 17:00 UTC, 12:00 at five hours west
LEAD = LeadSeen(
    line_type=LineType.LANDLINE,
    area="+1919",
    attempt_count=0,
    last_outcome=None,
    hour=12,
    weekday=0,
)


@dataclass(kw_only=True)
class GivenFloor:
    """`busy` are the seconds for which agents have talked, `wrapping` those in wrap-up."""

    now: float = NOON
    ready: int = 0
    busy: tuple[float, ...] = ()
    wrapping: tuple[float, ...] = ()
    shared_lines: int = 0
    people_waiting: int = 0
    ready_since: float = NOON
    ratio: float = 1.0
    may_over_dial: bool = False
    target: float = 0.01
    limit: float = 0.03
    windows: tuple[BudgetWindow, ...] = ()
    odds: dict[LeadClass, float] = field(default_factory=lambda: {LeadClass.OVER_DIALABLE: 0.2})

    def seats(self) -> list[Seat]:
        """Ready ones first."""
        since = [(AgentState.READY, self.ready_since)] * self.ready
        since += [(AgentState.TALKING, self.now - seconds) for seconds in self.busy]
        since += [(AgentState.WRAP_UP, self.now - seconds) for seconds in self.wrapping]
        return [
            Seat(agent_id=number, state=state, since=at) for number, (state, at) in enumerate(since)
        ]

    def lines(self) -> list[Line]:
        """Dialed just now."""
        return [
            Line(attempt_id=f"cb-{n}", dialed_at=self.now, rang_at=None, odds=0.2, agent_id=None)
            for n in range(self.shared_lines)
        ]

    def arrivals(self) -> list[Arrival]:
        """Those who wait."""
        return [Arrival(answered_at=self.now, connect_by=self.now + 2)] * self.people_waiting

    def next_odds(self, leads: LeadClass) -> float | None:
        """As given."""
        return self.odds.get(leads)


def arrived(at: float, ring_s: float = 10.0) -> PersonArrived:
    """A person answered and wants an agent at once."""
    return PersonArrived(dialed_at=at - ring_s, answered_at=at, ready_at=at, lead=LEAD)


def failed(at: float) -> LineFailed:
    """Nobody answered."""
    return LineFailed(dialed_at=at - 25, ended_at=at, lead=LEAD)
