"""Holidays: dated days that agree with a naive calendar, and years that nobody knows."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance import holidays

FIRST, LAST = holidays.known_years()

DAYS = st.dates(date(FIRST, 1, 1), date(LAST, 12, 31))


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def names(calendar_name: str, year: int) -> dict[date, str]:
    return {day: name for day, name in holidays.holidays_of(calendar_name) if day.year == year}


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (1961, date(1961, 4, 2)),
        (2000, date(2000, 4, 23)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2028, date(2028, 4, 16)),
        (2029, date(2029, 4, 1)),
        (2030, date(2030, 4, 21)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_falls_where_the_tables_say(year: int, easter: date) -> None:
    assert holidays.easter_sunday(year) == easter


@given(
    st.integers(1990, 2090),
    st.integers(1, 12),
    st.integers(0, 6),
    st.sampled_from([1, 2, 3, 4, -1]),
)
def test_the_nth_weekday_is_the_one_that_counting_finds(
    year: int, month: int, weekday: int, nth: int
) -> None:
    found = [
        date(year, month, day)
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
        if date(year, month, day).weekday() == weekday
    ]
    wanted = found[nth - 1] if nth > 0 else found[-1]
    assert holidays.nth_weekday(year, month, weekday, nth) == wanted


# A naive calendar, written day by day and not by rules: is this day a holiday of that place?


def is_thanksgiving(day: date) -> bool:
    return day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28


def is_labor_day(day: date) -> bool:
    return day.month == 9 and day.weekday() == 0 and day.day <= 7


def is_memorial_day(day: date) -> bool:
    return day.month == 5 and day.weekday() == 0 and day.day >= 25


@given(DAYS, st.sampled_from(["US-AL", "US-LA", "US-MS", "US-NE", "US-PA", "US-RI", "US-UT"]))
def test_the_great_holidays_are_holidays_everywhere(day: date, place: str) -> None:
    if (
        is_thanksgiving(day)
        or is_labor_day(day)
        or is_memorial_day(day)
        or (day.month, day.day) in ((1, 1), (7, 4), (11, 11), (12, 25))
    ):
        assert holidays.is_holiday(place, day)


@given(DAYS)
def test_victory_day_is_the_second_monday_of_august_in_rhode_island_alone(day: date) -> None:
    is_second_monday = day.month == 8 and day.weekday() == 0 and 8 <= day.day <= 14
    if day.month == 8:
        assert holidays.is_holiday("US-RI", day) == is_second_monday
        assert not holidays.is_holiday("US-PA", day)


@pytest.mark.parametrize(
    ("place", "month", "day", "name"),
    [
        ("US-UT", 7, 24, "Pioneer Day"),
        ("US-PA", 6, 14, "Flag Day"),
        ("US-RI", 5, 4, "Rhode Island Independence Day"),
        ("US-AL", 12, 1, "Rosa Parks Day"),
        ("US-LA", 1, 8, "Battle of New Orleans"),
        ("AU", 4, 25, "Anzac Day"),
    ],
)
def test_a_fixed_day_is_there_each_year(place: str, month: int, day: int, name: str) -> None:
    for year in range(FIRST, LAST + 1):
        assert names(place, year)[date(year, month, day)] == name


@pytest.mark.parametrize("place", ["US-AL", "US-LA"])
def test_mardi_gras_is_the_tuesday_47_days_before_easter(place: str) -> None:
    for year, day in (
        (2025, date(2025, 3, 4)),
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 9)),
    ):
        assert "Mardi Gras" in names(place, year)[day]


def test_louisiana_keeps_the_day_after_thanksgiving_and_mississippi_does_not() -> None:
    assert holidays.is_holiday("US-LA", date(2026, 11, 27))
    assert not holidays.is_holiday("US-MS", date(2026, 11, 27))


def test_louisiana_votes_in_even_years_and_pennsylvania_every_year() -> None:
    assert holidays.is_holiday("US-LA", date(2026, 11, 3))
    assert not holidays.is_holiday("US-LA", date(2027, 11, 2))
    assert holidays.is_holiday("US-PA", date(2027, 11, 2))


@given(DAYS)
def test_in_mississippi_a_holiday_on_a_sunday_is_kept_on_monday_too(day: date) -> None:
    if day.weekday() == 6 and holidays.is_holiday("US-MS", day) and day.year < LAST:
        assert holidays.is_holiday("US-MS", day + timedelta(days=1))
    if day.weekday() == 5 and (day.month, day.day) == (7, 4):
        assert not holidays.is_holiday("US-MS", day - timedelta(days=1))


def test_a_new_years_day_on_a_saturday_is_kept_in_the_old_year_too() -> None:
    assert date(2028, 1, 1).weekday() == 5
    assert holidays.is_holiday("US-UT", date(2027, 12, 31))


def test_utah_keeps_juneteenth_on_a_monday_besides() -> None:
    assert names("US-UT", 2026)[date(2026, 6, 15)] == "Juneteenth"  # the 19th is a Friday
    assert names("US-UT", 2027)[date(2027, 6, 21)] == "Juneteenth"  # a Saturday


@pytest.mark.parametrize(
    ("year", "monday_or_tuesday"),
    [(2027, (date(2027, 12, 27), date(2027, 12, 28))), (2026, (date(2026, 12, 28),))],
)
def test_christmas_at_a_weekend_moves_in_australia(
    year: int, monday_or_tuesday: tuple[date, ...]
) -> None:
    for day in monday_or_tuesday:
        assert day in names("AU", year)


@given(st.sampled_from(holidays.calendars()), DAYS)
def test_is_holiday_and_the_printed_list_say_the_same(place: str, day: date) -> None:
    assert holidays.is_holiday(place, day) == (day in names(place, day.year))


@given(st.sampled_from(holidays.calendars()))
def test_no_place_has_more_than_a_month_of_holidays(place: str) -> None:
    for year in range(FIRST, LAST + 1):
        assert 7 <= sum(holidays.is_holiday(place, day) for day in days_of(year)) <= 31


@pytest.mark.parametrize("day", [date(FIRST - 1, 12, 31), date(LAST + 1, 1, 2)])
def test_in_a_year_that_is_not_known_every_day_is_a_holiday(day: date) -> None:
    assert not holidays.knows("US-AL", day)
    assert holidays.is_holiday("US-AL", day)


def test_a_calendar_that_does_not_exist_is_no_calendar_without_holidays() -> None:
    with pytest.raises(KeyError):
        holidays.is_holiday("US-TX", date(2026, 12, 25))
