"""A shift lead's board: who may see it, what is on it, and what he does there."""

import time
from typing import Any

import psycopg
import pytest

from dialer.domain.campaign import CampaignState
from dialer.domain.shift_lead import ShiftLead
from dialer.storage.shift_leads import ShiftLeads
from tests.integration.web.test_between_calls import set_goal
from tests.integration.web.volunteer_house import ANN, OWN_PAGE, VolunteerHouse

LOST = """
WITH moved AS (SELECT now() - interval '1 minute' - dialed_at AS by, id FROM attempts)
UPDATE attempts AS a SET dialed_at = dialed_at + by, answered_at = answered_at + by,
       greeting_ended_at = greeting_ended_at + by, ended_at = ended_at + by, connected_at = NULL
FROM moved WHERE a.id = moved.id AND campaign_id = 1
"""
BOARD = "/api/floor/board"
HOUR_S = 3600.0


async def invite(
    house: VolunteerHouse,
    **wishes: Any,  # noqa: ANN401 - what the link is to be like
) -> tuple[ShiftLead, str]:
    """A link of the evening's campaign."""
    now = time.time()
    its = {"campaign_id": 1, "created_at": now, "expires_at": now + HOUR_S, **wishes}
    return await ShiftLeads(house.volunteers.engine).invite(ShiftLead(id=0, **its), by="Vera")


async def enter(house: VolunteerHouse) -> ShiftLead:
    """Open a link."""
    lead, secret = await invite(house)
    status, answer = await house.post(f"{BOARD}/enter", {"secret": secret})
    assert (status, answer) == (200, {"expires_at": pytest.approx(lead.expires_at)})
    return lead


def run(house: VolunteerHouse, state: CampaignState) -> None:
    with psycopg.connect(house.url) as connection:
        connection.execute("UPDATE campaigns SET state = %s WHERE id = 1", (state.value,))


async def test_his_link_lets_him_see_one_campaign(house: VolunteerHouse) -> None:
    assert (await house.get(BOARD))[1]["error_id"] == "no-lead"
    agent_id = await house.begin(teams=("North",), team="North")
    await house.post("/api/volunteer/ready")
    await enter(house)
    status, board = await house.get(BOARD)
    assert status == 200
    assert [(one["agent_id"], one["name"], one["team"]) for one in board["volunteers"]] == [
        (agent_id, "Ada", "North")
    ]
    assert board["volunteers"][0]["state"] == "ready"
    assert board["help"] == board["waiting_approval"] == []
    for path in ("/api/floor", "/api/campaigns", "/api/agents"):
        assert (await house.get(path))[0] == 401


