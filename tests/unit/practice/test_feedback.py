"""Feedback: each finding where it belongs and nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialer.domain.outcome import Disposition
from dialer.practice.feedback import Finding, feedback
from dialer.practice.rehearsal import Record, Written
from dialer.practice.voter import LONG_S, Voter
from dialer.practice.voters import ANGRY, BUSY, FRIENDLY, WRONG_NUMBER
from dialer.script.reading import read_script

SCRIPT = read_script(
    "demo", (Path(__file__).parents[3] / "dialer/demo/script.yaml").read_text(encoding="utf-8")
)
TRAIL = ("hello", "support", "goodbye")
QUESTIONS = [
    block.question for block in SCRIPT.blocks if block.id in TRAIL and block.question is not None
]
WRITTEN = Written(
    trail=TRAIL,
    answers={question.key: "yes" for question in QUESTIONS},
    result=Disposition.SUPPORTS,
)


def record(**changes: object) -> Record:
    """A good call."""
    its = Record(began_at=0.0, person_s=8.0, first_wait_s=0.8, has_person_ended=True)
    its.spoken = [("hello", 6.0), ("speaking", 3.0)]
    return replace(its, **changes)


def test_the_script_has_what_these_tests_are_about() -> None:
    assert QUESTIONS
    assert SCRIPT.identification
    last = SCRIPT.block(TRAIL[-1])
    assert last is not None and last.is_end


def test_a_good_call_has_nothing_to_do_better() -> None:
    told = feedback(FRIENDLY, record(), WRITTEN, SCRIPT)
    assert (told.findings, told.has_passed, told.answers_missed) == ((), True, ())
    assert told.talk_share == pytest.approx(9 / 17)


@pytest.mark.parametrize(
    ("changes", "finding", "passes"),
    [
        ({"spoken": []}, Finding.SILENT, False),
        ({"first_wait_s": 2.5}, Finding.LATE, True),
        ({"spoken": [("hello", 0.8), ("speaking", 1.0)]}, Finding.NOT_IDENTIFIED, False),
        ({"cut_offs": 1}, Finding.TALKED_OVER, True),
        ({"spoken": [("hello", 60.0)]}, Finding.TALKED_MOST, True),
        ({"has_person_ended": False}, Finding.HUNG_UP, False),
    ],
)
def test_how_it_was_spoken_is_told(
    changes: dict[str, object], finding: Finding, passes: bool
) -> None:
    told = feedback(FRIENDLY, record(**changes), WRITTEN, SCRIPT)
    assert told.findings == (finding,)
    assert told.has_passed is passes


@pytest.mark.parametrize(
    ("written", "finding"),
    [
        (replace(WRITTEN, result=None), Finding.NO_RESULT),
        (replace(WRITTEN, result=Disposition.DO_NOT_CALL), Finding.OTHER_RESULT),
        (replace(WRITTEN, answers={}), Finding.ANSWERS_MISSED),
        (replace(WRITTEN, trail=TRAIL[:2]), Finding.NOT_FINISHED),
    ],
)
def test_what_was_written_down_is_looked_at(written: Written, finding: Finding) -> None:
    assert feedback(FRIENDLY, record(), written, SCRIPT).findings == (finding,)


def test_long_words_to_somebody_who_wants_to_be_left_alone_are_arguing() -> None:
    written = Written(answers={}, result=Disposition.DO_NOT_CALL)
    spoken = [("hello", 4.0), ("stop", 2.0)]
    assert feedback(ANGRY, record(spoken=spoken), written, SCRIPT).has_passed
    spoken = [("hello", 4.0), ("stop", LONG_S + 1)]
    told = feedback(ANGRY, record(spoken=spoken), written, SCRIPT)
    assert told.findings == (Finding.ARGUED,)


@pytest.mark.parametrize(
    ("voter", "result"),
    [(BUSY, Disposition.CALL_BACK), (WRONG_NUMBER, Disposition.WRONG_NUMBER)],
)
def test_who_has_no_time_for_the_script_is_not_asked_its_questions(
    voter: Voter, result: Disposition
) -> None:
    written = Written(trail=["hello"], answers={}, result=result)
    told = feedback(voter, record(spoken=[("hello", 6.0)]), written, SCRIPT)
    assert told.has_passed
    assert not told.answers_missed


def test_without_a_script_there_is_nothing_to_miss() -> None:
    written = Written(answers={}, result=Disposition.LEANS)
    assert feedback(FRIENDLY, record(), written, None).has_passed
