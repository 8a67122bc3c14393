"""The code of conduct: what volunteers agree to before their first call, and a checklist to tick.

YAML like a script: `language`, `title`, `rules` (a list of sentences), `checklist` (the same).
"""

from dataclasses import dataclass

from dialer.script.reading import ScriptError
from dialer.yaml_text import Listed, Mapped, Scalar, TextError, parse

LONGEST_LINE = 400
MOST_LINES = 40

_KEYS = ("language", "title", "rules", "checklist")


@dataclass(frozen=True, kw_only=True, slots=True)
class Conduct:
    """A code of conduct in one language."""

    language: str
    title: str
    rules: tuple[str, ...]
    checklist: tuple[str, ...] = ()  # all of it must be ticked


def read_conduct(name: str, text: str) -> Conduct:
    """The code that a file holds. Raises ScriptError naming file, line, what and what to do."""
    try:
        page = parse(text)
    except TextError as error:
        raise ScriptError([f"{name}: {error}."]) from error
    if not isinstance(page, Mapped):
        raise ScriptError([f"{name}: it holds no code of conduct: write title and rules."])
    mistakes = [
        f"{name}, line {value.line}: {key} is not known: use {', '.join(_KEYS)}."
        for key, value in page.items.items()
        if key not in _KEYS
    ]
    lines = {key: _lines(name, page, key, mistakes) for key in _KEYS}
    if not lines["title"] or not lines["rules"]:
        mistakes.append(f"{name}: a code of conduct needs a title and rules.")
    if mistakes:
        raise ScriptError(mistakes)
    return Conduct(
        language=lines["language"][0] if lines["language"] else "en",
        title=lines["title"][0],
        rules=lines["rules"],
        checklist=lines["checklist"],
    )


def _lines(name: str, page: Mapped, key: str, mistakes: list[str]) -> tuple[str, ...]:
    value = page.items.get(key)
    if value is None:
        return ()
    items = value.items if isinstance(value, Listed) else (value,)
    texts = tuple(one.text.strip() for one in items if isinstance(one, Scalar))
    if len(texts) < len(items) or len(texts) > MOST_LINES:
        mistakes.append(
            f"{name}, line {value.line}: {key} must be at most {MOST_LINES} plain sentences."
        )
    if any(not 0 < len(text) <= LONGEST_LINE for text in texts):
        mistakes.append(
            f"{name}, line {value.line}: each of {key} has 1 to {LONGEST_LINE} characters."
        )
    return texts
