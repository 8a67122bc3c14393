"""Calling windows, against the naive oracle and on the days that catch others out."""

import math
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.compliance import windows
from dialer.compliance.windows import Window, is_open, next_local_day, next_opening, parse_window
from tests.unit.compliance import naive_hours
from tests.unit.compliance.naive_hours import instants, zone_sets

DAY = parse_window("08:00", "21:00")
RING_S = 25.0


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def window_strategy() -> st.SearchStrategy[Window]:
    minutes = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda m: m[0] < m[1])
    any_window = minutes.map(lambda m: Window(start_s=m[0] * 60, end_s=m[1] * 60))
    return st.one_of(st.just(DAY), st.just(parse_window("09:00", "21:00")), any_window)


@settings(max_examples=600, deadline=None)
@given(zones=zone_sets(), window=window_strategy(), now=instants(), ring_s=st.floats(0, 120))
def test_a_window_is_open_exactly_when_every_wall_clock_says_so(
    zones: tuple[str, ...], window: Window, now: float, ring_s: float
) -> None:
    expected = naive_hours.is_open(zones, window.start_s, window.end_s, now, ring_s)
    assert is_open(zones, window, now, ring_s) is expected


@settings(max_examples=300, deadline=None)
@given(zones=zone_sets(), now=instants(), ring_s=st.sampled_from((0.0, 15.0, 25.0, 60.0)))
def test_the_next_opening_is_the_first_instant_that_is_open(
    zones: tuple[str, ...], now: float, ring_s: float
) -> None:
    opening = next_opening(zones, DAY, now, ring_s)

    def open_at(moment: float) -> bool:
        return naive_hours.is_open(zones, DAY.start_s, DAY.end_s, moment, ring_s)

    if opening is None:
        assert not any(open_at(now + 900.0 * n) for n in range(4 * 24 * 7))
        return
    assert opening >= now
    assert open_at(opening)
    if opening > now:
        assert not open_at(now)
        assert not open_at(math.nextafter(opening, -math.inf))
        steps = min(int((opening - now) // 300), 1000)
        assert not any(open_at(now + 300.0 * n) for n in range(steps))
        assert not any(open_at(opening - 60.0 * n) for n in range(1, 10) if opening - 60 * n >= now)


@settings(max_examples=300, deadline=None)
@given(zone=st.sampled_from(naive_hours.ZONES), now=instants())
def test_the_next_local_day_begins_when_the_calendar_says_so(zone: str, now: float) -> None:
    def date(moment: float) -> int:
        return naive_hours.local(zone, math.floor(moment)).date().toordinal()

    morning = next_local_day(zone, now)
    assert windows.local_day(zone, now) == date(now) - date(0.0) + windows.local_day(zone, 0.0)
    assert morning > now
    assert date(morning) > date(now)
    assert date(math.nextafter(morning, -math.inf)) <= date(now)


@pytest.mark.parametrize("zone", naive_hours.ZONES)
def test_the_wall_clock_is_known_to_the_second_around_every_clock_change(zone: str) -> None:
    for change in naive_hours.CLOCK_CHANGES[zone]:
        for moment in (change - 1800.0, change - 1.0, change, change + 1800.0):
            second = int(naive_hours.seconds_of_day(zone, moment))
            window = Window(start_s=second, end_s=second + 1)
            assert is_open((zone,), window, moment, 0.0), (zone, moment)


def test_opening_is_included_and_closing_is_not() -> None:
    zones = ("America/New_York",)
    assert not is_open(zones, DAY, at("2026-07-15T07:59:59.999-04:00"), 0.0)
    assert is_open(zones, DAY, at("2026-07-15T08:00:00-04:00"), 0.0)
    assert is_open(zones, DAY, at("2026-07-15T20:59:59.999-04:00"), 0.0)
    assert not is_open(zones, DAY, at("2026-07-15T21:00:00-04:00"), 0.0)


def test_a_telephone_never_rings_past_the_end_of_the_window() -> None:
    zones = ("America/New_York",)
    assert is_open(zones, DAY, at("2026-07-15T20:59:34.999-04:00"), RING_S)
    assert not is_open(zones, DAY, at("2026-07-15T20:59:35-04:00"), RING_S)
    assert next_opening(zones, DAY, at("2026-07-15T20:59:35-04:00"), RING_S) == at(
        "2026-07-16T08:00:00-04:00"
    )


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-03-07T22:00:00-05:00", "2026-03-08T08:00:00-04:00"),  # clocks go forward
        ("2026-10-31T22:00:00-04:00", "2026-11-01T08:00:00-05:00"),  # and back
        ("2028-02-28T23:00:00-05:00", "2028-02-29T08:00:00-05:00"),  # leap day
        ("2026-12-31T23:30:00-05:00", "2027-01-01T08:00:00-05:00"),  # year end
    ],
)
def test_the_morning_after_comes_at_eight_by_the_wall_clock(now: str, opening: str) -> None:
    assert next_opening(("America/New_York",), DAY, at(now), RING_S) == at(opening)


def test_all_of_the_united_states_is_open_from_two_in_the_afternoon_in_new_york() -> None:
    zones = ("America/New_York", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu")
    assert next_opening(zones, DAY, at("2026-07-15T09:00:00-04:00"), RING_S) == at(
        "2026-07-15T14:00:00-04:00"
    )


def test_zones_that_share_no_hour_never_open() -> None:
    zones = ("Pacific/Honolulu", "Europe/London", "Asia/Kathmandu")
    assert next_opening(zones, DAY, at("2026-07-15T09:00:00-04:00"), RING_S) is None


def test_without_zones_nothing_is_ever_open() -> None:
    assert not is_open((), DAY, at("2026-07-15T14:00:00-04:00"), RING_S)
    assert next_opening((), DAY, at("2026-07-15T14:00:00-04:00"), RING_S) is None


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "America", "../../etc/passwd", "Etc/Unknown", "Etc/GMT", "Factory",
     "localtime", "America/New_York\0", "EST\n", "/usr/share/zoneinfo/America/New_York"],
)  # fmt: skip
def test_a_name_that_is_no_place_s_zone_is_not_known(name: str) -> None:
    assert not windows.is_known_zone(name)


@pytest.mark.parametrize(
    ("start", "end"),
    [("9:00", "21:00"), ("09:00", "09:00"), ("21:00", "09:00"), ("09:60", "21:00"), ("", "21:00"),
     ("09:00", "24:01"), ("٠٩:٠٠", "21:00:00"), ("-9:00", "21:00"), ("09.00", "21:00")],
)  # fmt: skip
def test_a_window_that_cannot_be_meant_is_refused(start: str, end: str) -> None:
    with pytest.raises(ValueError, match=r"time of day|must end after"):
        parse_window(start, end)
