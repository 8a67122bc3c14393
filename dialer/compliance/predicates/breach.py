"""What a predicate says when it does not hold, and the shape of all predicates.

A *predicate* of a rule becomes a *check* of facts once the rule's arguments are read: the table in
`__init__` has a maker for each name. A *breach* is the check's answer where something stands in the
way; its `until` is the first instant at which time alone has mended it.
"""

from collections.abc import Callable
from typing import NamedTuple

from dialer.compliance.facts import Facts
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Rule


class Breach(NamedTuple):
    """Something stands in the way, `until` that instant; None when time does not mend it.

    `reason` where there is a truer one than the rule's.
    """

    until: float | None
    reason: Reason | None = None


FOR_GOOD = Breach(None)

Check = Callable[[Facts], Breach | None]
Maker = Callable[[Rule], Check]


def forbids(is_breached: Callable[[Facts], bool]) -> Maker:
    """A predicate without arguments that time does not mend."""

    def check(facts: Facts) -> Breach | None:
        return FOR_GOOD if is_breached(facts) else None

    return lambda _rule: check
