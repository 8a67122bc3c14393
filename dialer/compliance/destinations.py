"""Third parties to whom a campaign's people may be put through: what may be one.

They are called without the gate that guards the people of lists, so their numbers are looked at
where they are set. Called by policy.py and the command that sets them.
"""

import re

from dialer.compliance.places import country_of
from dialer.compliance.protected import is_e164, is_protected
from dialer.domain.campaign import Campaign
from dialer.domain.transfer import LONGEST_EXTENSION, TransferDestination

LONGEST_NAME = 60

_EXTENSION = re.compile(rf"[0-9]{{2,{LONGEST_EXTENSION}}}", re.ASCII)
_EMERGENCY = frozenset({"000", "111", "112", "911", "933", "988", "999"})
"""Short codes that reach somebody who must not be kept waiting, here or abroad."""


def destination_problems(campaign: Campaign) -> list[str]:
    """Everything wrong with the campaign's destinations, one clear sentence each."""
    names = [one.name for one in campaign.destinations]
    doubled = sorted({name for name in names if names.count(name) > 1})
    return [
        *(f'Destination "{name}": there are two of that name.' for name in doubled),
        *filter(None, map(destination_problem, campaign.destinations)),
    ]


def destination_problem(destination: TransferDestination) -> str:
    """What is wrong with one, as a sentence; empty when nothing is."""
    name, number = destination.name, destination.number
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        return f"Destination {name!r}: its name must be one line of 1 to {LONGEST_NAME} signs."
    if number in _EMERGENCY:
        return f'Destination "{name}": emergency numbers are never called.'
    if _EXTENSION.fullmatch(number):
        return ""
    if not number.startswith("+") or not is_e164(number) or not country_of(number):
        return (
            f'Destination "{name}": {number!r} is no telephone number (write it like +12025550100)'
            f" and no extension (2 to {LONGEST_EXTENSION} digits)."
        )
    if is_protected(number):
        return f'Destination "{name}": emergency, premium and toll-free numbers are never called.'
    return ""
