"""How often somebody is tried, and when the next attempt fits again."""

from collections.abc import Callable, Sequence

from dialer.compliance.caps import day_cap_fits_at, rolling_cap_fits_at
from dialer.compliance.facts import Facts
from dialer.compliance.predicates.breach import FOR_GOOD, Breach, Check
from dialer.compliance.predicates.number import are_zones_known
from dialer.compliance.rule import Rule
from dialer.compliance.windows import DAY_S, HOUR_S
from dialer.domain.number import History

ATTEMPTS: dict[str, Callable[[History], Sequence[float]]] = {
    "number": lambda history: history.to_number_at,
    # Whoever answers the number is the person, whatever name the list gave him.
    "person": lambda history: _all_of(history.to_person_at, history.to_number_at),
    "subject": lambda history: history.on_subject_at,
}


def _all_of(some: tuple[float, ...], others: tuple[float, ...]) -> tuple[float, ...]:
    if not some or some == others:
        return others
    return tuple(sorted({*some, *others}))


def _breach(fits_at: float | None, now: float) -> Breach | None:
    return None if fits_at == now else Breach(fits_at)


def attempts_within(rule: Rule) -> Check:
    """With this one at most `most` attempts in `hours` rolling hours, counted `of` what it says."""
    most, span_s = rule.arguments["most"], rule.arguments["hours"] * HOUR_S
    attempts = ATTEMPTS[rule.arguments["of"]]

    def check(facts: Facts) -> Breach | None:
        made = attempts(facts.history)
        if len(made) < most:
            return None
        return _breach(rolling_cap_fits_at(made, most, facts.at, span_s), facts.at)

    return check


def recordings_within(rule: Rule) -> Check:
    """With this one at most `most` recorded voices in `days` days to the number."""
    most, span_s = rule.arguments["most"], rule.arguments["days"] * DAY_S

    def check(facts: Facts) -> Breach | None:
        made = facts.history.recordings_at
        return _breach(rolling_cap_fits_at(made, most, facts.at, span_s), facts.at)

    return check


def not_redialed_within(rule: Rule) -> Check:
    """`hours` have gone by since the person was last abandoned, or a machine answered."""
    span_s, is_machine = rule.arguments["hours"] * HOUR_S, rule.arguments["after"] == "machine"

    def check(facts: Facts) -> Breach | None:
        last_at = facts.history.machine_at if is_machine else facts.history.abandoned_at
        if last_at is None or facts.at >= last_at + span_s:
            return None
        return Breach(last_at + span_s)

    return check


def attempts_per_day(_rule: Rule) -> Check:
    """The campaign's own cap on a calendar day, in every candidate zone."""

    def check(facts: Facts) -> Breach | None:
        made, most = facts.history.to_number_at, facts.policy.most_per_day
        if len(made) < most or not are_zones_known(facts.zones):
            return None
        return _breach(day_cap_fits_at(made, facts.zones, most, facts.at), facts.at)

    return check


def attempts_per_24h(_rule: Rule) -> Check:
    """The campaign's own cap on any 24 hours."""

    def check(facts: Facts) -> Breach | None:
        made, most = facts.history.to_number_at, facts.policy.most_per_24h
        if len(made) < most:
            return None
        return _breach(rolling_cap_fits_at(made, most, facts.at), facts.at)

    return check


def attempts_in_all(_rule: Rule) -> Check:
    """The campaign's own cap on a person's attempts."""

    def check(facts: Facts) -> Breach | None:
        return FOR_GOOD if facts.attempt_count >= facts.policy.most_in_all else None

    return check
