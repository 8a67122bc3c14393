"""A script's YAML as a `Script`, or every mistake in it with its line.

What makes a script unreadable is found here; what makes it a bad script, by `check`.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from dialer.domain.outcome import Disposition
from dialer.script.language import Block, Card, Channel, Choice, Question, QuestionKind, Script
from dialer.yaml_text import Listed, Mapped, Scalar, TextError, Value, parse

_SCRIPT = ("name", "language", "start", "identification", "paid_for_by", "blocks", "cards")
_BLOCK = ("title", "say", "points", "hint", "question", "next", "end", "result")
_QUESTION = ("key", "ask", "type", "choices", "required", "least", "most", "words", "channels")
_CHOICE = ("value", "label", "next", "result")
_CARD = ("title", "match", "say")

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_YES, _NO = ("true", "yes"), ("false", "no", "")

LONGEST_TEXT = 5_000
MOST_BLOCKS = 300

E = TypeVar("E", Disposition, Channel, QuestionKind)


class ScriptError(ValueError):
    """A script that cannot be read; `mistakes` has a sentence for each."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_script(name: str, text: str) -> Script:
    """The script that a file holds. Raises ScriptError naming file, line, what and what to do."""
    try:
        page = parse(text)
    except TextError as error:
        raise ScriptError([f"{name}: {error}."]) from error
    if not isinstance(page, Mapped):
        raise ScriptError([f"{name}: it holds no script: write name, language, start and blocks."])
    reading = _Reading(name)
    script = reading.script(page)
    if reading.mistakes:
        raise ScriptError(reading.mistakes)
    return script