async def test_nobody_who_is_called_is_on_the_board(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await enter(house)
    house.desk.put_through(agent_id, "cb-9", ANN)
    _, board = await house.get(BOARD)
    assert board["people_talking"] == 1
    assert board["volunteers"][0]["state"] == "talking"
    assert "Ann" not in str(board) and ANN.e164 not in str(board)


async def test_who_asks_for_help_is_seen_once(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await enter(house)
    seen = f"{BOARD}/help/{agent_id}/seen"
    assert (await house.post(seen))[1]["error_id"] == "nobody-asks"
    await house.post("/api/volunteer/help")
    _, board = await house.get(BOARD)
    assert [(one["agent_id"], one["name"]) for one in board["help"]] == [(agent_id, "Ada")]
    status, board = await house.post(seen)
    assert (status, board["help"]) == (200, [])
    assert (await house.post(seen))[0] == 404


async def test_help_of_another_campaign_is_not_his_to_see(house: VolunteerHouse) -> None:
    with psycopg.connect(house.url) as connection:
        connection.execute("INSERT INTO campaigns (name) VALUES ('Another')")
        row = connection.execute("SELECT id FROM campaigns WHERE name = 'Another'").fetchone()
    assert row is not None
    agent_id = await house.begin(needs_approval=False)
    await house.post("/api/volunteer/help")
    _, secret = await invite(house, campaign_id=row[0])
    await house.post(f"{BOARD}/enter", {"secret": secret})
    _, board = await house.get(BOARD)
    assert (board["campaign"], board["help"], board["volunteers"]) == ("Another", [], [])
    assert (await house.post(f"{BOARD}/help/{agent_id}/seen"))[0] == 404


async def test_he_lets_in_who_waits_for_it(house: VolunteerHouse) -> None:
    await enter(house)
    _, view = await house.join(await house.invite(needs_approval=True))
    session_id = view["session"]["id"]
    path = f"{BOARD}/sessions/{session_id}/approve"
    status, board = await house.post(path)
    assert (status, board["waiting_approval"]) == (200, [])
    assert (await house.get("/api/volunteer"))[1]["session"]["step"] == "conduct"
    assert (await house.post(path))[1]["error_id"] == "nobody-waits"


async def test_the_board_says_who_waits_to_be_let_in_the_goal_and_abandonment(
    house: VolunteerHouse,
) -> None:
    await house.join(await house.invite(needs_approval=True))
    set_goal(house, "conversations=212", by=4e9)
    with psycopg.connect(house.url) as connection:
        connection.execute(LOST)
    await enter(house)
    _, board = await house.get(BOARD)
    assert [one["first_name"] for one in board["waiting_approval"]] == ["Ada"]
    assert (board["goal"]["target"], board["goal"]["counts"]) == (212, "conversations")
    its = board["abandonment"]
    assert (its["answered"], its["abandoned"], its["rate"]) == (1, 1, 1)
    assert (its["limit"], its["left"]) == (0.03, 0)


async def test_why_nobody_is_dialed_is_on_it(house: VolunteerHouse) -> None:
    await enter(house)
    run(house, CampaignState.RUNNING)
    assert (await house.get(BOARD))[1]["trouble"] == []
    run(house, CampaignState.PAUSED)
    house.desk.is_store_up = False
    _, board = await house.get(BOARD)
    assert board["trouble"] == ["not_running", "database_away"]


@pytest.mark.parametrize("how", ["expired", "revoked", "finished"])
async def test_a_link_that_is_over_shows_nothing(house: VolunteerHouse, how: str) -> None:
    lead = await enter(house)
    if how == "finished":
        run(house, CampaignState.FINISHED)
    elif how == "revoked":
        assert await ShiftLeads(house.volunteers.engine).revoke(lead.id, time.time())
    else:
        with psycopg.connect(house.url) as connection:
            connection.execute("UPDATE shift_leads SET expires_at = now()")
    status, answer = await house.get(BOARD)
    assert (status, answer["error_id"]) == (410, "lead-over")


async def test_a_wrong_secret_lets_nobody_in(house: VolunteerHouse) -> None:
    status, answer = await house.post(f"{BOARD}/enter", {"secret": "guessed"})
    assert (status, answer["error_id"]) == (401, "no-lead")


async def test_another_sites_form_can_do_nothing(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await enter(house)
    await house.post("/api/volunteer/help")
    for path in (f"{BOARD}/help/{agent_id}/seen", f"{BOARD}/sessions/1/approve"):
        status, answer = await house.post(path, headers={})
        assert (status, answer["error_id"]) == (403, "foreign-request")
    assert (await house.get(BOARD))[1]["help"]


async def test_the_socket_tells_the_board_and_ends_with_the_link(house: VolunteerHouse) -> None:
    lead = await enter(house)
    async with house.http.ws_connect(f"{BOARD}/socket") as socket:
        message = await socket.receive_json(timeout=10)
        assert message["board"]["volunteers"] == []
        agent_id = await house.begin()
        message = await socket.receive_json(timeout=10)
        assert [one["agent_id"] for one in message["board"]["volunteers"]] == [agent_id]
        await ShiftLeads(house.volunteers.engine).revoke(lead.id, time.time())
        while not socket.closed:
            await socket.receive(timeout=10)
        assert socket.close_code == 4001


async def test_the_operator_sees_the_board_of_any_campaign(house: VolunteerHouse) -> None:
    with psycopg.connect(house.url) as connection:
        row = connection.execute("SELECT name FROM campaigns WHERE id = 1").fetchone()
    assert row is not None
    headers = {"Authorization": "Bearer operator"}
    async with house.http.get(BOARD, params={"campaign": row[0]}, headers=headers) as answer:
        assert (await answer.json())["campaign"] == row[0]
    async with house.http.get(BOARD, params={"campaign": "None"}, headers=headers) as answer:
        assert (await answer.json())["error_id"] == "no-such-campaign"


async def test_leaving_forgets_the_link_on_this_device(house: VolunteerHouse) -> None:
    await enter(house)
    assert (await house.post(f"{BOARD}/leave", headers=OWN_PAGE))[0] == 200
    assert (await house.get(BOARD))[0] == 401
