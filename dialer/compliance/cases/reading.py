"""Case files as values: typed words of a case, and sentences for what is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from dialer.compliance.exceptions import months_later
from dialer.yaml_text import Listed, Mapped, Scalar, TextError, Value, parse

KINDS = ("hours", "math", "rule")

_AGO = re.compile(r"([0-9]+(?:\.[0-9]+)?) (s|min|h|days?|months?|years?) ago")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0}

W = TypeVar("W", bound=StrEnum)


class CaseError(ValueError):
    """A case file that cannot be decided: file, case, what, cure, in one sentence."""


@dataclass(frozen=True, slots=True)
class Words:
    """A mapping of a case. `where` begins every complaint about it."""

    items: Mapping[str, Value]
    where: str

    def wrong(self, what: str) -> CaseError:
        """The complaint."""
        return CaseError(f"{self.where}: {what}.")

    def only(self, *known: str) -> None:
        """Raises CaseError for a key that nothing reads."""
        for key in self.items:
            if key not in known:
                raise self.wrong(f"`{key}` is not known; known are {', '.join(known)}")

    def value(self, key: str) -> Value | None:
        """The value as it was read; None when it is not there or nothing."""
        value = self.items.get(key)
        return None if isinstance(value, Scalar) and value.is_nothing else value

    def scalar(self, key: str) -> str | None:
        """A single value as it was written; None when it is not there."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, Scalar):
            raise self.wrong(f"`{key}` must be a single value")
        return value.text

    def text(self, key: str, usual: str | None = None) -> str:
        """A text; without `usual` it must be there."""
        text = self.scalar(key)
        if text is None and usual is None:
            raise self.wrong(f"`{key}` is missing; give it")
        return usual or "" if text is None else text

    def number(self, key: str, usual: float | None = None) -> float:
        """A number; without `usual` it must be there."""
        text = self.scalar(key)
        if text is None and usual is not None:
            return usual
        try:
            number = float(text or "")
        except ValueError:
            raise self.wrong(f"`{key}` must be a number, not {text!r}") from None
        if number != number or number in (float("inf"), float("-inf")):
            raise self.wrong(f"`{key}` must be a finite number, not {text!r}")
        return number

    def count(self, key: str, usual: int | None = None) -> int:
        """A whole number of at least 0."""
        number = self.number(key, None if usual is None else float(usual))
        if number < 0 or not number.is_integer():
            raise self.wrong(f"`{key}` must be a whole number of at least 0")
        return int(number)

    def truth(self, key: str, usual: bool) -> bool:
        """`true` or `false`."""
        text = self.scalar(key)
        if text is None:
            return usual
        if text.lower() not in ("true", "false", "yes", "no"):
            raise self.wrong(f"`{key}` must be true or false, not {text!r}")
        return text.lower() in ("true", "yes")

    def word(self, key: str, kind: type[W], usual: W | None = None) -> W:
        """One of a closed list of words."""
        text = self.scalar(key)
        if text is None and usual is not None:
            return usual
        try:
            return kind(text or "")
        except ValueError:
            allowed = ", ".join(kind)
            raise self.wrong(f"`{key}` must be one of {allowed}, not {text!r}") from None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self.value(key)
        if value is None:
            return ()
        items = value.items if isinstance(value, Listed) else (value,)
        found = [item.text for item in items if isinstance(item, Scalar)]
        if isinstance(value, Mapped) or len(found) < len(items):
            raise self.wrong(f"`{key}` must be a list of words")
        return tuple(found)

    def each(self, key: str) -> Iterator["Words"]:
        """A list of mappings."""
        value = self.value(key)
        if value is None:
            return
        if not isinstance(value, Listed) or not all(isinstance(x, Mapped) for x in value.items):
            raise self.wrong(f"`{key}` must be a list of mappings in braces")
        for item in value.items:
            assert isinstance(item, Mapped)
            yield Words(item.items, f"{self.where}, {key}")

    def inner(self, key: str) -> "Words":
        """A mapping; empty when it is not there."""
        value = self.value(key)
        if value is None:
            return Words({}, f"{self.where}, {key}")
        if not isinstance(value, Mapped):
            raise self.wrong(f"`{key}` must be a mapping in braces")
        return Words(value.items, f"{self.where}, {key}")

    def instant(self, key: str, at: float | None = None) -> float | None:
        """An instant (`2026-07-15T08:00:00-04:00`), or `3 h ago` counted from `at`."""
        text = self.scalar(key)
        return None if text is None else self.instant_of(key, text, at)

    def instants(self, key: str, at: float) -> tuple[float, ...]:
        """A list of instants, oldest first."""
        return tuple(sorted(self.instant_of(key, text, at) for text in self.texts(key)))

    def instant_of(self, key: str, text: str, at: float | None) -> float:
        """What the text says for the key."""
        ago = _AGO.fullmatch(text)
        if ago is not None and at is not None:
            try:
                return _before(at, float(ago[1]), ago[2].removesuffix("s") or "s")
            except (ValueError, OverflowError):
                raise self.wrong(f"`{key}` is before any calendar, {text!r}") from None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.wrong(
                f"`{key}` must be an instant like 2026-07-15T08:00:00-04:00, not {text!r}"
            )
        return moment.timestamp()


def _before(at: float, count: float, unit: str) -> float:
    if unit in ("month", "year"):
        return months_later(at, -int(count) * (12 if unit == "year" else 1))
    return at - timedelta(seconds=count * _SECONDS[unit]).total_seconds()


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `where` is its file and id."""

    id: str
    kind: str
    words: Words

    @property
    def where(self) -> str:
        """What complaints about it begin with."""
        return self.words.where


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What came out of a case. `is_pass` None: it was not decided, and `why` says why not."""

    id: str
    is_pass: bool | None
    expected: str
    got: str
    reasons: tuple[str, ...] = ()
    why: str = ""

    @classmethod
    def undecided(cls, case: Case, why: str) -> "Decided":
        """A case that nothing here can decide."""
        expected = case.words.value("expect")
        text = expected.text if isinstance(expected, Scalar) else ""
        return cls(id=case.id, is_pass=None, expected=text, got="undecided", why=why)


def read_cases(name: str, text: str) -> tuple[Case, ...]:
    """The cases of a file. Raises CaseError."""
    try:
        page = parse(text)
    except TextError as error:
        raise CaseError(f"{name}: {error}.") from error
    if isinstance(page, Mapped) and "cases" in page.items:
        page = page.items["cases"]
    if not isinstance(page, Listed):
        raise CaseError(f"{name}: it holds no list of cases: write each as `- {{id: …, kind: …}}`.")
    cases = [_case(name, number, item) for number, item in enumerate(page.items, 1)]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise CaseError(f"{case.where}: there are two of this id; give each its own.")
        seen.add(case.id)
    return tuple(cases)


def _case(name: str, number: int, item: Value) -> Case:
    if not isinstance(item, Mapped):
        raise CaseError(f"{name}, line {item.line}: a case must be a mapping with id and kind.")
    words = Words(item.items, f"{name}, case {number} (line {item.line})")
    id_ = words.text("id")
    words = Words(item.items, f"{name}, case {id_}")
    kind = words.text("kind")
    if kind not in KINDS:
        raise words.wrong(f"its kind must be one of {', '.join(KINDS)}, not {kind!r}")
    return Case(id=id_, kind=kind, words=words)
