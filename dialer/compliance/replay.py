"""Judges for the replay of evidence: the gate, bound to the rule sets that are kept."""

from collections.abc import Mapping
from functools import partial

from dialer.compliance import rulebook
from dialer.compliance.gate import judge
from dialer.compliance.proof import Judge


def judges_of(bodies: Mapping[str, str]) -> dict[str, Judge]:
    """A judge for each rule set, by version. One whose text is not that of its version has none:
    its verdicts cannot be replayed."""
    books = {version: rulebook.read({f"{version}.yaml": body}) for version, body in bodies.items()}
    return {
        version: partial(judge, book=book)
        for version, book in books.items()
        if book.version == version
    }


