"""The governor: theta from the ledger, and from the risks that were taken."""

from math import exp

import pytest

from dialer.domain.budget import BudgetWindow
from dialer.pacing.governor import LEVEL, Governor, aim, credit, growth, room
from tests.unit.pacing.a_floor import AFloor


def floor_of(answered: int, abandoned: int, **values: object) -> AFloor:
    window = BudgetWindow(name="block", answered=answered, abandoned=abandoned)
    return AFloor(windows=(window,), **values)


def test_on_target_theta_begins_near_the_target() -> None:
    assert Governor().theta(floor_of(1000, 10)) == pytest.approx(LEVEL * 0.01)


def test_unused_budget_raises_theta_and_debt_lowers_it() -> None:
    used = Governor().theta(floor_of(1000, 10))
    assert Governor().theta(floor_of(1000, 6)) > 1.3 * used
    assert Governor().theta(floor_of(1000, 14)) < 0.75 * used


def test_theta_never_reaches_zero() -> None:
    assert Governor().theta(floor_of(1000, 500)) > 0.0


def test_theta_shrinks_as_the_room_under_the_limit_gets_small() -> None:
    enough = Governor().theta(floor_of(1000, 24, target=0.025))
    little = Governor().theta(floor_of(1000, 29, target=0.03))
    assert 0.0 < little < 0.3 * enough


def block_of(answered: int, abandoned: int) -> tuple[BudgetWindow, ...]:
    return (BudgetWindow(name="block", answered=answered, abandoned=abandoned),)


def test_the_target_holds_for_the_longest_window_and_the_limit_for_each() -> None:
    day = BudgetWindow(name="day", answered=200, abandoned=1)
    windows = (day, *block_of(5000, 50))
    assert credit(0.01, windows) == pytest.approx(0.0)
    assert aim(0.01, 0.03, windows) == pytest.approx(0.01)
    assert aim(0.01, 0.01, windows) < 0.003
    assert room(0.03, day) == pytest.approx(201 * 0.03 - 2)


@pytest.mark.parametrize("answered", [1000, 10000])
def test_a_limit_that_is_the_target_is_spent_as_such_once_there_is_room_for_chance(
    answered: int,
) -> None:
    def share(people_left: int) -> float:
        return aim(0.03, 0.03, block_of(answered, answered * 3 // 100 - people_left)) / 0.03

    assert share(6) < 1.05 and share(9) > 0.95
    assert share(2) < 0.5 * share(6)


def test_a_budget_that_was_never_touched_is_not_made_up_for_at_once() -> None:
    assert 0.01 < aim(0.01, 0.03, block_of(5000, 0)) < 0.0205


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
