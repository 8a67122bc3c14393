"""The subcommands' client: answers as objects, failures as one sentence with the right code."""

import asyncio

import pytest

from dialer.cli.client import DaemonClient, DaemonError
from dialer.errors import UsageError
from tests.unit.web.web_house import ANNA, CAMPAIGN, House


@pytest.fixture
def client(house: House) -> DaemonClient:
    """The operator's client of the running web side."""
    return DaemonClient(str(house.http.make_url("/")), "operator")


async def test_it_asks_what_the_subcommands_need(house: House, client: DaemonClient) -> None:
    token = house.tokens.agent_token(ANNA.id)
    await asyncio.to_thread(client.log_in, "anna", token, [CAMPAIGN.name])
    assert (await asyncio.to_thread(client.health))["status"] == "ok"
    assert (await asyncio.to_thread(client.floor))["agents"]
    assert (await asyncio.to_thread(client.campaigns))[0]["name"] == CAMPAIGN.name
    assert (await asyncio.to_thread(client.campaign, CAMPAIGN.name))["figures"]["answered"] == 3
    assert (await asyncio.to_thread(client.agents))[0]["name"] == "anna"
    state = await asyncio.to_thread(client.ask_for_agent, ANNA.id, "break")
    assert state["state"] == "break"
    assert await asyncio.to_thread(client.agent, ANNA.id) == state


async def test_an_unknown_campaign_is_a_wrong_request(client: DaemonClient) -> None:
    with pytest.raises(UsageError, match="no unfinished campaign of that name"):
        await asyncio.to_thread(client.campaign, "No/where?")


async def test_wrong_fields_are_named_in_the_sentence(client: DaemonClient) -> None:
    with pytest.raises(UsageError, match="lead_id must be a positive whole number"):
        await asyncio.to_thread(client.ask_for_agent, 1, "skip", {"lead_id": -1})


async def test_what_the_floor_refuses_ends_with_its_reason(client: DaemonClient) -> None:
    with pytest.raises(DaemonError, match="You are not logged in"):
        await asyncio.to_thread(client.ask_for_agent, 1, "ready")


def test_an_absent_daemon_is_one_sentence_that_says_what_to_do() -> None:
    with pytest.raises(DaemonError, match="start it with"):
        DaemonClient("http://127.0.0.1:9", "operator").health()
