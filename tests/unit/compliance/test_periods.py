"""Over which stretches of time abandonment is judged."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance.periods import (
    BLOCK_S,
    PROFILES,
    Stretch,
    block_at,
    blocks_over,
    period_of,
    profile_of_area,
)

FIRST = 1_784_131_200.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def window(country: str, name: str, now: float) -> tuple[float, float]:
    profile = PROFILES[country]
    rule = next(one for one in profile.windows if one.name == name)
    period = period_of(rule, profile.zone, block_at(FIRST, now), now)
    return period.began_at, period.ends_at


def test_on_day_31_a_new_block_begins_at_zero() -> None:  # R09
    before, after = FIRST + BLOCK_S - 0.001, FIRST + BLOCK_S
    assert block_at(FIRST, before).began_at == FIRST
    assert block_at(FIRST, after).began_at == FIRST + BLOCK_S
    assert blocks_over(FIRST, before) == ()
    assert [one.ends_at for one in blocks_over(FIRST, after)] == [FIRST + BLOCK_S]


@given(st.floats(0, 400 * 86400.0))
def test_blocks_follow_each_other_without_a_gap(later_s: float) -> None:
    now = FIRST + later_s
    present, over = block_at(FIRST, now), blocks_over(FIRST, now)
    edges = [FIRST, *(one.ends_at for one in over)]
    assert [one.began_at for one in over] == edges[:-1]
    assert present.began_at == edges[-1]
    assert present.began_at <= now < present.ends_at


def test_before_the_first_call_there_is_no_block_that_is_over() -> None:
    assert blocks_over(None, FIRST) == blocks_over(FIRST + 1, FIRST) == ()
    assert block_at(None, FIRST).began_at == block_at(FIRST + 1, FIRST).began_at == FIRST


def test_the_uk_day_goes_from_midnight_to_midnight_in_london() -> None:
    assert window("GB", "calendar_day", at("2026-07-15T00:30+01:00")) == (
        at("2026-07-15T00:00+01:00"),
        at("2026-07-16T00:00+01:00"),
    )
    assert window("GB", "calendar_day", at("2026-10-25T12:00+00:00")) == (
        at("2026-10-25T00:00+01:00"),  # the clocks went back: a day of 25 hours
        at("2026-10-26T00:00+00:00"),
    )


@pytest.mark.parametrize(
    ("now", "began", "ends"),
    [
        ("2026-02-28T23:59-05:00", "2026-02-01T00:00-05:00", "2026-03-01T00:00-05:00"),
        ("2026-03-31T12:00-04:00", "2026-03-01T00:00-05:00", "2026-04-01T00:00-04:00"),
        ("2027-01-01T04:59+00:00", "2026-12-01T00:00-05:00", "2027-01-01T00:00-05:00"),
    ],
)
def test_the_canadian_month_is_the_calendars(now: str, began: str, ends: str) -> None:
    assert window("CA", "calendar_month", at(now)) == (at(began), at(ends))


@given(st.integers(0, 4 * 10**9))
def test_every_window_that_is_not_a_rolling_one_holds_the_present(now: int) -> None:
    for profile in PROFILES.values():
        for rule in profile.windows:
            period = period_of(rule, profile.zone, block_at(FIRST, float(now)), float(now))
            assert period.began_at <= now
            assert now < period.ends_at or rule.stretch is Stretch.ROLLING


@pytest.mark.parametrize(
    ("area", "country"),
    [
        ("+1919", "US"),
        ("+1416", "CA"),
        ("+1867", "CA"),
        ("+1787", "US"),
        ("+4420", "GB"),
        ("+4479", "GB"),
        ("+4930", "US"),
        ("nonsense", "US"),
    ],
)
def test_a_number_is_judged_by_its_countrys_profile(area: str, country: str) -> None:
    assert profile_of_area(area).country == country


def test_only_what_the_law_judges_by_is_called_legal() -> None:
    legal = {
        country: [rule.name for rule in profile.windows if rule.is_legal]
        for country, profile in PROFILES.items()
    }
    assert legal == {"US": ["block"], "GB": ["calendar_day"], "CA": ["calendar_month"]}
