"""The look-ahead's short cut must find what serving people one by one finds."""

import random

import numpy as np
import pytest

from dialer.pacing.learning import Learning, Share
from dialer.pacing.lookahead import Believed, LookAhead, Pool
from dialer.pacing.residuals import CELLS, ROW, Residuals, line_age

SURE = Believed(share=Share(mean=0.3, weight=1e9), expected=0.3, scenarios=64)


def served_in_turn(free: list[int], people: list[int]) -> int:
    """People lost when each takes the first agent who is free by his cell."""
    left, lost = sorted(free), 0
    for by in sorted(people):
        if left and left[0] <= by:
            left.pop(0)
        else:
            lost += 1
    return lost


def tables() -> Residuals:
    residuals = Residuals(Learning())
    residuals.refresh(2.0)
    return residuals


def pool_of(free: list[int], people: list[int]) -> Pool:
    return Pool(
        ready=0,
        busy=[(np.full(ROW, cell, dtype=np.int16), CELLS) for cell in free],
        busy_slots=list(range(len(free))),
        waiting=people,
        ages=[],
        odds=[],
        line_slots=[],
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_risk_is_the_share_of_instants_at_which_one_more_person_loses_somebody(
    seed: int,
) -> None:
    chance = random.Random(seed)
    free = [chance.randrange(CELLS + 1) for _ in range(chance.randrange(1, 8))]
    people = [chance.randrange(CELLS) for _ in range(chance.randrange(8))]
    residuals = tables()
    ahead = LookAhead(residuals, pool_of(free, people), SURE)
    lost = served_in_turn([cell for cell in free if cell < CELLS], people)
    by = np.diff(residuals.must_have_agent(0), prepend=0.0)
    expected = sum(
        by[cell]
        * (served_in_turn([c for c in free if c < CELLS], [*people, cell]) - lost)
        for cell in range(CELLS)
    )
    assert ahead.lost() == lost
    assert ahead.risk() == pytest.approx(float(expected), abs=0.02)


def test_each_agent_who_waits_can_take_one_line_without_risk() -> None:
    pool = Pool(
        ready=2, busy=[], busy_slots=[], waiting=[], ages=[], odds=[], line_slots=[]
    )
    ahead = LookAhead(tables(), pool, SURE)
    assert ahead.risk() == 0.0
    ahead.add(0.3)
    assert ahead.risk() == 0.0
    ahead.add(0.3)
    assert 0.0 < ahead.risk() < 0.15


def test_a_line_that_is_taken_out_and_put_back_changes_nothing() -> None:
    pool = Pool(
        ready=1,
        busy=[],
        busy_slots=[],
        waiting=[],
        ages=[line_age(5.0), line_age(18.0)],
        odds=[0.3, 0.3],
        line_slots=[0, 1],
    )
    ahead = LookAhead(tables(), pool, SURE)
    before = ahead.risk()
    ahead.take_out(0)
    assert ahead.risk() < before
    ahead.put_back(0)
    assert ahead.risk() == before


def test_equal_odds_are_answered_at_the_learned_share() -> None:
    pool = Pool(
        ready=0,
        busy=[],
        busy_slots=[],
        waiting=[],
        ages=[0] * 50,
        odds=[0.2] * 50,
        line_slots=list(range(50)),
    )
    believed = Believed(share=Share(mean=0.1, weight=1e9), expected=0.2, scenarios=64)
    assert LookAhead(tables(), pool, believed).answers_expected() == pytest.approx(5.0, rel=0.1)


def test_lines_and_seats_never_share_their_chances() -> None:
    residuals = tables()
    rows = [(residuals.free(is_talking=True, age_s=20.0), CELLS)] * 20
    believed = Believed(share=Share(mean=0.04, weight=1e9), expected=0.04, scenarios=512)

    def risk(first_seat: int) -> float:
        pool = Pool(
            ready=2,
            busy=rows,
            busy_slots=list(range(first_seat, first_seat + 20)),
            waiting=[],
            ages=[0] * 20,
            odds=[0.04] * 20,
            line_slots=list(range(20)),
        )
        return LookAhead(residuals, pool, believed).risk()

    risks = [risk(first) for first in range(0, 256, 4)]
    assert min(risks) > 0.6 * max(risks)
