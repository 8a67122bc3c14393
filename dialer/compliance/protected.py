"""Numbers that are never called, whatever the list says: emergency, premium, toll-free."""

import re
from functools import lru_cache

from dialer.compliance.facts import NumberKind

_E164 = re.compile(r"\+?[1-9][0-9]{6,14}", re.ASCII)
_DIGITS_LOOKED_AT = 7
_CHARGED_AREAS = frozenset({"900", "800", "822", "833", "844", "855", "866", "877", "888"})
_PROTECTED_EXCHANGES = frozenset({"911", "976"})
_CHARGED_NETWORKS = ("800", "808", "870", "878", "881", "882", "883", "888", "979")
_CHARGED_ABROAD = ("44118", "4480", "4484", "4487", "449", "611")
"""Freephone, shared-cost and premium numbers and directory services of the United Kingdom and
Australia."""


def is_e164(number: str) -> bool:
    """Whether the text has the form of an international telephone number."""
    return _E164.fullmatch(number) is not None


def is_protected(e164: str) -> bool:
    """Emergency, premium and toll-free numbers; abroad, shared-cost numbers too.

    Whoever is called on a toll-free number pays for the call: 47 U.S.C. 227(b)(1)(A)(iii).
    """
    return _begins_protected(e164.lstrip("+")[:_DIGITS_LOOKED_AT])


@lru_cache(maxsize=65536)
def _begins_protected(digits: str) -> bool:
    """A number's first digits decide: those of an exchange, or of a country's charged numbers."""
    if not digits.startswith("1"):
        return digits.startswith(_CHARGED_NETWORKS) or digits.startswith(_CHARGED_ABROAD)
    area, exchange = digits[1:4], digits[4:7]
    return area in _CHARGED_AREAS or area[1:] == "11" or exchange in _PROTECTED_EXCHANGES


def number_kind(e164: str) -> NumberKind:
    """Whether the number may be called at all."""
    if not is_e164(e164):
        return NumberKind.INVALID
    return NumberKind.PROTECTED if is_protected(e164) else NumberKind.ORDINARY
