"""A volunteer's steps over HTTP, as far as the real Asterisk and a restart have to do with them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from dialer.domain.volunteer import Invitation
from dialer.storage.volunteers import Volunteers
from tests.asterisk.e2e.evening import Evening, evening
from tests.asterisk.e2e.venue import Venue, until

OURS = {"X-Callbank": "1"}


async def asking(venue: Venue, its: Evening) -> list[dict[str, Any]]:
    """Who asks for help, as the shift lead's board has it."""
    operator = {"Authorization": f"Bearer {venue.token}"}
    async with ClientSession(venue.stage.web_url, headers=operator) as http:
        board = await http.get("/api/floor/board", params={"campaign": its.campaign.name})
        assert board.status == 200, await board.text()
        return list((await board.json())["help"])


def webrtc_of(venue: Venue, extension: str) -> str:
    """What Asterisk takes his telephone for: `yes`, `no`, or empty while it knows none."""
    shown = venue.pbx.console(f"pjsip show endpoint {extension}").splitlines()
    return next((line.split()[-1] for line in shown if line.strip().startswith("webrtc")), "")


@asynccontextmanager
async def joined(venue: Venue, its: Evening) -> AsyncIterator[ClientSession]:
    """The browser of a volunteer who has opened a link, and what he may do there."""
    url = venue.database_url.replace("postgresql://", "postgresql+psycopg://")
    async with Volunteers.at(url) as volunteers:
        link = await volunteers.invite(
            Invitation(code="", campaign_id=its.campaign.id), pin="", by="Vera"
        )
    jar = CookieJar(unsafe=True)
    async with ClientSession(venue.stage.web_url, cookie_jar=jar, headers=OURS) as http:
        answer = await http.post(
            f"/api/join/{link.code}", json={"first_name": "Ada", "language": "en"}
        )
        assert answer.status == 201, await answer.text()
        yield http


async def test_who_chose_his_browser_has_a_browsers_telephone_as_soon_as_he_is_told_so(
    venue: Venue,
) -> None:
    """Else Asterisk calls it as a desk telephone at first, which every browser refuses."""
    async with evening(venue, "joins") as its, joined(venue, its) as http:
        conduct = await (await http.get("/api/volunteer/conduct")).json()
        agreed = {name: conduct[name] for name in ("version", "checklist")}
        assert (await http.post("/api/volunteer/conduct", json=agreed)).status == 200
        (agent,) = venue.rows("SELECT extension FROM agents ORDER BY id DESC LIMIT 1")
        extension = str(agent["extension"])
        await until(lambda: webrtc_of(venue, extension) == "no", "Asterisk knows him")
        chosen = await http.post("/api/volunteer/audio", json={"way": "browser"})
        assert chosen.status == 200, await chosen.text()
        assert webrtc_of(venue, extension) == "yes"


async def test_who_asked_for_help_is_on_the_board_also_after_a_restart(venue: Venue) -> None:
    async with evening(venue, "help me") as its, joined(venue, its) as http:
        answer = await http.post("/api/volunteer/help", json={})
        since = (await answer.json())["asks_help_since"]
        (before,) = await asking(venue, its)
        assert (before["name"], before["since"]) == ("Ada", since)
        venue.kill("daemon")
        await venue.stage.start_daemon()
        (after,) = await asking(venue, its)
        assert after == {**before, "since": pytest.approx(since, abs=1e-3)}
        operator = {"Authorization": f"Bearer {venue.token}"}
        seen = f"/api/floor/help/{after['agent_id']}/seen"
        assert (await http.post(seen, json={}, headers=operator)).status == 200
        assert await asking(venue, its) == []
        venue.kill("daemon")
        await venue.stage.start_daemon()
        assert await asking(venue, its) == []
