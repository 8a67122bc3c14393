"""A volunteer's socket and clicks: the card with the person, nothing lost, nothing doubled."""

import asyncio
from datetime import datetime, timedelta
from datetime import time as daytime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError

from dialer.engine import requests
from dialer.script.document import version_of
from tests.integration.storage.evidence_evening import AFTERNOON
from tests.integration.web.conftest import BODY
from tests.integration.web.volunteer_house import ANN, VolunteerHouse

EASTERN = ZoneInfo("America/New_York")
VERSION = version_of(BODY)


async def told(socket: ClientWebSocketResponse) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return await socket.receive_json()


async def until(socket: ClientWebSocketResponse, state: str) -> dict[str, Any]:
    while True:
        message = await told(socket)
        if message["state"]["state"] == state:
            return message


def click(kind: str, **fields: object) -> dict[str, object]:
    its = {"id": str(uuid4()), "kind": kind, "attempt_id": "cb-1", "at": AFTERNOON}
    return its | fields


def answer(value: object, **fields: object) -> dict[str, object]:
    return click("answer", script_version=VERSION, question="support", value=value, **fields)


async def own_call(house: VolunteerHouse, agent_id: int) -> None:
    """Let the evening's call be that of the volunteer, and not be over yet."""
    with psycopg.connect(house.url) as connection:
        connection.execute(
            "UPDATE attempts SET agent_id = %s, parted_at = NULL WHERE id = 'cb-1'", (agent_id,)
        )
    house.desk.put_through(agent_id, "cb-1", ANN)


async def test_the_card_comes_with_the_state_that_brings_the_person(
    house: VolunteerHouse,
) -> None:
    agent_id = await house.begin()
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        first = await told(socket)
        assert (first["type"], first["seq"], first["card"]) == ("state", 1, None)
        house.desk.put_through(agent_id, "cb-1", ANN)
        card = (await until(socket, "talking"))["card"]
    assert (card["attempt_id"], card["lead_id"]) == ("cb-1", 1)
    assert card["person"]["name"] == "Ann Example"
    assert card["person"]["last_contact"]["disposition"] == "supports"
    script = card["script"]
    assert (script["version"], script["start"]) == (VERSION, "hello")
    assert script["blocks"][0]["say"].startswith("Hi, is this Ann? My name is Ada,")
    assert "+1202" not in str(card)


async def test_of_two_tabs_the_one_that_came_last_is_in_use(house: VolunteerHouse) -> None:
    await house.begin()
    async with house.http.ws_connect("/api/volunteer/socket") as old:
        await told(old)
        async with house.http.ws_connect("/api/volunteer/socket") as new:
            assert await told(old) == {"type": "elsewhere"}
            async with asyncio.timeout(5):
                await old.receive()
            assert old.close_code == 4000
            assert (await told(new))["seq"] == 1


async def test_nobody_without_a_session_gets_a_socket(house: VolunteerHouse) -> None:
    for path in ("/api/volunteer/socket", "/ws"):
        with pytest.raises(WSServerHandshakeError) as raised:
            await house.http.ws_connect(path)
        assert raised.value.status == 401


async def test_clicks_are_saved_once_however_often_they_are_sent(house: VolunteerHouse) -> None:
    await own_call(house, await house.begin())
    clicks = [answer("yes"), click("note", words="two\nlines"), click("flag", reason="media")]
    for _ in range(2):
        status, told_of = await house.post("/api/volunteer/clicks", {"clicks": clicks})
        assert status == 200
        assert told_of == {"saved": [one["id"] for one in clicks], "refused": []}
    assert await house.book.said(1) == {"support": "yes"}


async def test_an_answer_is_there_again_after_a_reload(house: VolunteerHouse) -> None:
    await own_call(house, await house.begin())
    await house.post("/api/volunteer/clicks", {"clicks": [answer("undecided")]})
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        assert (await told(socket))["card"]["answers"] == {"support": "undecided"}


