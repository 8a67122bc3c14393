"""Which language a person wants to be called in, asked by voice and told by a key.

Those that somebody here speaks are keys 1 to 8, as on the page they are one tap away; any other one
is 9. What was offered stands in the step, because whoever is at work may change meanwhile. Read by
shift.py.
"""

from collections.abc import Iterable

from dialer.domain.language import Language, known
from dialer.keypad.prompts import language_name

ASKED = "speaks"
"""What the step begins with."""

ANOTHER = "9"
MOST_OFFERED = 8


def offered(spoken: Iterable[str], his: str) -> tuple[Language, ...]:
    """Those of the spoken ones that are worth a key: the volunteer's own was just tried."""
    return tuple(one for one in known(spoken) if one != his)[:MOST_OFFERED]


def step_of(languages: Iterable[Language]) -> str:
    """The step in which these are offered."""
    return f"{ASKED}:{'.'.join(languages)}"


def told(step: str, key: str) -> Language | None:
    """Which one the key means, or None: none."""
    if key == ANOTHER:
        return Language.OTHER
    its = known(step.split(":")[1].split("."))
    return dict(zip(map(str, range(1, MOST_OFFERED + 1)), its, strict=False)).get(key)


def menu(languages: Iterable[Language], his: str) -> str:
    """The keys and what they mean, in the volunteer's language."""
    keys = enumerate(languages, start=1)
    return " ".join(f"{key}, {language_name(his, one)}." for key, one in keys)
