"""Which answers a question takes, and which way they lead."""

import pytest

from dialer.script.answer import LONGEST_ANSWER, AnswerError, checked
from dialer.script.language import Channel, Choice, Question, QuestionKind
from dialer.script.reading import read_script
from dialer.script.walk import way

CHOICES = (Choice(value="a", label="A"), Choice(value="b", label="B"))


def asked(kind: QuestionKind) -> Question:
    return Question(
        key="k",
        ask="?",
        kind=kind,
        choices=CHOICES,
        least=-1 if kind is QuestionKind.PLEDGE else 1,
        most=10,
        channels=(Channel.TEXT, Channel.EMAIL),
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("single", "a"),
        ("shift", "b"),
        ("multiple", []),
        ("multiple", ["b", "a"]),
        ("number", 1),
        ("number", 9.5),
        ("pledge", 2.5),
        ("date_time", "2026-11-03T18:30"),
        ("text", "línea\nother"),
        ("vote_plan", {"how": "mail"}),
        ("vote_plan", {"when": "at noon", "how": "early", "where": "the school"}),
        ("consent", {"given": False}),
        ("follow_up", {"channel": "text"}),
        ("follow_up", {"channel": "email", "at": "evenings", "may_visit": True}),
    ],
)
def test_a_fitting_answer_is_kept_as_it_is(kind: str, value: object) -> None:
    assert checked(asked(QuestionKind(kind)), value) == value


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("single", "c", "takes one of a, b"),
        ("single", ["a"], "takes one of a, b"),
        ("shift", None, "takes one of a, b"),
        ("multiple", ["a", "a"], "at most once"),
        ("multiple", ["c"], "at most once"),
        ("multiple", "a", "a list of choices"),
        ("multiple", [["a"]], "a list of choices"),
        ("number", 0, "below 1"),
        ("number", 11, "above 10"),
        ("number", "5", "takes a number"),
        ("number", True, "takes a number"),
        ("number", float("nan"), "takes a number"),
        ("number", float("inf"), "takes a number"),
        ("pledge", -1, "an amount of money"),
        ("pledge", 2.555, "an amount of money"),
        ("date_time", "2026-13-03T18:30", "a day and a time"),
        ("date_time", "tomorrow", "a day and a time"),
        ("date_time", 5, "a day and a time"),
        ("text", " ", "not empty"),
        ("text", "x" * (LONGEST_ANSWER + 1), "at most 4,000 characters"),
        ("text", "x\x00", "no control characters"),
        ("vote_plan", {"how": "by horse"}, "as how to vote"),
        ("vote_plan", {}, "takes when, how or where"),
        ("vote_plan", {"who": "me"}, "takes when, how, where"),
        ("consent", {"given": "yes"}, "yes or no"),
        ("consent", {}, "yes or no"),
        ("follow_up", {"channel": "letter"}, "text, email as the channel"),
        ("follow_up", {"channel": "text", "may_visit": 1}, "to a visit"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_a_sentence(
    kind: str, value: object, why: str
) -> None:
    with pytest.raises(AnswerError, match=r"^The question k .*\.$") as raised:
        checked(asked(QuestionKind(kind)), value)
    assert why in str(raised.value)


SCRIPT = read_script(
    "x.yaml",
    """
name: X
blocks:
  one:
    question: {key: q1, ask: 1, type: single, required: true,
               choices: [{value: a, label: A, next: two}, {value: b, label: B}]}
    next: end
  two:
    question: {key: q2, ask: 2, type: multiple, choices: [{value: a, label: A}]}
    next: one_more
  one_more: {question: {key: q3, ask: 3, type: shift, choices: [{label: S, next: one}]}, next: end}
  end: {say: Bye, end: true}
""",
)


@pytest.mark.parametrize(
    ("answers", "blocks"),
    [
        ({}, "one"),
        ({"q1": "b"}, "one end"),
        ({"q1": "a"}, "one two one_more end"),
        ({"q1": "a", "q2": ["a"]}, "one two one_more end"),
        ({"q1": "a", "q3": "S"}, "one two one_more"),  # back to the first block: no circle
        ({"q1": "gone"}, "one end"),
    ],
)
def test_answers_lead_their_way(answers: dict[str, object], blocks: str) -> None:
    assert " ".join(block.id for block in way(SCRIPT, answers)) == blocks
