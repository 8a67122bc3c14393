"""Merge fields: `{first_name|there}` is the person's first name, or "there" when he has none.

A field is a word of FIELDS, or `custom.` and the name of a column of the list. What is filled in
is never read for fields again, so that a name with braces stays a name. `{{` and `}}` are braces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FIELDS: Mapping[str, str] = {
    "first_name": "the person's first name",
    "last_name": "the person's last name",
    "full_name": "both names, as the list has them",
    "town": "where the person lives",
    "state": "the person's state, two letters",
    "zip": "the person's ZIP code",
    "volunteer": "your first name",
    "caller_name": "for whom you call: the campaign's caller name",
    "campaign": "the campaign's name",
    "caller_id": "the number that the person sees, to be called back",
}
"""What can be filled in, and what it is."""

SURE = frozenset({"volunteer", "campaign"})
"""Never empty, so that they need no fallback."""

CUSTOM = "custom."

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}|]*)(?:\|([^{}]*))?\}|[{}]")


@dataclass(frozen=True, slots=True)
class Field:
    """One use of a field in a text. `fallback` None: none is given."""

    name: str
    fallback: str | None

    @property
    def is_known(self) -> bool:
        """Whether there is such a field. A column of a list can only be known from the list."""
        return self.name in FIELDS or (self.name.startswith(CUSTOM) and self.name != CUSTOM)

    @property
    def needs_fallback(self) -> bool:
        """Whether it can come out empty with nothing to say instead."""
        return self.fallback is None and self.name not in SURE


def fields(text: str) -> tuple[Field, ...]:
    """The fields that a text uses, in their order."""
    return tuple(
        Field(found[1].strip(), found[2])
        for found in _PIECE.finditer(text)
        if found[1] is not None
    )


def has_stray_brace(text: str) -> bool:
    """Whether a brace opens or closes nothing."""
    return any(found[0] in "{}" for found in _PIECE.finditer(text))


def merge(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in. A field that is empty or unknown says its fallback."""

    def filled(found: "re.Match[str]") -> str:
        if found[1] is None:
            return found[0][0]
        value = values.get(found[1].strip(), "").strip()
        return value or (found[2] or "").strip()

    return _PIECE.sub(filled, text)
