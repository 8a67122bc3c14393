"""The slow, obvious way to judge hours, days and caps: the oracle of the property tests.

It asks zoneinfo for the local time at every instant that matters and remembers nothing.
"""

import math
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",  # no clock change
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "America/Puerto_Rico",
    "America/Indiana/Knox",
    "America/North_Dakota/Center",
    "Pacific/Honolulu",
    "Pacific/Guam",  # a day ahead
    "Pacific/Pago_Pago",
    "America/St_Johns",  # changed at a minute past midnight until 2011
    "America/Havana",  # changes at midnight
    "America/Nuuk",  # changes in the late evening
    "Europe/London",
    "Africa/Casablanca",  # four changes in some years
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",  # +05:45
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # left out a whole day in 2011
    "Antarctica/Troll",  # changes by two hours
)

FIRST = datetime(1995, 1, 1, tzinfo=UTC).timestamp()
LAST = datetime(2045, 1, 1, tzinfo=UTC).timestamp()


def _clock_changes(name: str) -> Iterator[float]:
    """Every instant at which the zone changed its offset, from 2005 to 2030, to the second."""
    zone, day_s = ZoneInfo(name), 86400
    at = int(datetime(2005, 1, 1, tzinfo=UTC).timestamp())
    while at < datetime(2030, 1, 1, tzinfo=UTC).timestamp():
        before = _offset(zone, at)
        if _offset(zone, at + day_s) != before:
            yield float(at + _first_second_of_another(zone, before, range(at, at + day_s)))
        at += day_s


def _first_second_of_another(
    zone: ZoneInfo, offset: timedelta | None, seconds: Sequence[int]
) -> int:
    return bisect(seconds, False, key=lambda second: _offset(zone, second) != offset)


def _offset(zone: ZoneInfo, at: int) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()


CLOCK_CHANGES = {name: tuple(_clock_changes(name)) for name in ZONES}

TURNS = tuple(
    datetime(year, month, day, tzinfo=UTC).timestamp()
    for year in (1999, 2000, 2004, 2024, 2026, 2027, 2028, 2038)
    for month, day in ((1, 1), (2, 28), (3, 1), (12, 31))
)
"""Year ends, and the ends of February in leap years and others."""


def instants() -> st.SearchStrategy[float]:
    """Any instant, with clock changes, leap days and year ends far oftener than chance."""
    anywhere = st.floats(FIRST, LAST, allow_nan=False)
    whole_quarters = st.integers(int(FIRST) // 900, int(LAST) // 900).map(lambda n: n * 900.0)
    near = st.builds(
        lambda turn, quarters, seconds: turn + quarters * 900.0 + seconds,
        st.sampled_from(sum(CLOCK_CHANGES.values(), TURNS)),
        st.integers(-120, 120),
        st.sampled_from((0.0, 0.0, -1.0, -25.0, -24.999999, 0.25)),
    )
    return st.one_of(anywhere, whole_quarters, near)


def zone_sets() -> st.SearchStrategy[tuple[str, ...]]:
    """One to four candidate zones."""
    return st.lists(st.sampled_from(ZONES), min_size=1, max_size=4).map(tuple)


def local(zone: str, at: float) -> datetime:
    """The local time of a zone."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def seconds_of_day(zone: str, at: float) -> float:
    """What the clock on the wall shows, in seconds, without rounding up."""
    whole = math.floor(at)
    wall = local(zone, whole)
    return wall.hour * 3600 + wall.minute * 60 + wall.second + (at - whole)


def is_open(zones: Sequence[str], start_s: int, end_s: int, at: float, ring_s: float) -> bool:
    """Whether every wall clock is inside the window at both ends of the ring and between."""
    moments = [at, at + ring_s]
    moments += [60.0 * m for m in range(math.ceil(at / 60), math.floor((at + ring_s) / 60) + 1)]
    return all(
        start_s <= seconds_of_day(zone, moment) < end_s for zone in zones for moment in moments
    )


def attempts_today(attempts_at: Sequence[float], zone: str, now: float) -> int:
    """Attempts dated today or later in the zone."""
    return sum(local(zone, at).date() >= local(zone, now).date() for at in attempts_at)


def attempts_in_24h(attempts_at: Sequence[float], now: float) -> int:
    """Attempts less than 24 hours old."""
    return sum(now < at + 86400 for at in attempts_at)
