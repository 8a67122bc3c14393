"""The API's description: all of it, and nothing of what is not there."""

from types import SimpleNamespace

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator

from dialer.web.described.document import document, routes
from dialer.web.described.operations import OPERATIONS
from dialer.web.described.shapes import NAMED
from dialer.web.server import add_shift_leads, add_volunteers, make_app
from dialer.web.testing import RehearsalDesk, RehearsalDirectory, RehearsalFigures
from dialer.web.tokens import SecretTokens
from tests.unit.web.described import check_answer
from tests.unit.web.web_house import ANNA, LEAD, House


@pytest.fixture
def app() -> web.Application:
    tokens = SecretTokens(operator_token="operator", agent_key="key")
    its = make_app(RehearsalDesk(), RehearsalDirectory(), RehearsalFigures(), tokens, None)
    add_volunteers(its, SimpleNamespace(asterisk_url="", goals=None))
    add_shift_leads(its, SimpleNamespace())
    return its


def test_every_path_of_the_api_is_described_and_no_other(app: web.Application) -> None:
    there = {(method, path) for method, path, _ in routes(app.router)}
    assert there == set(OPERATIONS)


def test_every_path_says_what_it_does(app: web.Application) -> None:
    for path, methods in document(app.router)["paths"].items():
        for method, its in methods.items():
            assert its["summary"], f"{method} {path}"


def test_the_shapes_are_schemas_and_what_they_refer_to_is_there(app: web.Application) -> None:
    its = document(app.router)
    for shape in NAMED.values():
        Draft202012Validator.check_schema(shape)
    referred = set(_references(its))
    assert referred == {f"#/components/schemas/{name}" for name in NAMED}


def _references(its: object) -> list[str]:
    if isinstance(its, dict):
        own = [its["$ref"]] if "$ref" in its else []
        return own + [one for value in its.values() for one in _references(value)]
    if isinstance(its, list):
        return [one for value in its for one in _references(value)]
    return []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"status": "fine", "link_is_up": True, "store_is_up": True, "open_attempts": 0}, "fine"),
        ({"status": "ok", "link_is_up": True, "store_is_up": True}, "open_attempts"),
        (
            {"status": "ok", "link_is_up": True, "store_is_up": True, "open_attempts": 0, "x": 1},
            "'x' was unexpected",
        ),
    ],
)
def test_an_answer_of_another_shape_is_noticed(
    app: web.Application, answer: dict[str, object], fault: str
) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_answer(app.router, "GET", "/api/health", 200, answer)


async def test_document_and_page_are_served_without_a_token(house: House) -> None:
    async with house.http.get("/api/openapi.json") as response:
        assert (await response.json())["openapi"] == "3.1.0"
    async with house.http.get("/api/docs") as response:
        text = await response.text()
        assert response.content_type == "text/html"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "POST /api/agents/login" in text and "http:" not in text and "https:" not in text


async def test_what_agents_and_operators_are_answered_is_as_described(house: House) -> None:
    async def ask(method: str, path: str, body: object = None, *, operator: bool = False) -> None:
        headers = house.headers() if operator else house.headers(ANNA)
        async with house.http.request(method, path, json=body, headers=headers) as response:
            answer = await response.json()
            router = house.http.server.app.router
            check_answer(router, method, path, response.status, answer)

    await house.log_in()
    house.desk.previews = [LEAD]
    for method, path, body in (
        ("GET", "/api/agents/1", None),
        ("POST", "/api/agents/1/preview", {}),
        ("POST", "/api/agents/1/dial", {"lead_id": 31}),
        ("POST", "/api/agents/1/break", {}),
        ("POST", "/api/agents/1/result", {"attempt_id": "cb-manual-31", "disposition": "leans"}),
        ("POST", "/api/agents/1/result", {"attempt_id": "none", "disposition": "leans"}),
        ("GET", "/api/agents/2", None),
    ):
        await ask(method, path, body)
    for path in ("/api/agents", "/api/floor", "/api/campaigns", "/api/health"):
        await ask("GET", path, operator=True)
    await ask("GET", "/api/campaigns/Turnout 2026", operator=True)