class _Reading:
    """Reads on after a mistake, so that all are told at once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.mistakes: list[str] = []

    def script(self, page: Mapped) -> Script:
        self._known(page, _SCRIPT, "the script")
        blocks = self._blocks(page)
        language = self._text(page, "language") or "en"
        if not _LANGUAGE.fullmatch(language):
            self._wrong(page.line, f"language is {language!r}: write one like en or es")
        start = self._text(page, "start") or (blocks[0].id if blocks else "")
        return Script(
            name=self._needed(page, "name"),
            language=language,
            start=start,
            blocks=blocks,
            cards=tuple(self._card(one) for one in self._maps(page, "cards")),
            identification=self._text(page, "identification"),
            paid_for_by=self._text(page, "paid_for_by"),
        )

    def _blocks(self, page: Mapped) -> tuple[Block, ...]:
        blocks = page.items.get("blocks")
        if not isinstance(blocks, Mapped) or not blocks.items:
            self._wrong(page.line, "there are no blocks: write `blocks:` and name each")
            return ()
        if len(blocks.items) > MOST_BLOCKS:
            self._wrong(blocks.line, f"there are more than {MOST_BLOCKS} blocks: make two scripts")
            return ()
        found = []
        for block_id, value in blocks.items.items():
            if not _ID.fullmatch(block_id):
                self._wrong(value.line, f"block {block_id!r}: name it in small letters, like ask_2")
            elif not isinstance(value, Mapped):
                self._wrong(value.line, f"block {block_id} must have say, question or end")
            else:
                found.append(self._block(block_id, value))
        return tuple(found)

    def _block(self, block_id: str, row: Mapped) -> Block:
        self._known(row, _BLOCK, f"block {block_id}")
        asked = row.items.get("question")
        question = self._question(asked, block_id) if isinstance(asked, Mapped) else None
        if asked is not None and question is None:
            self._wrong(asked.line, f"the question of {block_id} needs key, ask and type")
        return Block(
            id=block_id,
            line=row.line,
            title=self._text(row, "title"),
            say=self._text(row, "say"),
            points=self._texts(row, "points"),
            hint=self._text(row, "hint"),
            question=question,
            next=self._text(row, "next"),
            is_end=self._truth(row, "end"),
            result=self._word(row, "result", Disposition),
        )

    def _question(self, row: Mapped, block_id: str) -> Question:
        self._known(row, _QUESTION, f"the question of {block_id}")
        key = self._needed(row, "key")
        if key and not _ID.fullmatch(key):
            self._wrong(row.line, f"key {key!r}: name it in small letters, like support")
        kind = self._word(row, "type", QuestionKind)
        if kind is None and "type" not in row.items:
            self._wrong(row.line, f"type is missing: one of {', '.join(QuestionKind)}")
        channels = (self._one_of(row.line, "channels", Channel, one)
                    for one in self._texts(row, "channels"))  # fmt: skip
        return Question(
            key=key,
            ask=self._needed(row, "ask"),
            kind=kind or QuestionKind.TEXT,
            choices=tuple(self._choice(one) for one in self._maps(row, "choices")),
            is_required=self._truth(row, "required"),
            least=self._number(row, "least"),
            most=self._number(row, "most"),
            words=self._text(row, "words"),
            channels=tuple(one for one in channels if one is not None),
        )

    def _choice(self, row: Mapped) -> Choice:
        self._known(row, _CHOICE, "a choice")
        label = self._needed(row, "label")
        return Choice(
            value=self._text(row, "value") or label,
            label=label,
            next=self._text(row, "next"),
            result=self._word(row, "result", Disposition),
        )

    def _card(self, row: Mapped) -> Card:
        self._known(row, _CARD, "a card")
        return Card(
            title=self._needed(row, "title"),
            say=self._needed(row, "say"),
            match=self._texts(row, "match"),
        )

    def _known(self, row: Mapped, keys: tuple[str, ...], whose: str) -> None:
        for key, value in row.items.items():
            if key not in keys:
                self._wrong(value.line, f"{whose} has an unknown key, {key}: {', '.join(keys)}")

    def _needed(self, row: Mapped, key: str) -> str:
        text = self._text(row, key)
        if not text and not isinstance(row.items.get(key), Listed | Mapped):
            self._wrong(row.line, f"{key} is missing: give it")
        return text

    def _text(self, row: Mapped, key: str) -> str:
        value = row.items.get(key)
        if value is None:
            return ""
        if not isinstance(value, Scalar):
            self._wrong(value.line, f"{key} must be a text")
            return ""
        return self._fitting(value, key)

    def _fitting(self, value: Scalar, key: str) -> str:
        text = "" if value.is_nothing else value.text.strip()
        if len(text) > LONGEST_TEXT:
            self._wrong(value.line, f"{key} is longer than {LONGEST_TEXT} characters: shorten it")
            return ""
        return text

    def _texts(self, row: Mapped, key: str) -> tuple[str, ...]:
        value = row.items.get(key)
        items = value.items if isinstance(value, Listed) else () if value is None else (value,)
        texts = [self._fitting(one, key) for one in items if isinstance(one, Scalar)]
        if len(texts) < len(items):
            self._wrong(_line_of(value), f"{key} must be a list of texts")
        return tuple(text for text in texts if text)

    def _maps(self, row: Mapped, key: str) -> tuple[Mapped, ...]:
        value = row.items.get(key)
        items = value.items if isinstance(value, Listed) else () if value is None else (value,)
        maps = tuple(one for one in items if isinstance(one, Mapped))
        if len(maps) < len(items):
            self._wrong(_line_of(value), f"{key} must be a list, each with its own keys")
        return maps

    def _truth(self, row: Mapped, key: str) -> bool:
        text = self._text(row, key).lower()
        if text not in _YES + _NO:
            self._wrong(_line_of(row.items.get(key)), f"{key} is {text!r}: write true or false")
        return text in _YES

    def _number(self, row: Mapped, key: str) -> float | None:
        text = self._text(row, key)
        if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", text):
            return float(text)
        if text:
            self._wrong(_line_of(row.items.get(key)), f"{key} is {text!r}: write a number")
        return None

    def _word(self, row: Mapped, key: str, kind: type[E]) -> E | None:
        text = self._text(row, key)
        return self._one_of(_line_of(row.items.get(key)), key, kind, text) if text else None

    def _one_of(self, line: int, key: str, kind: Callable[[str], E], text: str) -> E | None:
        try:
            return kind(text)
        except ValueError:
            known = ", ".join(kind)  # type: ignore[arg-type]  # the class, which is a list of words
            self._wrong(line, f"{key} is {text!r}: write one of {known}")
            return None

    def _wrong(self, line: int, what: str) -> None:
        self.mistakes.append(f"{self._name}, line {line}: {what}.")


def _line_of(value: Value | None) -> int:
    return value.line if value is not None else 0
