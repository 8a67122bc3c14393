"""YAML text as plain values: mappings, lists and text, each with the line on which it stands.

Nothing is guessed. YAML 1.1 reads a bare NO as false, 09:30 as a number of minutes and 010 as
eight; here every scalar is the text that was written, and the reader's schema says what it is. A
key that is given twice, an alias or a tag is a mistake, because in a list of laws a silent override
is one. JSON is YAML too, and is read by the same door. Rules, cases and scripts are read by this.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

# The C parser is some ten times as quick; both know the same YAML.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 12
"""Nothing of ours is nested so far: what is has a bracket too many."""

NOTHING = ("", "null", "~", "Null", "NULL")
"""How YAML writes that there is no value."""


class TextError(ValueError):
    """The text is no YAML as we read it; the message says on which line and what to do."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it was written. `is_quoted` text is never "nothing"."""

    text: str
    line: int
    is_quoted: bool = False

    @property
    def is_nothing(self) -> bool:
        return not self.is_quoted and self.text in NOTHING


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    items: tuple["Value", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping from words to values, in the order written."""

    items: dict[str, "Value"] = field(default_factory=dict)
    line: int = 0


Value = Scalar | Listed | Mapped


def parse(text: str) -> Value | None:
    """The one document of the text; None when it is empty. Raises TextError."""
    try:
        events = yaml.parse(text, Loader=_LOADER)
        return _document(events)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "the text"
        what = getattr(error, "problem", None) or "it cannot be read"
        raise TextError(f"{where} is not YAML ({what}): mend it") from error


def _document(events: Iterator[yaml.Event]) -> Value | None:
    found: Value | None = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise TextError(f"line {_line(event)} begins a second document: keep one to a file")
            found = _value(next(events), events, 0)
    if documents == 1 and isinstance(found, Scalar) and found.is_nothing:
        return None
    return found


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Value:
    if depth > DEEPEST:
        raise TextError(f"line {_line(event)} is nested too deep: see that its brackets close")
    if isinstance(event, yaml.AliasEvent):
        raise TextError(f"line {_line(event)} uses an alias, *{event.anchor}: write the value out")
    if getattr(event, "tag", None) not in (None, "!"):
        raise TextError(f"line {_line(event)} has a tag, {event.tag}: leave it out")
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(event.value, _line(event), is_quoted=event.style in ("'", '"'))
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Value] = []
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            items.append(_value(inner, events, depth + 1))
        return Listed(tuple(items), _line(event))
    return _mapping(event, events, depth)


def _mapping(start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Mapped:
    items: dict[str, Value] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _value(event, events, depth + 1)
        if not isinstance(key, Scalar):
            raise TextError(f"line {key.line} has a key that is no word: write one word, then `:`")
        if key.text in items:
            raise TextError(f"line {key.line} gives {key.text} a second time: leave one of them")
        items[key.text] = _value(next(events), events, depth + 1)
    return Mapped(items, _line(start))


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark is not None else 0
