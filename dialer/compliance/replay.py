"""Judges for the replay of evidence: the gate, bound to the rule sets that are kept."""

from collections.abc import Mapping
from functools import partial

from dialer.compliance import rulebook
from dialer.compliance.gate import judge
from dialer.compliance.proof import Judge
from dialer.compliance.rulebook import RuleBookError


def judges_of(bodies: Mapping[str, str]) -> dict[str, Judge]:
    """A judge for each rule set, by version. One that cannot be read, or whose text is not that of
    its version, has none: its verdicts cannot be replayed."""
    judges: dict[str, Judge] = {}
    for version, body in bodies.items():
        try:
            book = rulebook.read({f"{version}.yaml": body})
        except RuleBookError:
            continue
        if book.version == version:
            judges[version] = partial(judge, book=book)
    return judges
