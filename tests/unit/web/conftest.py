"""A daemon's web side on a free port, over a rehearsal floor with two volunteers."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from dialer.web.server import WebServer, make_app
from dialer.web.testing import (
    RehearsalDesk,
    RehearsalDirectory,
    RehearsalExposition,
    RehearsalFigures,
)
from dialer.web.tokens import SecretTokens
from tests.unit.web.web_house import ANNA, BEN, CAMPAIGN, LEAD, House


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A running web side."""
    desk = RehearsalDesk(campaigns=(CAMPAIGN,))
    directory = RehearsalDirectory((ANNA, BEN), (CAMPAIGN,), (LEAD,))
    tokens = SecretTokens(operator_token="operator", agent_key="key")
    figures = RehearsalFigures(attempts={"talked": 3}, answered=3, connected=3, abandon_rate=0.0)
    app = make_app(desk, directory, figures, tokens, RehearsalExposition())
    desk.observers.append(WebServer(app, "127.0.0.1", 0).observe)
    async with TestClient(TestServer(app)) as http:
        yield House(desk=desk, directory=directory, tokens=tokens, http=http)
