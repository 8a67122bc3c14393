"""The rule book of a run. Other dialers' rules know no abandonment budget, and are shown as they
are: for them it is the shipped book without that rule."""

from functools import lru_cache

from dialer.compliance.rulebook import RuleBook, shipped
from dialer.pacing.floor import Pacer

BUDGET = "within_abandonment_budget"


def book_for(pacer: Pacer) -> RuleBook:
    """The rules by which the pacer's calls are judged. A pacer that `knows_no_budget` says so."""
    return _without_budget() if getattr(pacer, "knows_no_budget", False) else shipped()


@lru_cache(maxsize=1)
def _without_budget() -> RuleBook:
    book = shipped()
    return RuleBook(
        (rule for rule in book.rules if rule.predicate != BUDGET), book.duties, book.as_of
    )
