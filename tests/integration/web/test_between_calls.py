"""Between calls: what a volunteer is told, and what he may ask for."""

from typing import Any

from tests.integration.web.volunteer_house import ANN, VolunteerHouse


async def state(house: VolunteerHouse) -> dict[str, Any]:
    """What a page that connects is told."""
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        message = await socket.receive_json(timeout=5)
    its: dict[str, Any] = message["state"]
    return its


def talk(house: VolunteerHouse, agent_id: int, *, after_s: float, attempt_id: str) -> None:
    """He waits, has a conversation, and is on his wrap-up."""
    house.desk.pass_time(after_s - 1)  # the desk's own second comes on top
    house.desk.put_through(agent_id, attempt_id, ANN)
    house.desk.pass_time(60)
    house.desk.part(agent_id)


async def test_the_wait_is_estimated_as_soon_as_enough_is_known(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    assert (await state(house))["wait"] is None
    for number in range(10):
        talk(house, agent_id, after_s=20, attempt_id=f"cb-{number}")
        await house.post("/api/volunteer/ready")
    assert (await state(house))["wait"] == {"estimate_s": 20, "from_s": 20, "to_s": 20}
    house.desk.put_through(agent_id, "cb-10", ANN)
    assert (await state(house))["wait"] is None
