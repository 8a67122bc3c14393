"""Joining by a link, and coming back on the same device."""

import time

import psycopg
import pytest

from dialer.domain.volunteer import Asked, Invitation, Newcomer
from dialer.engine import events
from dialer.script.document import Document, DocumentKind
from dialer.web import qr
from tests.integration.web.volunteer_house import VolunteerHouse

CONDUCT = "title: Ours\nrules: [Be kind.]\n"


async def test_a_link_says_who_calls_and_what_is_asked(house: VolunteerHouse) -> None:
    code = await house.invite(asks_phone=Asked.OPTIONAL, teams=("North", "South"))
    status, shown = await house.get(f"/api/join/{code}?language=es")
    assert status == 200
    assert shown["campaign"] == "spring" and shown["organisation"] == "Committee for Ann"
    assert shown["asks"] == {"phone": "optional", "email": "no"}
    assert shown["teams"] == ["North", "South"] and not shown["needs_pin"]
    assert shown["conduct"]["title"] == "Cómo hablamos con la gente"
    assert shown["ways"] == ["browser", "sip", "dial_in"]


async def test_a_first_name_is_enough_and_the_browser_remembers(house: VolunteerHouse) -> None:
    status, view = await house.join(await house.invite())
    assert status == 201
    assert view["session"]["first_name"] == "Ada" and view["session"]["step"] == "conduct"
    status, again = await house.get("/api/volunteer")
    assert status == 200 and again["session"] == view["session"]
    (cookie,) = house.http.session.cookie_jar
    assert cookie["httponly"] and cookie["samesite"] == "Strict"


