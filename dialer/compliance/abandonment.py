"""Abandonment, counted as the rules say: who was kept waiting too long, and what share.

An *answered call* holds the instants of one attempt that a person or machine picked up. The
*legal clock* is when the wait becomes unlawful: in the US 2 seconds after the person's completed
greeting (47 CFR 64.1200(a)(7), 16 CFR 310.4(b)(4)(iii)), in the UK 2 seconds after its beginning
(compliance.md 1.8). A *standing* is what a call counts as; *counts* are the standings of many.
All formulas are compliance.md 1.5's. Storage, engine and commands ask here; nobody else decides.
"""

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, sqrt
from operator import attrgetter

from dialer.domain.budget import BudgetWindow
from dialer.domain.outcome import AmdVerdict
from dialer.domain.value import value

LEGAL_WAIT_S = 2.0

WILSON_Z = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""

ENOUGH_REVIEWED = 100
"""Reviewed machine verdicts from which on their bound takes the default's place. With fewer it
would be higher than any detector deserves, unless they already refute the default."""


class Standing(StrEnum):
    """What an answered call counts as."""

    CONNECTED = "connected"  # T_L: a person, with an agent in time
    LATE = "late"  # D: a person, with an agent too late: abandoned
    ABANDONED = "abandoned"  # D: a person whom no agent took: abandoned
    LEFT_EARLY = "left_early"  # H_x: hung up before the clock ran out: abandoned strictly
    MACHINE_TO_AGENT = "machine_to_agent"  # G: an agent took it and says that it is a machine
    SCREENED_OUT = "screened_out"  # M: the detector said machine, and no agent took it
    FAX = "fax"  # in no count


@value
class AnsweredCall:
    """A closed attempt that was answered. Instants are Asterisk's own, in seconds UTC."""

    answered_at: float
    greeting_ended_at: float | None  # None: no speech was heard
    connected_at: float | None  # the later of person and agent entered their bridge
    ended_at: float
    speech_started_at: float | None = None
    message_started_at: float | None = None
    was_hung_up_by_us: bool = False
    verdict: AmdVerdict = AmdVerdict.NOT_ASKED  # unknown is a person
    agent_said_machine: bool = False
    is_fax: bool = False


def legal_clock(answered_at: float, greeting_ended_at: float | None) -> float:
    """The last lawful instant for an agent to be there (US).

    Without speech after the answer it runs from the answer, which is never later.
    """
    if greeting_ended_at is None or greeting_ended_at < answered_at:
        return answered_at + LEGAL_WAIT_S
    return greeting_ended_at + LEGAL_WAIT_S


def standing(call: AnsweredCall) -> Standing:
    """What the call counts as by the US clock. Exactly two seconds is still in time."""
    return _standing(call, call.greeting_ended_at)


def uk_standing(call: AnsweredCall) -> Standing:
    """What the call counts as by the UK's clock, which runs from the beginning of the greeting."""
    return _standing(call, call.speech_started_at)


def _standing(call: AnsweredCall, from_when: float | None) -> Standing:
    if call.is_fax:
        return Standing.FAX
    clock = _microseconds(legal_clock(call.answered_at, from_when))
    if call.connected_at is not None:
        if call.agent_said_machine:
            return Standing.MACHINE_TO_AGENT
        in_time = _microseconds(call.connected_at) <= clock
        return Standing.CONNECTED if in_time else Standing.LATE
    if call.verdict is AmdVerdict.MACHINE:
        return Standing.SCREENED_OUT
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


# --- counts --------------------------------------------------------------------------------------


