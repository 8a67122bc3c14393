"""Calling windows: when it is lawfully day for somebody whose time zone we may only guess.

A *window* is a stretch of the local day, `[start, end)`; *hours* say which window each local day
has (a window alone: the same every day); a *span* is the stretch of real time in which the hours
are open in **all** candidate zones at once. The gate and the caps call this.
Spans are worked out from the zones' offsets at every instant, so clock changes need no special
case, and are cached by UTC day: for given zone rules they can never be different.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_S = 86400
HOUR_S = 3600

LATEST_INSTANT = 250_000_000_000.0
"""Near the end of the year 9892; later instants have no calendar date to judge by."""

SEARCH_DAYS = 370
"""How far ahead an opening is looked for: offsets repeat yearly, so a year without one is never."""

_HOST_OR_PLACEHOLDER_ZONES = ("Etc/", "right/", "Factory", "localtime", "posixrules")
"""Zones that name no place: at sea, with leap seconds, or whatever the host is set to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Part of a local day, from `start_s` up to but not including `end_s` (seconds of the day)."""

    start_s: int
    end_s: int

    def on(self, _day: int) -> "Window":
        """The same every day."""
        return self


class Hours(Protocol):
    """Which part of a local day is open. Must be hashable, and never change."""

    def on(self, day: int) -> Window | None:
        """The window of a calendar day (days since 1970-01-01); None: closed all day."""


WHOLE_DAY = Window(start_s=0, end_s=DAY_S)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WeekHours:
    """Hours by the day of the week, Monday first, and others on holidays."""

    days: tuple[Window | None, ...]
    on_holiday: Window | None = None
    is_holiday: Callable[[int], bool] | None = None

    def on(self, day: int) -> Window | None:
        """The window of that day."""
        if self.is_holiday is not None and self.is_holiday(day):
            return self.on_holiday
        return self.days[(day + 3) % 7]


def parse_window(start: str, end: str) -> Window:
    """The window between two times of day written HH:MM (24:00 is the end of the day).

    Raises ValueError with a clear sentence.
    """
    window = Window(start_s=_seconds_of_day(start), end_s=_seconds_of_day(end))
    if window.start_s >= window.end_s:
        raise ValueError(f"the calling window must end after it starts, not {start} to {end}")
    return window


def is_known_zone(name: str) -> bool:
    """Whether the name is that of a real place's time zone."""
    return _zone(name) is not None


def is_usable_instant(at: float) -> bool:
    """Whether the instant has a calendar date, in every zone and a year on."""
    return math.isfinite(at) and 0.0 <= at < LATEST_INSTANT


