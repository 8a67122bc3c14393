"""What is found wrong with scripts that can be read."""

from pathlib import Path

import pytest

from dialer.domain.campaign import Purpose
from dialer.script.check import faults
from dialer.script.reading import read_script

SHIPPED = Path(__file__).parents[3] / "dialer" / "demo" / "script.yaml"

SOUND = """
name: Sound
identification: "I'm {volunteer} with Us."
paid_for_by: Paid for by Us.
start: hello
blocks:
  hello:
    say: "Hi {first_name|there}. I'm {volunteer}
      with Us."
    question:
      key: support
      ask: Will you?
      type: single
      required: true
      choices: [{value: a, label: A, next: bye}, {value: b, label: B, next: why}]
  why:
    question: {key: why, ask: Why?, type: text}
    next: bye
  bye: {say: Paid for by Us., end: true}
"""


def found(text: str, purpose: Purpose = Purpose.POLITICAL) -> list[str]:
    return [str(fault) for fault in faults(read_script("x.yaml", text), purpose)]


def errors(text: str, purpose: Purpose = Purpose.POLITICAL) -> list[str]:
    script = read_script("x.yaml", text)
    return [str(fault) for fault in faults(script, purpose) if fault.is_error]


def test_a_sound_script_has_no_faults() -> None:
    assert found(SOUND) == []


def test_the_shipped_script_has_no_faults() -> None:
    assert found(SHIPPED.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("start: hello", "start: hullo", "it starts with hullo, which is no block"),
        ("next: why}", "next: wy}", "hello (line 8): it leads to wy, which is no block."),
        ("next: why}", "next: bye}", "why (line 17): nothing leads here: link it or take it out."),
        ("    next: bye\n", "", "it leads nowhere: give it `next`, or `end: true`"),
        ("    next: bye\n", "    next: hello\n", None),  # a circle with a way out
        ("bye: {say: Paid for by Us., end: true}", "bye: {say: Paid for by Us., next: hello}",
         "no way from here comes to an end"),
        ("end: true", "end: true, next: hello", "it is an end but leads on"),
        ("      required: true\n", "", "no answer to support leads nowhere"),
        ("label: B, next: why", "label: B", "B leads nowhere: give the choice or the block `next`"),
        ("key: why", "key: support", "hello asks for support too"),
        ("[{value: a, label: A, next: bye}, {value: b, label: B, next: why}]", "[]",
         "support is single and offers no choices"),
        ("value: b", "value: a", "support offers a twice"),
        ("type: text}", "type: text, choices: [{label: x}]}", "nothing reads its choices"),
        ("type: text}", "type: consent, channels: [text]}", "without `words`"),
        ("type: text}", "type: consent, words: May we?}", "for which `channels`"),
        ("type: text}", "type: number, least: 5, most: 1}", "a least that is above its most"),
        ("type: text}", "type: multiple, choices: [{label: x, next: bye}]}",
         "none of them can have a `next`"),
        ("{first_name|there}", "{first_name}", "{first_name} has no fallback"),
        ("{first_name|there}", "{firstname|there}", "{firstname} is no field"),
        ("{first_name|there}", "{custom.}", "{custom.} is no field"),
        ("{first_name|there}", "{first_name|there", "a brace is alone"),
        ("identification: \"I'm {volunteer} with Us.\"\n", "", "`identification` is missing"),
        ("Hi {first_name|there}. I'm", "Hi {first_name|there}. It's",
         "does not say the identification word for word"),
        ("paid_for_by: Paid for by Us.\n", "", "`paid_for_by` is missing"),
        ("bye: {say: Paid", "bye: {say: Payed", "no block says the paid-for line word for word"),
        ("    question: {key: why, ask: Why?, type: text}\n", "", "there is nothing to say here"),
    ],
)  # fmt: skip
def test_a_fault_is_found_and_says_where_and_what(old: str, new: str, what: str | None) -> None:
    assert SOUND.count(old) >= 1
    told = errors(SOUND.replace(old, new))
    assert told == [] if what is None else any(what in one for one in told), told


def test_a_column_of_the_list_can_be_said_with_a_fallback() -> None:
    assert found(SOUND.replace("{first_name|there}", "{custom.pet|friend}")) == []


def test_only_calls_about_votes_need_a_paid_for_line() -> None:
    silent = SOUND.replace("paid_for_by: Paid for by Us.\n", "")
    assert errors(silent, Purpose.SURVEY) == []


def test_an_end_before_the_paid_for_line_is_warned_of() -> None:
    quick = SOUND.replace("next: why}", "next: why}, {value: c, label: C, next: off}")
    quick += "  off: {say: Bye., end: true}\n"
    assert errors(quick) == []
    assert found(quick) == ["the script: a call can end before the paid-for line is said."]
