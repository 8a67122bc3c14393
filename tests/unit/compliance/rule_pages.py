"""Rules files as text, for tests: a sound row that a test changes in one place."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from dialer.compliance import rulebook
from dialer.compliance.rule import Rule
from dialer.compliance.rulebook import RuleBook, RuleBookError


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def row(**changes: str) -> str:
    """A row as text; a change of None leaves the key out."""
    words: dict[str, str | None] = {
        "id": "us.fl.hours",
        "jurisdiction": "US-FL",
        "predicate": "within_hours",
        "arguments": '{all: ["08:00", "20:00"]}',
        "outcome": "defer",
        "reason": "HOURS_STATE",
        "basis": "statute",
        "cite": '"Fla. Stat. 501.616(6)"',
        "confidence": "A",
        "effective_from": "2021-07-01",
        "review_by": "2027-06-30",
        **changes,
    }
    kept = [f"{key}: {value}" for key, value in words.items() if value is not None]
    return "  - " + "\n    ".join(kept)


def page(*rows: str, head: str = "version: 2026-11-28") -> str:
    return f"{head}\nrules:\n" + "\n".join(rows) + "\n"


def book(*rows: str) -> RuleBook:
    return rulebook.read({"test.yaml": page(*rows)})


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(RuleBookError) as caught:
        rulebook.read({"test.yaml": text})
    return caught.value.mistakes


def mistake(text: str) -> str:
    (sentence,) = mistakes(text)
    return sentence


def own(**changes: str) -> str:
    return row(
        **{
            "id": "own.no_sundays",
            "jurisdiction": "'*'",
            "arguments": "{sun: null}",
            "reason": "HOURS",
            "basis": "policy",
            "cite": "Board of 2026-11-02",
            **changes,
        }
    )


def ids(rules: Iterable[Rule]) -> set[str]:
    return {rule.id for rule in rules}
