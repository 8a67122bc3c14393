"""VICIdial's arithmetic: the test vectors of dialers.md 1.4, and ours from the text of 1.6."""

from dataclasses import replace

import pytest

from dialer.sim.peers.vicidial_rules import (
    DropCount,
    Drops,
    Means,
    Method,
    OnServer,
    Settings,
    calls_to_place,
    next_level,
)

AVERAGE = Settings(method=Method.AVERAGE)
OVER = Drops(calls_today=400, drop_answer_percent_today=3.4)


def moved(
    level: float,
    ready: float,
    waiting: float = 0.0,
    total: float = 20.0,
    settings: Settings = AVERAGE,
    drops: Drops | None = None,
    hhmm: int = 1500,
) -> float:
    means = Means(ready=ready, waiting=waiting, total=total)
    return next_level(settings, level, means, drops or Drops(), hhmm)


# --- 1.4: the level ----------------------------------------------------------------------------


@pytest.mark.parametrize(("intensity", "level"), [(0, 2.300), (20, 2.360), (-20, 2.240)])
def test_three_ready_of_twenty_speed_up(intensity: float, level: float) -> None:
    assert moved(2, ready=3, settings=replace(AVERAGE, intensity=intensity)) == level


@pytest.mark.parametrize(("intensity", "level"), [(0, 1.800), (20, 1.840), (-20, 1.760)])
def test_two_waiting_slow_down(intensity: float, level: float) -> None:
    settings = replace(AVERAGE, intensity=intensity)
    assert moved(2, ready=0, waiting=2, settings=settings) == level


def test_a_target_of_minus_one_aims_at_one_agent_ready() -> None:
    assert moved(2, ready=3, settings=replace(AVERAGE, diff_target=-1)) == 2.200


def test_the_level_is_capped() -> None:
    assert moved(2.9, ready=3) == 3.000
    assert moved(2.9, ready=3, settings=replace(AVERAGE, max_level=5)) == 3.335


def test_ten_idle_of_ten_double_the_level() -> None:
    assert moved(1, ready=10, total=10) == 2.000


def test_the_level_is_never_under_one() -> None:
    assert moved(1, ready=0, waiting=10) == 1.0


@pytest.mark.parametrize(
    ("method", "hhmm", "level"),
    [
        (Method.HARD_LIMIT, 1500, 1.0),
        (Method.AVERAGE, 1500, 1.150),
        (Method.TAPERED, 1500, 1.380),
        (Method.TAPERED, 1059, 2.300),  # before eleven there is no brake at all
        (Method.TAPERED, 2015, 1.0),
        (Method.TAPERED, 2101, 1.0),
    ],
)
def test_over_the_limit_each_method_has_its_brake(method: Method, hhmm: int, level: float) -> None:
    settings = Settings(method=method)
    assert moved(2, ready=3, settings=settings, drops=OVER, hhmm=hhmm) == level


@pytest.mark.parametrize("drops", [replace(OVER, drop_answer_percent_today=3.0), Drops()])
def test_at_the_limit_itself_nothing_brakes(drops: Drops) -> None:
    assert moved(2, ready=3, settings=Settings(method=Method.HARD_LIMIT), drops=drops) == 2.3


def test_the_limit_means_nothing_for_the_first_fifty_calls_of_the_day() -> None:
    settings = Settings(method=Method.HARD_LIMIT)
    early = Drops(calls_today=50, drop_answer_percent_today=60.0)
    assert moved(2, ready=3, settings=settings, drops=early) == 2.3
    assert moved(2, ready=3, settings=settings, drops=replace(early, calls_today=51)) == 1.0


@pytest.mark.parametrize(
    ("calls", "percent", "level"), [(21, 50.1, 1.150), (20, 100.0, 2.3), (21, 50.0, 2.3)]
)
def test_a_minute_in_which_most_calls_are_dropped_halves_the_level(
    calls: int, percent: float, level: float
) -> None:
    drops = Drops(calls_last_minute=calls, drop_percent_last_minute=percent)
    assert moved(2, ready=3, drops=drops) == level


def test_the_level_column_holds_six_characters() -> None:
    drops = Drops(calls_today=400, drop_answer_percent_today=3.4)
    # 2.345 x 0.641 = 1.503145
    settings = Settings(method=Method.TAPERED)
    assert moved(2.345, 0, settings=settings, drops=drops, hhmm=1459) == 1.5031


# --- 1.5: the statistic ------------------------------------------------------------------------


def test_calls_in_progress_count_neither_as_answered_nor_as_dropped() -> None:
    count = DropCount()
    for at in range(100):
        count.call(float(at))
    count.drop(99.0)
    assert count.statistic(100.0).drop_answer_percent_today == 100.0
    for _ in range(29):
        count.disposition()
    assert count.statistic(100.0).drop_answer_percent_today == 3.33
    assert count.statistic(100.0).calls_today == 100


def test_the_last_minute_compares_drops_with_all_calls() -> None:
    count = DropCount()
    for at in range(100):
        count.call(float(at))
    count.drop(20.0)
    count.drop(70.0)
    statistic = count.statistic(100.0)
    assert statistic.calls_last_minute == 59
    assert statistic.drop_percent_last_minute == pytest.approx(100 / 59)


def test_at_midnight_the_day_begins_anew() -> None:
    count = DropCount()
    count.call(1.0)
    count.drop(1.0)
    count.midnight()
    assert count.statistic(100.0) == Drops()


# --- 1.6: calls to place -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "ready", "in_call", "calls_out", "placed"),
    [
        (2.0, 3, 5, 5, 6),  # L x R + (L-1) x T - (ringing + waiting) = 6 + 5 - 5
        (1.0, 3, 5, 1, 2),  # one to one: R - ringing - waiting
        (1.0, 3, 5, 4, 0),
        (3.0, 0, 10, 5, 15),  # talkers alone are over-dialed on
        (1.5, 1, 2, 0, 2),  # 4.5 is rounded to 4
        (1.1, 1, 4, 0, 2),  # 5.5 is rounded to 6
        (2.5, 1, 0, 0, 2),  # 2.5 is rounded to 2
        (1.24, 0, 4, 0, 1),  # 4.96
    ],
)
def test_by_default_talkers_are_over_dialed_on(
    level: float, ready: int, in_call: int, calls_out: int, placed: int
) -> None:
    agents = OnServer(ready=ready, in_call=in_call, calls_out=calls_out)
    assert calls_to_place(Settings(method=Method.RATIO), level, agents) == placed


@pytest.mark.parametrize(
    ("level", "ready", "calls_out", "placed"), [(2.3, 3, 4, 3), (2.0, 0, 0, 0), (1.5, 3, 0, 5)]
)
def test_with_the_available_only_tally_they_are_not(
    level: float, ready: int, calls_out: int, placed: int
) -> None:
    """The calls of talkers are added to the goal and taken off again; 4.5 + 7 rounds to 12."""
    settings = Settings(method=Method.RATIO, is_tally_available_only=True)
    agents = OnServer(ready=ready, in_call=7, calls_out=calls_out)
    assert calls_to_place(settings, level, agents) == placed


def test_the_target_is_added_to_the_agents_only_where_calls_placed_is_set() -> None:
    agents = OnServer(ready=3, in_call=5, calls_out=0)
    settings = Settings(method=Method.AVERAGE, diff_target=-1)
    assert calls_to_place(settings, 2.0, agents) == 11
    assert calls_to_place(replace(settings, is_target_dialed=True), 2.0, agents) == 9
    few = replace(agents, ready=0, in_call=0)
    assert calls_to_place(replace(settings, is_target_dialed=True), 2.0, few) == 0