def open_span(
    zones: tuple[str, ...], hours: Hours, at: float, ring_s: float
) -> tuple[float, float] | None:
    """The span that holds the whole ring from `at` to `at + ring_s`; None when there is none.

    Without zones there is none: nobody's day can be known. Of hours that stay open over midnight
    it tells as much as lies within a day of `at`.
    """
    for opens_at, closes_at in spans(zones, hours, int(at // DAY_S)):
        if opens_at <= at and at + ring_s < closes_at:
            return opens_at, closes_at
    return None


def is_open(zones: tuple[str, ...], hours: Hours, at: float, ring_s: float) -> bool:
    """Whether a telephone may ring from `at` for `ring_s` seconds, by every candidate zone."""
    return open_span(zones, hours, at, ring_s) is not None


def next_opening(zones: tuple[str, ...], hours: Hours, now: float, ring_s: float) -> float | None:
    """The earliest instant from `now` on at which `is_open`; None when there is none in a year."""
    today = int(now // DAY_S)
    for opens_at, closes_at in spans(zones, hours, today):
        start = max(opens_at, now)
        if start + ring_s < closes_at:
            return start
    return _first_opening_from(zones, hours, ring_s, today + 1)


def local_hour_and_weekday(zone: str, at: float) -> tuple[int, int]:
    """The hour (0 to 23) and the day of the week (Monday is 0) there; UTC for unknown zones."""
    local = at + (_offset(zone, at) if is_known_zone(zone) else 0)
    return int(local % DAY_S // 3600), int(local // DAY_S + 3) % 7


def local_day(zone: str, at: float) -> int:
    """The number of the zone's calendar day (days since 1970-01-01) at an instant."""
    return int((at + _offset(zone, at)) // DAY_S)


def next_local_day(zone: str, at: float) -> float:
    """The first instant after `at` that belongs to a later calendar day of the zone."""
    today = local_day(zone, at)
    for utc_day in range(int(at // DAY_S), int(at // DAY_S) + 4):
        for starts_at, ends_at, offset_s in _segments(zone, utc_day):
            turn = max(float(starts_at), float((today + 1) * DAY_S - offset_s))
            if at < turn < ends_at:
                return turn
    raise ValueError(f"the calendar of {zone} does not go on after {at}")


def _seconds_of_day(text: str) -> int:
    hours, colon, minutes = text.partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal() and len(hours) == len(minutes) == 2:
        total = int(hours) * HOUR_S + int(minutes) * 60
        if int(minutes) < 60 and total <= DAY_S:
            return total
    raise ValueError(f"a time of day is written like 09:00, not {text!r}")


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    if name.startswith(_HOST_OR_PLACEHOLDER_ZONES):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _raw_offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError(f"{zone.key} has no offset from UTC at {at}")
    return round(offset.total_seconds())


def _offset(zone: str, at: float) -> int:
    for _, ends_at, offset_s in _segments(zone, int(at // DAY_S)):
        if at < ends_at:
            return offset_s
    raise ValueError(f"{zone} has no offset from UTC at {at}")


@lru_cache(maxsize=65536)
def _segments(name: str, utc_day: int) -> tuple[tuple[int, int, int], ...]:
    """Stretches (from, until, offset) of constant offset that make up one UTC day."""
    zone = _zone(name)
    if zone is None:
        raise ValueError(f"{name!r} is no time zone")
    first = utc_day * DAY_S
    segments: list[tuple[int, int, int]] = []
    start, offset_s = first, _raw_offset(zone, first)
    for hour in range(first + HOUR_S, first + DAY_S + 1, HOUR_S):
        # The offset at the next midnight belongs to the next day, so look one second earlier.
        look = min(hour, first + DAY_S - 1)
        if _raw_offset(zone, look) != offset_s:
            change = _change_between(zone, hour - HOUR_S, look)
            segments.append((start, change, offset_s))
            start, offset_s = change, _raw_offset(zone, change)
    segments.append((start, first + DAY_S, offset_s))
    return tuple(segments)


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    """The second at which the offset becomes what it is at `after`."""
    wanted = _raw_offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _raw_offset(zone, middle) == wanted:
            after = middle
        else:
            before = middle
    return after


@lru_cache(maxsize=65536)
def _zone_spans(zone: str, hours: Hours, utc_day: int) -> tuple[tuple[float, float], ...]:
    """The zone's open spans that touch the UTC day, as far as a day before and after it."""
    found: list[tuple[float, float]] = []
    for day in (utc_day - 1, utc_day, utc_day + 1):
        for seg_from, seg_until, offset_s in _segments(zone, day):
            first_day = (seg_from + offset_s) // DAY_S
            last_day = (seg_until - 1 + offset_s) // DAY_S
            for local in range(first_day, last_day + 1):
                window = hours.on(local)
                if window is None:
                    continue
                opens_at = max(seg_from, local * DAY_S + window.start_s - offset_s)
                closes_at = min(seg_until, local * DAY_S + window.end_s - offset_s)
                if opens_at < closes_at:
                    _append_merged(found, float(opens_at), float(closes_at))
    begin, end = utc_day * DAY_S, (utc_day + 1) * DAY_S
    return tuple(span for span in found if span[0] < end and span[1] > begin)


def _append_merged(spans: list[tuple[float, float]], opens_at: float, closes_at: float) -> None:
    if spans and spans[-1][1] == opens_at:
        spans[-1] = (spans[-1][0], closes_at)
    else:
        spans.append((opens_at, closes_at))


@lru_cache(maxsize=65536)
def spans(zones: tuple[str, ...], hours: Hours, utc_day: int) -> tuple[tuple[float, float], ...]:
    """Spans in which the hours are open in all of the zones, of those that touch the UTC day."""
    if not zones:
        return ()
    common = _zone_spans(zones[0], hours, utc_day)
    for zone in zones[1:]:
        common = in_both(common, _zone_spans(zone, hours, utc_day))
    return common


def in_both(
    some: tuple[tuple[float, float], ...], others: tuple[tuple[float, float], ...]
) -> tuple[tuple[float, float], ...]:
    """What lies in a span of both."""
    return tuple(
        (max(a[0], b[0]), min(a[1], b[1]))
        for a in some
        for b in others
        if max(a[0], b[0]) < min(a[1], b[1])
    )


@lru_cache(maxsize=4096)
def _first_opening_from(
    zones: tuple[str, ...], hours: Hours, ring_s: float, utc_day: int
) -> float | None:
    """The first instant of the UTC day or later at which a whole ring fits; None if none does."""
    for day in range(utc_day, utc_day + SEARCH_DAYS):
        for opens_at, closes_at in spans(zones, hours, day):
            start = max(opens_at, float(day * DAY_S))
            if start + ring_s < closes_at:
                return start
    return None
