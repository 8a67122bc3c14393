"""One phone bank for all browser tests, with the pages built; a campaign and a browser for each."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from dialer.bench.page import CHROMIUM_FLAGS
from dialer.cli.test import find_chromium
from dialer.parts import browser_pages
from tests.asterisk.e2e.conftest import (  # noqa: F401 - fixtures are found by their names here
    opened,
    refusers,
    venue,
)
from tests.asterisk.e2e.venue import Venue
from tests.browser.shift import Shift, shift

FIRST_FIT_PYTHON = (3, 11, 5)
"""Before, Python loses count of its recursion depth when playwright's greenlets switch, and pytest
breaks off with "AST constructor recursion depth mismatch" (CPython issue 106905)."""


@pytest.fixture(scope="session", autouse=True)
def pages() -> Path:
    """The built pages; the daemon of the phone bank finds them by the environment."""
    if sys.version_info < FIRST_FIT_PYTHON:
        pytest.skip("tests/browser needs Python 3.11.5 or later: playwright breaks pytest before")
    place = os.environ.setdefault(
        "CALLBANK_WEB_PAGES_DIR", str(Path(os.environ.get("CALLBANK_HOME", "var"), "web").resolve())
    )
    browser_pages.build(Path(place), print, for_tests=True)
    return Path(place)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; `./callbank test` installs it where it may."""
    found = find_chromium()
    if found is None:
        pytest.skip("tests/browser needs Chromium: install the package chromium")
    return found


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        its = await playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        yield its
        await its.close()


@pytest.fixture
async def its(
    venue: Venue,  # noqa: F811 - the imported fixture
    browser: Browser,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Shift]:
    """A running campaign with a script and a link, and a browser to open it."""
    async with shift(venue, browser, request.node.name[:60]) as one:
        yield one


@pytest.fixture(scope="session")
def axe(pages: Path) -> Iterator[str]:
    """axe-core's program, to be run in a page."""
    yield (pages / "work" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
