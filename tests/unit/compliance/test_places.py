"""Where a person may be: countries by number, states by number and address together."""

import json
from importlib.resources import files

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance.places import EVERY_STATE, country_of, states_of
from dialer.compliance.zones import STATE_ZONES

AREA_CODES: dict[str, list[str]] = json.loads(
    files("dialer.compliance").joinpath("data", "npa_timezones.json").read_text("utf-8")
)["npa"]


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+13055551234", "US"),
        ("+19195550142", "US"),
        ("+18085551234", "US"),
        ("+17875551234", "US"),  # Puerto Rico: the TCPA holds
        ("+13405551234", "US"),  # Virgin Islands
        ("+16715551234", "US"),  # Guam
        ("+16705551234", "US"),
        ("+16845551234", "US"),
        ("+14165551234", "CA"),
        ("+15145551234", "CA"),
        ("+18675551234", "CA"),
        ("+18765551234", "JM"),
        ("+12425551234", "BS"),
        ("+12465551234", "BB"),
        ("+18095551234", "DO"),
        ("+442079460000", "GB"),
        ("+441534123456", "JE"),
        ("+61291234567", "AU"),
        ("+61891621234", "AU"),  # Cocos Islands
        ("+4930123456", "DE"),
        ("+80012345678", ""),
        ("+999123456789", ""),
        ("+1911", ""),
        ("", ""),
        ("no number", ""),
    ],
)
def test_a_number_tells_its_country(number: str, country: str) -> None:
    assert country_of(number) == country


@given(st.sampled_from(sorted(AREA_CODES)), st.integers(2_000_000, 9_999_999))
def test_one_number_can_stand_for_all_of_its_area_code(area_code: str, rest: int) -> None:
    number = f"+1{area_code}{rest}"
    parsed = phonenumbers.parse(number)
    if phonenumbers.is_valid_number(parsed):
        region = phonenumbers.region_code_for_number(parsed)
        territories = {"PR", "VI", "GU", "MP", "AS"}
        assert country_of(number) == ("US" if region in territories else region)


def test_every_area_code_of_the_united_states_has_one_state_in_its_time_zones() -> None:
    """Two tables, made from different data, agree."""
    seen = 0
    for area_code, zones in AREA_CODES.items():
        number = f"+1{area_code}2345678"
        if country_of(number) == "US":
            (state,) = states_of(number, "", "")
            assert set(zones) & STATE_ZONES[state], f"{area_code} is {state}, in {zones}"
            seen += 1
    assert seen > 300


@pytest.mark.parametrize(
    ("number", "zip_code", "state", "states"),
    [
        ("+13055551234", "", "", ("FL",)),
        ("+13055551234", "30301", "", ("FL", "GA")),  # moved with the number
        ("+13055551234", "30301-1234", "ga", ("FL", "GA")),
        ("+13055551234", "30301", "AL", ("AL", "FL", "GA")),  # ZIP and state contradict
        ("+13055551234", "33101", "FL", ("FL",)),
        ("+16895551234", "", "", ("FL",)),  # an overlay
        ("+12125551234", "", "", ("NY",)),
        ("+12015551234", "", "", ("NJ",)),
        ("+12025551234", "", "", ("DC",)),
        ("+12025551234", "20588", "", ("DC", "MD")),
        ("+12035551234", "06390", "", ("CT", "NY")),  # Fishers Island
        ("+12085551234", "83414", "", ("ID", "WY")),
        ("+14235551234", "37402", "TN", ("TN",)),
        ("+15803451234", "73960", "", ("OK", "TX")),
        ("+17875551234", "00901", "PR", ("PR",)),
        ("+18085551234", "96799", "", ("AS", "HI")),
        ("+19075551234", "99501", "AK", ("AK",)),
        ("+15715551234", "20598", "", ("VA",)),
        ("+19195551234", " 27601 ", " nc ", ("NC",)),
        ("+19195551234", "ABC", "??", ("NC",)),
        ("+19195551234", "09301", "", ("NC",)),  # a military address is no state
        ("+17005551234", "", "", ()),
        ("+14165551234", "90210", "CA", ()),  # Canada has no US states, whatever is written
        ("+442079460000", "", "CA", ()),
    ],
)
def test_states_are_those_of_number_zip_and_state_together(
    number: str, zip_code: str, state: str, states: tuple[str, ...]
) -> None:
    assert states_of(number, zip_code, state) == states


def test_a_number_without_a_place_is_under_every_state_until_an_address_says_more() -> None:
    assert states_of("+15005551234", "", "") == EVERY_STATE
    assert states_of("+15005551234", "98101", "") == ("WA",)


@given(st.sampled_from(sorted(AREA_CODES)), st.text(max_size=10), st.text(max_size=3))
def test_an_address_only_adds_states(area_code: str, zip_code: str, state: str) -> None:
    number = f"+1{area_code}2345678"
    assert set(states_of(number, "", "")) <= set(states_of(number, zip_code, state))
