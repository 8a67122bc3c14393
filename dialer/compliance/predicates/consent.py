"""Leave that the person gave, and whether it still holds.

Consents in the facts are not revoked. One is *void* when the Reassigned Numbers Database says that
the number has changed hands: nobody can tell whether that was before or after it was given, unless
it was given after the answer (compliance.md 2.6).
"""

from collections.abc import Iterable, Iterator

from dialer.compliance.facts import Facts
from dialer.compliance.predicates.breach import FOR_GOOD, Breach, Check
from dialer.compliance.rule import Rule
from dialer.domain.lead import LineType
from dialer.domain.number import Consent, ConsentKind, NumberFacts, ReassignedAnswer

_INCLUDES = {
    ConsentKind.EXPRESS: frozenset(ConsentKind),
    ConsentKind.EXPRESS_WRITTEN: frozenset({ConsentKind.EXPRESS_WRITTEN}),
}
"""Which kinds are enough where a kind is asked for."""


def enough_for(kinds: Iterable[ConsentKind | str]) -> frozenset[ConsentKind]:
    """Every kind of consent that is at least one of these."""
    return frozenset().union(*(_INCLUDES[ConsentKind(kind)] for kind in kinds))


def unvoided(number: NumberFacts) -> Iterator[Consent]:
    """The consents that no reassignment made void, those to be given yet among them."""
    asked = number.reassigned
    is_reassigned = asked is not None and asked.answer is ReassignedAnswer.YES
    for consent in number.consents:
        if asked is None or not is_reassigned or consent.given_at > asked.asked_at:
            yield consent


def consents(facts: Facts, kinds: frozenset[ConsentKind]) -> bool:
    """Whether a consent of one of the kinds is in force."""
    if not facts.number.consents:
        return False
    return any(one.kind in kinds and one.given_at <= facts.at for one in unvoided(facts.number))


def has_consent(rule: Rule) -> Check:
    """A consent of one of `kinds` was given and is in force."""
    kinds = enough_for(rule.arguments["kinds"])

    def check(facts: Facts) -> Breach | None:
        return None if consents(facts, kinds) else FOR_GOOD

    return check


ANY_CONSENT = enough_for([ConsentKind.EXPRESS])


def takes_recorded_voice(_rule: Rule) -> Check:
    """A recorded voice may be the first thing heard: on a landline, or by consent.

    An unknown line is treated as wireless, and so is VoIP, which may well be somebody's mobile
    (compliance.md 1.6). The grace for numbers ported within 15 days is for live callers alone.
    """

    def check(facts: Facts) -> Breach | None:
        ported_at = facts.number.ported_to_wireless_at
        is_landline = facts.line_type is LineType.LANDLINE and (
            ported_at is None or facts.at < ported_at
        )
        return None if is_landline or consents(facts, ANY_CONSENT) else FOR_GOOD

    return check
