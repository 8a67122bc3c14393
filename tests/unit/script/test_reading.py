"""A script's YAML as blocks, questions and cards, and every mistake with its line."""

from pathlib import Path

import pytest

from dialer.domain.outcome import Disposition
from dialer.script.language import Channel, QuestionKind
from dialer.script.reading import LONGEST_TEXT, MOST_BLOCKS, ScriptError, read_script

SHIPPED = Path(__file__).parents[3] / "dialer" / "demo" / "script.yaml"

SMALL = """
name: Small
blocks:
  hello:
    say: Hi
    question:
      key: support
      ask: Will you?
      type: single
      choices:
        - {value: yes, label: Yes, next: bye, result: supports}
        - {label: No, next: bye}
  bye: {say: Bye, end: true}
cards:
  - {title: Who?, say: We, match: [who]}
"""


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(ScriptError) as raised:
        read_script("small.yaml", text)
    return raised.value.mistakes


def test_a_small_script_is_read_whole() -> None:
    script = read_script("small.yaml", SMALL)
    hello, bye = script.blocks
    question = hello.question
    assert question is not None
    assert (script.name, script.language, script.start) == ("Small", "en", "hello")
    assert (question.key, question.kind) == ("support", QuestionKind.SINGLE)
    assert [choice.value for choice in question.choices] == ["yes", "No"]
    assert question.choices[0].result is Disposition.SUPPORTS
    assert bye.is_end
    assert script.cards[0].match == ("who",)


def test_a_word_like_yes_stays_the_text_that_was_written() -> None:
    question = read_script("small.yaml", SMALL).question("support")
    assert question is not None
    assert question.choice("yes") is not None


def test_the_shipped_script_uses_every_kind_that_it_shows() -> None:
    script = read_script("script.yaml", SHIPPED.read_text(encoding="utf-8"))
    kinds = {block.question.kind for block in script.blocks if block.question}
    assert kinds >= {QuestionKind.CONSENT, QuestionKind.FOLLOW_UP, QuestionKind.SHIFT}
    consent = script.question("text_consent")
    assert consent is not None
    assert consent.channels == (Channel.TEXT,)


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = SMALL.replace("type: single", "type: singel").replace("say: Bye", "sai: Bye")
    found = mistakes(text)
    assert len(found) == 2
    assert found[0].startswith("small.yaml, line 9: type is 'singel': write one of single,")
    assert "line 13: block bye has an unknown key, sai" in found[1]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "it holds no script"),
        ("name: X", "there are no blocks"),
        ("name: X\nblocks: {a b: {say: x}}", "name it in small letters"),
        ("name: X\nblocks: {a: hello}", "block a must have say, question or end"),
        ("name: X\nblocks: {a: {question: what}}", "the question of a needs key, ask and type"),
        ("name: X\nblocks: {a: {question: {key: k, ask: a}}}", "type is missing"),
        ("name: X\nblocks: {a: {end: perhaps}}", "write true or false"),
        ("name: X\nblocks: {a: {say: [x]}}", "say must be a text"),
        ("name: X\nblocks: {a: {points: {x: y}}}", "points must be a list of texts"),
        ("blocks: {a: {say: x, end: true}}", "name is missing: give it"),
        ("name: X\nlanguage: English\nblocks: {a: {end: true}}", "write one like en or es"),
        ("name: [\n", "is not YAML"),
        ("name: X\nname: Y", "gives name a second time"),
        (f"name: X\nblocks: {{a: {{say: {'x' * (LONGEST_TEXT + 1)}}}}}", "shorten it"),
        ("name: X\nblocks: {a: {question: {key: K, ask: a, type: text}}}", "small letters"),
        ("name: X\nblocks: {a: {question: {key: k, ask: a, type: number, least: x}}}", "a number"),
        ("name: X\nblocks: {a: {say: x}}\ncards: [who]", "cards must be a list"),
    ],
)
def test_a_mistake_says_what_to_do(text: str, what: str) -> None:
    assert any(what in one for one in mistakes(text)), mistakes(text)


def test_a_script_beyond_all_measure_is_refused() -> None:
    blocks = "\n".join(f"  b{number}: {{end: true}}" for number in range(MOST_BLOCKS + 1))
    assert "make two scripts" in mistakes(f"name: X\nblocks:\n{blocks}\n")[0]
