"""What counts as abandoned, and how the share is reckoned."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance.abandonment import (
    AnsweredCall,
    Audit,
    Counts,
    Formula,
    Rate,
    Standing,
    ca_rate,
    counted,
    is_abandoned,
    legal_clock,
    machine_error_bound,
    over_dial_allowed,
    rate_of,
    standing,
    uk_rate,
    uk_standing,
    us_rate,
    wilson_lower,
    wilson_upper,
    with_machine_errors,
)
from dialer.domain.budget import BudgetWindow
from dialer.domain.outcome import AmdVerdict

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
    screened_out = call(verdict=AmdVerdict.MACHINE)
    heard = call(agent_said_machine=True, connected_at=GREETED + 9.0)
    fax = call(is_fax=True)
    assert standing(screened_out) is Standing.SCREENED_OUT
    assert standing(heard) is Standing.MACHINE_TO_AGENT
    assert standing(fax) is Standing.FAX
    assert not any(is_abandoned(one, strict=True) for one in (screened_out, heard, fax))


def test_a_person_whom_an_agent_took_all_the_same_is_no_machine() -> None:
    assert standing(call(verdict=AmdVerdict.MACHINE, connected_at=GREETED)) is Standing.CONNECTED


def test_the_word_of_an_agent_who_never_heard_him_makes_nobody_a_machine() -> None:
    assert standing(call(agent_said_machine=True)) is Standing.ABANDONED


def test_in_the_uk_the_clock_runs_from_the_beginning_of_the_greeting() -> None:  # R48
    r48 = call(speech_started_at=GREETED - 0.6, connected_at=GREETED + 2.0)
    assert standing(r48) is Standing.CONNECTED
    assert uk_standing(r48) is Standing.LATE
    assert uk_standing(call(connected_at=ANSWER + 2.0)) is Standing.CONNECTED  # no speech


@given(
    st.floats(0, 5), st.one_of(st.none(), st.floats(0, 3)), st.one_of(st.none(), st.floats(0, 9))
)
def test_the_uk_is_never_kinder_than_the_us(
    spoke_s: float, speech_s: float | None, connected_s: float | None
) -> None:
    began = None if speech_s is None else ANSWER + speech_s
    one = call(
        speech_started_at=began,
        greeting_ended_at=None if began is None else began + spoke_s,
        connected_at=None if connected_s is None else ANSWER + connected_s,
        ended_at=ANSWER + 9.0,
    )
    if uk_standing(one) is Standing.CONNECTED:
        assert standing(one) is Standing.CONNECTED


def test_counts_say_how_many_calls_there_are_of_each_kind() -> None:
    calls = [
        call(connected_at=GREETED),
        call(connected_at=GREETED + 3.0),
        call(),
        call(verdict=AmdVerdict.UNKNOWN),
        call(ended_at=GREETED + 1.0, verdict=AmdVerdict.UNKNOWN),
        call(verdict=AmdVerdict.MACHINE),
        call(agent_said_machine=True, connected_at=GREETED),
        call(is_fax=True),
    ]
    found = counted(calls)
    assert found == Counts(
        connected=1, abandoned=2, unknown=1, left_early=1, screened_out=1, machines_to_agents=1,
        uk_connected=1, uk_abandoned=4,
    )  # fmt: skip
    assert found + found == counted(calls * 2)


# --- rates ---------------------------------------------------------------------------------------

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "compliance_cases.json").read_text(encoding="utf-8")
)
MATH = [case for case in CASES if case["kind"] == "math"]


@pytest.mark.parametrize("case", MATH, ids=lambda case: case["id"])
def test_rates_of_the_reference_are_reckoned_as_expected(case: dict[str, Any]) -> None:
    formula = Formula(case["f"])
    people = {"connected": case["T_L"], "abandoned": case["D"]}
    if formula is Formula.US:
        said = us_rate(**people, unknown=case["U"], machine_errors=case["E"])
        counts = Counts(**people, unknown=case["U"])
    else:
        said = uk_rate(**people, machines_to_agents=case["G"], machine_errors=case["E"])
        counts = Counts(
            uk_connected=case["T_L"], uk_abandoned=case["D"], machines_to_agents=case["G"]
        )
    assert said == pytest.approx(case["expect"], abs=5e-7)
    rate = rate_of(formula, counts, Fraction(case["E"]))
    assert float(rate.share) == said
    assert rate.keeps(0.03) is case["pass"]


def test_the_reference_holds_the_cases_we_think_it_holds() -> None:
    assert [case["id"] for case in MATH] == [f"M0{number}" for number in range(1, 8)]


@pytest.mark.parametrize("rate", [us_rate, uk_rate, ca_rate])
def test_without_answers_there_is_no_rate(rate: Callable[..., float]) -> None:
    assert rate(connected=0, abandoned=0) == 0.0
    assert rate(connected=0, abandoned=3) == 1.0


def test_canada_counts_people_alone() -> None:  # R49
    assert ca_rate(connected=952, abandoned=48) == 0.048
    assert rate_of(Formula.CA, Counts(connected=950, abandoned=50), Fraction(0)).keeps(0.05)


def test_the_strict_rate_holds_those_who_left_early_against_us() -> None:
    counts = Counts(
        connected=90, abandoned=5, left_early=5, uk_connected=80, uk_abandoned=15, uk_left_early=5
    )
    assert rate_of(Formula.US, counts, Fraction(0), is_strict=True).share == Fraction(10, 100)
    assert rate_of(Formula.UK, counts, Fraction(0), is_strict=True).share == Fraction(20, 100)


@given(st.integers(0, 10**5), st.integers(0, 10**4), st.integers(0, 10**4), st.integers(0, 999))
def test_what_is_left_is_exactly_as_many_as_the_limit_allows(
    connected: int, abandoned: int, errors: int, thousandths: int
) -> None:
    limit = thousandths / 1000
    rate = rate_of(
        Formula.US, Counts(connected=connected, abandoned=abandoned), Fraction(errors, 7)
    )
    left = rate.left(limit)

    def after(more: int) -> Rate:
        return Rate(abandoned=rate.abandoned + more, answered=rate.answered + more)

    assert left == 0 or after(left).keeps(limit)
    assert not after(left + 1).keeps(limit)


# --- machine errors ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "sample", "expected"),
    [(0, 300, 0.0126), (5, 1000, 0.0117), (10, 1000, 0.0183), (0, 0, 1.0), (10, 10, 1.0)],
)
def test_wilsons_bound_is_the_references(errors: int, sample: int, expected: float) -> None:
    assert wilson_upper(errors, sample) == pytest.approx(expected, abs=5e-5)


@given(st.integers(1, 5000), st.data())
def test_wilsons_bounds_hold_the_share(sample: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, sample))
    assert 0.0 <= wilson_lower(errors, sample) <= errors / sample + 1e-12
    assert errors / sample - 1e-12 <= wilson_upper(errors, sample) <= 1.0


def test_the_default_stands_until_enough_was_reviewed() -> None:
    assert machine_error_bound(Audit(), 0.05) == 0.05
    assert machine_error_bound(Audit(persons=1, machines=20), 0.05) == 0.05
    assert machine_error_bound(Audit(machines=300), 0.05) == pytest.approx(0.0126, abs=5e-5)
    assert machine_error_bound(Audit(persons=8, machines=92), 0.05) > 0.08


def test_a_small_sample_full_of_people_refutes_the_default() -> None:
    assert machine_error_bound(Audit(persons=10, machines=10), 0.05) > 0.5
    assert machine_error_bound(Audit(unclear=10, machines=10), 0.05) > 0.5  # nobody knows


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
