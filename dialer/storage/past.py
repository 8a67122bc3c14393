"""What earlier calls teach: rows of attempts and wrap-ups as the facts that pacing learned then.

A daemon that starts, or a campaign whose dial method changes, need not begin from nothing. Both
stores read `PastAttempt`s and make facts of them here, so that they say the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from dialer.domain.lead import Lead, LineType
from dialer.domain.outcome import (
    ANSWERED_BY_A_PERSON,
    NEVER_REACHED_THE_NETWORK,
    AmdVerdict,
    Outcome,
)
from dialer.engine.seen import seen_lead
from dialer.pacing.floor import (
    Connected,
    Fact,
    LeadSeen,
    LineFailed,
    LineWithdrawn,
    PersonArrived,
    PersonLost,
    TalkEnded,
    WrapUpEnded,
)
from dialer.storage.instants import seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class PastAttempt:
    """An attempt that has ended. `lead` is as it was before it."""

    dialed_at: float
    answered_at: float | None
    greeting_ended_at: float | None
    connected_at: float | None
    parted_at: float | None
    ended_at: float
    outcome: Outcome
    verdict: AmdVerdict
    lead: LeadSeen


@dataclass(frozen=True, kw_only=True, slots=True)
class PastWrapUp:
    """A wrap-up that is over."""

    began_at: float
    ended_at: float


def past_attempt_of(row: Row[Any]) -> PastAttempt:
    """A row of the query past_attempts."""
    lead = Lead(
        id=0,
        campaign_id=0,
        e164=row.e164,
        display_name="",
        zones=tuple(row.zones),
        line_type=LineType(row.line_type),
        attempt_count=row.attempt_count,
        last_outcome=None if row.last_outcome is None else Outcome(row.last_outcome),
    )
    dialed_at = row.dialed_at.timestamp()
    return PastAttempt(
        dialed_at=dialed_at,
        answered_at=seconds(row.answered_at),
        greeting_ended_at=seconds(row.greeting_ended_at),
        connected_at=seconds(row.connected_at),
        parted_at=seconds(row.parted_at),
        ended_at=row.ended_at.timestamp(),
        outcome=Outcome(row.outcome),
        verdict=AmdVerdict(row.amd_verdict),
        lead=seen_lead(lead, dialed_at),
    )


def facts_of(
    attempts: Iterable[PastAttempt], wrap_ups: Iterable[PastWrapUp]
) -> tuple[Fact, ...]:
    """All facts, in the order in which they became known."""
    known = [fact for attempt in attempts for fact in _facts_of(attempt)]
    known += [
        (one.ended_at, WrapUpEnded(seconds=one.ended_at - one.began_at)) for one in wrap_ups
    ]
    return tuple(fact for _, fact in sorted(known, key=lambda one: one[0]))


def _facts_of(one: PastAttempt) -> Iterator[tuple[float, Fact]]:
    """The facts of one attempt, each with its instant; as engine/lessons.py tells them live."""
    if one.outcome in ANSWERED_BY_A_PERSON:
        yield from _facts_of_answer(one)
    elif one.outcome is Outcome.WITHDRAWN:
        taken_back = LineWithdrawn(dialed_at=one.dialed_at, ended_at=one.ended_at, lead=one.lead)
        yield one.ended_at, taken_back
    elif one.outcome not in NEVER_REACHED_THE_NETWORK and one.outcome is not Outcome.LOST:
        failed = LineFailed(dialed_at=one.dialed_at, ended_at=one.ended_at, lead=one.lead)
        yield one.ended_at, failed


def _facts_of_answer(one: PastAttempt) -> Iterator[tuple[float, Fact]]:
    answered_at = one.answered_at if one.answered_at is not None else one.ended_at
    ready_at = answered_at
    if one.verdict is not AmdVerdict.NOT_ASKED:  # when detection was over is not kept
        ready_at = max(answered_at, one.greeting_ended_at or answered_at)
    yield ready_at, PersonArrived(
        dialed_at=one.dialed_at, answered_at=answered_at, ready_at=ready_at, lead=one.lead
    )
    if one.connected_at is None:
        yield one.ended_at, PersonLost(at=one.ended_at)
        return
    yield one.connected_at, Connected(latency_s=max(0.0, one.connected_at - ready_at))
    parted_at = one.parted_at if one.parted_at is not None else one.ended_at
    yield parted_at, TalkEnded(seconds=max(0.0, parted_at - one.connected_at))
