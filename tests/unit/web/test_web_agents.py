"""What a volunteer's program is answered: log-in, wishes, results, previews."""

import logging

import pytest

from dialer.domain.lead import LineType
from dialer.domain.outcome import Disposition
from dialer.engine import requests
from tests.unit.web.web_house import ANNA, BEN, LEAD, House

ATTEMPT = "cb-00000001-00000001"


async def test_logging_in_brings_the_agent_to_the_floor(house: House) -> None:
    status, state = await house.log_in()
    assert (status, state["state"], state["name"]) == (200, "ready", "anna")


@pytest.mark.parametrize("change", [{"token": "1.bad"}, {"name": "nobody"}, {"token": "operator"}])
async def test_a_wrong_name_or_token_is_refused_in_the_same_words(
    house: House, change: dict[str, str]
) -> None:
    token = house.tokens.agent_token(ANNA.id)
    body = {"name": "anna", "token": token, "campaign": "Turnout 2026"} | change
    status, answer = await house.ask("/api/agents/login", body)
    assert (status, answer["error_id"]) == (401, "login-refused")
    assert not house.desk.posted


async def test_another_agents_token_does_not_log_in(house: House) -> None:
    token = house.tokens.agent_token(BEN.id)
    body = {"name": "anna", "token": token, "campaign": "Turnout 2026"}
    status, _ = await house.ask("/api/agents/login", body)
    assert status == 401


async def test_an_unknown_campaign_is_named_in_the_refusal(house: House) -> None:
    body = {"name": "anna", "token": house.tokens.agent_token(ANNA.id), "campaign": "Nowhere"}
    status, answer = await house.ask("/api/agents/login", body)
    assert (status, answer["error_id"]) == (404, "no-such-campaign")
    assert answer["details"] == {"campaign": "Nowhere"}


async def test_an_agent_may_serve_several_campaigns(house: House) -> None:
    token = house.tokens.agent_token(ANNA.id)
    body = {"name": "anna", "token": token, "campaigns": ["Turnout 2026"]}
    status, state = await house.ask("/api/agents/login", body)
    assert (status, state["campaign_ids"]) == (200, [state["campaign_id"]])
    status, answer = await house.ask("/api/agents/login", body | {"campaigns": ["x", "y"]})
    assert (status, answer["details"]) == (404, {"campaign": "x"})


@pytest.mark.parametrize("wrong", [[], "Turnout 2026", [1], ["a\r\nb"], ["x"] * 51])
async def test_a_list_of_campaigns_that_is_none_is_refused(house: House, wrong: object) -> None:
    body = {"name": "anna", "token": house.tokens.agent_token(ANNA.id), "campaigns": wrong}
    status, answer = await house.ask("/api/agents/login", body)
    assert (status, list(answer["details"]["fields"])) == (422, ["campaigns"])


async def test_campaign_and_campaigns_together_are_refused(house: House) -> None:
    body = {"name": "anna", "token": "t", "campaign": "a", "campaigns": ["a"]}
    status, answer = await house.ask("/api/agents/login", body)
    assert (status, list(answer["details"]["fields"])) == (422, ["campaigns"])


async def test_an_agent_who_is_not_on_the_floor_is_shown_as_offline(house: House) -> None:
    async with house.http.get("/api/agents/1", headers=house.headers(ANNA)) as response:
        assert (await response.json())["state"] == "offline"


async def test_the_lead_card_is_shown_while_talking(house: House) -> None:
    await house.log_in()
    house.desk.put_through(1, ATTEMPT, LEAD)
    async with house.http.get("/api/agents/1", headers=house.headers(ANNA)) as response:
        state = await response.json()
    assert state["attempt_id"] == ATTEMPT
    assert state["lead"]["name"] == "Grace Hopper"
    assert state["lead"]["number"] == "+12025550123"


