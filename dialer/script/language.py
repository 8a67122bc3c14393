"""The nouns of a script: blocks that are shown one at a time, questions, cards.

A *block* is what is on the volunteer's screen: what to say, talking points, a hint, at most one
question, and where to go from there. A *card* helps with what people say at any moment. `reading`
makes scripts of YAML, `check` finds what is wrong with them, `walk` follows one, `answer` says
what a question takes.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.outcome import Disposition


class QuestionKind(StrEnum):
    """What is asked for; `answer` says which values each takes."""

    SINGLE = "single"  # one of the choices
    MULTIPLE = "multiple"  # any of the choices
    NUMBER = "number"
    DATE_TIME = "date_time"  # in the person's own zone
    TEXT = "text"
    PLEDGE = "pledge"  # an amount of money
    SHIFT = "shift"  # one of the shifts or events that are offered
    VOTE_PLAN = "vote_plan"  # when, how and where
    CONSENT = "consent"  # yes or no to the exact words that were read
    FOLLOW_UP = "follow_up"  # channel, time, and whether somebody may come by


TAKES_ONE_CHOICE = frozenset({QuestionKind.SINGLE, QuestionKind.SHIFT})
"""Whose answer can decide where the script goes."""


class Channel(StrEnum):
    """How somebody wants to hear from us again."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One answer that can be tapped. An empty `next` follows the block's own."""

    value: str
    label: str
    next: str = ""
    result: Disposition | None = None  # what the choice makes the call's result, if anything


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a block asks. `key` names the answer for good: a later version of the script that asks
    the same keeps the key."""

    key: str
    ask: str
    kind: QuestionKind
    choices: tuple[Choice, ...] = ()  # single, multiple, shift
    is_required: bool = False
    least: float | None = None  # number, pledge
    most: float | None = None
    words: str = ""  # consent: exactly what is read out
    channels: tuple[Channel, ...] = ()  # consent: for what; follow_up: which are offered

    def choice(self, value: str) -> Choice | None:
        """The choice of that value."""
        return next((one for one in self.choices if one.value == value), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """What is shown at one time."""

    id: str
    line: int  # in the file, for complaints
    title: str = ""
    say: str = ""
    points: tuple[str, ...] = ()  # talking points
    hint: str = ""  # how to be kind here
    question: Question | None = None
    next: str = ""
    is_end: bool = False
    result: Disposition | None = None  # suggested when this block is reached

    def ways(self) -> tuple[str, ...]:
        """Where it can lead, in the order written."""
        choices = self.question.choices if self.question else ()
        return tuple(dict.fromkeys(one for one in (*(c.next for c in choices), self.next) if one))


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """If they say so, say this."""

    title: str
    say: str
    match: tuple[str, ...] = ()  # words that find it


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A whole script in one language."""

    name: str
    language: str
    start: str
    blocks: tuple[Block, ...]
    cards: tuple[Card, ...] = ()
    identification: str = ""  # who calls; said in the first block
    paid_for_by: str = ""  # said before the end where votes are asked for

    def block(self, block_id: str) -> Block | None:
        """The block of that id."""
        return next((one for one in self.blocks if one.id == block_id), None)

    def question(self, key: str) -> Question | None:
        """The question whose answers have that key."""
        asked = (block.question for block in self.blocks if block.question is not None)
        return next((question for question in asked if question.key == key), None)
