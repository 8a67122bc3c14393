"""Candidate time zones of a number: every zone the person who answers may be in. Pure.

The law looks at where the called person is, which nobody knows for sure, so a call must be
inside the window in *all* candidates. The list importer asks once per lead; the gate reads the
result. Tables: `npa_timezones.json` (area codes, from phonenumbers and ZIP data) and
`zip3_timezones.json` (first three ZIP digits). phonenumbers alone would place illegal calls: an
unlisted exchange falls back to one zone per area code, and 44 area codes span two.
"""

import json
import re
from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import timezone as number_zones

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)  # fmt: skip

US_ZONES = tuple(sorted((
    _EASTERN, _CENTRAL, _MOUNTAIN, "America/Phoenix", _PACIFIC, "America/Anchorage",
    "America/Adak", "Pacific/Honolulu",
)))  # fmt: skip
"""The fifty states'. A number that tells no place gets all: 14:00-21:00 Eastern in summer."""

_AREA_CODE_OVERRIDES = {
    "689": (_EASTERN,),  # Orlando, overlay of 407; phonenumbers and the table say Chicago too
}

_ZONES_OF_A_PLACELESS_NUMBER = 12
"""phonenumbers lists every zone of the numbering plan (42) for toll-free and personal numbers;
the widest area code that is a place has three."""

# A state with two zones has both here: a state alone does not say on which side a person lives.
_STATES_BY_ZONES: dict[tuple[str, ...], str] = {
    (_EASTERN,): "CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV",
    (_CENTRAL,): "AL AR IL IA LA MN MS MO OK WI",
    (_MOUNTAIN,): "CO MT NM UT WY",
    (_PACIFIC,): "CA WA",
    (_EASTERN, _CENTRAL): "FL IN KY MI TN",
    (_CENTRAL, _MOUNTAIN): "KS NE ND SD TX",
    (_MOUNTAIN, _PACIFIC): "ID NV OR",
    ("America/Phoenix", _MOUNTAIN): "AZ",  # the Navajo Nation keeps daylight saving time
    ("America/Anchorage", "America/Adak"): "AK",
    ("Pacific/Honolulu",): "HI",
    ("America/Puerto_Rico",): "PR VI",
    ("Pacific/Guam",): "GU MP",
    ("Pacific/Pago_Pago",): "AS",
}
STATE_ZONES: dict[str, frozenset[str]] = {
    state: frozenset(zones)
    for zones, states in _STATES_BY_ZONES.items()
    for state in states.split()
}

# What people write into a time zone column. "MST" is also all of Arizona, so it stays two.
_ALIASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("eastern", "est", "edt", "et"), (_EASTERN,)),
    **dict.fromkeys(("central", "cst", "cdt", "ct"), (_CENTRAL,)),
    **dict.fromkeys(("mountain", "mst", "mt"), (_MOUNTAIN, "America/Phoenix")),
    "mdt": (_MOUNTAIN,),
    **dict.fromkeys(("pacific", "pst", "pdt", "pt"), (_PACIFIC,)),
    **dict.fromkeys(("alaska", "akst", "akdt"), ("America/Anchorage",)),
    **dict.fromkeys(("hawaii", "hst"), ("Pacific/Honolulu",)),
    **dict.fromkeys(("atlantic", "ast"), ("America/Puerto_Rico",)),
}

_NANP = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", re.ASCII)
_ZIP = re.compile(r"([0-9]{5})(-?[0-9]{4})?", re.ASCII)


def _load(name: str) -> dict[str, list]:
    return json.loads(files("dialer.compliance").joinpath("data", name).read_text("utf-8"))


def _area_codes() -> dict[str, frozenset[str]]:
    table = {npa: frozenset(zones) for npa, zones in _load("npa_timezones.json")["npa"].items()}
    return table | {npa: frozenset(zones) for npa, zones in _AREA_CODE_OVERRIDES.items()}


def _zip_prefixes() -> dict[str, frozenset[str]]:
    return {
        f"{prefix:03}": frozenset(zones)
        for first, last, zones in _load("zip3_timezones.json")["ranges"]
        for prefix in range(int(first), int(last) + 1)
    }


_AREA_CODES = _area_codes()
_ZIP_PREFIXES = _zip_prefixes()


def candidate_zones(
    e164: str,
    *,
    zip_code: str | None = None,
    state: str | None = None,
    explicit: str | None = None,
) -> tuple[str, ...]:
    """Every zone the owner of a number may be in, sorted; empty: unknown, not to be dialed.

    An explicit zone wins. Otherwise it is the union of what the number and the address say; an
    address is only a substitute for the number where the number tells no place at all.
    """
    stated = named_zones(explicit or "")
    if stated:
        return stated
    return _derived_zones(_exchange_of(e164), (zip_code or "").strip(), (state or "").strip())


@lru_cache(maxsize=1024)
def named_zones(text: str) -> tuple[str, ...]:
    """The zones a text names (`America/Denver`, `Mountain`, `ET`); empty if it names none."""
    text = text.strip()
    alias = _ALIASES.get(text.casefold().removesuffix(" time"))
    if alias is not None:
        return tuple(sorted(alias))
    is_place = "/" in text and not text.startswith("Etc/")
    return (text,) if is_place and text in _known_zones() else ()


def address_zones(zip_code: str, state: str) -> frozenset[str]:
    """Zones of a US address. The ZIP is the sharper; if it contradicts the state, both count."""
    matched = _ZIP.fullmatch(zip_code)
    of_zip = _ZIP_PREFIXES.get(matched[1][:3], frozenset()) if matched else frozenset()
    of_state = STATE_ZONES.get(state.upper(), frozenset())
    return of_zip if of_zip & of_state else of_zip | of_state


def _exchange_of(e164: str) -> str:
    """One number to stand for its whole exchange, so that the cache serves all of it.

    In the area codes of the table (US and Canada) validity and place hang on area code and
    exchange alone; a test compares this with phonenumbers' answer for the full number.
    """
    is_whole = _NANP.fullmatch(e164) and e164[2:5] in _AREA_CODES
    return e164[:8] + "0000" if is_whole else e164


@lru_cache(maxsize=65536)
def _derived_zones(e164: str, zip_code: str, state: str) -> tuple[str, ...]:
    of_number = _number_zones(e164)
    if of_number is None:
        return ()
    of_address = address_zones(zip_code, state)
    if not of_number and not of_address and e164.startswith("+1"):
        return US_ZONES
    return tuple(sorted(of_number | of_address))


def _number_zones(e164: str) -> frozenset[str] | None:
    """Zones by the number; empty when it is valid and tells no place; None when it is invalid."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    area_code = e164[2:5] if number.country_code == 1 else ""
    if area_code in _AREA_CODE_OVERRIDES:
        return _AREA_CODES[area_code]
    found = frozenset(number_zones.time_zones_for_number(number)) - {number_zones.UNKNOWN_TIMEZONE}
    if number.country_code == 1 and len(found) > _ZONES_OF_A_PLACELESS_NUMBER:
        found = frozenset()
    return found | _AREA_CODES.get(area_code, frozenset())


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())
