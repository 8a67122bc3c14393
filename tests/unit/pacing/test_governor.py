"""The governor: theta from the ledger, and from the risks that were taken."""

from math import exp

import pytest

from dialer.domain.budget import BudgetWindow
from dialer.pacing.governor import LEVEL, Governor, growth, pull, room
from tests.unit.pacing.a_floor import AFloor


def floor_of(answered: int, abandoned: int, **values: object) -> AFloor:
    window = BudgetWindow(name="block", answered=answered, abandoned=abandoned)
    return AFloor(windows=(window,), **values)


def test_on_target_theta_begins_near_the_target() -> None:
    assert Governor().theta(floor_of(1000, 10)) == pytest.approx(LEVEL * 0.01)


def test_unused_budget_raises_theta_and_debt_lowers_it() -> None:
    used = Governor().theta(floor_of(1000, 10))
    assert Governor().theta(floor_of(1000, 6)) == pytest.approx(1.2 * used, rel=0.05)
    assert Governor().theta(floor_of(1000, 14)) == pytest.approx(used / 1.2, rel=0.05)


def test_what_was_left_over_is_made_up_for_at_twice_the_target_at_most() -> None:
    on_target = Governor().theta(floor_of(10000, 100))
    assert Governor().theta(floor_of(10000, 0)) == pytest.approx(2.0 * on_target, rel=0.02)


def test_a_person_too_many_matters_more_by_the_limit_than_by_the_target() -> None:
    by_target = Governor().theta(floor_of(5000, 51)) / Governor().theta(floor_of(5000, 50))
    before, after = (
        Governor().theta(floor_of(5000, abandoned, target=0.03)) for abandoned in (142, 143)
    )
    assert after / before < by_target**2 < 1.0


def test_theta_never_reaches_zero() -> None:
    assert Governor().theta(floor_of(1000, 500)) > 0.0


def test_theta_shrinks_as_the_room_under_the_limit_gets_small() -> None:
    enough = Governor().theta(floor_of(1000, 24, target=0.025))
    little = Governor().theta(floor_of(1000, 29, target=0.03))
    assert 0.0 < little < 0.3 * enough


def test_the_target_holds_for_the_longest_window_and_the_limit_for_each() -> None:
    day = BudgetWindow(name="day", answered=200, abandoned=1)
    windows = (day, BudgetWindow(name="block", answered=5000, abandoned=50))
    assert pull(0.01, 0.03, windows) == pytest.approx(0.0)
    assert pull(0.01, 0.015, windows) < 0.0
    assert room(0.03, windows) == pytest.approx(201 * 0.03 - 2)


def test_theta_rises_until_the_risks_taken_come_to_the_target() -> None:
    governor, floor = Governor(), floor_of(1000, 10)
    for _ in range(800):
        theta = governor.theta(floor)
        governor.dialed(risk=theta * 0.5, odds=0.2)
    assert 0.5 * governor.theta(floor) * governor.correction() == pytest.approx(0.01, rel=0.1)


def test_people_lost_beyond_what_was_reckoned_with_lower_theta() -> None:
    calm, unlucky = Governor(), Governor()
    for step in range(300):
        for governor, lost in ((calm, 0), (unlucky, step // 10)):
            floor = floor_of(1000 + step, 10 + lost)
            governor.dialed(risk=governor.theta(floor), odds=0.2)
    assert unlucky.correction() > 2 * calm.correction()


def test_growth_is_the_exponential() -> None:
    for exponent in (-3.0, -0.5, 0.0, 1.0, 2.0):
        assert growth(exponent) == pytest.approx(exp(exponent), rel=0.01)
