"""A practice call over real Asterisk: somebody who only speaks, the simulated person, feedback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, CookieJar

from dialer.domain.campaign import CampaignState
from dialer.domain.volunteer import Invitation
from dialer.parts.carrier import Behaviour
from dialer.storage.volunteers import Volunteers
from tests.asterisk.e2e.evening import Evening, evening
from tests.asterisk.e2e.test_campaign_calls_in import known_to_the_engine
from tests.asterisk.e2e.test_volunteer_by_telephone import Telephone, telephone
from tests.asterisk.e2e.venue import Venue, until

OWN_PAGE = {"X-Callbank": "1"}


class Page:
    """A volunteer's page, as far as it is requests."""

    def __init__(self, http: ClientSession) -> None:
        self._http = http

    async def get(self, path: str) -> dict[str, Any]:
        async with self._http.get(path) as response:
            return await response.json()

    async def post(self, path: str, **body: object) -> dict[str, Any]:
        async with self._http.post(path, json=body, headers=OWN_PAGE) as response:
            return await response.json()

    async def state(self) -> dict[str, Any]:
        return (await self.get("/api/volunteer"))["state"]

    async def until_practised(self) -> None:
        async with asyncio.timeout(90):
            while (await self.state())["practice_id"] is not None:
                await asyncio.sleep(0.2)


async def joined(its: Evening, page: Page) -> str:
    """Join by a link, agree, choose to call in; the code to type."""
    url = its.venue.database_url.replace("postgresql://", "postgresql+psycopg://")
    async with Volunteers.at(url) as volunteers:
        wanted = Invitation(code="", campaign_id=its.campaign.id)
        code = (await volunteers.invite(wanted, pin="", by="test")).code
    await page.post(f"/api/join/{code}", first_name="Ada")
    conduct = await page.get("/api/volunteer/conduct")
    read = {"version": conduct["version"], "checklist": conduct["checklist"]}
    await page.post("/api/volunteer/conduct", **read)
    return str((await page.post("/api/volunteer/audio", way="dial_in"))["code"])


@asynccontextmanager
async def volunteer(its: Evening) -> AsyncIterator[tuple[Page, Telephone]]:
    """Somebody with a page and a telephone, on a break."""
    jar = CookieJar(unsafe=True)
    async with ClientSession(its.venue.stage.web_url, cookie_jar=jar) as http:
        page = Page(http)
        code = await joined(its, page)
        async with telephone(its.venue) as phone:
            await phone.answers("BackGround", "*")
            await phone.answers("code", code)
            await phone.until("held")
            await page.post("/api/volunteer/break")
            async with asyncio.timeout(10):
                while (await page.state())["state"] != "break":
                    await asyncio.sleep(0.1)
            yield page, phone


def speaks(its: Evening, phone: Telephone) -> None:
    """From now on he says something to whomever he hears."""
    its.venue.carrier.console(f"channel redirect {phone.far} volunteer,bot.practice,1")


async def test_somebody_who_practises_hears_and_is_heard_and_gets_no_real_call(
    venue: Venue,
) -> None:
    async with evening(venue, "Practice") as its:
        await known_to_the_engine(its)
        async with volunteer(its) as (page, phone):
            its.add([Behaviour.PERSON_PATIENT])
            await its.set_state(CampaignState.RUNNING)
            speaks(its, phone)
            card = await page.post("/api/volunteer/practice", voter="friendly")
            assert card.get("person", {}).get("name") == "Rosa Miller", card
            refused = await page.post("/api/volunteer/ready")
            assert (refused["error_id"], refused["message"]) == (
                "refused", "You are in a practice call: end it first.",
            )  # fmt: skip
            await page.until_practised()
            done = {"practice_id": card["attempt_id"], "result": "supports"}
            told = await page.post("/api/volunteer/practice/feedback", **done)
            assert not {"silent", "hung_up", "no_result"} & set(told["findings"]), told
            assert 0.1 < told["talk_share"] < 0.9, told
            assert not its.attempts()


async def test_hanging_up_on_somebody_is_told(venue: Venue) -> None:
    async with evening(venue, "Hung up on") as its:
        await known_to_the_engine(its)
        async with volunteer(its) as (page, phone):
            speaks(its, phone)
            card = await page.post("/api/volunteer/practice", voter="angry")
            half = f"simulated-{card['attempt_id']}"
            await until(lambda: half in venue.channels(), "the person is there")
            await page.post("/api/volunteer/hangup")
            await page.until_practised()
            await until(lambda: half not in venue.channels(), "and is gone")
            told = await page.post(
                "/api/volunteer/practice/feedback", practice_id=card["attempt_id"]
            )
            assert "no_result" in told["findings"]
            assert {"hung_up", "silent"} & set(told["findings"])
            assert not told["has_passed"]
            assert (await page.state())["state"] == "break"
