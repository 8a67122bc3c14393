"""What a volunteer's click writes down: an answer, a note, a flag.

Each click has an id that the page gives it, so that one that is sent again is kept once. The web
makes clicks of requests, storage keeps them.
"""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_NOTE = 4_000
"""Characters: a page of handwriting."""

CORRECTABLE_S = 600.0
"""How long after a call what was written down of it can still be changed."""


class FlagReason(StrEnum):
    """Why a call should be looked at."""

    THREAT = "threat"
    SELF_HARM = "self_harm"
    HARASSMENT = "harassment"
    MEDIA = "media"
    LEGAL = "legal"
    FRAUD = "fraud"
    SCRIPT = "script"  # something is wrong with the script
    OTHER = "other"


class SkipReason(StrEnum):
    """Why a volunteer does not have somebody dialed whom he was shown."""

    KNOWS_THEM = "knows_them"
    WRONG_DATA = "wrong_data"  # what is shown of the person cannot be right
    LANGUAGE = "language"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Click:
    """`at` is the page's clock, in seconds since the epoch; it orders one page's clicks."""

    id: str  # a UUID
    agent_id: int
    attempt_id: str
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OfPerson(Click):
    """About a person: who was called, or the one of his household whose lead is named."""

    lead_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered(OfPerson):
    """An answer was tapped or typed; None takes it back."""

    script_version: str
    question: str
    value: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted(OfPerson):
    """Words about the person."""

    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Flagged(Click):
    """The call should be looked at."""

    reason: FlagReason
    words: str = ""


class ClickError(ValueError):
    """A click that cannot be kept. `reason` is a word for programs, the message a sentence."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
