"""Where the called person may be: the country of a number, and the US states of a person. Pure.

Some states take an area code of theirs for a person in the state, and people keep numbers when
they move, so that neither number nor address alone decides: the rules of *all* the states that
either names are kept. The list importer asks once a lead; the gate reads the result. Tables:
`npa_states.json` (area codes) and `zip3_states.json` (first three ZIP digits, and the ZIP codes
that belong to another state than their neighbours); each says where it comes from.
"""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import phonenumbers

from dialer.compliance.zones import STATE_ZONES

_TERRITORIES = {"PR": "US", "VI": "US", "GU": "US", "MP": "US", "AS": "US", "CX": "AU", "CC": "AU"}
"""Places with a code of their own whose calls are under the law of the country they belong to."""

EVERY_STATE = tuple(sorted(STATE_ZONES))
"""A US number that tells no place, of a person without address: the rules of every state hold."""

_NANP = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", re.ASCII)
_ZIP = re.compile(r"([0-9]{5})(-?[0-9]{4})?", re.ASCII)


def _load(name: str) -> dict[str, Any]:
    return json.loads(files("dialer.compliance").joinpath("data", name).read_text("utf-8"))


def _area_codes() -> dict[str, str]:
    table = _load("npa_states.json")["area_codes"]
    return {code: state for state, codes in table.items() for code in codes.split()}


def _zip_prefixes() -> dict[str, str]:
    return {
        f"{prefix:03}": state
        for first, last, state in _load("zip3_states.json")["ranges"]
        for prefix in range(int(first), int(last) + 1)
    }


_AREA_CODES = _area_codes()
_ZIP_PREFIXES = _zip_prefixes()
_ZIP_CODES: dict[str, str] = _load("zip3_states.json")["zip_codes"]


def country_of(e164: str) -> str:
    """The ISO code of the number's country, whose law holds; empty when it cannot be told.

    Numbers that begin with +1 are told apart by area code: the United States with their
    territories, Canada, and each country of the Caribbean.
    """
    # Within +1 the area code alone decides, and one number can stand for all of its own.
    is_whole = _NANP.fullmatch(e164)
    return _country(e164[:5] + "2345678" if is_whole else e164)


def states_of(e164: str, zip_code: str, state: str) -> tuple[str, ...]:
    """The US states (two letters, sorted) whose rules hold for a person; none outside the US.

    The union of what the stated state, the ZIP code and the area code say.
    """
    if country_of(e164) != "US":
        return ()
    return _states(e164[2:5], zip_code.strip(), state.strip().upper())


@lru_cache(maxsize=65536)
def _states(area_code: str, zip_code: str, state: str) -> tuple[str, ...]:
    named = {_AREA_CODES.get(area_code), _state_of_zip(zip_code)}
    named.add(state if state in STATE_ZONES else None)
    return tuple(sorted(name for name in named if name)) or EVERY_STATE


def _state_of_zip(zip_code: str) -> str | None:
    matched = _ZIP.fullmatch(zip_code)
    if matched is None:
        return None
    return _ZIP_CODES.get(matched[1]) or _ZIP_PREFIXES.get(matched[1][:3])


@lru_cache(maxsize=65536)
def _country(e164: str) -> str:
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_number(number) or ""
    # Numbers of no country, such as +800, have the region 001.
    return _TERRITORIES.get(region, region) if region.isalpha() else ""
