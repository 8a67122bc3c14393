"""Practice calls as a page asks for them: card, state, feedback, and nothing of it in the books."""

from typing import Any

import psycopg

from dialer.engine import events
from dialer.practice.rehearsal import Heard, Next
from dialer.script.document import version_of
from dialer.storage.certificates import Certificates
from tests.integration.web.conftest import BODY
from tests.integration.web.volunteer_house import VolunteerHouse

PRACTICE = "/api/volunteer/practice"


async def on_break(house: VolunteerHouse) -> int:
    """Somebody at work who has a break; his agent's id."""
    agent_id = await house.begin()
    await house.post("/api/volunteer/break")
    return agent_id


async def practised(house: VolunteerHouse, agent_id: int, voter: str) -> dict[str, Any]:
    """A whole call in which he speaks for six seconds each time; its card."""
    status, card = await house.post(PRACTICE, {"voter": voter})
    assert status == 200, card
    call, now = house.rehearsals.of(card["attempt_id"]), 0.0
    assert call is not None
    turn = call.turn(Heard.CAME, now)
    while turn.next is not Next.BYE:
        for heard, after_s in ((Heard.SAID, 4.0), (Heard.NOISE, 0.6), (Heard.SILENCE, 6.8)):
            now += after_s
            turn = call.turn(heard, now)
            if turn.next is Next.BYE:
                break
    over = events.PracticeEnded(at=now, agent_id=agent_id, practice_id=card["attempt_id"])
    await house.desk.post(over)
    return card


async def test_the_card_is_of_somebody_invented_and_the_script_is_the_campaigns(
    house: VolunteerHouse,
) -> None:
    await on_break(house)
    _, offered = await house.get(PRACTICE)
    assert offered["voters"] == ["friendly", "busy", "angry", "spanish", "wrong_number"]
    status, card = await house.post(PRACTICE, {"voter": "friendly"})
    assert (status, card["person"]["name"], card["answers"]) == (200, "Rosa Miller", {})
    assert card["script"]["blocks"][0]["say"].startswith("Hi, is this Rosa? My name is Ada,")
    _, view = await house.get("/api/volunteer")
    assert view["state"]["practice_id"] == card["attempt_id"]


async def test_who_is_at_work_is_told_to_take_a_break_first(house: VolunteerHouse) -> None:
    await house.begin()
    status, told = await house.post(PRACTICE, {"voter": "busy"})
    assert (status, told["message"]) == (409, "You can practise during a break only.")


async def test_feedback_comes_when_the_call_is_over(house: VolunteerHouse) -> None:
    agent_id = await on_break(house)
    _, card = await house.post(PRACTICE, {"voter": "angry"})
    tapped = {"practice_id": card["attempt_id"], "result": "do_not_call"}
    status, told = await house.post(f"{PRACTICE}/feedback", tapped)
    assert (status, told["error_id"]) == (409, "still-practising")
    await house.desk.post(
        events.PracticeEnded(at=1.0, agent_id=agent_id, practice_id=card["attempt_id"])
    )
    status, told = await house.post(f"{PRACTICE}/feedback", tapped)
    assert (status, told["findings"], told["has_passed"]) == (
        200, ["silent", "hung_up"], False,
    )  # fmt: skip


async def test_a_good_call_passes_and_nothing_of_it_is_a_persons(house: VolunteerHouse) -> None:
    agent_id = await on_break(house)
    before = books(house)
    card = await practised(house, agent_id, "friendly")
    tapped = {
        "practice_id": card["attempt_id"],
        "trail": ["hello", "support", "goodbye"],
        "answers": {"has_time": "yes", "support": "yes"},
        "result": "supports",
    }
    _, told = await house.post(f"{PRACTICE}/feedback", tapped)
    assert (told["findings"], told["has_passed"]) == ([], True)
    assert books(house) == before


async def test_what_was_left_out_is_told_and_cannot_be_made_up_for(house: VolunteerHouse) -> None:
    agent_id = await on_break(house)
    card = await practised(house, agent_id, "friendly")
    tapped = {"practice_id": card["attempt_id"], "trail": ["hello", "support", "goodbye"]}
    for result in ("supports", "leans"):
        asked = tapped | {"result": result}
        _, told = await house.post(f"{PRACTICE}/feedback", asked)
        assert told["findings"] == ["answers_missed"]
        assert len(told["answers_missed"]) == 2
        tapped["answers"] = {"has_time": "yes", "support": "yes"}
    assert told["practised"] == []


async def test_anothers_practice_call_is_not_his(house: VolunteerHouse) -> None:
    await on_break(house)
    for practice_id in ("practice-999-abc", "cb-1"):
        status, told = await house.post(f"{PRACTICE}/feedback", {"practice_id": practice_id})
        assert (status, told["error_id"]) == (404, "no-such-practice")


def books(house: VolunteerHouse) -> tuple[int, ...]:
    """How much is written down of people."""
    with psycopg.connect(house.url) as connection:
        tables = ("attempts", "results", "answers", "notes", "flags", "inbound_calls")
        counts = [connection.execute(f"SELECT count(*) FROM {one}").fetchone() for one in tables]
    return tuple(count[0] for count in counts if count is not None)


async def certificate_required(house: VolunteerHouse) -> None:
    with psycopg.connect(house.url) as connection:
        connection.execute("UPDATE campaigns SET requires_certificate = true")


async def step(house: VolunteerHouse) -> str:
    _, view = await house.get("/api/volunteer")
    return str(view["session"]["step"])


RIGHT = {"busy": "call_back", "wrong_number": "wrong_number", "spanish": "other_language"}


async def test_where_a_certificate_is_required_three_good_practice_calls_earn_it(
    house: VolunteerHouse,
) -> None:
    await certificate_required(house)
    agent_id = await on_break(house)
    assert await step(house) == "practice"
    for path in ("ready", "breathe"):
        status, told = await house.post(f"/api/volunteer/{path}")
        assert (status, told["error_id"], told["details"]) == (
            409, "not-yet", {"step": "practice"},
        )  # fmt: skip
    for voter, result in (("busy", "supports"), ("busy", "call_back"), *RIGHT.items()):
        assert await step(house) == "practice"
        card = await practised(house, agent_id, voter)
        tapped = {"practice_id": card["attempt_id"], "result": result}
        _, told = await house.post(f"{PRACTICE}/feedback", tapped)
        assert told["has_passed"] is (result != "supports"), told
    assert told["practised"] == sorted(RIGHT)
    assert await step(house) == "ready_to_start"
    [kept] = await house.volunteers.sessions(None)
    assert kept.session.certified_script == version_of(BODY)
    status, _ = await house.post("/api/volunteer/ready")
    assert status == 200


async def test_an_organisers_word_is_a_certificate_too(house: VolunteerHouse) -> None:
    await certificate_required(house)
    await house.begin()
    [kept] = await house.volunteers.sessions(None)
    assert kept.session.needs_practice
    certificates = Certificates(house.volunteers.engine)
    assert await certificates.certify(kept.session.id, 1.0)
    assert not await certificates.certify(kept.session.id + 1, 1.0)
    assert await step(house) == "ready_to_start"
    [kept] = await house.volunteers.sessions(None)
    assert (kept.session.certified_at, kept.session.certified_script) == (1.0, "")


async def test_without_the_requirement_practice_is_of_ones_own_will(
    house: VolunteerHouse,
) -> None:
    await house.begin()
    assert await step(house) == "ready_to_start"
