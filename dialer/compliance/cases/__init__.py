"""Cases: situations that the rules must decide, written down with what is to come out.

A *case file* is a YAML list. A case of kind `hours` asks whether a call may be placed at an
instant, `math` for an abandonment rate, `rule` for anything else: facts, in words that `rules.py`
and `ledger.py` lay down, and what must follow. `./callbank compliance check` decides files of
them; the shipped rules are held to those in tests/unit/compliance/cases.
"""

from collections.abc import Callable

from dialer.compliance.cases.hours import decide_hours
from dialer.compliance.cases.ledger import decide_ledger, is_of_the_ledger
from dialer.compliance.cases.math import decide_math
from dialer.compliance.cases.reading import Case, CaseError, Decided, Words, read_cases
from dialer.compliance.cases.rules import decide_rule
from dialer.compliance.plan import Book
from dialer.yaml_text import Mapped

__all__ = ["Case", "CaseError", "Decided", "decide", "read_cases"]


def decide(case: Case, book: Book) -> Decided:
    """What the rules say of a case, beside what was expected. Raises CaseError."""
    return _KINDS[case.kind](case, book)


def _rule(case: Case, book: Book) -> Decided:
    given = case.words.value("given")
    if not isinstance(given, Mapped):
        why = case.words.text("not_applicable", "") or (
            "Its facts are told in prose: write `given` as facts (see --help) to have it decided."
        )
        return Decided.undecided(case, why)
    facts = Words(given.items, case.where)
    if is_of_the_ledger(facts):
        return decide_ledger(case, facts)
    return decide_rule(case, facts, book)


_KINDS: dict[str, Callable[[Case, Book], Decided]] = {
    "hours": decide_hours,
    "math": lambda case, _book: decide_math(case),
    "rule": _rule,
}
