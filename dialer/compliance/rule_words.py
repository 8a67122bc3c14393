"""The closed list of predicates, and what arguments each takes.

A *predicate* is a question about a call whose answer must be yes. The rule book refuses any other
name and any other argument; the gate has one function for each of them. An *argument kind* says
how a value is written and what it becomes: counts become int, lists of words tuples,
hours a pair of times (or None: no calls that day).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dialer.compliance.zones import STATE_ZONES
from dialer.domain.number import ConsentKind


class Argument(StrEnum):
    """How an argument is written."""

    COUNT = "a whole number of at least 1"
    HOURS = 'hours, such as ["09:00", "21:00"], or null for none'
    CALENDAR = "the name of a calendar of holidays"
    ZONE = "a time zone, such as America/Chicago"
    REGISTER = "the name of a do-not-call register"
    CONSENTS = "a list of consents: " + ", ".join(ConsentKind)
    COUNTED_BY = "one of number, person, subject"
    AFTER = "one of abandoned, machine"


COUNTED_BY = ("number", "person", "subject")
AFTER = ("abandoned", "machine")

ATTEMPTS_KNOWN_H = 7 * 24
PAST_KNOWN_DAYS = 30
"""So far back the stores know at least what happened to a number or person: attempts; and recorded
voices, abandonments and machines. A rule that looked farther would miss what it forbids."""

REGISTERS = (
    "us.national",
    "gb.tps",
    "gb.ctps",
    "ca.national",
    "au.national",
    *sorted(f"us.{state.lower()}" for state in STATE_ZONES),
)
"""Do-not-call registers that can be imported. A state without one simply has no rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Predicate:
    """One question. `marks` are the arguments that tell two rows of one scope apart: a cap by
    person beside a cap by number is no second version of it. `mends` says that time alone can
    make the answer yes, so that a rule may defer. `most` bounds arguments that are counts."""

    needs: Mapping[str, Argument] = field(default_factory=dict)
    may_have: Mapping[str, Argument] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    mends: bool = False
    most: Mapping[str, int] = field(default_factory=dict)


DAYS = ("mon_fri", "sat", "sun", "all", "holiday")
"""Keys of hours. `all` stands for Monday to Sunday; `holiday` holds on its days besides."""

PREDICATES: dict[str, Predicate] = {
    "number_is_callable": Predicate(),
    "country_has_profile": Predicate(),
    "zones_are_known": Predicate(),
    "campaign_is_running": Predicate(),
    "campaign_is_in_order": Predicate(),
    "not_do_not_call": Predicate(),
    "not_on_register": Predicate(needs={"register": Argument.REGISTER}, marks=("register",)),
    "register_is_fresh": Predicate(
        needs={"register": Argument.REGISTER, "most_days": Argument.COUNT}, marks=("register",)
    ),
    "has_consent": Predicate(needs={"kinds": Argument.CONSENTS}),
    "reassigned_was_asked": Predicate(needs={"most_days": Argument.COUNT}),
    "not_reassigned": Predicate(),
    "no_emergency": Predicate(mends=True),
    "within_hours": Predicate(
        may_have={
            **dict.fromkeys(DAYS, Argument.HOURS),
            "holidays": Argument.CALENDAR,
            "zone": Argument.ZONE,
        },
        marks=("holidays", "zone"),
        mends=True,
    ),
    "within_policy_hours": Predicate(mends=True),
    "attempts_within": Predicate(
        needs={
            "hours": Argument.COUNT,
            "most": Argument.COUNT,
            "of": Argument.COUNTED_BY,
        },
        marks=("hours", "of"),
        mends=True,
        most={"hours": ATTEMPTS_KNOWN_H},
    ),
    "attempts_per_day": Predicate(mends=True),
    "attempts_per_24h": Predicate(mends=True),
    "attempts_in_all": Predicate(),
    "recordings_within": Predicate(
        needs={"days": Argument.COUNT, "most": Argument.COUNT},
        marks=("days",),
        mends=True,
        most={"days": PAST_KNOWN_DAYS},
    ),
    "not_redialed_within": Predicate(
        needs={"hours": Argument.COUNT, "after": Argument.AFTER},
        marks=("after",),
        mends=True,
        most={"hours": PAST_KNOWN_DAYS * 24},
    ),
    "caller_id_is_ours": Predicate(),
    "caller_id_takes_calls": Predicate(),
    "rings_at_least": Predicate(needs={"seconds": Argument.COUNT}),
    "one_line_of_a_business": Predicate(mends=True),
    "has_safe_harbor_message": Predicate(),
    "takes_recorded_voice": Predicate(),
    "offers_opt_out": Predicate(),
    "recording_is_announced": Predicate(),
    "within_abandonment_budget": Predicate(),
}
