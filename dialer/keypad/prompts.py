"""What is said to volunteers without a screen, each language in one file of prompts/.

A prompt is found by its word; every language has all of them. A file is YAML: word and sentence,
and below `languages` what each language is called.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from dialer.domain.language import Language
from dialer.yaml_text import Mapped, Scalar, parse

FOLDER = Path(__file__).parent / "prompts"
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
USUAL = "en"


class Prompt(StrEnum):
    """The word of each prompt."""

    CODE = "code"
    WRONG_CODE = "wrong_code"
    LANGUAGE = "language"
    PIN = "pin"
    WRONG_PIN = "wrong_pin"
    GOODBYE = "goodbye"
    TRY_LATER = "try_later"
    LINK_OVER = "link_over"
    BRIEFING = "briefing"
    CONDUCT = "conduct"
    AGREE = "agree"
    APPROVAL = "approval"
    OPENING = "opening"
    BEGIN = "begin"
    HAND_OVER = "hand_over"
    HANDED_OVER = "handed_over"
    WITH_SCREEN = "with_screen"
    NEXT = "next"
    OUTCOME = "outcome"
    MORE_OUTCOMES = "more_outcomes"
    WHICH_LANGUAGE = "which_language"
    ANOTHER_LANGUAGE = "another_language"
    SAVED = "saved"
    NOTHING_TO_CORRECT = "nothing_to_correct"
    NOT_SAVED = "not_saved"
    REPORTED = "reported"
    NOTHING_TO_REPORT = "nothing_to_report"
    BREAK = "break"
    PAGE_CODE = "page_code"


def words(language: str, prompt: Prompt) -> str:
    """The prompt's words, in that language or else the usual one."""
    return read(language if language in LANGUAGES else USUAL)[prompt]


@lru_cache(maxsize=8)
def read(language: str) -> Mapping[str, str]:
    """All prompts of a language, by their words."""
    return _sentences(_page(language))


def language_name(language: str, named: Language) -> str:
    """What a language is called, in that language or else the usual one."""
    return _names(language if language in LANGUAGES else USUAL)[named]


@lru_cache(maxsize=8)
def _names(language: str) -> Mapping[str, str]:
    named = _page(language).items["languages"]
    assert isinstance(named, Mapped)
    return _sentences(named)


def _page(language: str) -> Mapped:
    page = parse((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    assert isinstance(page, Mapped)
    return page


def _sentences(page: Mapped) -> Mapping[str, str]:
    return {
        word: said.text.strip() for word, said in page.items.items() if isinstance(said, Scalar)
    }