async def test_a_result_reaches_the_engine(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await own_call(house, agent_id)
    result = click("result", disposition="call_back", callback_at=AFTERNOON + 86400)
    _, told_of = await house.post("/api/volunteer/clicks", {"clicks": [result]})
    assert told_of["refused"] == []
    given = house.desk.posted[-1]
    assert isinstance(given, requests.ResultGiven)
    assert (given.attempt_id, given.callback_at) == ("cb-1", AFTERNOON + 86400)


async def test_a_call_back_is_kept_as_it_was_said_in_the_persons_time(
    house: VolunteerHouse,
) -> None:
    await own_call(house, await house.begin())
    tomorrow = datetime.now(EASTERN).date() + timedelta(days=1)
    result = click("result", disposition="call_back", callback_local=f"{tomorrow}T12:30")
    _, told_of = await house.post("/api/volunteer/clicks", {"clicks": [result]})
    assert told_of["refused"] == []
    given = house.desk.posted[-1]
    assert isinstance(given, requests.ResultGiven)
    wanted = datetime.combine(tomorrow, daytime(12, 30), EASTERN)
    assert given.callback_at == wanted.timestamp()


async def test_another_language_is_kept_with_which_it_is(house: VolunteerHouse) -> None:
    await own_call(house, await house.begin(also_speaks=["pl", "es"]))
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        card = (await told(socket))["card"]
    assert card["languages"] == ["en", "es", "pl"] and "so" in card["other_languages"]
    clicks = [
        click("result", disposition="supports", language="es"),
        click("result", disposition="other_language", language="klingon"),
        click("result", disposition="other_language", language="es"),
    ]
    _, told_of = await house.post("/api/volunteer/clicks", {"clicks": clicks})
    assert [one["id"] for one in told_of["refused"]] == [one["id"] for one in clicks[:2]]
    given = house.desk.posted[-1]
    assert isinstance(given, requests.ResultGiven) and given.language == "es"


async def test_where_the_number_leaves_the_zone_open_the_volunteer_says_it(
    house: VolunteerHouse,
) -> None:
    await own_call(house, await house.begin())
    with psycopg.connect(house.url) as connection:
        connection.execute(
            "UPDATE numbers SET zones = '{America/Chicago,America/New_York}'"
            " WHERE e164 = '+12025550101'"
        )
    tomorrow = datetime.now(EASTERN).date() + timedelta(days=1)
    said = {"disposition": "call_back", "callback_local": f"{tomorrow}T12:30"}
    clicks = [
        click("result", **said),
        click("result", **said, callback_zone="Asia/Tokyo"),
        click("result", **said, callback_zone="America/Chicago"),
    ]
    _, told_of = await house.post("/api/volunteer/clicks", {"clicks": clicks})
    assert [one["error_id"] for one in told_of["refused"]] == ["callback-zone"] * 2
    given = house.desk.posted[-1]
    assert isinstance(given, requests.ResultGiven)
    wanted = datetime.combine(tomorrow, daytime(13, 30), EASTERN)
    assert given.callback_at == wanted.timestamp()


async def test_what_cannot_be_kept_is_told_and_the_rest_is_kept(house: VolunteerHouse) -> None:
    await own_call(house, await house.begin())
    clicks = [
        answer("perhaps"),
        answer("yes", attempt_id="cb-9"),
        answer("yes", id="1"),
        click("note", words="x" * 4001),
        click("song"),
        click("result", disposition="supports", attempt_id="cb-9"),
        click("note", words="<b>kept</b>"),
    ]
    _, told_of = await house.post("/api/volunteer/clicks", {"clicks": clicks})
    assert told_of["saved"] == [clicks[-1]["id"]]
    assert [one["error_id"] for one in told_of["refused"]] == [
        "wrong-answer", "not-your-call", "invalid-body", "invalid-body", "invalid-body", "refused",
    ]  # fmt: skip
    assert all(one["message"] for one in told_of["refused"])
    row = await house.book.person(1)
    assert row.last_contact is not None and row.last_contact.note == "<b>kept</b>"


async def test_another_volunteers_call_is_not_his(house: VolunteerHouse) -> None:
    await house.begin()
    _, told_of = await house.post("/api/volunteer/clicks", {"clicks": [answer("yes")]})
    assert [one["error_id"] for one in told_of["refused"]] == ["not-your-call"]
    assert await house.book.said(1) == {}


async def test_the_telephone_side_away_is_said(house: VolunteerHouse) -> None:
    await house.begin()
    with pytest.raises(WSServerHandshakeError) as raised:
        await house.http.ws_connect("/ws", protocols=("sip",))
    assert raised.value.status == 503


async def shares_her_telephone(house: VolunteerHouse) -> int:
    """Bob is on the list too, at Ann's number; his lead."""
    with psycopg.connect(house.url) as connection:
        row = connection.execute(
            "WITH c AS (INSERT INTO contacts (campaign_id, external_id, first_name, display_name)"
            " VALUES (1, 'bob', 'Bob', 'Bob Example') RETURNING id)"
            " INSERT INTO leads (campaign_id, contact_id, e164)"
            " SELECT 1, id, '+12025550101' FROM c RETURNING id"
        ).fetchone()
    assert row is not None
    return int(row[0])


async def test_who_else_is_at_the_telephone_is_one_tap_away(house: VolunteerHouse) -> None:
    bob = await shares_her_telephone(house)
    agent_id = await house.begin()
    await own_call(house, agent_id)
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        card = (await until(socket, "talking"))["card"]
    assert card["household"] == [{"lead_id": bob, "name": "Bob Example"}]
    status, his = await house.get(f"/api/volunteer/calls/cb-1/people/{bob}")
    assert status == 200 and his["person"]["name"] == "Bob Example"
    assert his["script"]["blocks"][0]["say"].startswith("Hi, is this Bob?")
    clicks = [answer("yes", lead_id=bob), answer("no"), click("note", words="Hi", lead_id=bob)]
    _, told = await house.post("/api/volunteer/clicks", {"clicks": clicks})
    assert len(told["saved"]) == 3
    assert (await house.book.said(bob))["support"] == "yes"
    assert (await house.book.said(1))["support"] == "no"


async def test_nobody_but_who_is_at_the_telephone_can_be_seen_or_written_of(
    house: VolunteerHouse,
) -> None:
    bob = await shares_her_telephone(house)
    agent_id = await house.begin()
    await own_call(house, agent_id)
    status, refused = await house.get("/api/volunteer/calls/cb-1/people/2")
    assert (status, refused["error_id"]) == (403, "not-at-call")
    _, told = await house.post("/api/volunteer/clicks", {"clicks": [answer("yes", lead_id=2)]})
    assert told["refused"][0]["error_id"] == "not-of-household"
    with psycopg.connect(house.url) as connection:
        connection.execute("UPDATE attempts SET agent_id = 1 WHERE id = 'cb-1'")
    status, _ = await house.get(f"/api/volunteer/calls/cb-1/people/{bob}")
    assert status == 403


async def test_who_is_shown_before_the_call_is_called_or_skipped_for_a_reason(
    house: VolunteerHouse,
) -> None:
    agent_id = await house.begin()
    house.desk.previews = [ANN, ANN]
    async with house.http.ws_connect("/api/volunteer/socket") as socket:
        await told(socket)
        _, shown = await house.post("/api/volunteer/preview")
        assert shown["is_somebody"] and shown["state"]["lead"] is None, "no number on a page"
        while (message := await told(socket))["card"] is None:
            pass
        card = message["card"]
        assert (card["person"]["name"], card["attempt_id"]) == ("Ann Example", None)
        status, _ = await house.post("/api/volunteer/skip", {"lead_id": 2, "reason": "other"})
        assert status == 409
        wish = {"lead_id": 1, "reason": "knows_them"}
        status, _ = await house.post("/api/volunteer/skip", wish)
        assert status == 200
        await house.post("/api/volunteer/preview")
        status, view = await house.post("/api/volunteer/dial", {"lead_id": 1})
        assert (status, view["state"]["state"]) == (200, "talking")
    with psycopg.connect(house.url) as connection:
        kept = connection.execute("SELECT lead_id, agent_id, reason FROM skips").fetchall()
    assert kept == [(1, agent_id, "knows_them")]


async def test_nobody_to_call_is_said(house: VolunteerHouse) -> None:
    await house.begin()
    _, shown = await house.post("/api/volunteer/preview")
    assert not shown["is_somebody"]
