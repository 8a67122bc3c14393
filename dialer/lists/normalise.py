"""Texts of a row to values: E.164 numbers, line types, names, ZIP codes, states, languages.

`parse_phone` says why a number is refused; the others fall back to empty or unknown. Numbers are
read by libphonenumber; what it lets through and a phone bank must not dial is refused here.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from dialer.compliance.zones import STATE_ZONES
from dialer.domain.lead import LineType
from dialer.lists.problems import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """A number that may be put on a list."""

    e164: str
    extension: str = ""


_EXCEL_TEXT = re.compile(r'="?([^"]*)"?')
_FLOAT = re.compile(r"(\+?\d{7,15})\.0+", re.ASCII)
_USUAL_US = re.compile(
    r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]{0,3}([2-9][0-9]{2})[ .-]{0,3}([0-9]{4})", re.ASCII
)
_EMERGENCY = frozenset({"911", "112", "999", "988", "933"})
"""911; 112 and 999 elsewhere; 988, the crisis line; 933, the test number of 911."""

_REFUSED_TYPES = {
    PhoneNumberType.PREMIUM_RATE: Reason.PREMIUM_NUMBER,
    PhoneNumberType.SHARED_COST: Reason.PREMIUM_NUMBER,
    PhoneNumberType.TOLL_FREE: Reason.TOLL_FREE,
    PhoneNumberType.UNKNOWN: Reason.INVALID_PHONE,
}


def is_country(code: str) -> bool:
    """Whether numbers can be read as those of a country (US, CA, GB)."""
    return code in phonenumbers.SUPPORTED_REGIONS


def parse_phone(text: str, country: str) -> Phone | Reason:
    """The number in a cell, or why there is none to dial. `country`: of numbers without a +."""
    text = _unwrapped(text)
    if not text:
        return Reason.NO_PHONE
    if _digits(text).removeprefix("1") in _EMERGENCY:
        return Reason.EMERGENCY
    usual = _USUAL_US.fullmatch(text) if country == "US" else None
    if usual and _is_uniform(exchange := f"+1{usual[1]}{usual[2]}"):
        line = usual[3]
        return _refused_in_exchange(exchange, line) or Phone(e164=exchange + line)
    return _parse_unusual(text, country)


def _parse_unusual(text: str, country: str) -> Phone | Reason:
    """Any number of the world, as libphonenumber reads it."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return Reason.INVALID_PHONE
    kind = phonenumbers.number_type(number)
    if kind in _REFUSED_TYPES:
        return _REFUSED_TYPES[kind]
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    is_nanp = number.country_code == 1
    refused = _refused_in_exchange(e164[:8], e164[8:]) if is_nanp else None
    return refused or Phone(e164=e164, extension=number.extension or "")


def _unwrapped(text: str) -> str:
    """Excel exports write ="919..." to keep a text a text, and programs write 919....0."""
    text = text.strip()
    if text.startswith("="):
        wrapped = _EXCEL_TEXT.fullmatch(text)
        text = wrapped[1].strip() if wrapped else text
    as_float = _FLOAT.fullmatch(text)
    return as_float[1] if as_float else text


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _refused_in_exchange(exchange: str, line: str) -> Reason | None:
    """Why a North American number is not usable; None if it is."""
    refused = _refused_exchange(exchange)
    if refused is None and exchange.endswith("555") and line == "1212":
        return Reason.PREMIUM_NUMBER  # directory assistance, charged by the call
    return refused


@lru_cache(maxsize=65536)
def _is_uniform(exchange: str) -> bool:
    """Whether libphonenumber says the same of all numbers of an exchange (+1 and six digits).

    It does where the United States and Canada number (its patterns end in four free digits), but
    not in Barbados. So a list asks it once per exchange, which doubles the speed of an import.
    """
    anyone = phonenumbers.parse(f"{exchange}0000")
    return phonenumbers.region_code_for_number(anyone) in ("US", "CA", "PR")


