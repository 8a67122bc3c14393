"""Learning: which calls count, when, and for how much."""

import random
from dataclasses import replace

import pytest

from dialer.domain.lead import LineType
from dialer.pacing.floor import Connected, LeadSeen, LineFailed, LineWithdrawn, PersonArrived
from dialer.pacing.learning import COHORT_AGE_S, Learning, risen

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
    assert learning.chance.believed()[0].mean == pytest.approx(0.2)
    learning.advance(COHORT_AGE_S)
    assert learning.chance.believed()[0].mean > 0.6


def test_the_share_of_answers_follows_a_sudden_change() -> None:
    learning = Learning(start_odds=0.2)
    for _ in range(300):
        for each in (answered(0.0), failed(0.0), failed(0.0), failed(0.0)):
            learning.learn(each, 0.2)
    learning.advance(100.0)
    assert learning.chance.believed()[0].mean == pytest.approx(0.25, abs=0.02)
    for _ in range(60):
        learning.learn(answered(100.0), 0.2)
        learning.learn(failed(100.0), 0.2)
    learning.advance(200.0)
    assert learning.chance.believed()[0].mean > 0.33


GOOD, POOR = replace(LEAD, area="+1202"), replace(LEAD, area="+1305")


def dial(learning: Learning, chance: random.Random, calls: int, good: float, poor: float) -> None:
    """Three calls of four go to the good area, and all count."""
    for n in range(calls):
        lead, odds = (POOR, poor) if n % 4 == 0 else (GOOD, good)
        fact = answered(at=0.0) if chance.random() < odds else failed(at=0.0)
        learning.learn(replace(fact, lead=lead), learning.answer_odds.odds(lead))
        learning.advance(100.0)


def corrected(learning: Learning, lead: LeadSeen) -> float:
    """The odds of a lead as the look-ahead takes them."""
    share, expected = learning.chance.believed()
    factor = share.mean / (1.0 - share.mean) * (1.0 - expected) / expected
    return risen(learning.answer_odds.odds(lead), factor)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_odds_of_unlike_leads_are_corrected_by_how_often_people_answer(seed: int) -> None:
    learning, chance = Learning(start_odds=0.2), random.Random(seed)
    dial(learning, chance, 2000, good=0.5, poor=0.1)
    assert corrected(learning, GOOD) == pytest.approx(0.5, abs=0.06)
    assert corrected(learning, POOR) == pytest.approx(0.1, abs=0.04)
    dial(learning, chance, 500, good=0.25, poor=0.05)
    assert corrected(learning, GOOD) == pytest.approx(0.25, abs=0.08)


def test_where_leads_are_alike_the_odds_are_the_share_of_answers() -> None:
    learning, chance = Learning(start_odds=0.2), random.Random(4)
    for _ in range(20):
        dial(learning, chance, 40, good=0.3, poor=0.3)
        share = learning.chance.believed()[0].mean
        mean = (3 * corrected(learning, GOOD) + corrected(learning, POOR)) / 4
        assert mean == pytest.approx(share, abs=0.03)


def test_withdrawn_lines_do_not_make_answers_look_more_frequent() -> None:
    learning = Learning(start_odds=0.2)
    for _ in range(100):
        for each in (answered(0.0), failed(0.0), failed(0.0)):
            learning.learn(each, 0.2)
        for _ in range(2):
            line = LineWithdrawn(dialed_at=0.0, ended_at=18.0, lead=LEAD)
            learning.learn(line, 0.2)
    learning.advance(100.0)
    assert learning.chance.believed()[0].mean < 0.24
    assert learning.still_answers(0.2, 18.0) < 0.1


def test_the_time_until_both_hear_is_a_median_that_long_waits_do_not_spoil() -> None:
    learning = Learning()
    for number in range(300):
        learning.learn(Connected(latency_s=2.0 if number % 10 == 0 else 0.2), 0.2)
    assert learning.latency_s == pytest.approx(0.2, abs=0.05)
