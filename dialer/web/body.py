"""Request bodies, read by hand: every field asked for, all problems reported together.

A handler asks for its fields and then calls `finish`, which raises one `InvalidBodyError` naming
every field that is wrong, missing or unknown. Values are never repeated in a message.
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from dialer.web.errors import InvalidBodyError

Choice = TypeVar("Choice", bound=StrEnum)
StandIn = TypeVar("StandIn")

LATEST_INSTANT = 4_102_444_800.0
"""The year 2100: a larger number is milliseconds by mistake."""

LONGEST_LIST = 50


class Body:
    """The fields of one JSON object and what is wrong with them."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields
        self._asked: set[str] = set()
        self._problems: dict[str, str] = {}

    def has(self, name: str) -> bool:
        """Whether the field was sent (null counts as not sent)."""
        self._asked.add(name)
        return self._fields.get(name) is not None

    def text(self, name: str, *, longest: int = 200) -> str:
        """A line of text without control characters."""
        value = self._fields.get(name) if self.has(name) else None
        if not isinstance(value, str) or not value.strip():
            return self._wrong(name, "must be a text", "")
        if len(value) > longest or not value.isprintable():
            return self._wrong(name, f"must be one line of at most {longest} characters", "")
        return value.strip()

    def words(self, name: str, *, longest: int) -> str:
        """A text of several lines."""
        value = self._fields.get(name) if self.has(name) else None
        if not isinstance(value, str) or not value.strip():
            return self._wrong(name, "must be a text", "")
        if len(value) > longest:
            return self._wrong(name, f"must have at most {longest:,} characters: shorten it", "")
        if not all(sign.isprintable() or sign in "\n\t" for sign in value):
            return self._wrong(name, "must have no control characters", "")
        return value.strip()

    def anything(self, name: str) -> object:
        """Whatever JSON was sent; None where nothing was."""
        return self._fields.get(name) if self.has(name) else None

    def objects(self, name: str, *, most: int) -> list[dict[str, object]]:
        """One or more objects."""
        values = self._fields.get(name) if self.has(name) else None
        if not isinstance(values, list) or not 0 < len(values) <= most:
            return self._wrong(name, f"must be a list of 1 to {most} objects", [])
        if not all(isinstance(value, dict) for value in values):
            return self._wrong(name, "must be a list of objects", [])
        return values

    def texts(self, name: str) -> list[str]:
        """One or more lines of text."""
        values = self._fields.get(name) if self.has(name) else None
        if not isinstance(values, list) or not 0 < len(values) <= LONGEST_LIST:
            return self._wrong(name, f"must be a list of 1 to {LONGEST_LIST} texts", [])
        lines = [Body({name: value}) for value in values]
        texts = [line.text(name) for line in lines]
        problems = [problem for line in lines for problem in line._problems.values()]
        return self._wrong(name, f"each of them {problems[0]}", []) if problems else texts

    def whole_number(self, name: str) -> int:
        """A positive whole number."""
        value = self._fields.get(name) if self.has(name) else None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
            return self._wrong(name, "must be a positive whole number", 0)
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; no where not sent."""
        value = self._fields[name] if self.has(name) else False
        if not isinstance(value, bool):
            return self._wrong(name, "must be true or false", False)
        return value

    def instant(self, name: str) -> float | None:
        """Seconds since the epoch, or None where not sent."""
        if not self.has(name):
            return None
        value = self._fields[name]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not 0 < value < LATEST_INSTANT:
            return self._wrong(name, "must be an instant in seconds since 1970 (UTC)", None)
        return float(value)

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        """One of the values of an enumeration."""
        value = self._fields.get(name) if self.has(name) else None
        known = {choice.value: choice for choice in choices}
        if not isinstance(value, str) or value not in known:
            return self._wrong(name, "must be one of " + ", ".join(known), next(iter(choices)))
        return known[value]

    def problem(self, name: str, sentence: str) -> None:
        """Report a problem that only the handler can see."""
        self._problems.setdefault(name, sentence)

    def finish(self) -> None:
        """Raise once for everything that is wrong."""
        for name in self._fields.keys() - self._asked:
            self.problem(name[:40], "is not a field of this request")
        if self._problems:
            raise InvalidBodyError(**{"fields": dict(sorted(self._problems.items()))})

    def _wrong(self, name: str, sentence: str, stand_in: StandIn) -> StandIn:
        self.problem(name, sentence)
        return stand_in


async def read_body(request: web.Request) -> Body:
    """The request's JSON object; an empty body is an empty object."""
    raw = await request.read()
    if not raw.strip():
        return Body({})
    try:
        fields = await request.json()
    except (ValueError, RecursionError) as error:
        raise InvalidBodyError("The request's body is not valid JSON.") from error
    if not isinstance(fields, dict):
        raise InvalidBodyError("The request's body must be a JSON object.")
    return Body(fields)
