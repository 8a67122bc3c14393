"""Abandonment, counted as the US rules say: who was kept waiting too long, and what share.

An *answered call* holds the instants of one attempt that a person or machine picked up. The
*legal clock* is when the wait becomes unlawful: 2 seconds after the person's completed greeting
(47 CFR 64.1200(a)(7)). Storage and the engine ask here; nobody else decides what counts.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil

from dialer.domain.budget import BudgetWindow

LEGAL_WAIT_S = 2.0


class Standing(StrEnum):
    """What an answered call counts as."""

    CONNECTED = "connected"  # a person, with an agent in time
    LATE = "late"  # a person, with an agent too late: abandoned
    ABANDONED = "abandoned"  # a person whom no agent took: abandoned
    LEFT_EARLY = "left_early"  # hung up before the clock ran out: abandoned by the strict count
    NOT_A_PERSON = "not_a_person"  # machine or fax: in neither count


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredCall:
    """A closed attempt that was answered. Instants are Asterisk's own, in seconds UTC."""

    answered_at: float
    greeting_ended_at: float | None  # None: no speech was heard
    connected_at: float | None  # the later of person and agent entered their bridge
    ended_at: float
    message_started_at: float | None = None
    was_hung_up_by_us: bool = False
    was_machine: bool = False  # so said the detector or the agent; "unknown" is a person


def legal_clock(answered_at: float, greeting_ended_at: float | None) -> float:
    """The last lawful instant for an agent to be there.

    Without speech after the answer it runs from the answer, which is never later.
    """
    if greeting_ended_at is None or greeting_ended_at < answered_at:
        return answered_at + LEGAL_WAIT_S
    return greeting_ended_at + LEGAL_WAIT_S


def standing(call: AnsweredCall) -> Standing:
    """What the call counts as. Exactly two seconds is still in time."""
    if call.was_machine:
        return Standing.NOT_A_PERSON
    clock = _microseconds(legal_clock(call.answered_at, call.greeting_ended_at))
    if call.connected_at is not None:
        in_time = _microseconds(call.connected_at) <= clock
        return Standing.CONNECTED if in_time else Standing.LATE
    we_gave_up = call.was_hung_up_by_us or call.message_started_at is not None
    if not we_gave_up and _microseconds(call.ended_at) < clock:
        return Standing.LEFT_EARLY
    return Standing.ABANDONED


def is_abandoned(call: AnsweredCall, *, strict: bool = False) -> bool:
    """Whether the call counts as abandoned.

    The message does not mend it, nor does an agent who comes late. The strict count, always
    reported beside the other, also holds against us the people who left before the clock ran out.
    """
    verdict = standing(call)
    if strict and verdict is Standing.LEFT_EARLY:
        return True
    return verdict in (Standing.LATE, Standing.ABANDONED)


def with_machine_errors(window: BudgetWindow, bound: float) -> BudgetWindow:
    """The window with the people whom detection may have taken for machines, counted among those
    who answered and were abandoned; part of a person counts as one.

    `bound` is the share of people among machine verdicts that is to be reckoned with.
    """
    errors = ceil(_exact(bound) * window.machines)
    return BudgetWindow(
        name=window.name,
        answered=window.answered + errors,
        abandoned=window.abandoned + errors,
        machines=window.machines,
    )


def us_rate(
    *, connected: int, abandoned: int, unknown: int = 0, machine_errors: float = 0.0
) -> float:
    """Share of live answers that were abandoned: (D + U + E) / (T_L + D + U + E).

    `unknown` are undecided answers that nobody took; `machine_errors` estimates the people whom
    the detector took for machines. Both belong above and below the line. No answers, no rate.
    """
    lost = abandoned + unknown + machine_errors
    answered = connected + lost
    return lost / answered if answered else 0.0


def is_within_limit(
    limit: float, *, connected: int, abandoned: int, unknown: int = 0, machine_errors: float = 0.0
) -> bool:
    """Whether the rate is no more than the limit: exactly 3 % is allowed, and counted exactly."""
    lost = abandoned + unknown + _exact(machine_errors)
    return lost <= _exact(limit) * (connected + lost)


@lru_cache(maxsize=1024)
def over_dial_allowed(answered: int, abandoned: int, limit: float, warm_up: int) -> bool:
    """Whether one more answered call, if it were abandoned, would still keep the limit.

    Below `warm_up` answers there is too little to judge by, and dialing is one-to-one.
    """
    return answered >= warm_up and abandoned + 1 <= _exact(limit) * (answered + 1)


def _exact(number: float) -> Fraction:
    """The number as it is written: 0.03 is three hundredths, not the nearest binary fraction."""
    return Fraction(repr(float(number)))


def _microseconds(at: float) -> int:
    """Asterisk stamps whole microseconds; sums of floats must not move a call over the line."""
    return round(at * 1_000_000)
