"""Numbers, line types, names, ZIP codes, states, languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.lead import LineType
from dialer.lists.normalise import (
    Phone,
    _parse_unusual,
    clean_name,
    derived_external_id,
    language_tag,
    name_key,
    parse_line_type,
    parse_phone,
    split_full_name,
    state_code,
    zip5,
)
from dialer.lists.problems import Reason


@pytest.mark.parametrize(
    "text",
    [
        "9195550123",
        "(919) 555-0123",
        "1-919-555-0123",
        "+1 919 555 0123",
        " 919.555.0123 ",
        "'+19195550123",
        '="9195550123"',
        "=9195550123",
        "9195550123.0",
        "９１９５５５０１２３",
        "tel:+1-919-555-0123",
    ],
)
def test_however_it_is_written_a_number_becomes_e164(text: str) -> None:
    assert parse_phone(text, "US") == Phone(e164="+19195550123")


def test_an_extension_is_told_apart() -> None:
    assert parse_phone("919-555-0123 ext. 12", "US") == Phone(e164="+19195550123", extension="12")


def test_numbers_without_a_plus_are_those_of_the_country() -> None:
    assert parse_phone("020 7183 8750", "GB") == Phone(e164="+442071838750")
    assert parse_phone("+44 20 7183 8750", "US") == Phone(e164="+442071838750")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.NO_PHONE),
        ("   ", Reason.NO_PHONE),
        ('=""', Reason.NO_PHONE),
        ("n/a", Reason.INVALID_PHONE),
        ("555-0123", Reason.INVALID_PHONE),
        ("019 555 0123", Reason.INVALID_PHONE),
        ("919 055 0123", Reason.INVALID_PHONE),
        ("9.19555E+09", Reason.INVALID_PHONE),
        ("9" * 400, Reason.INVALID_PHONE),
        ("=cmd|'/c calc'!A0", Reason.INVALID_PHONE),
        ("919-411-0123", Reason.INVALID_PHONE),
        ("911", Reason.EMERGENCY),
        ("1-911", Reason.EMERGENCY),
        ("9-1-1", Reason.EMERGENCY),
        ("988", Reason.EMERGENCY),
        ("919-911-0123", Reason.EMERGENCY),
        ("900-555-0123", Reason.PREMIUM_NUMBER),
        ("919-976-0123", Reason.PREMIUM_NUMBER),
        ("919-555-1212", Reason.PREMIUM_NUMBER),
        ("800-555-0123", Reason.TOLL_FREE),
        ("1 (888) 555-0123", Reason.TOLL_FREE),
    ],
)
def test_what_must_not_be_dialed_is_refused_with_its_reason(text: str, reason: Reason) -> None:
    assert parse_phone(text, "US") is reason


@given(st.text())
def test_any_text_is_a_number_or_has_a_reason(text: str) -> None:
    found = parse_phone(text, "US")
    assert isinstance(found, Reason) or parse_phone(found.e164, "US") == Phone(e164=found.e164)


@given(st.from_regex(r"1?[2-9][0-9]{2}[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True))
def test_the_short_way_for_usual_numbers_says_what_the_long_way_says(text: str) -> None:
    assert parse_phone(text, "US") == _parse_unusual(text, "US")


def test_in_barbados_the_last_four_digits_decide_and_are_looked_at() -> None:
    assert parse_phone("246-522-4732", "US") is Reason.INVALID_PHONE


@pytest.mark.parametrize(
    ("text", "line_type"),
    [
        ("wireless", LineType.WIRELESS),
        ("Cell Phone", LineType.WIRELESS),
        ("LAND-LINE", LineType.LANDLINE),
        ("fixed_line", LineType.LANDLINE),
        ("VoIP", LineType.VOIP),
        ("", LineType.UNKNOWN),
        ("fixed line or mobile", LineType.UNKNOWN),
    ],
)
def test_line_types_are_understood_or_unknown(text: str, line_type: LineType) -> None:
    assert parse_line_type(text) is line_type


def test_a_name_is_one_line_without_control_characters() -> None:
    assert clean_name("  Ann\r\nAction: Originate\t\x1b[31m \u202eLee ") == (
        "Ann Action: Originate [31m Lee"
    )
    assert clean_name('Ann "Bud" O\'Dunne-Müller') == 'Ann "Bud" O\'Dunne-Müller'


@given(st.text())
def test_no_name_carries_a_control_character(text: str) -> None:
    name = clean_name(text)
    assert not any(c in "\r\n\0\x1b\t" for c in name)
    assert clean_name(name) == name


def test_a_full_name_is_split_at_its_comma_or_its_last_space() -> None:
    assert split_full_name("Lee, Ann Marie") == ("Ann Marie", "Lee")
    assert split_full_name("Ann Marie Lee") == ("Ann Marie", "Lee")
    assert split_full_name("Ann") == ("Ann", "")
    assert split_full_name("") == ("", "")


@pytest.mark.parametrize(
    ("text", "zip_code"),
    [
        ("27601", "27601"),
        ("27601-1234", "27601"),
        ("276011234", "27601"),
        ("2134", "02134"),
        ("2134.0", "02134"),
        ('="02134"', "02134"),
        ("21341234", "02134"),
        ("K1A 0B1", ""),
        ("", ""),
        ("12", ""),
    ],
)
def test_zip_codes_have_five_digits_again(text: str, zip_code: str) -> None:
    assert zip5(text) == zip_code


def test_states_are_known_by_code_and_by_name() -> None:
    assert [state_code(text) for text in ("nc", " North  Carolina ", "DC", "Ontario", "")] == [
        "NC",
        "NC",
        "DC",
        "",
        "",
    ]


def test_languages_become_tags() -> None:
    assert [language_tag(text) for text in ("Español", "es_MX", "EN", "Klingon", "")] == [
        "es",
        "es-mx",
        "en",
        "klingon",
        "",
    ]


def test_names_compare_without_case_accents_and_dots() -> None:
    assert name_key("O'Dunne Jr.") == name_key("ODUNNE JR")
    assert name_key("Muñoz") == name_key("MUNOZ")


def test_a_derived_id_is_stable_and_personal() -> None:
    assert derived_external_id("+19195550123", "ann|lee") == "auto-58fd58dd9cb6f4920e23"
    assert derived_external_id("+19195550123", "ann|lee") != derived_external_id(
        "+19195550123", "bob|lee"
    )
