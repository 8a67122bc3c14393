"""What counts as abandoned, and how the share is reckoned."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance.abandonment import (
    AnsweredCall,
    Standing,
    is_abandoned,
    is_within_limit,
    legal_clock,
    over_dial_allowed,
    standing,
    us_rate,
    with_machine_errors,
)
from dialer.domain.budget import BudgetWindow

ANSWER = 1_784_131_200.123457
GREETED = ANSWER + 1.4


def call(**changes: Any) -> AnsweredCall:  # noqa: ANN401 - any field of a call
    fields: dict[str, Any] = {
        "answered_at": ANSWER,
        "greeting_ended_at": GREETED,
        "connected_at": None,
        "ended_at": GREETED + 30.0,
    }
    return AnsweredCall(**(fields | changes))


def test_the_clock_runs_from_the_end_of_the_greeting() -> None:
    assert legal_clock(100.0, 101.5) == 103.5


def test_without_speech_the_clock_runs_from_the_answer() -> None:
    assert legal_clock(100.0, None) == 102.0
    assert legal_clock(100.0, 99.0) == 102.0  # noise before the answer is no greeting


@pytest.mark.parametrize(
    ("delay_s", "expected"),
    [
        (0.0, Standing.CONNECTED),
        (1.9, Standing.CONNECTED),
        (2.0, Standing.CONNECTED),
        (2.000001, Standing.LATE),
        (2.1, Standing.LATE),
    ],
)
def test_an_agent_may_come_two_seconds_after_the_greeting_and_no_later(
    delay_s: float, expected: Standing
) -> None:
    assert standing(call(connected_at=GREETED + delay_s)) is expected


@given(st.integers(10**15, 2 * 10**15), st.integers(0, 5 * 10**6), st.integers(1999990, 2000010))
def test_float_sums_never_move_a_call_over_the_line(
    answer_us: int, greeting_us: int, delay_us: int
) -> None:
    ended = (answer_us + greeting_us) / 1e6
    connected = (answer_us + greeting_us + delay_us) / 1e6
    judged = standing(
        call(answered_at=answer_us / 1e6, greeting_ended_at=ended, connected_at=connected)
    )
    assert judged is (Standing.CONNECTED if delay_us <= 2_000_000 else Standing.LATE)


def test_an_agent_who_comes_during_the_greeting_is_in_time() -> None:
    assert standing(call(connected_at=ANSWER + 0.05)) is Standing.CONNECTED


def test_a_late_connection_is_abandonment_however_long_they_talk() -> None:
    assert is_abandoned(call(connected_at=GREETED + 2.6, ended_at=GREETED + 600.0))


def test_the_message_does_not_mend_an_abandoned_call() -> None:  # case R03
    assert is_abandoned(call(message_started_at=GREETED + 1.8))
    assert is_abandoned(call(message_started_at=GREETED + 1.8, ended_at=GREETED + 1.9))


def test_who_hangs_up_before_the_clock_runs_out_is_held_against_us_only_strictly() -> None:  # R05
    left = call(ended_at=GREETED + 1.2)
    assert standing(left) is Standing.LEFT_EARLY
    assert not is_abandoned(left)
    assert is_abandoned(left, strict=True)


def test_who_hangs_up_when_the_clock_has_run_out_was_abandoned() -> None:
    assert is_abandoned(call(ended_at=GREETED + 2.0))
    assert is_abandoned(call(ended_at=GREETED + 2.5))


def test_hanging_up_on_somebody_is_abandonment_at_any_time() -> None:
    assert is_abandoned(call(ended_at=GREETED + 0.1, was_hung_up_by_us=True))


def test_machines_are_in_neither_count() -> None:
    for machine in (call(was_machine=True), call(was_machine=True, connected_at=GREETED + 9.0)):
        assert standing(machine) is Standing.NOT_A_PERSON
        assert not is_abandoned(machine, strict=True)


# --- rates ---------------------------------------------------------------------------------------

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "compliance_cases.json").read_text(encoding="utf-8")
)
US_MATH = [case for case in CASES if case["kind"] == "math" and case["f"] == "us"]
"""The UK's formula (M05, M06) comes with the country profiles of issue 4."""


@pytest.mark.parametrize("case", US_MATH, ids=lambda case: case["id"])
def test_us_rates_of_the_reference_are_reckoned_as_expected(case: dict[str, Any]) -> None:
    figures: dict[str, Any] = {
        "connected": case["T_L"],
        "abandoned": case["D"],
        "unknown": case["U"],
        "machine_errors": case["E"],
    }
    assert us_rate(**figures) == pytest.approx(case["expect"], abs=5e-7)
    assert is_within_limit(0.03, **figures) is case["pass"]


def test_the_reference_holds_the_us_cases_we_think_it_holds() -> None:
    assert [case["id"] for case in US_MATH] == ["M01", "M02", "M03", "M04", "M07"]


def test_one_in_twenty_machine_verdicts_is_reckoned_a_person_whom_nobody_took() -> None:
    window = BudgetWindow(name="day", answered=100, abandoned=1, machines=41)
    reckoned = with_machine_errors(window, 0.05)
    assert (reckoned.answered, reckoned.abandoned) == (103, 4)  # 2.05 people are three
    assert with_machine_errors(replace(window, machines=0), 0.05) == replace(window, machines=0)


def test_over_dialing_needs_room_for_one_more_abandoned_call() -> None:
    assert over_dial_allowed(answered=199, abandoned=5, limit=0.03, warm_up=100)  # 6 of 200
    assert not over_dial_allowed(answered=198, abandoned=5, limit=0.03, warm_up=100)
    assert not over_dial_allowed(answered=10_000, abandoned=0, limit=0.0, warm_up=100)


def test_over_dialing_waits_for_the_warm_up() -> None:
    assert not over_dial_allowed(answered=99, abandoned=0, limit=0.03, warm_up=100)
    assert over_dial_allowed(answered=100, abandoned=0, limit=0.03, warm_up=100)


@given(st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 30))
def test_the_limit_is_kept_exactly_after_one_more_abandoned_call(
    answered: int, abandoned: int, thousandths: int
) -> None:
    allowed = over_dial_allowed(answered, abandoned, thousandths / 1000, 100)
    exact = Fraction(abandoned + 1, answered + 1) <= Fraction(thousandths, 1000)
    assert allowed is (answered >= 100 and exact)
