"""Over which stretches of time abandonment is judged, and in which country how.

A *block* is one of the successive 30-day periods of a legal campaign, counted from its first call;
the law judges each by itself. A *window* is any stretch that is counted; which there are, and what
they allow, is the *profile* of the country whose numbers are called. A window that *gates* must
keep its limit even if one more person were abandoned, or nothing is over-dialed; the others are
shown. The ledger (storage) counts by these, the governor's feed (runtime/watch.py) too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import inf
from zoneinfo import ZoneInfo

import phonenumbers

from dialer.compliance.abandonment import Formula
from dialer.domain.value import maker, value

DAY_S = 86400.0
BLOCK_S = 30 * DAY_S
"""47 CFR 64.1200(a)(7), 16 CFR 310.4(b)(4)(i): each successive 30-day period or portion of one."""

QUARTER_HOUR_S = 900.0

AREA_DIGITS = 5
"""So many signs of a number in E.164 (+1 and an area code) say whose number it is."""

ELSEWHERE = "US"
"""The profile of countries that have none of their own."""


class Stretch(StrEnum):
    """How a window lies in time."""

    ROLLING = "rolling"  # so many seconds up to now
    BLOCK = "block"  # the legal campaign's present 30-day block
    DAY = "day"  # from midnight to midnight in the profile's zone
    MONTH = "month"  # the calendar month there


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowRule:
    """One window of a profile. `limit` is the law's or, where it has none, our own."""

    name: str
    stretch: Stretch
    formula: Formula
    limit: float
    source: str
    length_s: float = 0.0  # of a rolling one
    is_legal: bool = False  # the law itself judges by it
    is_gate: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A country's windows. `zone` is where its days and months begin."""

    country: str
    zone: str
    windows: tuple[WindowRule, ...]


@value
class Period:
    """A stretch of time, `[began_at, ends_at)`, in seconds UTC; a rolling one has no end."""

    began_at: float
    ends_at: float


make_period = maker(Period)


def _rolling(name: str, length_s: float, *, is_gate: bool = True) -> WindowRule:
    return WindowRule(
        name=name,
        stretch=Stretch.ROLLING,
        formula=Formula.US,
        limit=0.03,
        source="our own control (compliance.md 1.7)",
        length_s=length_s,
        is_gate=is_gate,
    )


_QUARTER = _rolling("quarter_hour", 900.0, is_gate=False)
"""Too short to judge by: shown, so that people see what goes on."""
_DAY = _rolling("day", DAY_S)
_THIRTY_DAYS = _rolling("thirty_days", BLOCK_S)


def _block(source: str, *, is_legal: bool) -> WindowRule:
    return WindowRule(
        name="block",
        stretch=Stretch.BLOCK,
        formula=Formula.US,
        limit=0.03,
        source=source,
        is_legal=is_legal,
    )


_OUR_BLOCK = _block("our own control (compliance.md 1.7)", is_legal=False)

PROFILES: Mapping[str, Profile] = {
    "US": Profile(
        country="US",
        zone="America/New_York",
        windows=(
            _block("47 CFR 64.1200(a)(7); 16 CFR 310.4(b)(4)(i)", is_legal=True),
            _THIRTY_DAYS,
            _DAY,
            _QUARTER,
        ),
    ),
    "GB": Profile(
        country="GB",
        zone="Europe/London",
        windows=(
            WindowRule(
                name="calendar_day",
                stretch=Stretch.DAY,
                formula=Formula.UK,
                limit=0.03,
                source="Ofcom's statements of 2008 and 2010, kept as our ceiling since 2017"
                " (compliance.md 1.8)",
                is_legal=True,
            ),
            _OUR_BLOCK,
            _DAY,
            _QUARTER,
        ),
    ),
    "CA": Profile(
        country="CA",
        zone="America/Toronto",
        windows=(
            WindowRule(
                name="calendar_month",
                stretch=Stretch.MONTH,
                formula=Formula.CA,
                limit=0.05,
                source="CRTC Unsolicited Telecommunications Rules (compliance.md 1.9)",
                is_legal=True,
            ),
            _OUR_BLOCK,
            _DAY,
            _QUARTER,
        ),
    ),
}


@lru_cache(maxsize=4096)
def profile_of_area(area: str) -> Profile:
    """The profile for numbers that begin like this (AREA_DIGITS signs of E.164)."""
    number = area + ("2345678" if area.startswith("+1") else "")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return PROFILES[ELSEWHERE]
    if parsed.country_code == 1:
        region = phonenumbers.region_code_for_number(parsed)
    else:
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return PROFILES.get(region or ELSEWHERE, PROFILES[ELSEWHERE])


def block_at(first_at: float | None, now: float) -> Period:
    """The 30-day block that `now` lies in; before any call one that begins now."""
    if first_at is None or first_at > now:
        return Period(began_at=now, ends_at=now + BLOCK_S)
    began_at = first_at + (now - first_at) // BLOCK_S * BLOCK_S
    return Period(began_at=began_at, ends_at=began_at + BLOCK_S)


def blocks_over(first_at: float | None, now: float) -> tuple[Period, ...]:
    """All blocks since the first call that are over, oldest first."""
    if first_at is None or first_at > now:
        return ()
    count = int((now - first_at) // BLOCK_S)
    return tuple(
        Period(began_at=first_at + one * BLOCK_S, ends_at=first_at + (one + 1) * BLOCK_S)
        for one in range(count)
    )


def period_of(rule: WindowRule, zone: str, block: Period, now: float) -> Period:
    """The stretch of a window that `now` lies in."""
    match rule.stretch:
        case Stretch.ROLLING:
            return make_period(began_at=now - rule.length_s, ends_at=inf)
        case Stretch.BLOCK:
            return block
        case Stretch.DAY:
            return _calendar(zone, int(now // QUARTER_HOUR_S), timedelta(days=1))
        case Stretch.MONTH:
            return _calendar(zone, int(now // QUARTER_HOUR_S), timedelta(days=31))


@lru_cache(maxsize=1024)
def _calendar(zone: str, quarter: int, length: timedelta) -> Period:
    """The local day, or month, of a quarter of an hour, which midnight never divides; local
    midnights take care of changed clocks."""
    here = ZoneInfo(zone)
    today = datetime.fromtimestamp(quarter * QUARTER_HOUR_S, here).replace(
        hour=0, minute=0, second=0, microsecond=0, fold=0
    )
    is_month = length > timedelta(days=1)
    began = today.replace(day=1) if is_month else today
    after = began.replace(tzinfo=None) + length
    ends = (after.replace(day=1) if is_month else after).replace(tzinfo=here)
    return Period(began_at=began.timestamp(), ends_at=ends.timestamp())