@value
class Counts:
    """How many answered calls of each standing; in brackets compliance.md's letters."""

    connected: int = 0  # T_L
    abandoned: int = 0  # D without U
    unknown: int = 0  # U: detection could not decide, and no agent was there by the clock
    left_early: int = 0  # H_x
    screened_out: int = 0  # M
    machines_to_agents: int = 0  # G
    uk_connected: int = 0  # the first four by the UK's clock, where U is part of D
    uk_abandoned: int = 0
    uk_left_early: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Both together."""
        pairs = zip(COUNTED, self.values(), other.values(), strict=True)
        return Counts(**{name: mine + its for name, mine, its in pairs})

    def values(self) -> tuple[int, ...]:
        """The counts in the order of COUNTED."""
        its: tuple[int, ...] = _values_of(self)
        return its


COUNTED = tuple(Counts.__dataclass_fields__)
_values_of = attrgetter(*COUNTED)


def counted(calls: Iterable[AnsweredCall]) -> Counts:
    """The calls' counts."""
    columns = zip(*(counted_as(call).values() for call in calls), strict=True)
    return Counts(**dict(zip(COUNTED, map(sum, columns), strict=False)))  # none without calls


def counted_as(call: AnsweredCall) -> Counts:
    """One call's counts."""
    return _one(standing(call), uk_standing(call), call.verdict is AmdVerdict.UNKNOWN)


@lru_cache(maxsize=256)
def _one(us: Standing, uk: Standing, is_unknown: bool) -> Counts:
    found: dict[str, int] = {}
    name = _US_PLACE.get(us)
    if name is not None:
        found["unknown" if is_unknown and name == "abandoned" else name] = 1
    uk_name = _UK_PLACE.get(uk)
    if uk_name is not None:
        found[uk_name] = 1
    return Counts(**found)


_US_PLACE = {
    Standing.CONNECTED: "connected",
    Standing.LATE: "abandoned",
    Standing.ABANDONED: "abandoned",
    Standing.LEFT_EARLY: "left_early",
    Standing.SCREENED_OUT: "screened_out",
    Standing.MACHINE_TO_AGENT: "machines_to_agents",
}
_UK_PLACE = {
    Standing.CONNECTED: "uk_connected",
    Standing.LATE: "uk_abandoned",
    Standing.ABANDONED: "uk_abandoned",
    Standing.LEFT_EARLY: "uk_left_early",
}


# --- machine errors ------------------------------------------------------------------------------


def wilson_upper(errors: int, sample: int) -> float:
    """Upper bound of Wilson's two-sided 95 % interval for a share; 1.0 without a sample."""
    return _wilson(errors, sample, 1.0)


def wilson_lower(errors: int, sample: int) -> float:
    """Lower bound of the same interval; 0.0 without a sample."""
    return _wilson(errors, sample, -1.0)


def _wilson(errors: int, sample: int, side: float) -> float:
    if sample <= 0:
        return 1.0 if side > 0 else 0.0
    share, z = errors / sample, WILSON_Z
    spread = z * sqrt(share * (1.0 - share) / sample + z * z / (4.0 * sample * sample))
    bound = (share + z * z / (2.0 * sample) + side * spread) / (1.0 + z * z / sample)
    return min(1.0, max(0.0, bound))


@value
class Audit:
    """Machine verdicts that somebody listened to; those that stay unclear count as people."""

    persons: int = 0
    machines: int = 0
    unclear: int = 0

    @property
    def sample(self) -> int:
        return self.persons + self.machines + self.unclear

    @property
    def errors(self) -> int:
        return self.persons + self.unclear

    @property
    def share(self) -> float | None:
        """f: the share of people in the sample."""
        return self.errors / self.sample if self.sample else None


def machine_error_bound(audit: Audit, default: float) -> float:
    """f_u: the share of people among machine verdicts that is to be reckoned with.

    The default stands until enough is reviewed, or the sample shows that it is too low.
    """
    is_refuted = wilson_lower(audit.errors, audit.sample) > default
    if audit.sample >= ENOUGH_REVIEWED or is_refuted:
        return wilson_upper(audit.errors, audit.sample)
    return default


def machine_errors(screened_out: int, bound: float) -> Fraction:
    """E = f_u * M: people whom detection may have taken for machines."""
    return _exact(bound) * screened_out


