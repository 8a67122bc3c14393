"""Duties that no single call can keep or break: registrations, words to say, records to keep.

They stand in the rules files beside the rules, under `checklist`, so that whoever sets up a
campaign sees them with the rules of the same place (`callbank compliance rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialer.compliance.rule_rows import COUNTRIES, RowError
from dialer.yaml_text import Mapped, Scalar, Value


class DutyKind(StrEnum):
    """What is to be done."""

    REGISTRATION = "registration"  # a licence, permit, bond or registration first
    DISCLOSURE = "disclosure"  # what the volunteer or the message must say, and how soon
    CONDUCT = "conduct"
    RECORDS = "records"
    TEXTS = "texts"  # concerns text messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One line of the checklist."""

    jurisdiction: str
    kind: DutyKind
    what: str
    cite: str
    confidence: str


_KEYS = ("jurisdiction", "kind", "what", "cite", "confidence")


def read_duty(row: Value) -> Duty:
    """The duty that the row says. Raises RowError with half a sentence."""
    if not isinstance(row, Mapped):
        raise RowError(f"is no mapping: give it {', '.join(_KEYS)}")
    words: dict[str, str] = {}
    for key, value in row.items.items():
        if key not in _KEYS:
            raise RowError(f"has an unknown key, {key}: use {', '.join(_KEYS)}")
        words[key] = value.text.strip() if isinstance(value, Scalar) else ""
    for key in _KEYS:
        if not words.get(key):
            raise RowError(f"has no {key}: every duty needs one")
    if words["kind"] not in tuple(DutyKind):
        raise RowError(f"has an unknown kind, {words['kind']}: use one of {', '.join(DutyKind)}")
    if words["confidence"] not in ("A", "B", "M"):
        raise RowError(f"has an unknown confidence, {words['confidence']}: use A, B or M")
    if words["jurisdiction"].partition("-")[0] not in ("*", *COUNTRIES):
        raise RowError(f"has an unknown jurisdiction, {words['jurisdiction']}: use one like US-FL")
    return Duty(**{**words, "kind": DutyKind(words["kind"])})


def row_of_duty(duty: Duty) -> Mapping[str, str]:
    """The duty as a row again."""
    return {key: str(getattr(duty, key)) for key in _KEYS}
