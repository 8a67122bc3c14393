"""What lifts a rule: the words of `rule.Unless`, as checks of facts.

Each exception alone is enough. A consent or relation that has begun may end again (a relation
after so many calendar months); the judgement asks anew at every instant that it looks at.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from dialer.compliance.facts import Facts
from dialer.compliance.predicates.consent import consents, enough_for, unvoided
from dialer.compliance.rule import Unless
from dialer.domain.number import RelationKind

Lifting = Callable[[Facts], bool]


def exception_of(unless: Unless) -> Lifting | None:
    """Whether facts lift a rule with these exceptions; None when none can.

    A reserved agent is a matter of the call, and seen to where the plan is made.
    """
    kinds = enough_for(unless.consents) if unless.consents else None
    months = {RelationKind(kind): count for kind, count in unless.relations.items()}
    if kinds is None and not months:
        return None

    def lifts(facts: Facts) -> bool:
        if kinds is not None and consents(facts, kinds):
            return True
        return any(
            relation.kind in months
            and relation.at <= facts.at < months_later(relation.at, months[relation.kind])
            for relation in facts.number.relations
        )

    return lifts


@lru_cache(maxsize=65536)
def months_later(at: float, months: int) -> float:
    """The same time of day so many calendar months later (UTC); where the month is too short, on
    its last day."""
    began = datetime.fromtimestamp(at, UTC)
    year, month = divmod(began.year * 12 + began.month - 1 + months, 12)
    day = min(began.day, monthrange(year, month + 1)[1])
    return began.replace(year=year, month=month + 1, day=day).timestamp()


def begin_later(facts: Facts) -> Iterator[float]:
    """Instants after the judgement's at which an exception may begin."""
    number = facts.number
    if number.consents:
        yield from (one.given_at for one in unvoided(number) if one.given_at > facts.at)
    yield from (one.at for one in number.relations if one.at > facts.at)