async def test_break_ready_and_logout_lead_through_the_states(house: House) -> None:
    await house.log_in()
    states = []
    for wish in ("break", "ready", "logout"):
        status, state = await house.ask(f"/api/agents/1/{wish}")
        assert status == 200
        states.append(state["state"])
    assert states == ["break", "ready", "offline"]


async def test_what_the_engine_refuses_is_a_conflict_with_its_reason(house: House) -> None:
    await house.log_in()
    status, answer = await house.ask("/api/agents/1/hangup")
    assert (status, answer["error_id"]) == (409, "refused")
    assert answer["message"] == "There is no conversation to end."


async def test_a_result_is_confirmed_after_it_was_committed(house: House) -> None:
    await house.log_in()
    house.desk.put_through(1, ATTEMPT, LEAD)
    house.desk.part(1)
    body = {"attempt_id": ATTEMPT, "disposition": "supports"}
    status, state = await house.ask("/api/agents/1/result", body)
    assert (status, state["state"]) == (200, "ready")
    assert house.desk.results[ATTEMPT].disposition is Disposition.SUPPORTS


async def test_a_result_may_be_sent_again(house: House) -> None:
    await house.log_in()
    house.desk.put_through(1, ATTEMPT, LEAD)
    body = {"attempt_id": ATTEMPT, "disposition": "leans"}
    answers = [await house.ask("/api/agents/1/result", body) for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]


async def test_a_result_without_the_store_is_kept_but_not_confirmed(house: House) -> None:
    await house.log_in()
    house.desk.put_through(1, ATTEMPT, LEAD)
    house.desk.is_store_up = False
    body = {"attempt_id": ATTEMPT, "disposition": "opposes"}
    async with house.http.post(
        "/api/agents/1/result", json=body, headers=house.headers(ANNA)
    ) as response:
        answer = await response.json()
        assert response.status == 503
        assert response.headers["Retry-After"] == "2"
    assert answer["error_id"] == "kept-unconfirmed"
    assert "is kept" in answer["message"]
    house.desk.bring_store_back()
    assert ATTEMPT in house.desk.results


async def test_logging_in_without_the_store_asks_for_patience(house: House) -> None:
    house.directory.is_store_up = False
    status, answer = await house.log_in()
    assert (status, answer["error_id"]) == (503, "store-away")


async def test_all_problems_of_a_body_are_told_together(house: House) -> None:
    body = {"disposition": "adores", "callback_at": "tomorrow", "colour": "red"}
    status, answer = await house.ask("/api/agents/1/result", body)
    assert (status, answer["error_id"]) == (422, "invalid-body")
    assert set(answer["details"]["fields"]) == {
        "attempt_id",
        "disposition",
        "callback_at",
        "colour",
    }


@pytest.mark.parametrize(
    "callback_at", [-1, 0, True, 1.9e12, float("inf"), float("nan"), "1", [], {}]
)
async def test_an_impossible_instant_is_refused(house: House, callback_at: object) -> None:
    body = {"attempt_id": ATTEMPT, "disposition": "call_back", "callback_at": callback_at}
    status, answer = await house.ask("/api/agents/1/result", body)
    assert (status, set(answer["details"]["fields"])) == (422, {"callback_at"})


async def test_a_callback_goes_only_with_its_disposition(house: House) -> None:
    body = {"attempt_id": ATTEMPT, "disposition": "leans", "callback_at": 1.8e9}
    status, _ = await house.ask("/api/agents/1/result", body)
    assert status == 422


async def test_a_callback_reaches_the_engine_with_its_instant(house: House) -> None:
    await house.log_in()
    house.desk.put_through(1, ATTEMPT, LEAD)
    body = {"attempt_id": ATTEMPT, "disposition": "call_back", "callback_at": 1_800_003_600}
    status, _ = await house.ask("/api/agents/1/result", body)
    assert status == 200
    given = house.desk.posted[-1]
    assert isinstance(given, requests.ResultGiven)
    assert given.callback_at == 1_800_003_600.0


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"x"', b"\xff\xfe", b"[" * 50_000, b"nul\0"])
async def test_a_body_that_is_no_json_object_is_one_clear_refusal(house: House, raw: bytes) -> None:
    async with house.http.post(
        "/api/agents/1/result", data=raw, headers=house.headers(ANNA)
    ) as response:
        assert response.status == 422
        assert (await response.json())["error_id"] == "invalid-body"


