"""Which numbers volunteers may have us call as their own."""

import pytest

from dialer.lists.own_number import own_number

OURS = "+19195550100"


@pytest.mark.parametrize("typed", ["(919) 555-0142", "919 555 0142", "+1 919 555 0142"])
def test_an_ordinary_number_of_the_campaigns_country_is_taken_as_it_is_typed(typed: str) -> None:
    assert own_number(typed, OURS) == "+19195550142"


@pytest.mark.parametrize(
    "typed",
    [
        "+44 20 7946 0958",  # abroad
        "416 555 0142",  # Canada
        "876 555 0142",  # Jamaica looks like any number of ours
        "900 555 0142",  # charged by the call
        "800 555 0142",
        "919 976 0142",
        "911",
        "919 555 0142 ext. 7",
        "no number",
    ],
)
def test_no_number_abroad_charged_by_the_call_or_for_emergencies_is_called(typed: str) -> None:
    assert own_number(typed, OURS) == ""
