"""A volunteer's own number, which he has us call: what keeps that from being abused.

It is called at our cost and without the gate that guards the people of lists, so that only an
ordinary number of the campaign's own country is taken: none that is charged by the call, none
abroad, no emergency line.
"""

from dialer.compliance.places import country_of
from dialer.lists.normalise import parse_phone
from dialer.lists.problems import Reason

USUAL_COUNTRY = "US"


def own_number(typed: str, caller_id: str) -> str:
    """It in E.164, or empty where it is none that we call. `caller_id` is the campaign's."""
    country = country_of(caller_id) or USUAL_COUNTRY
    phone = parse_phone(typed, country)
    if isinstance(phone, Reason) or phone.extension or country_of(phone.e164) != country:
        return ""
    return phone.e164
