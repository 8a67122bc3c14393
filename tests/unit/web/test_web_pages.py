"""The pages as they are served: the shell, its files, what browsers are told to allow."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from dialer.web.server import add_pages

Client = TestClient[web.Request, web.Application]

SCRIPT, FLOOR_SCRIPT = "volunteer-ABCDEFGH.js", "floor-ABCDEFGJ.js"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Client]:
    app = web.Application()
    add_pages(app, tmp_path)
    async with TestClient(TestServer(app)) as client:
        yield client


def build(place: Path) -> None:
    (place / SCRIPT).write_text("1;")
    (place / FLOOR_SCRIPT).write_text("2;")
    (place / "floor-ABCDEFGK.css").write_text("b {}")
    (place / "volunteer-ABCDEFGI.css").write_text("p {}")
    (place / "stamp").write_text("private")


async def test_the_shell_names_the_built_files_and_forbids_everything_else(
    browser: Client, tmp_path: Path
) -> None:
    build(tmp_path)
    for path, script in (("/join/ABC", SCRIPT), ("/volunteer", SCRIPT), ("/floor", FLOOR_SCRIPT)):
        async with browser.get(path) as response:
            text = await response.text()
            policy = response.headers["Content-Security-Policy"]
        assert f'src="/assets/{script}"' in text
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_a_built_file_is_kept_by_browsers_for_good(browser: Client, tmp_path: Path) -> None:
    build(tmp_path)
    async with browser.get(f"/assets/{SCRIPT}") as response:
        assert await response.text() == "1;"
        assert response.content_type == "text/javascript"
        assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["stamp", "..%2Fstamp", "volunteer-NONESUCH.js", "x.js"])
async def test_nothing_else_of_the_directory_is_served(
    browser: Client, tmp_path: Path, name: str
) -> None:
    build(tmp_path)
    async with browser.get(f"/assets/{name}") as response:
        assert response.status == 404


async def test_without_built_pages_a_sentence_says_what_to_do(browser: Client) -> None:
    async with browser.get("/join/ABC") as response:
        assert response.status == 503
        assert "not built" in await response.text()


async def test_a_host_with_signs_of_a_policy_does_not_get_into_it(
    browser: Client, tmp_path: Path
) -> None:
    build(tmp_path)
    async with browser.get("/volunteer", headers={"Host": "a;script-src *"}) as response:
        assert "*" not in response.headers["Content-Security-Policy"]
