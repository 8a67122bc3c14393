"""The event stream: the present state at once, every change after it, and a clean end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dialer.web.client import ApiClient, ApiRefused, DaemonAway, Json
from tests.unit.web.web_house import ANNA, BEN, LEAD, House


@asynccontextmanager
async def states_of(house: House, agent_id: int = 1) -> AsyncIterator[AsyncIterator[Json]]:
    """An open stream through the real client."""
    async with ApiClient(str(house.http.make_url("/"))) as client:
        states = client.agent_states(agent_id, house.tokens.agent_token(agent_id))
        try:
            yield states
        finally:
            await states.aclose()


async def test_a_stream_begins_with_the_present_state(house: House) -> None:
    async with states_of(house) as states:
        assert (await anext(states))["state"] == "offline"


async def test_a_stream_tells_of_each_change_with_the_lead_card(house: House) -> None:
    async with states_of(house) as states:
        await anext(states)
        await house.log_in()
        assert (await anext(states))["state"] == "ready"
        house.desk.put_through(1, "cb-1", LEAD)
        talking = await anext(states)
        assert (talking["state"], talking["lead"]["name"]) == ("talking", "Grace Hopper")
        house.desk.part(1)
        assert (await anext(states))["state"] == "wrap_up"
        house.desk.lose_leg(1)
        assert (await anext(states))["state"] == "offline"


async def test_a_stream_does_not_tell_of_other_agents(house: House) -> None:
    await house.log_in()
    async with states_of(house) as states:
        await anext(states)
        await house.log_in(BEN)
        house.desk.put_through(1, "cb-1", LEAD)
        assert (await anext(states))["attempt_id"] == "cb-1"


async def test_a_change_that_nobody_announced_is_still_seen(house: House) -> None:
    house.desk.observers.clear()
    await house.log_in()
    async with states_of(house) as states:
        await anext(states)
        house.desk.put_through(1, "cb-1", LEAD)
        assert (await anext(states))["state"] == "talking"


async def test_streams_end_when_the_daemon_stops(house: House) -> None:
    async with states_of(house) as states:
        await anext(states)
        closing = asyncio.create_task(house.http.server.close())
        with pytest.raises((StopAsyncIteration, DaemonAway)):
            await anext(states)
        await closing


async def test_a_stream_needs_the_agents_own_token(house: House) -> None:
    async with ApiClient(str(house.http.make_url("/"))) as client:
        with pytest.raises(ApiRefused) as refused:
            await anext(client.agent_states(1, house.tokens.agent_token(BEN.id)))
    assert refused.value.status == 403


async def test_a_client_that_leaves_is_forgotten(house: House) -> None:
    async with states_of(house) as states:
        await anext(states)
    await house.log_in(ANNA)
    for n in range(3):
        house.desk.put_through(1, f"cb-{n}", LEAD)
        await asyncio.sleep(0.05)
    async with states_of(house) as states:
        assert (await anext(states))["attempt_id"] == "cb-2"


async def test_nobody_listening_is_reported_as_the_daemon_being_away() -> None:
    async with ApiClient("http://127.0.0.1:9") as client:
        with pytest.raises(DaemonAway, match="callbank serve"):
            await client.get("/api/health")
