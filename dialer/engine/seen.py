"""The floor as pacing sees it: `pacing.floor.FloorSeen` over the engine's own memory.

Everything is looked up when it is asked for, so a rule that needs two counts pays for two counts.
Where agents serve several campaigns, what competes for them is shown together.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from dialer.compliance.abandonment import over_dial_allowed
from dialer.compliance.gate import may_over_dial
from dialer.compliance.windows import local_hour_and_weekday
from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.lead import Lead, LineType
from dialer.domain.list_order import AREA_DIGITS
from dialer.domain.outcome import Outcome
from dialer.engine.agent import Duty
from dialer.engine.attempt import ON_THE_WAY, Attempt, State
from dialer.engine.floor import CampaignFloor, Floor, shared_lines
from dialer.pacing.floor import Arrival, LeadClass, LeadSeen, Line, Seat

AT_WORK = (AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP)


class PacingView:
    """One campaign's floor at an instant."""

    __slots__ = ("_floor", "_place", "_shares_with", "now")

    def __init__(self, floor: Floor, place: CampaignFloor, now: float) -> None:
        self._floor = floor
        self._place = place
        self._shares_with: list[CampaignFloor] | None = None
        self.now = now

    @property
    def _together(self) -> list[CampaignFloor]:
        if self._shares_with is None:
            self._shares_with = self._floor.sharing(self._place)
        return self._shares_with

    @property
    def campaign_id(self) -> int:
        """The campaign that is decided for."""
        return self._place.campaign.id

    @property
    def ready(self) -> int:
        """Agents who wait and are not reserved."""
        return self._floor.count_ready(self._place.campaign.id)

    @property
    def shared_lines(self) -> int:
        """Lines in flight that no agent is reserved for."""
        return shared_lines(self._together)

    @property
    def people_waiting(self) -> int:
        """Answered people who are in the queue."""
        count = 0
        for place in self._together:
            count += len(place.board[State.WAITING])
        return count

    @property
    def ratio(self) -> float:
        """Lines for each ready agent (ratio method)."""
        return self._place.campaign.ratio

    @property
    def may_over_dial(self) -> bool:
        """Whether one more abandoned person would still keep every window's limit."""
        return governor_allows(self._place)

    @property
    def target(self) -> float:
        """The share of abandoned people that is aimed at."""
        limits = self._place.campaign.limits
        return min(limits.abandon_target, limits.abandon_limit)

    @property
    def limit(self) -> float:
        """The share of abandoned people that is never to be exceeded."""
        return self._place.campaign.limits.abandon_limit

    @property
    def windows(self) -> tuple[BudgetWindow, ...]:
        """The abandonment ledger, up to the last person."""
        return self._place.windows()

    def seats(self) -> list[Seat]:
        """Agents at work, longest in their state first."""
        its = {place.campaign.id for place in self._together}
        by_state = self._floor.roll.by_state
        seats = [
            _seat(duty)
            for state in AT_WORK
            for duty in by_state[state].values()
            if duty.campaign_id in its
        ]
        return sorted(seats, key=lambda seat: (seat.since, seat.agent_id))

    def lines(self) -> list[Line]:
        """Lines in flight, oldest first."""
        lines = [_line(attempt) for attempt in self._attempts() if attempt.is_in_flight()]
        return lines if len(self._together) == 1 else sorted(lines, key=lambda one: one.dialed_at)

    def arrivals(self) -> list[Arrival]:
        """Answered people without an agent, longest wait first."""
        waiting = [
            Arrival(
                answered_at=attempt.answered_at or self.now,
                connect_by=attempt.must_be_connected_by(),
            )
            for attempt in self._attempts()
            if attempt.state in ON_THE_WAY and attempt.agent_id is None
        ]
        return sorted(waiting, key=lambda one: one.answered_at)

    def next_odds(self, leads: LeadClass) -> float | None:
        """The odds of the next lead of a class in the hopper."""
        claim = self._place.hopper.peek(leads)
        return None if claim is None else claim.odds

    def _attempts(self) -> Iterator[Attempt]:
        return chain.from_iterable(place.attempts.values() for place in self._together)


def governor_allows(place: CampaignFloor) -> bool:
    """Whether one more abandoned person would still keep the limit in every window, and could be
    played the message."""
    if place.has_message_failed:
        return False
    limits = place.campaign.limits
    windows = place.windows()
    return bool(windows) and all(
        over_dial_allowed(
            answered=window.answered,
            abandoned=window.abandoned,
            limit=limits.abandon_limit,
            warm_up=limits.governor_warm_up_answers if window.is_block else 0,
        )
        for window in windows
    )


def class_of(floor: Floor, place: CampaignFloor, lead: Lead, now: float) -> LeadClass:
    """How the lead's number may be dialed; the gate says so again when it is dialed."""
    is_shared = may_over_dial(
        lead, place.campaign, now, circumstances=floor.circumstances, book=floor.book
    )
    return LeadClass.OVER_DIALABLE if is_shared else LeadClass.ONE_TO_ONE


def seen_lead(lead: Lead, now: float) -> LeadSeen:
    """The lead as its odds depend on it. Without a zone that we know, hours are UTC."""
    return _seen(
        lead.zones[:1],
        int(now // 900),
        lead.line_type,
        lead.e164[:AREA_DIGITS],
        lead.attempt_count,
        lead.last_outcome,
    )


@lru_cache(maxsize=16384)
def _seen(
    zones: tuple[str, ...],
    quarter: int,
    line_type: LineType,
    area: str,
    attempt_count: int,
    last_outcome: Outcome | None,
) -> LeadSeen:
    """Leads who look alike in a quarter of an hour share a value."""
    hour, weekday = _hour_and_weekday(zones, quarter)
    return LeadSeen(
        line_type=line_type,
        area=area,
        attempt_count=attempt_count,
        last_outcome=last_outcome,
        hour=hour,
        weekday=weekday,
    )


@lru_cache(maxsize=4096)
def _hour_and_weekday(zones: tuple[str, ...], quarter: int) -> tuple[int, int]:
    """Zones' clocks differ by whole quarters of an hour."""
    return local_hour_and_weekday(zones[0] if zones else "UTC", quarter * 900.0)


def _seat(duty: Duty) -> Seat:
    is_wrapping_up = duty.state is AgentState.WRAP_UP
    return Seat(
        agent_id=duty.agent.id,
        state=duty.state,
        since=duty.since,
        free_by=duty.deadline if is_wrapping_up else None,
        is_leaving=duty.is_leaving(),
        attempt_id=duty.next_attempt_id if is_wrapping_up else duty.attempt_id,
    )


def _line(attempt: Attempt) -> Line:
    return Line(
        attempt_id=attempt.id,
        dialed_at=attempt.dialed_at,
        rang_at=attempt.rang_at,
        odds=attempt.odds,
        agent_id=attempt.agent_id,
    )
