"""Laws: learned durations, their residuals, and what old observations count."""

import numpy as np
import pytest

from dialer.pacing.laws import (
    Habit,
    Law,
    LineEnd,
    LineLaws,
    even_edges,
    growing_edges,
    prior_of,
)

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


def test_what_still_lasts_keeps_the_first_short_ones_from_looking_like_all() -> None:
    alone, among = law_of([]), law_of([])
    among.still_lasting([9.0] * 80)
    for law in (alone, among):
        for _ in range(10):
            law.add(5.2)
    assert float(alone.beyond(6.0)) < 0.6
    assert float(among.beyond(6.0)) > 0.85


def test_lines_that_we_took_back_tell_nothing_of_what_came_later() -> None:
    flat = prior_of(EDGES, ((1.0, 0.0, 40.0),))
    laws = LineLaws(EDGES, (0.3 * flat, 0.7 * flat), Habit(memory=5000.0, batch=40))
    for number in range(800):
        laws.add(10.2, LineEnd.ANSWERED if number % 4 == 0 else LineEnd.FAILED)
        if number % 8 == 0:
            laws.add(30.2, LineEnd.ANSWERED if number % 32 == 0 else LineEnd.FAILED)
        else:
            laws.add(20.2, LineEnd.WITHDRAWN)
    # Half of all lines go on beyond 15 s, and of these one in eight is seen to its end.
    assert float(laws.ring.beyond(15.0)) == pytest.approx(0.5, abs=0.06)
    assert float(laws.failure.beyond(25.0)) == pytest.approx(0.5, abs=0.06)


def test_a_quantile_is_where_the_share_lies() -> None:
    assert law_of([]).quantile(0.25) == pytest.approx(10.0, abs=0.1)


def test_growing_edges_reach_the_end_in_few_cells() -> None:
    edges = growing_edges(1.0, 7200.0, 1.12)
    assert edges[-1] >= 7200.0
    assert len(edges) < 90
    assert (np.diff(edges) > 0).all()
