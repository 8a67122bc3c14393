"""A volunteer's page puts the person through: whom it may choose, is told, and wishes."""

from dataclasses import replace

import psycopg
import pytest

from dialer.domain.transfer import DestinationKind, TransferOutcome
from dialer.engine import requests
from dialer.engine.third_line import Stage
from dialer.engine.view import TransferView
from tests.integration.web.test_volunteers_work import own_call, told, until
from tests.integration.web.volunteer_house import ANN, VolunteerHouse

OFFICE = '[{"kind": "office", "name": "Senator Gray", "number": "+12025550123"}]'


def names_office(house: VolunteerHouse) -> None:
    with psycopg.connect(house.url) as connection:
        connection.execute("UPDATE campaigns SET destinations = %s WHERE id = 1", (OFFICE,))


async def test_the_page_knows_the_names_of_third_parties_and_not_their_numbers(
    house: VolunteerHouse,
) -> None:
    names_office(house)
    await house.begin()
    _, view = await house.get("/api/volunteer")
    assert view["session"]["destinations"] == [{"name": "Senator Gray", "kind": "office"}]
    assert "+1202" not in str(view)


async def test_the_chosen_third_party_is_asked_for_by_name(house: VolunteerHouse) -> None:
    names_office(house)
    agent_id = await house.begin()
    await own_call(house, agent_id)
    status, _ = await house.post("/api/volunteer/transfer", {"destination": "Senator Gray"})
    assert status == 200
    asked = house.desk.posted[-1]
    assert isinstance(asked, requests.TransferAsked)
    assert (asked.agent_id, asked.destination) == (agent_id, "Senator Gray")


@pytest.mark.parametrize("body", [{}, {"destination": ""}, {"destination": "x" * 201}])
async def test_a_request_that_names_nobody_is_refused(
    house: VolunteerHouse, body: dict[str, str]
) -> None:
    await house.begin()
    status, answer = await house.post("/api/volunteer/transfer", body)
    assert (status, answer["error_id"]) == (422, "invalid-body")


@pytest.mark.parametrize(
    ("wish", "event"),
    [
        ("consult", requests.AgentAskedConsult),
        ("put_through", requests.AgentAskedPutThrough),
        ("cancel_transfer", requests.AgentCancelledTransfer),
    ],
)
async def test_what_follows_is_wished_without_a_body(
    house: VolunteerHouse, wish: str, event: type
) -> None:
    await own_call(house, await house.begin())
    status, _ = await house.post(f"/api/volunteer/{wish}")
    assert status == 200
    assert type(house.desk.posted[-1]) is event


async def test_how_far_it_is_comes_by_the_socket(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        assert (await told(socket))["state"]["transfer"] is None
        house.desk.put_through(agent_id, "cb-1", ANN)
        await until(socket, "talking")
        busy = TransferView(
            destination="Senator Gray",
            kind=DestinationKind.OFFICE,
            stage=Stage.OVER,
            outcome=TransferOutcome.BUSY,
        )
        house.desk.agents[agent_id] = replace(house.desk.agents[agent_id], transfer=busy)
        while (message := await told(socket))["state"]["transfer"] is None:
            pass
    assert message["state"]["transfer"] == {
        "destination": "Senator Gray", "kind": "office", "stage": "over", "outcome": "busy",
    }  # fmt: skip
