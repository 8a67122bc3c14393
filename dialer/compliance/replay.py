"""Judges for the replay of evidence: the gate, bound to the rule sets that are kept."""

from collections.abc import Mapping
from functools import partial

from dialer.compliance import rulebook
from dialer.compliance.gate import judge
from dialer.compliance.proof import Judge
from dialer.compliance.rulebook import RuleBook, RuleBookError


def judges_of(bodies: Mapping[str, str]) -> dict[str, Judge]:
    """A judge for each rule set, by version. One whose text is not that of its version, or cannot
    be read, has none: its verdicts cannot be replayed."""
    books = {version: _book_of(version, body) for version, body in bodies.items()}
    return {
        version: partial(judge, book=book)
        for version, book in books.items()
        if book is not None and book.version == version
    }


def _book_of(version: str, body: str) -> RuleBook | None:
    try:
        return rulebook.read({f"{version}.yaml": body})
    except RuleBookError:
        return None


