"""Third parties as they are given on the command line, refused, shown and taken away."""

import argparse

import pytest

from dialer.cli.campaign_options import add_options, changed, is_any_given
from dialer.cli.campaign_text import settings_text
from dialer.compliance.policy import problems
from dialer.domain.campaign import Campaign
from dialer.domain.transfer import DestinationKind, TransferDestination
from dialer.errors import UsageError

CAMPAIGN = Campaign(id=1, name="Calls", caller_id="+12025550100")
OFFICE = TransferDestination(
    kind=DestinationKind.OFFICE, name="Senator Gray", number="+12025550123"
)


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(words)


def with_options(campaign: Campaign, *words: str) -> Campaign:
    args = given(*words)
    assert is_any_given(args)
    return changed(campaign, args)


def test_destinations_are_added_replaced_by_name_and_taken_away() -> None:
    campaign = with_options(
        CAMPAIGN,
        "--destination", "office:Senator Gray=+1 (202) 555-0123",
        "--destination", "shift_lead:Shift lead=200",
    )  # fmt: skip
    lead = TransferDestination(
        kind=DestinationKind.SHIFT_LEAD, name="Shift lead", number="200"
    )
    assert campaign.destinations == (OFFICE, lead)
    assert lead.is_extension and not OFFICE.is_extension
    campaign = with_options(campaign, "--destination", "shift_lead:Shift lead=201")
    assert [one.number for one in campaign.destinations] == ["+12025550123", "201"]
    campaign = with_options(campaign, "--remove-destination", "Shift lead")
    assert campaign.destinations == (OFFICE,)
    assert "office:Senator Gray=+12025550123" in settings_text(campaign)
    assert problems(campaign) == ()


def test_taking_away_what_is_not_there_names_what_is() -> None:
    with pytest.raises(UsageError, match='"Senator Gray"'):
        with_options(
            with_options(CAMPAIGN, "--destination", "office:Senator Gray=+12025550123"),
            "--remove-destination", "Senator White",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Senator Gray=+12025550123", "KIND:NAME=NUMBER"),
        ("friend:Ann=+12025550123", "kinds: office, shift_lead"),
        ("office:Senator Gray", "KIND:NAME=NUMBER"),
        ("office:=+12025550123", "its name"),
        ("office:Police=911", "emergency"),
        ("office:Police=+19115550123", "no telephone number"),
        ("office:Hot line=+19005550123", "premium"),
        ("office:Free=+18005550123", "toll-free"),
        ("office:Far=+8701234567", "no telephone number"),
        ("office:Short=2", "extension"),
        ("office:Words=call me", "no telephone number"),
        ("office:Plain=2025550123", "no telephone number"),
    ],
)
def test_what_may_not_be_called_is_refused_with_a_sentence(
    text: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        given("--destination", text)
    assert refused.value.code == 2
    assert why in capsys.readouterr().err


def test_two_of_one_name_in_the_database_are_a_problem() -> None:
    twice = Campaign(id=1, name="Calls", destinations=(OFFICE, OFFICE))
    [problem] = problems(twice)
    assert "two of that name" in problem
