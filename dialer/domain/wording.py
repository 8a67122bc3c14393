"""Words that are spoken by a machine: which words they were, and what callers are told.

A *version* stands for one exact text, so that an auditor finds the sound that somebody heard.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

VERSION_DIGITS = 16


@lru_cache(maxsize=256)
def version_of(words: str) -> str:
    """The version of a text; empty for no text."""
    return hashlib.sha256(words.encode()).hexdigest()[:VERSION_DIGITS] if words else ""


def inbound_words(callers: Sequence[str]) -> str:
    """What somebody hears who calls the number that these callers show."""
    known = list(dict.fromkeys(name for name in callers if name))
    who = f"You have reached {' and '.join(known)}. " if known else ""
    return (
        f"Hello. {who}We called you from this number. Nobody is free to talk to you now. "
        "To not be called again, press 9."
    )
