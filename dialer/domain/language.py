"""Languages that people on the line speak: which are told apart, and where nobody knows.

A *wish* is the language in which a person wants to be called; a volunteer heard it. Read by the
engine, storage and web; names for people are made where they are shown.
"""

from collections.abc import Iterable
from enum import StrEnum


class Language(StrEnum):
    """ISO 639-1 codes of those that phone banks meet most, and one for all others."""

    ENGLISH = "en"
    SPANISH = "es"
    AMHARIC = "am"
    ARABIC = "ar"
    BENGALI = "bn"
    CHINESE = "zh"
    FRENCH = "fr"
    GERMAN = "de"
    GUJARATI = "gu"
    HAITIAN = "ht"
    HINDI = "hi"
    ITALIAN = "it"
    JAPANESE = "ja"
    KOREAN = "ko"
    PERSIAN = "fa"
    POLISH = "pl"
    PORTUGUESE = "pt"
    PUNJABI = "pa"
    RUSSIAN = "ru"
    SOMALI = "so"
    TAGALOG = "tl"
    UKRAINIAN = "uk"
    URDU = "ur"
    VIETNAMESE = "vi"
    OTHER = "other"  # of a wish: another one, or nobody knows which; nobody speaks it


SPOKEN = tuple(language for language in Language if language is not Language.OTHER)
"""What a volunteer may say that he speaks."""


def known(codes: Iterable[str]) -> tuple[Language, ...]:
    """Those of the codes that are told apart, each once, in the order of `Language`."""
    given = set(codes)
    return tuple(language for language in SPOKEN if language in given)