def with_machine_errors(window: BudgetWindow, bound: float) -> BudgetWindow:
    """The window with the people whom detection may have taken for machines, counted among those
    who answered and were abandoned; part of a person counts as one.

    `bound` is the share of people among machine verdicts that is to be reckoned with.
    """
    errors = ceil(machine_errors(window.machines, bound))
    return BudgetWindow(
        name=window.name,
        answered=window.answered + errors,
        abandoned=window.abandoned + errors,
        machines=window.machines,
    )


# --- rates ---------------------------------------------------------------------------------------


class Formula(StrEnum):
    """Whose way of reckoning the rate."""

    US = "us"
    UK = "uk"
    CA = "ca"

    @classmethod
    def _missing_(cls, value: object) -> "Formula | None":
        return cls.CA if value == "crtc" else None  # by its regulator, as compliance.md calls it


@value
class Rate:
    """A rate as its two parts, which may hold parts of people: exact, and safe without answers."""

    abandoned: Fraction
    answered: Fraction

    @property
    def share(self) -> Fraction:
        """The rate; 0 without answers."""
        return self.abandoned / self.answered if self.answered else Fraction(0)

    def keeps(self, limit: float) -> bool:
        """Whether it is no more than the limit: exactly 3 % is allowed."""
        return self.abandoned <= _exact(limit) * self.answered

    def left(self, limit: float) -> int:
        """How many more people may be abandoned before the limit is passed."""
        share = _exact(limit)
        if share >= 1:
            return 1_000_000_000
        return max(0, floor((share * self.answered - self.abandoned) / (1 - share)))


def rate_of(
    formula: Formula, counts: Counts, errors: Fraction, *, is_strict: bool = False
) -> Rate:
    """The counts' rate. `errors` is E; the strict one also holds those who left early against us.

    CRTC's has no estimate of machine errors; it is added as in the US, which is stricter.
    """
    if formula is Formula.UK:
        early = counts.uk_left_early if is_strict else 0
        lost = _uk_lost(
            counts.uk_connected, counts.uk_abandoned + early, counts.machines_to_agents, errors
        )
        return Rate(abandoned=lost, answered=lost + counts.uk_connected)
    early = counts.left_early if is_strict else 0
    lost = counts.abandoned + counts.unknown + early + errors
    return Rate(abandoned=lost, answered=lost + counts.connected)


def us_rate(
    *, connected: int, abandoned: int, unknown: int = 0, machine_errors: float = 0.0
) -> float:
    """Share of live answers that were abandoned: (D + U + E) / (T_L + D + U + E).

    `unknown` are undecided answers that nobody took; `machine_errors` estimates the people whom
    the detector took for machines. Both belong above and below the line. No answers, no rate.
    """
    lost = abandoned + unknown + _exact(machine_errors)
    return float(Rate(abandoned=lost, answered=lost + connected).share)


def uk_rate(
    *, connected: int, abandoned: int, machines_to_agents: int = 0, machine_errors: float = 0.0
) -> float:
    """The abandoned call rate (D' + E) / (D' + E + T_L), where D' = D * (1 - G / (G + T_L)) takes
    off the calls that were abandoned to machines (Ofcom 2008 and 2010; compliance.md 1.5).

    Without detection E is 0.
    """
    lost = _uk_lost(connected, abandoned, machines_to_agents, _exact(machine_errors))
    return float(Rate(abandoned=lost, answered=lost + connected).share)


def ca_rate(*, connected: int, abandoned: int) -> float:
    """D / (T_L + D), by the calendar month, at most 5 % (compliance.md 1.9)."""
    return us_rate(connected=connected, abandoned=abandoned)


def _uk_lost(
    connected: int, abandoned: int, machines_to_agents: int, errors: Fraction
) -> Fraction:
    """D' + E."""
    taken = machines_to_agents + connected
    people = Fraction(connected, taken) if taken else Fraction(1)
    return abandoned * people + errors


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