@lru_cache(maxsize=65536)
def _refused_exchange(exchange: str) -> Reason | None:
    """Why no number of an exchange (+1, area code, three digits) is usable; None if all are.

    To libphonenumber's answer, three kinds are added that it lets through.
    """
    kind = phonenumbers.number_type(phonenumbers.parse(f"{exchange}0000"))
    if kind in _REFUSED_TYPES:
        return _REFUSED_TYPES[kind]
    if exchange.endswith("976"):  # pay-per-call in every area code
        return Reason.PREMIUM_NUMBER
    if exchange.endswith("911"):
        return Reason.EMERGENCY
    # other N11 are service codes, never an exchange
    return Reason.INVALID_PHONE if exchange.endswith("11") else None


_LINE_TYPES = {
    **dict.fromkeys(
        ("wireless", "cell", "cellphone", "cellular", "mobile", "mobilephone", "w", "c", "m"),
        LineType.WIRELESS,
    ),
    **dict.fromkeys(
        ("landline", "land", "fixed", "fixedline", "wireline", "homephone", "l"),
        LineType.LANDLINE,
    ),
    **dict.fromkeys(
        ("voip", "fixedvoip", "nonfixedvoip", "internet", "v"),
        LineType.VOIP,
    ),
}


def parse_line_type(text: str) -> LineType:
    """What a line-type column says; unknown (treated as wireless) if we don't understand it."""
    key = "".join(filter(str.isalpha, text.casefold()))
    return _LINE_TYPES.get(key, LineType.UNKNOWN)


def clean_name(text: str) -> str:
    """One line, single spaces, no control characters: it goes into logs, screens and headers."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = (c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join("".join(visible).split())


def split_full_name(text: str) -> tuple[str, str]:
    """First and last name of a "Last, First" or "First Middle Last" column."""
    text = clean_name(text)
    if "," in text:
        last, _, first = text.partition(",")
        return first.strip(), last.strip()
    first, _, last = text.rpartition(" ")
    return (first, last) if first else (last, "")


def zip5(text: str) -> str:
    """Five digits. Spreadsheets eat the leading zeros of New England; they are put back."""
    digits = _unwrapped(text).partition("-")[0].strip().removesuffix(".0")
    if not (digits.isascii() and digits.isdecimal()):
        return ""
    if len(digits) in (8, 9):  # ZIP+4 without its dash
        digits = digits.zfill(9)[:5]
    return digits.zfill(5) if 3 <= len(digits) <= 5 else ""


_STATE_NAMES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA",
    "colorado": "CO", "connecticut": "CT", "delaware": "DE", "district of columbia": "DC",
    "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL",
    "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA",
    "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV",
    "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM", "new york": "NY",
    "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR",
    "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD",
    "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
    "puerto rico": "PR", "guam": "GU", "virgin islands": "VI", "american samoa": "AS",
}  # fmt: skip


def state_code(text: str) -> str:
    """The two letters of a US state, given as such or by name; empty for anything else."""
    code = clean_name(text).upper()
    return code if code in STATE_ZONES else _STATE_NAMES.get(code.casefold(), "")


_LANGUAGES = {
    "english": "en", "spanish": "es", "espanol": "es", "español": "es", "chinese": "zh",
    "mandarin": "zh", "cantonese": "yue", "vietnamese": "vi", "korean": "ko", "tagalog": "tl",
    "filipino": "fil", "russian": "ru", "arabic": "ar", "french": "fr", "haitian creole": "ht",
    "german": "de", "polish": "pl", "portuguese": "pt", "hindi": "hi", "hmong": "hmn",
    "somali": "so", "navajo": "nv",
}  # fmt: skip


def language_tag(text: str) -> str:
    """A language tag (en, es-mx); a name we don't know is kept in lower case."""
    name = clean_name(text).casefold()
    return _LANGUAGES.get(name, name.replace("_", "-"))


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """A name for comparing: no case, accents, spaces or dots."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.casefold()))
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, plain))


def derived_external_id(e164: str, person_key: str) -> str:
    """An id for a person the list has none for: the same file gives the same ids every time."""
    digest = hashlib.sha256(f"{e164}\n{person_key}".encode())
    return f"auto-{digest.hexdigest()[:20]}"
