"""Who may ask for what, and in which shape refusals come."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from dialer.errors import CallbankError
from dialer.web.server import ASKER_IS_GONE, WebServer, errors_as_json, make_app
from dialer.web.testing import (
    RehearsalDesk,
    RehearsalDirectory,
    RehearsalExposition,
    RehearsalFigures,
)
from dialer.web.tokens import SecretTokens
from tests.unit.web.web_house import ANNA, BEN, House

OPEN = {"/api/agents/login", "/api/health", "/metrics", "/api/docs", "/api/openapi.json"}


async def test_every_path_but_five_wants_a_token(house: House) -> None:
    app = house.http.server.app
    asked = 0
    for route in app.router.routes():
        path = route.resource.canonical.format(agent_id=1, wish="ready", name="Turnout 2026")
        if path in OPEN or route.method == "HEAD":
            continue
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic x"}):
            async with house.http.request(route.method, path, headers=headers) as response:
                assert response.status == 401, path
                assert (await response.json())["error_id"] == "unauthorized"
        asked += 1
    assert asked == 13


@pytest.mark.parametrize("path", ["/api/floor", "/api/agents", "/api/campaigns/Turnout 2026"])
async def test_the_operators_pages_are_closed_to_agents(house: House, path: str) -> None:
    async with house.http.get(path, headers=house.headers(ANNA)) as response:
        assert response.status == 403


async def test_an_agent_cannot_act_for_another(house: House) -> None:
    status, answer = await house.ask("/api/agents/1/logout", agent=BEN)
    assert (status, answer["error_id"]) == (403, "forbidden")


async def test_the_operator_can_log_an_agent_out(house: House) -> None:
    await house.log_in()
    status, state = await house.ask("/api/agents/1/logout", agent=None)
    assert (status, state["state"]) == (200, "offline")


@pytest.mark.parametrize("token", ["", ".", "1", "1.", "x.y", "²." + "0" * 64, "9" * 40 + ".a"])
def test_a_made_up_token_is_nobodys(token: str) -> None:
    tokens = SecretTokens(operator_token="", agent_key="key")
    assert tokens.agent_of(token) is None
    assert not tokens.is_operator(token)


def test_an_agents_token_outlives_a_restart_but_not_a_new_key() -> None:
    before = SecretTokens(operator_token="a", agent_key="key").agent_token(5)
    assert SecretTokens(operator_token="b", agent_key="key").agent_of(before) == 5
    assert SecretTokens(operator_token="a", agent_key="other").agent_of(before) is None


def test_secrets_do_not_show_themselves() -> None:
    assert "hidden" not in repr(SecretTokens(operator_token="hidden", agent_key="hidden"))


async def test_an_unknown_path_is_refused_in_the_common_shape(house: House) -> None:
    async with house.http.get("/api/nothing", headers=house.headers()) as response:
        assert response.status == 404
        assert (await response.json())["error_id"] == "not-found"


async def test_health_tells_whether_the_daemon_can_work(house: House) -> None:
    house.desk.is_store_up = False
    async with house.http.get("/api/health") as response:
        health = await response.json()
    assert (response.status, health["status"], health["store_is_up"]) == (200, "degraded", False)


async def test_the_metrics_are_a_page_for_prometheus(house: House) -> None:
    async with house.http.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_a_daemon_without_metrics_says_how_to_have_them() -> None:
    tokens = SecretTokens(operator_token="operator", agent_key="key")
    app = make_app(RehearsalDesk(), RehearsalDirectory(), RehearsalFigures(), tokens, None)
    async with TestClient(TestServer(app)) as http, http.get("/metrics") as response:
        assert response.status == 404
        assert "[metrics] enabled = true" in (await response.json())["message"]


async def test_the_floor_shows_agents_without_the_people_they_call(house: House) -> None:
    await house.log_in()
    async with house.http.get("/api/floor", headers=house.headers()) as response:
        floor = await response.json()
    assert floor["agents"][0]["state"] == "ready"
    assert "lead" not in floor["agents"][0]


async def test_a_campaigns_status_has_its_figures_under_the_promised_keys(house: House) -> None:
    await house.log_in()
    async with house.http.get("/api/campaigns/Turnout 2026", headers=house.headers()) as response:
        status = await response.json()
    assert set(status["figures"]) == {
        "attempts",
        "answered",
        "connected",
        "abandoned",
        "abandon_rate",
        "bridge_ms",
        "utilisation",
        "wait_s_mean",
        "double_dials",
        "open_attempts",
        "waiting_by_language",
    }
    assert status["abandon_limit"] == 0.03
    assert status["agents"]["ready"] == 1


async def test_an_unknown_campaign_has_no_status(house: House) -> None:
    async with house.http.get("/api/campaigns/Nowhere", headers=house.headers()) as response:
        assert response.status == 404


async def test_a_port_in_use_is_one_clear_sentence(house: House) -> None:
    tokens = SecretTokens(operator_token="operator", agent_key="key")
    app = make_app(
        RehearsalDesk(), RehearsalDirectory(), RehearsalFigures(), tokens, RehearsalExposition()
    )
    with pytest.raises(CallbankError, match=f"cannot listen on 127.0.0.1:{house.http.port}"):
        await WebServer(app, "127.0.0.1", house.http.port).start()


async def test_whoever_hangs_up_before_he_is_answered_is_no_fault_of_ours() -> None:
    async def too_late(request: web.Request) -> web.StreamResponse:
        raise ConnectionResetError("Connection lost")

    answer = await errors_as_json(make_mocked_request("GET", "/"), too_late)
    assert answer.status == ASKER_IS_GONE