async def test_a_body_that_is_too_large_is_refused_in_the_same_shape(house: House) -> None:
    async with house.http.post(
        "/api/agents/1/result", data=b"x" * 100_000, headers=house.headers(ANNA)
    ) as response:
        assert response.status == 413
        assert set(await response.json()) == {"error_id", "message", "details"}


async def test_line_breaks_do_not_pass_in_a_name(house: House) -> None:
    token = house.tokens.agent_token(ANNA.id)
    body = {"name": "anna\r\nAction: Command", "token": token, "campaign": "Turnout 2026"}
    status, answer = await house.ask("/api/agents/login", body)
    assert (status, set(answer["details"]["fields"])) == (422, {"name"})


async def test_a_preview_is_shown_skipped_and_dialed(house: House) -> None:
    await house.log_in()
    house.desk.previews = [LEAD, LEAD]
    _, shown = await house.ask("/api/agents/1/preview")
    assert shown["lead"]["lead_id"] == LEAD.id
    status, state = await house.ask("/api/agents/1/skip", {"lead_id": LEAD.id})
    assert (status, state["lead"]) == (200, None)
    await house.ask("/api/agents/1/preview")
    status, state = await house.ask("/api/agents/1/dial", {"lead_id": LEAD.id})
    assert (status, state["state"]) == (200, "talking")


async def test_no_lead_left_to_preview_is_no_error(house: House) -> None:
    await house.log_in()
    status, state = await house.ask("/api/agents/1/preview")
    assert (status, state["lead"]) == (200, None)


async def test_only_the_lead_that_is_shown_may_be_dialed(house: House) -> None:
    await house.log_in()
    status, answer = await house.ask("/api/agents/1/dial", {"lead_id": LEAD.id})
    assert (status, answer["error_id"]) == (409, "lead-not-shown")


async def test_a_number_of_the_list_may_be_dialed_by_hand(house: House) -> None:
    await house.log_in()
    status, _ = await house.ask("/api/agents/1/dial", {"number": LEAD.e164})
    assert status == 200
    asked = house.desk.posted[-1]
    assert isinstance(asked, requests.DialAsked)
    assert asked.lead.line_type is LineType.UNKNOWN


async def test_a_number_that_is_not_on_the_list_is_not_dialed(house: House) -> None:
    await house.log_in()
    status, answer = await house.ask("/api/agents/1/dial", {"number": "+12025550199"})
    assert (status, answer["error_id"]) == (404, "no-such-lead")
    assert "2025550199" not in str(answer)


@pytest.mark.parametrize(
    "body", [{}, {"number": "911"}, {"lead_id": 0}, {"lead_id": 31, "number": LEAD.e164}]
)
async def test_dialing_needs_exactly_one_valid_aim(house: House, body: dict) -> None:
    await house.log_in()
    status, _ = await house.ask("/api/agents/1/dial", body)
    assert status == 422


async def test_dialing_needs_an_agent_on_the_floor(house: House) -> None:
    status, answer = await house.ask("/api/agents/1/dial", {"number": LEAD.e164})
    assert (status, answer["error_id"]) == (409, "agent-offline")


async def test_no_number_or_name_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await house.log_in()
    await house.ask("/api/agents/1/dial", {"number": LEAD.e164})
    await house.ask("/api/agents/1/dial", {"number": "+1 202 555 0123"})
    await house.ask("/api/agents/1/result", {"attempt_id": "x", "disposition": LEAD.e164})
    assert "agent 1: DialAsked" in caplog.text
    for secret in ("2025550123", "555 0123", "Hopper", "anna", house.tokens.agent_token(1)):
        assert secret not in caplog.text
