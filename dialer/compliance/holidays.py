"""Holidays as telemarketing law names them: dated days, by calendar, for the years that are known.

A *calendar* is named after its jurisdiction (`US-AL`, `AU`). `data/holidays.yaml` says by which
rule each day falls; here these become dates, once. Rule rows name a calendar, the gate asks
`is_holiday` for a local date, and the rule book takes rows that need a calendar for past review
once its years are over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from dialer.yaml_text import Listed, Mapped, Scalar, parse

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One holiday's rule: a fixed date, the nth weekday of a month, or days after Easter."""

    name: str
    month: int = 0
    day: int = 0  # of the month; 0: by weekday
    nth: int = 0  # -1 is the last
    weekday: int = 0  # Monday is 0
    easter: int | None = None  # days after Easter Sunday
    plus: int = 0  # days later
    is_in_even_years_only: bool = False
    moves: dict[int, int] = field(default_factory=dict)  # by weekday: days to its other day

    def dates(self, year: int) -> Iterator[date]:
        """The day itself, and the day on which it is kept besides."""
        if self.is_in_even_years_only and year % 2:
            return
        falls_on = self._falls_on(year) + timedelta(days=self.plus)
        yield falls_on
        offset = self.moves.get(falls_on.weekday())
        if offset is not None:
            yield falls_on + timedelta(days=offset)

    def _falls_on(self, year: int) -> date:
        if self.easter is not None:
            return easter_sunday(year) + timedelta(days=self.easter)
        if self.day:
            return date(year, self.month, self.day)
        return nth_weekday(year, self.month, self.weekday, self.nth)


@dataclass(frozen=True, kw_only=True, slots=True)
class Almanac:
    """All calendars, and the years for which they are known."""

    first_year: int
    last_year: int
    calendars: dict[str, tuple[Day, ...]]


def is_holiday(calendar: str, day: date) -> bool:
    """Whether the local date is a holiday of the calendar.

    In a year that the calendar does not know every day is one: a rule that hangs on it forbids,
    and `knows` tells why. Raises KeyError for a calendar that does not exist.
    """
    return day in _dates(calendar) or not knows(calendar, day)


def knows(calendar: str, day: date) -> bool:
    """Whether the calendar covers the date's year."""
    almanac = _almanac()
    if calendar not in almanac.calendars:
        raise KeyError(calendar)
    return almanac.first_year <= day.year <= almanac.last_year


def calendars() -> tuple[str, ...]:
    """The names of all calendars."""
    return tuple(_almanac().calendars)


def known_years() -> tuple[int, int]:
    """The first and the last year that the calendars cover."""
    return _almanac().first_year, _almanac().last_year


def holidays_of(calendar: str) -> tuple[tuple[date, str], ...]:
    """The calendar's days with their names, in order, for people."""
    almanac = _almanac()
    # A New Year's Day on a Saturday is kept on the last day of the year before.
    years = range(almanac.first_year, almanac.last_year + 2)
    return tuple(
        sorted(
            (day, rule.name)
            for rule in almanac.calendars[calendar]
            for year in years
            for day in rule.dates(year)
            if almanac.first_year <= day.year <= almanac.last_year
        )
    )


def easter_sunday(year: int) -> date:
    """Easter by the Gregorian calendar (the anonymous algorithm printed in Nature, 1876)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, odd_years = divmod(of_century, 4)
    to_sunday = (32 + 2 * rest + 2 * leap_years - moon - odd_years) % 7
    late = (golden + 11 * moon + 22 * to_sunday) // 451
    month, day = divmod(moon + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday (Monday is 0) of the month; -1 is the last."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    after = date(year + month // 12, month % 12 + 1, 1)
    last = after - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))


@lru_cache(maxsize=64)
def _dates(calendar: str) -> frozenset[date]:
    return frozenset(day for day, _ in holidays_of(calendar))


@lru_cache(maxsize=1)
def _almanac() -> Almanac:
    text = files("dialer.compliance").joinpath("data", "holidays.yaml").read_text("utf-8")
    page = _mapped(parse(text))
    moves = {
        name: {WEEKDAYS.index(day): int(_text(by)) for day, by in _mapped(table).items()}
        for name, table in _mapped(page["moves"]).items()
    }
    return Almanac(
        first_year=int(_text(page["first_year"])),
        last_year=int(_text(page["last_year"])),
        calendars={
            name: tuple(_day(_mapped(row), moves) for row in _listed(_mapped(calendar)["days"]))
            for name, calendar in _mapped(page["calendars"]).items()
        },
    )


def _day(row: dict[str, object], moves: dict[str, dict[int, int]]) -> Day:
    words = {key: _text(value) for key, value in row.items()}
    month, _, day = words.get("on", "").partition("-")
    return Day(
        name=words["name"],
        month=int(month or words.get("month", 0)),
        day=int(day or 0),
        nth=int(words.get("nth", 0)),
        weekday=WEEKDAYS.index(words.get("day", "mon")),
        easter=int(words["easter"]) if "easter" in words else None,
        plus=int(words.get("plus", 0)),
        is_in_even_years_only=words.get("years") == "even",
        moves=moves[words["moves"]] if "moves" in words else {},
    )


def _mapped(value: object) -> dict[str, object]:
    if not isinstance(value, Mapped):
        raise ValueError(f"holidays.yaml has {value!r} where a mapping belongs")
    return dict(value.items)


def _listed(value: object) -> tuple[object, ...]:
    if not isinstance(value, Listed):
        raise ValueError(f"holidays.yaml has {value!r} where a list belongs")
    return value.items


def _text(value: object) -> str:
    if not isinstance(value, Scalar):
        raise ValueError(f"holidays.yaml has {value!r} where a word belongs")
    return value.text
