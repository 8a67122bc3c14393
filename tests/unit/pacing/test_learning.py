"""Learning: which calls count, when, and for how much."""

import random
from dataclasses import replace

import pytest

from dialer.domain.lead import LineType
from dialer.pacing.floor import Connected, LeadSeen, LineFailed, LineWithdrawn, PersonArrived
from dialer.pacing.learning import COHORT_AGE_S, Learning

LEAD = LeadSeen(
    line_type=LineType.LANDLINE,
    area="+1919",
    attempt_count=0,
    last_outcome=None,
    hour=12,
    weekday=2,
)


def answered(at: float) -> PersonArrived:
    return PersonArrived(dialed_at=at, answered_at=at + 8.0, ready_at=at + 8.0, lead=LEAD)


def failed(at: float) -> LineFailed:
    return LineFailed(dialed_at=at, ended_at=at + 20.0, lead=LEAD)


def test_calls_count_only_when_they_are_of_age() -> None:
    learning = Learning(start_odds=0.2)
    for _ in range(50):
        learning.learn(answered(at=0.0), 0.2)
    learning.advance(COHORT_AGE_S - 0.1)
    assert learning.chance.believed().mean == pytest.approx(0.2)
    learning.advance(COHORT_AGE_S)
    assert learning.chance.believed().mean > 0.6


def test_the_share_of_answers_follows_a_sudden_change() -> None:
    learning = Learning(start_odds=0.2)
    for _ in range(300):
        for each in (answered(0.0), failed(0.0), failed(0.0), failed(0.0)):
            learning.learn(each, 0.2)
    learning.advance(100.0)
    assert learning.chance.believed().mean == pytest.approx(0.25, abs=0.02)
    for _ in range(60):
        learning.learn(answered(100.0), 0.2)
        learning.learn(failed(100.0), 0.2)
    learning.advance(200.0)
    assert learning.chance.believed().mean > 0.33


def test_equal_odds_are_put_right_to_the_share_of_answers_itself() -> None:
    learning = Learning(start_odds=0.2)
    for _ in range(400):
        learning.learn(failed(at=0.0), 0.4)
    learning.advance(100.0)
    share, expected = learning.believed()
    assert share.mean < 0.03
    assert expected < 0.06
    assert learning.corrected(expected) == pytest.approx(share.mean)


GOOD, POOR = replace(LEAD, area="+1202"), replace(LEAD, area="+1305")


def dial(learning: Learning, chance: random.Random, calls: int, good: float, poor: float) -> None:
    """Three calls of four go to the good area, and all count."""
    for n in range(calls):
        lead, odds = (POOR, poor) if n % 4 == 0 else (GOOD, good)
        fact = answered(at=0.0) if chance.random() < odds else failed(at=0.0)
        learning.learn(replace(fact, lead=lead), learning.answer_odds.odds(lead))
        learning.advance(100.0)


def put_right(learning: Learning, lead: LeadSeen) -> float:
    return learning.corrected(learning.answer_odds.odds(lead))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_odds_of_unlike_leads_are_put_right_when_people_answer_less(seed: int) -> None:
    learning, chance = Learning(start_odds=0.2), random.Random(seed)
    dial(learning, chance, 2000, good=0.5, poor=0.1)
    assert put_right(learning, GOOD) == pytest.approx(0.5, abs=0.06)
    assert put_right(learning, POOR) == pytest.approx(0.1, abs=0.04)
    dial(learning, chance, 500, good=0.25, poor=0.05)
    assert put_right(learning, GOOD) == pytest.approx(0.25, abs=0.08)


def test_from_the_first_calls_on_odds_of_like_leads_are_the_share_of_answers() -> None:
    learning, chance = Learning(start_odds=0.2), random.Random(4)
    for _ in range(100):
        dial(learning, chance, 8, good=0.3, poor=0.3)
        share = learning.believed()[0].mean
        mean = (3 * put_right(learning, GOOD) + put_right(learning, POOR)) / 4
        assert mean == pytest.approx(share, abs=0.07)


def test_withdrawn_lines_do_not_make_answers_look_more_frequent() -> None:
    learning = Learning(start_odds=0.2)
    for _ in range(100):
        for each in (answered(0.0), failed(0.0), failed(0.0)):
            learning.learn(each, 0.2)
        for _ in range(2):
            line = LineWithdrawn(dialed_at=0.0, ended_at=18.0, lead=LEAD)
            learning.learn(line, 0.2)
    learning.advance(100.0)
    assert learning.chance.believed().mean < 0.24
    assert learning.still_answers(0.2, 18.0) < 0.1


def test_the_time_until_both_hear_is_a_median_that_long_waits_do_not_spoil() -> None:
    learning = Learning()
    for number in range(300):
        learning.learn(Connected(latency_s=2.0 if number % 10 == 0 else 0.2), 0.2)
    assert learning.latency_s == pytest.approx(0.2, abs=0.05)
