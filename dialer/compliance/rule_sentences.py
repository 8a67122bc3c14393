"""A rule in plain words: what it asks, of which calls, and what lifts it.

For people who read the book (`callbank compliance rules`) or ask about one number (`explain`).
Every number of the rule is in the words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dialer.compliance.rule import Rule
from dialer.domain.campaign import DialMethod
from dialer.domain.number import ConsentKind, RelationKind

_A = {
    RelationKind.PURCHASE: "a purchase",
    RelationKind.INQUIRY: "an inquiry",
    RelationKind.DONATION: "a donation",
    RelationKind.MEMBERSHIP: "a membership",
    RelationKind.CONTRACT: "a contract",
}
_DAYS = {
    "all": "every day",
    "mon_fri": "Monday to Friday",
    "sat": "Saturday",
    "sun": "Sunday",
    "holiday": "on holidays",
}
_COUNTED = {
    "number": "to the number",
    "person": "to the person",
    "subject": "to the person on one subject (seller and offer)",
}

_ASKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "number_is_callable": lambda _: "the number is no emergency, premium or charged line",
    "country_has_profile": lambda _: "the rule book knows the number's country",
    "zones_are_known": lambda _: "it is known in which time zones the person may be",
    "campaign_is_running": lambda _: "the campaign runs",
    "campaign_is_in_order": lambda _: "the campaign's settings hold together",
    "not_do_not_call": lambda _: "the number is not on our do-not-call list",
    "not_on_register": lambda a: f"the number is not on the register {a['register']}",
    "register_is_fresh": lambda a: (
        f"our copy of the register {a['register']} is at most {_some(a['most_days'], 'day')} old"
    ),
    "has_consent": lambda a: f"the person gave {_consent(a['kinds'])}",
    "reassigned_was_asked": lambda a: (
        f"the Reassigned Numbers Database was asked in the last {_some(a['most_days'], 'day')}"
    ),
    "not_reassigned": lambda _: (
        "the Reassigned Numbers Database did not say that it has a new owner"
    ),
    "no_emergency": lambda _: "no emergency is declared there",
    "within_hours": lambda a: _hours(a),
    "within_policy_hours": lambda _: "it is within the campaign's own window",
    "attempts_within": lambda a: (
        f"at most {_some(a['most'], 'attempt')} in {_some(a['hours'], 'hour')} {_COUNTED[a['of']]}"
    ),
    "attempts_per_day": lambda _: "no more attempts in a local day than the campaign allows",
    "attempts_per_24h": lambda _: "no more attempts in 24 hours than the campaign allows",
    "attempts_in_all": lambda _: "no more attempts in all than the campaign allows",
    "recordings_within": lambda a: (
        f"at most {_some(a['most'], 'recorded voice')} in {_some(a['days'], 'day')} to the number"
    ),
    "not_redialed_within": lambda a: (
        f"{_some(a['hours'], 'hour')} have passed since "
        + ("the person was abandoned" if a["after"] == "abandoned" else "a machine answered")
    ),
    "caller_id_is_ours": lambda _: "the number that is shown is ours to show",
    "caller_id_takes_calls": lambda _: "who calls that number back reaches us and can opt out",
    "rings_at_least": lambda a: f"the telephone rings at least {_some(a['seconds'], 'second')}",
    "one_line_of_a_business": lambda _: "no other line of the same business is being called",
    "has_safe_harbor_message": lambda _: "the campaign has a complete safe-harbor message",
    "takes_recorded_voice": lambda _: "the line may hear a recorded voice: a landline, or consent",
    "offers_opt_out": lambda _: "the recorded voice says who calls and takes the opt-out key",
    "recording_is_announced": lambda _: "a recording is announced, if there is to be one",
    "within_abandonment_budget": lambda _: "one more abandoned person would keep every limit",
}


def what_it_asks(rule: Rule) -> str:
    """What must be so, as half a sentence."""
    return _ASKS[rule.predicate](rule.arguments)


def whom_it_concerns(rule: Rule) -> str:
    """Of which calls it asks so; `all calls` when of any."""
    parts = [
        _words("purpose", rule.purposes),
        _words("by", rule.organisations),
        _words("dialed", rule.methods),
        _words("voice", rule.voices),
        _words("line", rule.lines),
    ]
    return "; ".join(part for part in parts if part) or "all calls"


def what_lifts_it(rule: Rule) -> str:
    """The exceptions, each alone; empty when there are none."""
    unless = rule.unless
    parts = [f"the person gave {_consent(unless.consents)}"] if unless.consents else []
    parts += [
        f"there was {_A[kind]} in the last {_some(months, 'month')}"
        for kind, months in unless.relations.items()
    ]
    if unless.has_reserved_agent:
        parts.append("an agent is reserved for the call")
    return ", or ".join(parts)


def what_follows(rule: Rule) -> str:
    """What follows where it is not so."""
    if rule.downgrade_to is None:
        return str(rule.outcome)
    if rule.downgrade_to is DialMethod.PROGRESSIVE:
        return "downgrade to one line for one reserved agent"
    return f"downgrade to {rule.downgrade_to}"


def _hours(arguments: Mapping[str, Any]) -> str:
    parts = []
    for key, name in _DAYS.items():
        if key in arguments:
            window = arguments[key]
            parts.append(f"{name} " + (f"{window[0]} to {window[1]}" if window else "no calls"))
    where = arguments.get("zone", "in every zone where the person may be")
    calendar = f" (calendar {arguments['holidays']})" if "holidays" in arguments else ""
    return f"it rings within these hours: {', '.join(parts)}{calendar}, {where}"


def _consent(kinds: Sequence[ConsentKind]) -> str:
    # The written one includes the other.
    is_oral_enough = ConsentKind.EXPRESS in kinds
    return "express consent, oral or written" if is_oral_enough else "express written consent"


def _words(name: str, words: tuple[str, ...]) -> str:
    return f"{name} {', '.join(words)}" if words else ""


def _some(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