async def test_all_the_steps_lead_to_the_floor_and_home_again(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    _, view = await house.agree()
    assert view["session"]["step"] == "audio"
    _, chosen = await house.post("/api/volunteer/audio", {"way": "browser"})
    phone = chosen["phone"]
    assert phone["password"] == f"secret of {phone['user']}" and phone["user"].startswith("v")
    _, view = await house.post("/api/volunteer/start")
    assert view["session"]["step"] == "ready_to_start" and view["state"]["state"] == "ready"
    _, view = await house.post("/api/volunteer/start")  # a page that was opened again
    assert view["state"]["state"] == "ready"
    _, view = await house.post("/api/volunteer/break")
    assert view["state"]["state"] == "break"
    status, left = await house.post("/api/volunteer/leave")
    assert (status, left) == (200, {"left": True})
    status, _ = await house.get("/api/volunteer")
    assert status == 401 and house.desk.agents == {}


async def test_a_page_that_holds_no_call_says_so_and_is_called_anew(house: VolunteerHouse) -> None:
    agent_id = await house.begin()
    await house.post("/api/volunteer/start", {"is_without_call": True})
    asked = [one for one in house.desk.posted if isinstance(one, events.AgentMissesLeg)]
    assert [one.agent_id for one in asked] == [agent_id]


async def test_his_telephone_is_a_browsers_only_when_he_chose_it(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    await house.agree()
    for way, is_browser in (("browser", True), ("sip", False)):
        await house.post("/api/volunteer/audio", {"way": way})
        (kept,) = await house.volunteers.sessions(1)
        assert kept.session.agent.is_browser is is_browser


async def test_his_own_telephone_gets_a_number_and_a_code(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    await house.agree()
    status, answer = await house.post("/api/volunteer/audio", {"way": "dial_in"})
    (kept,) = await house.volunteers.sessions(1)
    agent = kept.session.agent
    assert (status, answer["code"]) == (200, f"code of {agent.extension}")
    assert answer["dial"] == house.desk.campaigns[0].caller_id
    assert agent.dials_in and not agent.is_browser
    assert await house.volunteers.session_of(agent.extension) == kept.session


async def test_a_sip_telephone_gets_its_address_as_a_qr_code_too(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    _, view = await house.agree()
    assert view["session"]["ways"] == ["browser", "sip", "dial_in"]
    _, chosen = await house.post("/api/volunteer/audio", {"way": "sip"})
    phone = chosen["phone"]
    address = f"sip:{phone['user']}:{phone['password']}@[::1]:5060"
    assert chosen["qr"] == qr.svg(address) and "<svg" in chosen["qr"]
    _, chosen = await house.post("/api/volunteer/audio", {"way": "browser"})
    assert "qr" not in chosen


async def test_his_own_number_is_called_where_the_invitation_allows_it(
    house: VolunteerHouse,
) -> None:
    await house.join(await house.invite(may_call_back=True))
    _, view = await house.agree()
    assert view["session"]["ways"][-1] == "call_me"
    wish = {"way": "call_me", "number": "(202) 555-0199", "may_call": True}
    for wrong, error_id in (
        ({"number": "+44 20 7946 0958"}, "not-own-number"),
        ({"may_call": False}, "invalid-body"),
    ):
        status, refused = await house.post("/api/volunteer/audio", wish | wrong)
        assert (status, refused["error_id"]) == (422, error_id)
    status, chosen = await house.post("/api/volunteer/audio", wish)
    assert (status, chosen) == (200, {"way": "call_me", "number": "+12025550199"})
    (kept,) = await house.volunteers.sessions(1)
    assert kept.session.agent.number == "+12025550199"
    status, again = await house.post("/api/volunteer/audio", {"way": "call_me"})
    assert (status, again["number"]) == (200, "+12025550199"), "a page that was opened again"
    await house.post("/api/volunteer/audio", {"way": "browser"})
    (kept,) = await house.volunteers.sessions(1)
    assert kept.session.agent.number == ""


async def test_nobody_is_called_back_where_the_invitation_does_not_say_so(
    house: VolunteerHouse,
) -> None:
    await house.join(await house.invite())
    await house.agree()
    wish = {"way": "call_me", "number": "(202) 555-0199", "may_call": True}
    status, refused = await house.post("/api/volunteer/audio", wish)
    assert (status, refused["error_id"]) == (409, "no-call-back")


async def test_one_telephone_is_not_rung_again_and_again(house: VolunteerHouse) -> None:
    await house.join(await house.invite(may_call_back=True))
    await house.agree()
    wish = {"way": "call_me", "number": "(202) 555-0199", "may_call": True}
    await house.post("/api/volunteer/audio", wish)
    statuses = []
    for _ in range(6):
        status, view = await house.post("/api/volunteer/start")
        statuses.append(status)
        if status == 200:
            house.desk.lose_leg(view["state"]["agent_id"])
    assert statuses == [200] * 5 + [429]


async def test_a_code_that_his_telephone_said_gives_a_page_to_his_session(
    house: VolunteerHouse,
) -> None:
    nobody = Newcomer(first_name="Volunteer", has_screen=False)
    joined = await house.volunteers.join(await house.invite(), nobody, time.time())
    assert joined is not None and not joined[0].has_screen
    its = joined[0]
    code = house.page_codes.code(its.agent.extension, time.time())
    status, view = await house.post("/api/pair", {"code": f"{code[:4]} {code[4:]}"})
    assert (status, view["session"]["id"]) == (200, its.id)
    status, again = await house.get("/api/volunteer")
    assert status == 200 and again["session"]["id"] == its.id
    kept = await house.volunteers.session_of(its.agent.extension)
    assert kept is not None and kept.has_screen
    assert await house.volunteers.session(joined[1]) is None, "the token before is good no more"
    status, refused = await house.post("/api/pair", {"code": code})
    assert (status, refused["error_id"]) == (404, "wrong-page-code")


async def test_guessing_the_code_for_a_page_is_slowed_down(house: VolunteerHouse) -> None:
    answers = [await house.post("/api/pair", {"code": "00000000"}) for _ in range(6)]
    assert [status for status, _ in answers] == [404] * 5 + [429]


async def test_no_page_comes_to_a_session_that_is_over(house: VolunteerHouse) -> None:
    joined = await house.volunteers.join(
        await house.invite(), Newcomer(first_name="Volunteer"), time.time()
    )
    assert joined is not None
    its, _ = joined
    code = house.page_codes.code(its.agent.extension, time.time())
    await house.volunteers.end(its.id, "left", time.time())
    assert (await house.post("/api/pair", {"code": code}))[0] == 404


async def test_an_invitation_is_found_by_its_keypad_code(house: VolunteerHouse) -> None:
    wanted = Invitation(code="", campaign_id=1)
    made = await house.volunteers.invite(wanted, pin="", by="Vera", has_keypad=True)
    assert len(made.keypad_code) == 8
    assert await house.volunteers.invitation_of_keypad(made.keypad_code) == made
    await house.invite()
    assert await house.volunteers.invitation_of_keypad("") is None


@pytest.mark.parametrize("path", ["audio", "start", "conduct", "leave", "ready", "clicks"])
async def test_a_form_of_another_site_changes_nothing(house: VolunteerHouse, path: str) -> None:
    await house.join(await house.invite())
    status, answer = await house.post(f"/api/volunteer/{path}", {}, headers={})
    assert status == 403 and answer["error_id"] == "foreign-request"


async def test_nothing_begins_before_its_step(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    for path, body in (("audio", {"way": "browser"}), ("start", {})):
        status, answer = await house.post(f"/api/volunteer/{path}", body)
        assert status == 409 and answer["details"] == {"step": "conduct"}
    status, answer = await house.post(
        "/api/volunteer/conduct", {"version": "0", "checklist": ["x"]}
    )
    assert status == 409 and answer["error_id"] == "other-conduct"


async def test_everything_on_the_checklist_must_be_ticked(house: VolunteerHouse) -> None:
    await house.join(await house.invite())
    _, conduct = await house.get("/api/volunteer/conduct")
    its = {"version": conduct["version"], "checklist": conduct["checklist"][:1]}
    status, answer = await house.post("/api/volunteer/conduct", its)
    assert status == 409 and answer["message"].startswith("Tick everything")


async def test_a_campaign_can_have_its_own_code_and_who_agreed_to_another_agrees_anew(
    house: VolunteerHouse,
) -> None:
    await house.join(await house.invite())
    _, view = await house.agree()
    assert view["session"]["step"] == "audio"
    own = Document(version="", language="en", since=time.time(), given_by="Vera", body=CONDUCT)
    version = await house.shelf.give(1, DocumentKind.CONDUCT, own)
    _, view = await house.get("/api/volunteer")
    assert view["session"]["step"] == "conduct"
    await house.post("/api/volunteer/conduct", {"version": version})
    (kept,) = await house.volunteers.sessions(1)
    assert kept.session.conduct_version == version


async def test_who_needs_approval_waits_for_it(house: VolunteerHouse) -> None:
    _, view = await house.join(await house.invite(needs_approval=True))
    assert view["session"]["step"] == "approval"
    status, answer = await house.agree()
    assert status == 409 and answer["error_id"] == "not-yet"
    assert await house.volunteers.approve(view["session"]["id"])
    status, view = await house.agree()
    assert (status, view["session"]["step"]) == (200, "audio")


async def test_a_revoked_session_is_over_and_so_is_its_telephone(house: VolunteerHouse) -> None:
    await house.begin()
    (kept,) = await house.volunteers.sessions(None)
    assert await house.volunteers.end(kept.session.id, "revoked", time.time())
    assert not await house.volunteers.end(kept.session.id, "revoked", time.time())
    status, answer = await house.get("/api/volunteer")
    assert status == 410 and answer["error_id"] == "session-over"
    with psycopg.connect(house.url) as connection:
        its = "SELECT removed_at IS NOT NULL FROM agents WHERE id = %s"
        assert connection.execute(its, (kept.session.agent.id,)).fetchone() == (True,)


async def test_links_that_are_wrong_over_full_or_closed(house: VolunteerHouse) -> None:
    now = time.time()
    full, old = await house.invite(most=1), await house.invite(expires_at=now - 1)
    closed = await house.invite()
    await house.volunteers.close_invitation(closed, now)
    assert (await house.join(full))[0] == 201
    for code in (full, old, closed):
        status, answer = await house.join(code, first_name="Bob")
        assert status == 410 and answer["error_id"] == "link-over", code
    status, answer = await house.join("0123456789")
    assert status == 404 and answer["error_id"] == "no-such-link"
    assert len(await house.volunteers.sessions(None)) == 1


async def test_guessing_a_pin_is_slowed_down_for_the_right_one_too(house: VolunteerHouse) -> None:
    code = await house.invite(pin="4711")
    status, answer = await house.join(code)
    assert status == 422 and "pin" in answer["details"]["fields"]
    for _ in range(5):
        status, answer = await house.join(code, pin="1234")
        assert status == 403 and answer["error_id"] == "wrong-pin"
    status, answer = await house.join(code, pin="4711")
    assert status == 429 and 0 < answer["details"]["retry_after_s"] <= 2
    other = await house.invite(pin="4711")
    assert (await house.join(other, pin="4711"))[0] == 201


async def test_what_he_speaks_is_his_pages_language_and_what_he_says_besides(
    house: VolunteerHouse,
) -> None:
    code = await house.invite()
    _, invitation = await house.get(f"/api/join/{code}")
    assert "es" in invitation["spoken"] and "other" not in invitation["spoken"]
    await house.join(code, also_speaks=["vi", "es", "vi"])
    [kept] = await house.volunteers.sessions(None)
    assert kept.session.agent.languages == ("en", "es", "vi")


async def test_guessing_links_is_slowed_down(house: VolunteerHouse) -> None:
    statuses = [(await house.join(f"000000000{number}"))[0] for number in range(6)]
    assert statuses == [404] * 5 + [429]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 41}, "first_name"),
        ({"first_name": "a\nb"}, "first_name"),
        ({"language": "fr"}, "language"),
        ({"also_speaks": ["es", "klingon"]}, "also_speaks"),
        ({"also_speaks": ["other"]}, "also_speaks"),
        ({"team": "East"}, "team"),
        ({"us_state": "N1"}, "us_state"),
        ({"phone": None}, "phone"),
        ({"nickname": "x"}, "nickname"),
    ],
)
async def test_what_is_wrong_with_a_form_is_said_by_field(
    house: VolunteerHouse, fields: dict[str, object], wrong: str
) -> None:
    code = await house.invite(asks_phone=Asked.REQUIRED, teams=("North",))
    status, answer = await house.join(code, **{"phone": "919 555 0100", **fields})
    assert status == 422 and list(answer["details"]["fields"]) == [wrong]
    assert await house.volunteers.sessions(None) == ()


async def test_a_name_with_markup_stays_a_name(house: VolunteerHouse) -> None:
    name = "<script>alert(1)</script>"
    _, view = await house.join(await house.invite(), first_name=name)
    assert view["session"]["first_name"] == name
