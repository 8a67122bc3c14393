"""Between calls: what a volunteer is told, and what he may ask for."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from dialer.script.document import version_of
from tests.integration.web.conftest import BODY
from tests.integration.web.volunteer_house import ANN, VolunteerHouse

VERSION = version_of(BODY)
RESULT = "00000000-0000-4000-8000-000000000001"
SAID = """
INSERT INTO answers (click_id, contact_id, attempt_id, agent_id, script_version, question, value,
                     clicked_at)
VALUES (gen_random_uuid(), 1, 'cb-1', %s, %s, %s, %s, now())
"""


def set_goal(house: VolunteerHouse, goal: str, **its: object) -> None:
    """As `campaign set --goal` does, for what has been reached before too."""
    counts, _, target = goal.rpartition("=")
    kept = {"counts": counts, "target": int(target), "since": 0, **its}
    with psycopg.connect(house.url) as connection:
        connection.execute("UPDATE campaigns SET goal = %s WHERE id = 1", (json.dumps(kept),))


async def state(house: VolunteerHouse) -> dict[str, Any]:
    """What a page that connects is told."""
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        message = await socket.receive_json(timeout=5)
    its: dict[str, Any] = message["state"]
    return its


async def goals(house: VolunteerHouse, *, messages: int) -> Any:  # noqa: ANN401 - JSON
    """What a page that connects is told of the goal: the last of so many messages."""
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        told = [await socket.receive_json(timeout=5) for _ in range(messages)]
    return told[-1]["state"]["goal"]


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


async def test_without_a_goal_there_is_none(house: VolunteerHouse) -> None:
    await house.begin()
    assert await goals(house, messages=1) is None


@pytest.mark.parametrize(
    ("goal", "reached"),
    [("conversations=212", 1), ("support=yes=50", 1), ("support=no=50", 0), ("shifts=20", 1)],
)
async def test_the_goal_shows_his_teams_and_all_progress(
    house: VolunteerHouse, goal: str, reached: int
) -> None:
    agent_id = await house.begin(teams=("North",), team="North")
    set_goal(house, goal)
    with psycopg.connect(house.url) as connection:
        connection.execute("UPDATE attempts SET agent_id = %s WHERE id = 'cb-1'", (agent_id,))
        for question, value in (("support", '"yes"'), ("shift", '"sat_morning"')):
            connection.execute(SAID, (agent_id, VERSION, question, value))
    its = await goals(house, messages=2)
    assert (its["you"], its["team"], its["all"]) == (reached, reached, reached)
    assert its["target"] == int(goal.rpartition("=")[2])


async def test_others_count_for_all_and_only_his_team_for_the_team(house: VolunteerHouse) -> None:
    await house.begin()
    set_goal(house, "conversations=212", by=2_000_000_000)
    its = await goals(house, messages=2)
    assert its == {
        "counts": "conversations", "question": None, "choice": None, "target": 212, "since": 0,
        "by": 2_000_000_000, "you": 0, "team": None, "all": 1,
    }  # fmt: skip


async def test_pages_that_ask_at_the_same_time_are_counted_for_once(house: VolunteerHouse) -> None:
    await house.begin()
    set_goal(house, "conversations=212")
    assert (await goals(house, messages=2))["all"] == 1
    set_goal(house, "none=0")
    assert (await goals(house, messages=1))["all"] == 1
    house.desk.pass_time(5)
    assert await goals(house, messages=2) is None


OPERATOR = {"Authorization": "Bearer operator"}


async def test_who_asks_for_help_is_on_the_floors_page_until_it_is_seen(
    house: VolunteerHouse,
) -> None:
    agent_id = await house.begin()
    asked_at = house.desk.view().at
    await house.post("/api/volunteer/help")
    house.desk.pass_time(30)
    _, told = await house.post("/api/volunteer/help")
    assert told == {"asks_help_since": asked_at}
    async with house.http.get("/api/floor", headers=OPERATOR) as response:
        (asking,) = (await response.json())["help"]
    assert (asking["agent_id"], asking["since"]) == (agent_id, asked_at)
    assert asking["name"].startswith("Ada")
    seen = f"/api/floor/help/{agent_id}/seen"
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        first = await socket.receive_json(timeout=5)
        assert first["state"]["asks_help_since"] == asked_at
        status, floor = await house.post(seen, headers=OPERATOR)
        assert (status, floor["help"]) == (200, [])
        assert (await socket.receive_json(timeout=5))["state"]["asks_help_since"] is None
    status, told = await house.post(seen, headers=OPERATOR)
    assert (status, told["error_id"]) == (404, "nobody-asks")


async def test_only_the_operator_sees_to_calls_for_help(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await house.post("/api/volunteer/help")
    status, _ = await house.post(f"/api/floor/help/{agent_id}/seen")
    assert status == 401
    assert (await state(house))["asks_help_since"] is not None


async def test_who_leaves_asks_for_nothing_any_more(house: VolunteerHouse) -> None:
    await house.begin()
    await house.post("/api/volunteer/help")
    await house.post("/api/volunteer/leave")
    async with house.http.get("/api/floor", headers=OPERATOR) as response:
        assert (await response.json())["help"] == []


async def test_a_minute_off_ends_by_itself_though_the_page_is_gone(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    _, view = await house.post("/api/volunteer/breathe")
    assert view["state"]["state"] == "break"
    told = await state(house)
    assert told["breath_until"] == told["since"] + 60
    house.desk.pass_time(59)
    await house.care.look(house.desk.view().at)
    assert house.desk.agents[agent_id].state == "break"
    house.desk.pass_time(1)
    await house.care.look(house.desk.view().at)
    assert house.desk.agents[agent_id].state == "ready"
    assert (await state(house))["breath_until"] is None


async def test_a_minute_off_begins_after_the_call(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    house.desk.put_through(agent_id, "cb-9", ANN)
    await house.post("/api/volunteer/breathe")
    assert (await state(house))["breath_until"] is None
    house.desk.pass_time(90)
    house.desk.part(agent_id)
    result = {"id": RESULT, "kind": "result", "attempt_id": "cb-9", "disposition": "refused"}
    await house.post("/api/volunteer/clicks", {"clicks": [result]})
    told = await state(house)
    assert (told["state"], told["breath_until"]) == ("break", told["since"] + 60)


@pytest.mark.parametrize(("wish", "then"), [("ready", "ready"), ("break", "break")])
async def test_who_asks_for_something_else_has_no_minute_off_any_more(
    house: VolunteerHouse, wish: str, then: str
) -> None:
    agent_id = await house.begin()
    await house.post("/api/volunteer/breathe")
    await house.post(f"/api/volunteer/{wish}")
    house.desk.pass_time(600)
    await house.care.look(house.desk.view().at)
    assert house.desk.agents[agent_id].state == then


async def test_a_break_is_suggested_after_fifty_minutes_without_one(house: VolunteerHouse) -> None:
    await house.begin()
    house.desk.pass_time(2000)
    await house.post("/api/volunteer/breathe")
    await house.post("/api/volunteer/ready")
    assert (await state(house))["nudge"] is None
    house.desk.pass_time(1000)
    assert (await state(house))["nudge"] == "break"
    await house.post("/api/volunteer/break")
    assert (await state(house))["nudge"] is None
    house.desk.pass_time(180)
    await house.post("/api/volunteer/ready")
    assert (await state(house))["nudge"] is None


async def test_who_is_not_at_work_gets_no_minute_off(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    status, told = await house.post("/api/volunteer/breathe")
    assert (status, told["error_id"]) == (409, "agent-offline")


async def short_calls(
    house: VolunteerHouse, agent_id: int, many: int, its: Mapping[str, Any] = {}
) -> None:
    """Conversations that end soon, each followed by its result and being ready."""
    disposition, hangs_up = its.get("disposition", "refused"), its.get("hangs_up", False)
    for _ in range(many):
        attempt_id = f"cb-{uuid4()}"
        house.desk.put_through(agent_id, attempt_id, ANN)
        house.desk.pass_time(its.get("length_s", 4) - 1)
        if hangs_up:
            await house.post("/api/volunteer/hangup")
        else:
            house.desk.part(agent_id)
        result = {"id": str(uuid4()), "kind": "result", "attempt_id": attempt_id}
        click = {**result, "disposition": disposition}
        _, told = await house.post("/api/volunteer/clicks", {"clicks": [click]})
        assert told["refused"] == []
        await house.care.look(house.desk.view().at)
        await house.post("/api/volunteer/ready")


async def test_who_is_not_heard_checks_his_microphone_before_the_next_person(
    house: VolunteerHouse,
) -> None:
    agent_id = await house.begin()
    await short_calls(house, agent_id, 3)
    assert not (await state(house))["check_audio"]
    await short_calls(house, agent_id, 1)
    told = await state(house)
    assert (told["state"], told["check_audio"]) == ("break", True)
    status, refused = await house.post("/api/volunteer/ready")
    assert (status, refused["error_id"]) == (409, "check-audio")
    assert (await house.get("/api/volunteer"))[1]["session"]["step"] == "audio"
    status, _ = await house.post("/api/volunteer/audio", {"way": "browser"})
    assert status == 200 and not (await state(house))["check_audio"]
    status, view = await house.post("/api/volunteer/ready")
    assert (status, view["state"]["state"]) == (200, "ready")


@pytest.mark.parametrize(
    "its", [{"disposition": "machine"}, {"hangs_up": True}, {"length_s": 8}], ids=str
)
async def test_calls_that_say_nothing_of_his_microphone_do_not_count(
    house: VolunteerHouse, its: dict[str, Any]
) -> None:
    agent_id = await house.begin()
    await short_calls(house, agent_id, 2)
    await short_calls(house, agent_id, 3, its)
    told = await state(house)
    assert (told["state"], told["check_audio"]) == ("ready", False)


async def test_a_real_conversation_begins_the_count_anew(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    for _ in range(2):
        await short_calls(house, agent_id, 3)
        await short_calls(house, agent_id, 1, {"length_s": 60})
    assert not (await state(house))["check_audio"]


async def test_what_is_due_is_done_without_anybody_asking(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await house.post("/api/volunteer/breathe")
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        assert (await socket.receive_json(timeout=5))["state"]["state"] == "break"
        house.desk.pass_time(60)
        assert (await socket.receive_json(timeout=10))["state"]["state"] == "ready"
    assert house.desk.agents[agent_id].state == "ready"
