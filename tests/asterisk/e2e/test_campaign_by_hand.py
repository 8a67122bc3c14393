"""Campaigns whose volunteers decide when to dial, through the HTTP API of the real daemon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from dialer.demo.volunteers import Volunteer
from dialer.domain.campaign import CampaignState, DialMethod
from dialer.parts.carrier import Behaviour
from dialer.web.client import ApiClient, ApiRefused, Json
from tests.asterisk.e2e.evening import Evening, evening
from tests.asterisk.e2e.venue import PATIENCE_S, Venue, until


@dataclass(frozen=True, kw_only=True)
class Browser:
    """One volunteer's browser."""

    client: ApiClient
    who: Volunteer

    async def ask(self, wish: str, **body: object) -> Json:
        """Press a button."""
        return await self.client.post(
            f"/api/agents/{self.who.agent_id}/{wish}", self.who.token, body
        )

    async def until_state(self, state: str) -> Json:
        """Wait until the volunteer is in a state; returns what he sees then."""
        path = f"/api/agents/{self.who.agent_id}"
        async with asyncio.timeout(PATIENCE_S):
            while True:
                seen = await self.client.get(path, self.who.token)
                if seen["state"] == state:
                    return seen
                await asyncio.sleep(0.1)

    async def log_in(self) -> None:
        """Begin to work, as soon as the daemon knows the campaign."""
        body = {"name": self.who.name, "token": self.who.token, "campaign": self.who.campaign}
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    await self.client.post("/api/agents/login", body=body)
                    break
                except ApiRefused:
                    await asyncio.sleep(0.2)
        await self.until_state("break")
        await self.ask("ready")
        await self.until_state("ready")

    async def dial(self, number: str) -> None:
        """Dial a number, as soon as the daemon has heard that the campaign runs."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    await self.ask("dial", number=number)
                    return
                except ApiRefused as refused:
                    if "not running" not in str(refused):
                        raise
                await asyncio.sleep(0.2)

    async def talk_and_report(self, disposition: str) -> str:
        """Wait for the person, end the conversation, report; returns the attempt."""
        attempt_id = str((await self.until_state("talking"))["attempt_id"])
        await self.ask("hangup")
        await self.until_state("wrap_up")
        await self.ask("result", attempt_id=attempt_id, disposition=disposition)
        await self.until_state("ready")
        return attempt_id


@asynccontextmanager
async def browser(its: Evening) -> AsyncIterator[Browser]:
    """A volunteer who is ready; he goes home at the end."""
    (who,) = its.volunteers(its.venue.agents[:1])
    await until(
        lambda: f"{who.extension}/sip:" in its.venue.pbx.console("pjsip show contacts"),
        "his telephone is registered",
    )
    async with ApiClient(its.venue.stage.web_url) as client:
        his = Browser(client=client, who=who)
        try:
            await his.log_in()
            yield his
        finally:
            await his.ask("logout")
            await his.until_state("offline")


async def test_a_volunteer_dials_a_number_of_the_list_by_hand(venue: Venue) -> None:
    async with evening(venue, "By hand", dial_method=DialMethod.MANUAL) as its:
        first, second = its.add([Behaviour.PERSON_PATIENT, Behaviour.BUSY], "wireless")
        await its.set_state(CampaignState.RUNNING)
        async with browser(its) as his:
            with pytest.raises(ApiRefused, match="import it first"):
                await his.ask("dial", number="+19195550199")
            await his.dial(first)
            attempt_id = await his.talk_and_report("supports")
            with pytest.raises(ApiRefused):
                await his.ask("dial", number=first)
            await his.dial(second)
            await its.all_dialed()
            await his.until_state("ready")
        assert its.outcomes() == {first: "talked", second: "busy"}
        assert venue.rows("SELECT disposition FROM results WHERE attempt_id = %s", attempt_id) == [
            {"disposition": "supports"}
        ]
        await its.check()


async def test_a_volunteer_sees_a_lead_skips_it_and_dials_the_next(venue: Venue) -> None:
    async with evening(venue, "Preview", dial_method=DialMethod.PREVIEW) as its:
        skipped, dialed = its.add([Behaviour.BUSY, Behaviour.PERSON_PATIENT], "wireless")
        await its.set_state(CampaignState.RUNNING)
        async with browser(its) as his:
            lead = await shown(his)
            assert lead["number"] == skipped
            await his.ask("skip", lead_id=lead["lead_id"])
            lead = await shown(his)
            assert lead["number"] == dialed
            with pytest.raises(ApiRefused):
                await his.ask("dial", lead_id=-1)
            await his.ask("dial", lead_id=lead["lead_id"])
            await his.talk_and_report("undecided")
        assert its.outcomes() == {dialed: "talked"}
        await its.check()


async def shown(his: Browser) -> Json:
    """The lead that he is shown, as soon as there is one."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            lead: Any = (await his.ask("preview"))["lead"]
            if lead is not None:
                return lead
            await asyncio.sleep(0.2)
