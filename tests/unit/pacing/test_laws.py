"""Laws: learned durations, their residuals, and what old observations count."""

import numpy as np
import pytest

from dialer.pacing.laws import Habit, Law, even_edges, growing_edges, prior_of

EDGES = even_edges(40.0, 0.5)
FLAT = prior_of(EDGES, ((1.0, 0.0, 40.0),))


def law_of(seconds: list[float], habit: Habit | None = None) -> Law:
    law = Law(EDGES, FLAT, habit or Habit(batch=1))
    for each in seconds:
        law.add(each)
    return law


def test_without_observations_the_prior_is_the_law() -> None:
    law = law_of([])
    assert float(law.beyond(10.0)) == pytest.approx(0.75)
    assert law.mean() == pytest.approx(20.0)


def test_a_weak_prior_gives_way_to_what_is_seen() -> None:
    law = law_of([12.2] * 380)
    assert float(law.beyond(12.0)) == pytest.approx(0.95 + 0.05 * 0.7, abs=0.02)
    assert float(law.beyond(12.5)) < 0.06


def test_old_observations_count_less_than_new_ones() -> None:
    law = law_of([5.2] * 1000 + [30.2] * 1000, Habit(memory=100.0, batch=10))
    assert float(law.beyond(29.0)) > 0.8


def test_the_residual_starts_anew_at_each_age() -> None:
    law = law_of([])
    assert law.within(20.0, np.array([10.0]))[0] == pytest.approx(0.5)
    assert law.within(30.0, np.array([10.0]))[0] == pytest.approx(1.0)


def test_beyond_all_that_was_seen_the_residual_is_about_the_age() -> None:
    law = law_of([])
    assert law.within(100.0, np.array([100.0]))[0] == pytest.approx(0.5)


def test_a_censored_duration_counts_where_it_may_still_have_ended() -> None:
    law = law_of([])
    for _ in range(200):
        law.add_longer_than(30.0, 1.0)
    assert float(law.beyond(30.0)) > 0.9
    assert float(law.beyond(35.0)) == pytest.approx(float(law.beyond(30.0)) / 2, rel=0.02)


def test_a_quantile_is_where_the_share_lies() -> None:
    assert law_of([]).quantile(0.25) == pytest.approx(10.0, abs=0.1)


def test_growing_edges_reach_the_end_in_few_cells() -> None:
    edges = growing_edges(1.0, 7200.0, 1.12)
    assert edges[-1] >= 7200.0
    assert len(edges) < 90
    assert (np.diff(edges) > 0).all()
