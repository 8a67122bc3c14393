"""What a question takes as its answer, and in which form it is kept.

| kind | value (JSON) |
|---|---|
| single, shift | a choice's value |
| multiple | a list of choices' values, each once |
| number, pledge | a number; of money with two decimals at most, and never below 0 |
| date_time | `2026-11-03T18:30`, in the person's zone |
| text | a text |
| vote_plan | any of `{"when": text, "how": "in_person", "early" or "mail", "where": text}` |
| consent | `{"given": true or false}`; the words are the question's, by the script's version |
| follow_up | `{"channel": one that is offered, "at": text, "may_visit": true or false}` |
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn

from dialer.script.language import Channel, Question, QuestionKind

LONGEST_ANSWER = 4_000
"""Characters of a text: a long paragraph, not a book."""

LONGEST_LINE = 200

WAYS_TO_VOTE = ("in_person", "early", "mail")

_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")


class AnswerError(ValueError):
    """An answer that the question does not take; the message is a sentence for the volunteer."""


def checked(question: Question, value: object) -> object:
    """The answer as it is kept. Raises AnswerError."""
    return _CHECKS[question.kind](question, value)


def _single(question: Question, value: object) -> object:
    if not isinstance(value, str) or question.choice(value) is None:
        _refuse(question, f"takes one of {_offered(question)}")
    return value


def _multiple(question: Question, value: object) -> object:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        _refuse(question, "takes a list of choices")
    if len(set(value)) < len(value) or any(question.choice(one) is None for one in value):
        _refuse(question, f"takes each of {_offered(question)} at most once")
    return value


def _number(question: Question, value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        _refuse(question, "takes a number")
    if question.least is not None and value < question.least:
        _refuse(question, f"takes no number below {question.least:g}")
    if question.most is not None and value > question.most:
        _refuse(question, f"takes no number above {question.most:g}")
    return value


def _pledge(question: Question, value: object) -> object:
    amount = _number(question, value)
    assert isinstance(amount, int | float)
    if amount < 0 or round(amount, 2) != amount:
        _refuse(question, "takes an amount of money, like 25 or 12.50")
    return amount


def _date_time(question: Question, value: object) -> object:
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value) or not _is_date(value):
        _refuse(question, "takes a day and a time, like 2026-11-03T18:30")
    return value


def _text(question: Question, value: object) -> object:
    return _line(question, value, LONGEST_ANSWER)


def _vote_plan(question: Question, value: object) -> object:
    plan = _mapping(question, value, ("when", "how", "where"))
    if "how" in plan and plan["how"] not in WAYS_TO_VOTE:
        _refuse(question, f"takes {', '.join(WAYS_TO_VOTE)} as how to vote")
    kept = {key: _line(question, plan[key], LONGEST_LINE) for key in plan}
    return kept or _refuse(question, "takes when, how or where")


def _consent(question: Question, value: object) -> object:
    said = _mapping(question, value, ("given",))
    if not isinstance(said.get("given"), bool):
        _refuse(question, "takes yes or no")
    return dict(said)


def _follow_up(question: Question, value: object) -> object:
    wish = _mapping(question, value, ("channel", "at", "may_visit"))
    offered = question.channels or tuple(Channel)
    if wish.get("channel") not in offered:
        _refuse(question, f"takes one of {', '.join(offered)} as the channel")
    if "at" in wish:
        _line(question, wish["at"], LONGEST_LINE)
    if not isinstance(wish.get("may_visit", False), bool):
        _refuse(question, "takes yes or no to a visit")
    return dict(wish)


_CHECKS: Mapping[QuestionKind, Callable[[Question, object], object]] = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE_TIME: _date_time,
    QuestionKind.TEXT: _text,
    QuestionKind.PLEDGE: _pledge,
    QuestionKind.SHIFT: _single,
    QuestionKind.VOTE_PLAN: _vote_plan,
    QuestionKind.CONSENT: _consent,
    QuestionKind.FOLLOW_UP: _follow_up,
}


def _line(question: Question, value: object, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(question, "takes a text that is not empty")
    if len(value) > longest:
        _refuse(question, f"takes at most {longest:,} characters")
    if any(not (one.isprintable() or one in "\n\t") for one in value):
        _refuse(question, "takes no control characters")
    return value.strip()


def _mapping(question: Question, value: object, keys: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, dict) or not set(value) <= set(keys):
        _refuse(question, f"takes {', '.join(keys)}")
    return {key: one for key, one in value.items() if one is not None}


def _offered(question: Question) -> str:
    return ", ".join(choice.value for choice in question.choices)


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _refuse(question: Question, what: str) -> NoReturn:
    raise AnswerError(f"The question {question.key} {what}.")
