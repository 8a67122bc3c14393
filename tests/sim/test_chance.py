"""Chance is the same on every machine, and its laws are those they are called."""

from statistics import fmean, pstdev

import pytest

from dialer.sim.chance import Chance

DRAWS = 20_000


def test_streams_of_one_seed_differ_and_are_always_the_same() -> None:
    one, again, other = Chance(1, "talk"), Chance(1, "talk"), Chance(1, "wrap")
    drawn = [one.share() for _ in range(3)]
    assert drawn == [again.share() for _ in range(3)] != [other.share() for _ in range(3)]
    assert drawn == pytest.approx([0.2339432600, 0.6811883952, 0.9809928328], abs=1e-9)


def test_a_lognormal_has_its_mean_and_its_coefficient_of_variation() -> None:
    chance = Chance(1, "law")
    drawn = [chance.lognormal(120.0, 1.0) for _ in range(DRAWS)]
    assert fmean(drawn) == pytest.approx(120.0, rel=0.03)
    assert pstdev(drawn) / fmean(drawn) == pytest.approx(1.0, rel=0.1)


def test_a_gamma_has_its_mean_and_its_variance() -> None:
    chance = Chance(1, "law")
    drawn = [chance.gamma(2.8, 3.0) for _ in range(DRAWS)]
    assert fmean(drawn) == pytest.approx(8.4, rel=0.02)
    assert pstdev(drawn) ** 2 == pytest.approx(2.8 * 9.0, rel=0.05)


def test_an_exponential_has_its_mean() -> None:
    chance = Chance(1, "law")
    assert fmean(chance.exponential(5.0) for _ in range(DRAWS)) == pytest.approx(5.0, rel=0.03)


def test_a_choice_follows_its_weights() -> None:
    chance = Chance(1, "law")
    drawn = [chance.choice((1.0, 0.0, 3.0)) for _ in range(DRAWS)]
    assert drawn.count(1) == 0
    assert drawn.count(2) / DRAWS == pytest.approx(0.75, abs=0.01)


def test_what_cannot_happen_takes_no_number_from_the_stream() -> None:
    one, other = Chance(1, "law"), Chance(1, "law")
    assert not one.happens(0.0)
    assert one.share() == other.share()
