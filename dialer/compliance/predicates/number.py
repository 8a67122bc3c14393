"""What the number is: callable at all, in a place whose day we know, in no emergency."""

from functools import lru_cache

from dialer.compliance.facts import Emergency, Facts, NumberKind
from dialer.compliance.predicates.breach import FOR_GOOD, Breach, Check, Maker, forbids
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Rule
from dialer.compliance.windows import is_known_zone

_NO_NUMBER = Breach(None, Reason.NUMBER_INVALID)


def number_is_callable(_rule: Rule) -> Check:
    """A number, and none of those that nobody may call."""

    def check(facts: Facts) -> Breach | None:
        if facts.kind is NumberKind.ORDINARY:
            return None
        return _NO_NUMBER if facts.kind is NumberKind.INVALID else FOR_GOOD

    return check


@lru_cache(maxsize=65536)
def are_zones_known(zones: tuple[str, ...]) -> bool:
    """Whether there is a candidate zone, and each is a real place's."""
    return bool(zones) and all(map(is_known_zone, zones))


zones_are_known = forbids(lambda facts: not are_zones_known(facts.zones))

country_has_profile: Maker = forbids(lambda facts: not facts.country)
"""That the rule book knows the country is the judgement's own question: only it has the book."""


def no_emergency(rule: Rule) -> Check:
    """No emergency is declared where the rule holds, or for all of its country."""

    def check(facts: Facts) -> Breach | None:
        ends = [
            one.ended_at
            for one in facts.emergencies
            if _is_on(one, facts.at) and is_part_of(rule.jurisdiction, one.jurisdiction)
        ]
        known = [at for at in ends if at is not None]
        return Breach(max(known) if len(known) == len(ends) else None) if ends else None

    return check


def _is_on(emergency: Emergency, at: float) -> bool:
    return emergency.began_at <= at and (emergency.ended_at is None or at < emergency.ended_at)


def is_part_of(jurisdiction: str, whole: str) -> bool:
    """Whether a jurisdiction is another or lies within it (`US-LA` in `US`)."""
    return jurisdiction == whole or jurisdiction.startswith(f"{whole}-")
