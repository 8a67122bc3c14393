"""Candidate zones: the traps of phonenumbers' zone data are cured, and nothing crashes."""

from zoneinfo import available_timezones

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import timezone as number_zones

from dialer.compliance import zones
from dialer.compliance.zones import STATE_ZONES, US_ZONES, candidate_zones

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)


@pytest.mark.parametrize(
    ("area_code", "expected"),
    [
        ("919", {EASTERN}),
        ("689", {EASTERN}),  # Orlando; phonenumbers says Chicago
        ("423", {EASTERN, CENTRAL}),  # Chattanooga is Eastern; phonenumbers falls back to Chicago
        ("270", {EASTERN, CENTRAL}),
        ("364", {EASTERN, CENTRAL}),
        ("850", {EASTERN, CENTRAL}),
        ("448", {EASTERN, CENTRAL}),
        ("219", {EASTERN, CENTRAL}),
        ("808", {"Pacific/Honolulu"}),
    ],
)
def test_an_area_code_gives_every_zone_it_lies_in(area_code: str, expected: set[str]) -> None:
    assert set(candidate_zones(f"+1{area_code}5550123")) == expected


def test_the_navajo_nation_keeps_928_from_being_phoenix_alone() -> None:
    assert {"America/Phoenix", MOUNTAIN} <= set(candidate_zones("+19285550123"))


@pytest.mark.parametrize("number", ["+18005551234", "+18885551234", "+15005551234"])
def test_a_number_that_tells_no_place_gets_all_us_zones(number: str) -> None:
    assert candidate_zones(number) == US_ZONES
    assert EASTERN in US_ZONES and "Pacific/Honolulu" in US_ZONES


def test_a_number_that_tells_no_place_takes_those_of_its_address() -> None:
    assert candidate_zones("+18005551234", zip_code="90210") == (PACIFIC,)


@pytest.mark.parametrize("number", ["", "junk", "+1911", "+12", "+1919555", "+881612345678"])
def test_an_invalid_number_or_one_of_nowhere_has_no_zone(number: str) -> None:
    assert candidate_zones(number) == ()


def test_numbers_abroad_keep_the_zones_phonenumbers_knows() -> None:
    assert candidate_zones("+442071838750") == ("Europe/London",)
    assert candidate_zones("+19025550123") == ("America/Halifax",)


def test_someone_who_moved_gets_the_zones_of_number_and_address() -> None:
    assert candidate_zones("+19195550123", zip_code="94110") == (PACIFIC, EASTERN)
    assert candidate_zones("+19195550123", zip_code="94110-1234") == (PACIFIC, EASTERN)
    assert candidate_zones("+19195550123", state="co") == (MOUNTAIN, EASTERN)


def test_a_zip_code_is_sharper_than_its_split_state() -> None:
    assert candidate_zones("+19195550123", zip_code="37919", state="TN") == (EASTERN,)
    assert candidate_zones("+19195550123", state="TN") == (CENTRAL, EASTERN)


def test_a_zip_code_that_contradicts_the_state_counts_beside_it() -> None:
    assert set(candidate_zones("+19195550123", zip_code="94110", state="IL")) == {
        EASTERN,
        CENTRAL,
        PACIFIC,
    }


def test_nonsense_in_the_address_adds_nothing() -> None:
    assert candidate_zones("+19195550123", zip_code="K1A 0B1", state="ON") == (EASTERN,)
    assert candidate_zones("+19195550123", zip_code="00000", state="") == (EASTERN,)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("America/Denver", (MOUNTAIN,)),
        ("Mountain", (MOUNTAIN, "America/Phoenix")),
        ("Pacific Time", (PACIFIC,)),
        (" EST ", (EASTERN,)),
    ],
)
def test_a_stated_zone_wins(stated: str, expected: tuple[str, ...]) -> None:
    assert candidate_zones("+19195550123", zip_code="94110", explicit=stated) == expected


@pytest.mark.parametrize(
    "stated", ["Etc/GMT+5", "GMT-5", "Mars/Olympus", "../etc", "\0", "x" * 999]
)
def test_a_stated_zone_that_names_no_place_is_passed_over(stated: str) -> None:
    assert candidate_zones("+19195550123", explicit=stated) == (EASTERN,)


@pytest.mark.parametrize(
    "state",
    "FL IN KY MI TN KS NE ND SD TX ID NV OR AZ AK".split(),
)
def test_a_split_state_has_both_its_zones(state: str) -> None:
    assert len(STATE_ZONES[state]) == 2


def test_all_states_are_there_and_all_zones_exist() -> None:
    assert len(STATE_ZONES) == 50 + 1 + 5  # the District and five territories
    named = set(US_ZONES).union(*STATE_ZONES.values())
    named = named.union(*zones._ZIP_PREFIXES.values(), *zones._AREA_CODES.values())
    assert named <= available_timezones()


@given(st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
def test_no_zone_that_phonenumbers_knows_for_the_full_number_is_lost(number: str) -> None:
    """The cache asks once per exchange; this holds it against the number itself."""
    parsed = phonenumbers.parse(number)
    found = candidate_zones(number)
    assert bool(found) == phonenumbers.is_valid_number(parsed)
    known = set(number_zones.time_zones_for_number(parsed)) - {"Etc/Unknown"}
    if found and len(known) < 12 and not number.startswith("+1689"):
        assert known <= set(found)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_gives_zones_or_none(number: str, zip_code: str, state: str, zone: str) -> None:
    found = candidate_zones(number, zip_code=zip_code, state=state, explicit=zone)
    assert set(found) <= available_timezones()
