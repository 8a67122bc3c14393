"""`callbank pacing why`: a decision is told in a sentence, with what it rested on."""

import argparse
from datetime import datetime

import pytest

from dialer.cli.pacing_why import _instant, told
from dialer.storage.decisions import KeptDecision, kept_figures

AT = datetime(2026, 11, 18, 18, 30).astimezone().timestamp()


def decision(**more: object) -> KeptDecision:
    usual: dict[str, object] = {
        "at": AT, "kind": "shared", "count": 2, "withdrawn": 0,
        "reason": "three will be free within a ring", "figures": {"ready": 1, "risk": 0.01234567},
    }  # fmt: skip
    return KeptDecision(**{**usual, **more})


def test_a_decision_says_what_was_done_why_and_on_what_it_rested() -> None:
    first, figures = told([decision()], AT + 1)
    assert first == (
        "2026-11-18 18:30:00.000  2 shared lines dialed: three will be free within a ring."
    )
    assert figures.split() == ["ready", "1,", "risk", "0.01235"]


def test_lines_taken_back_and_lines_not_dialed_are_told() -> None:
    (back,) = told([decision(count=0, withdrawn=1, figures={})], AT)
    assert "1 ringing line taken back: " in back
    (nothing,) = told([decision(count=0, figures={})], AT)
    assert "nothing dialed: " in nothing


def test_a_decision_from_long_before_says_that_it_still_held() -> None:
    assert "That held 600 s later as well" in list(told([decision()], AT + 600))[-1]


@pytest.mark.parametrize("text", ["2026-11-18T18:30", "2026-11-18 18:30:00"])
def test_a_time_is_understood(text: str) -> None:
    assert _instant(text) == AT


def test_a_time_of_day_is_todays() -> None:
    today = datetime.now().astimezone().replace(hour=18, minute=30, second=0, microsecond=0)
    assert _instant("18:30") == today.timestamp()


@pytest.mark.parametrize("text", ["soon", "25:00", "18-30", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no time such as"):
        _instant(text)


def test_figures_become_plain_numbers_and_words() -> None:
    kept = kept_figures({"n": 3, "share": 0.5, "far": float("inf"), "word": "theta"})
    assert kept == {"n": 3, "share": 0.5, "far": "inf", "word": "theta"}
