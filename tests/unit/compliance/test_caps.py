"""Attempt caps, against counting by hand."""

import math
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.compliance.caps import day_cap_fits_at, rolling_cap_fits_at
from tests.unit.compliance import naive_hours
from tests.unit.compliance.naive_hours import instants, zone_sets

HOUR_S = 3600.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def ages() -> st.SearchStrategy[list[float]]:
    """How long ago the attempts were; a few lie in the future, after a clock was set back."""
    return st.lists(st.floats(-1.5 * 86400.0, 3 * 86400.0), max_size=6)


@settings(max_examples=300, deadline=None)
@given(now=instants(), ages=ages(), cap=st.integers(1, 3))
def test_the_24_hour_cap_frees_at_the_first_instant_that_counting_allows(
    now: float, ages: list[float], cap: int
) -> None:
    attempts_at = [now - age for age in ages]
    fits_at = rolling_cap_fits_at(attempts_at, cap, now)
    assert fits_at is not None
    assert naive_hours.attempts_in_24h(attempts_at, fits_at) < cap
    if fits_at > now:
        before = math.nextafter(fits_at, -math.inf)
        assert naive_hours.attempts_in_24h(attempts_at, before) >= cap


@settings(max_examples=300, deadline=None)
@given(now=instants(), zones=zone_sets(), ages=ages(), cap=st.integers(1, 3))
def test_the_day_cap_is_kept_in_every_candidate_zone(
    now: float, zones: tuple[str, ...], ages: list[float], cap: int
) -> None:
    # Milliseconds: nearer to midnight than a float can tell, either day is as good.
    now = round(now, 3)
    attempts_at = [round(now - age, 3) for age in ages]
    fits_at = day_cap_fits_at(attempts_at, zones, cap, now)
    assert fits_at is not None

    def fits(moment: float) -> bool:
        whole = math.floor(moment)
        counts = (naive_hours.attempts_today(attempts_at, zone, whole) for zone in zones)
        return all(count < cap for count in counts)

    assert fits(fits_at)
    if fits_at > now:
        assert not fits(math.nextafter(fits_at, -math.inf))


def test_two_attempts_today_mean_tomorrow_by_the_later_calendar() -> None:
    zones = ("America/New_York", "America/Chicago")
    attempts_at = [at("2026-07-15T10:00:00-04:00"), at("2026-07-15T15:00:00-04:00")]
    now = at("2026-07-15T20:00:00-04:00")
    assert day_cap_fits_at(attempts_at, zones, 2, now) == at("2026-07-16T00:00:00-05:00")


def test_a_day_that_comes_twice_is_the_day_before_again() -> None:
    """In 2005 Newfoundland's clocks went back a minute after midnight, to 23:01."""
    zones = ("America/St_Johns", "America/Nuuk")
    now = at("2005-10-29T12:00:00-02:30")
    again = at("2005-10-30T00:00:00-03:30")
    assert day_cap_fits_at([now], ("America/St_Johns",), 1, now) == at("2005-10-30T00:00:00-02:30")
    assert day_cap_fits_at([now, now + 1], zones, 1, now) == again


def test_one_zone_s_yesterday_is_another_zone_s_today() -> None:
    attempt = at("2026-07-15T23:30:00-04:00")
    now = at("2026-07-16T00:15:00-04:00")
    assert day_cap_fits_at([attempt], ("America/New_York",), 1, now) == now
    assert day_cap_fits_at([attempt], ("America/Chicago",), 1, now) > now


def test_an_attempt_counts_for_exactly_24_hours() -> None:
    now = at("2026-07-15T12:00:00-04:00")
    assert rolling_cap_fits_at([now - 24 * HOUR_S], 1, now) == now
    assert rolling_cap_fits_at([now - 23 * HOUR_S], 1, now) == now + HOUR_S


def test_a_cap_of_none_never_allows_an_attempt() -> None:
    assert rolling_cap_fits_at([], 0, 0.0) is None
    assert day_cap_fits_at([], ("America/New_York",), 0, 0.0) is None
