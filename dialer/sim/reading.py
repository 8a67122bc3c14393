"""Strict reading of TOML tables into frozen dataclasses: a key is a field, a table a dataclass.

Nothing is guessed: an unknown key, a wrong type, or a number out of bounds becomes a finding that
says where (the file's key), what is wanted and what stood there. `scenario.py` calls it with the
bounds of its keys, and tells all findings together.
"""

import contextlib
import difflib
import math
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import TypeVar

Kind = TypeVar("Kind")

FARTHEST = 1e15
"""Beyond it no number of a scenario means anything; also keeps out what is not finite."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Between what a number must be; `wanted` says it in words."""

    wanted: str
    least: float = -math.inf
    most: float = math.inf
    is_open: bool = False  # `least` itself is not allowed

    def hold(self, value: float) -> bool:
        """Whether the number may be used."""
        above = value > self.least if self.is_open else value >= self.least
        return -FARTHEST <= value <= FARTHEST and above and value <= self.most


BoundsOf = Callable[[str], Bounds]
"""The bounds of the key with this name."""


class Unreadable(Exception):
    """A value could not be read; the finding has been written down."""


class Reader:
    """Reads one document and keeps every finding, so that all are told at once."""

    def __init__(self, bounds_of: BoundsOf, unsaid: Mapping[type, Sequence[str]]) -> None:
        self.findings: list[str] = []
        self._bounds_of = bounds_of
        self._unsaid = unsaid  # fields of a dataclass that are no keys

    def add(self, place: str, sentence: str) -> None:
        """Write down a finding about a key."""
        self.findings.append(f"{place} {sentence}")

    def table(self, kind: type[Kind], raw: object, place: str) -> Kind:
        """An instance of the dataclass, from a table; raises Unreadable after a finding."""
        if not isinstance(raw, dict):
            self.add(place, f"is a table of keys, not {shown(raw)}")
            raise Unreadable
        before = len(self.findings)
        unsaid = self._unsaid.get(kind, ())
        self.unknown(raw, [key for key in keys_of(kind) if key not in unsaid], place)
        values = self.fields(kind, raw, place)
        if len(self.findings) > before:
            raise Unreadable
        return kind(**values)

    def fields(self, kind: type, raw: dict[str, object], place: str) -> dict[str, object]:
        """The values of those fields of the dataclass that the table gives."""
        hints = typing.get_type_hints(kind)
        values = {}
        for field in fields(kind):
            where = within(place, field.name)
            if field.name not in raw:
                self._may_be_missing(field, where)
                continue
            bounds = self._bounds_of(field.name)
            with contextlib.suppress(Unreadable):
                values[field.name] = self.value(hints[field.name], raw[field.name], where, bounds)
        return values

    def unknown(self, raw: Mapping[str, object], known: list[str], place: str) -> None:
        """A finding for each key that is not known, with the one that was probably meant."""
        for name in raw:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
                hint = f"did you mean {close[0]}?" if close else "known are " + ", ".join(known)
                self.add(within(place, name), f"is not a known key ({hint})")

    def value(self, hint: object, raw: object, place: str, bounds: Bounds) -> object:
        """A value of the annotated type."""
        if is_dataclass(hint):
            return self.table(typing.cast(type, hint), raw, place)
        if typing.get_origin(hint) is tuple:
            return self._many(typing.get_args(hint), raw, place, bounds)
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return self._word(hint, raw, place)
        if hint in (int, float):
            return self._number(hint, raw, place, bounds)
        return self._plain(hint, raw, place)

    def _may_be_missing(self, field: "Field[object]", where: str) -> None:
        if field.default is MISSING and field.default_factory is MISSING:
            self.add(where, "is missing")

    def _many(self, hints: tuple[object, ...], raw: object, place: str, bounds: Bounds) -> object:
        is_open = len(hints) == 2 and hints[1] is Ellipsis
        if not isinstance(raw, list) or not (is_open or len(raw) == len(hints)):
            size = "" if is_open else f"{len(hints)} "
            self.add(place, f"is a list of {size}values, not {shown(raw)}")
            raise Unreadable
        kinds = hints[:1] * len(raw) if is_open else hints
        found = []
        for number, (hint, item) in enumerate(zip(kinds, raw, strict=True), start=1):
            try:
                found.append(self.value(hint, item, f"{place}[{number}]", bounds))
            except Unreadable:
                continue
        if len(found) < len(raw):
            raise Unreadable
        return tuple(found)

    def _word(self, hint: type[StrEnum], raw: object, place: str) -> StrEnum:
        words = [str(word) for word in hint]
        if isinstance(raw, str) and raw in words:
            return hint(raw)
        self.add(place, f"is one of {', '.join(words)}, not {shown(raw)}")
        raise Unreadable

    def _number(self, hint: type, raw: object, place: str, bounds: Bounds) -> float:
        fits = isinstance(raw, int) or (hint is float and isinstance(raw, float))
        if isinstance(raw, bool) or not fits:
            kind = "a whole number" if hint is int else "a number"
            self.add(place, f"is {kind}, not {shown(raw)}")
            raise Unreadable
        number = typing.cast(float, raw)
        if not bounds.hold(number):
            self.add(place, f"must be {bounds.wanted}, not {shown(raw)}")
            raise Unreadable
        return typing.cast(float, hint(number))

    def _plain(self, hint: object, raw: object, place: str) -> object:
        if hint is bool and isinstance(raw, bool):
            return raw
        if hint is str and isinstance(raw, str) and raw.isprintable():
            return raw
        kind = "true or false" if hint is bool else "a text in quotes, on one line"
        self.add(place, f"is {kind}, not {shown(raw)}")
        raise Unreadable


def keys_of(kind: type) -> list[str]:
    """The keys that a table of this dataclass may have."""
    return [field.name for field in fields(kind)]


def within(place: str, name: str) -> str:
    """A key's place in the file: `[answers] probability`, `[talk.law] mean_s`."""
    if not place:
        return name
    inner = place.removeprefix("[").replace("] ", ".") if place.startswith("[") else place
    return f"[{inner}] {name}"


def shown(raw: object) -> str:
    """What stood there, as it is written in TOML, and not too long."""
    if isinstance(raw, bool):
        return str(raw).lower()
    text = "a table" if isinstance(raw, dict) else repr(raw)
    return text if len(text) <= 40 else text[:37] + "..."
