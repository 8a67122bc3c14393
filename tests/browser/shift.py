"""A volunteers' shift in tests: a campaign with the demo's script, its link, and a volunteer who
works in a real browser.

`Shift` is the campaign, `Volunteer` a person before a page: what he does is what a hand would do.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Dialog, Page, expect

from dialer.domain.campaign import CampaignState, DialMethod
from dialer.domain.volunteer import Invitation
from dialer.parts.carrier import Behaviour
from dialer.script.document import Document, DocumentKind
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.volunteers import Volunteers
from tests.asterisk.e2e.evening import Evening, evening
from tests.asterisk.e2e.venue import Row, Venue, until

SCRIPT = Path(__file__).parents[2] / "dialer" / "demo" / "script.yaml"
PATIENCE_MS = 60_000.0
ECHO_ENERGY = 0.001

_SOUND = """
async () => {
  const peers = window.callbankPeers.filter((one) => one.connectionState === "connected");
  let heard = 0, said = 0, sent = 0;
  for (const peer of peers) {
    for (const one of (await peer.getStats()).values()) {
      if (one.type === "inbound-rtp") heard += one.totalAudioEnergy;
      if (one.type === "media-source") said += one.totalAudioEnergy;
      if (one.type === "outbound-rtp") sent += one.packetsSent;
    }
  }
  return { heard, said, sent };
}
"""
_SEE_PEERS = """
window.callbankPeers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) { super(...options); window.callbankPeers.push(this); }
};
"""


@dataclass(kw_only=True)
class Volunteer:
    """A person before a page."""

    page: Page

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    async def join(self, link: str, name: str = "Ada") -> None:
        """Open the link, say one's name, agree."""
        await self.page.goto(link)
        await self.page.get_by_label("Your first name").fill(name)
        await self.page.get_by_role("button", name="Join").click()
        await self.agree()

    async def agree(self) -> None:
        """Tick the whole checklist, and agree."""
        await self.page.get_by_role("button", name="I agree").wait_for()
        for box in await self.page.get_by_role("checkbox").all():
            await box.check()
        await self.page.get_by_role("button", name="I agree").click()

    async def check_sound(self) -> None:
        """Open the microphone, see that it is heard, go on."""
        await self.page.get_by_role("button", name="Use my microphone").click()
        await expect(self.page.get_by_text("We hear you.")).to_be_visible()
        await expect(self.page.get_by_text("Your telephone is connected.")).to_be_visible()
        await expect(self.page.get_by_text("Your network is")).to_be_visible()
        await self.page.get_by_role("button", name="That works, go on").click()

    async def start(self) -> None:
        """Begin to work, and be held on the line."""
        await self.page.get_by_role("button", name="Start calling").click()
        await self.sees_state("Waiting for the next person.", "Calling somebody", "On the line.")

    async def sees_state(self, *words: str) -> None:
        """Wait until the bar says one of these."""
        bar = self.page.locator(".state")
        either = bar.filter(has_text=words[0])
        for one in words[1:]:
            either = either.or_(bar.filter(has_text=one))
        await expect(either).to_be_visible()

    async def talks(self) -> None:
        """Wait until somebody is on the line, and his card is there."""
        await self.sees_state("On the line.")
        await expect(self.page.locator(".person h1")).to_be_visible()

    async def answer(self, *labels: str) -> None:
        """Tap answers, one block after the other."""
        for label in labels:
            await self.page.locator(".question").get_by_role(
                "button", name=label, exact=True
            ).click()

    async def report(self, result: str) -> None:
        """Tap how it went."""
        await self.page.locator(f'[data-result="{result}"]').click()

    async def has_sent_all(self) -> None:
        """Wait until nothing is queued any more."""
        await expect(self.page.locator('[data-unsaved="0"]')).to_be_attached()

    async def sound(self) -> dict[str, float]:
        """Energy and packets of both ways, as the browser counts them."""
        return dict(await self.page.evaluate(_SOUND))

    async def hears_and_speaks(self) -> None:
        """Wait until there was sound both ways."""
        await self.speaks(least_heard=0.0001)

    async def hears_himself(self) -> None:
        """Wait until what he says comes back from a person who echoes: from now, both ways."""
        before = await self.sound()
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while (await self.sound())["heard"] - before["heard"] < ECHO_ENERGY:
                await asyncio.sleep(0.2)

    async def speaks(self, least_heard: float = 0.0) -> None:
        """Wait until his voice went out over a connected call."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while True:
                sound = await self.sound()
                is_heard = sound["said"] > 0.0001 and sound["sent"] > 50
                if is_heard and sound["heard"] >= least_heard:
                    return
                await asyncio.sleep(0.2)


@dataclass(kw_only=True)
class Shift:
    """A running campaign that volunteers join by a link."""

    evening: Evening
    browser: Browser
    link: str

    @property
    def venue(self) -> Venue:
        return self.evening.venue

    async def invite(self, *, pin: str = "", **wishes: object) -> str:
        """Another link."""
        return await _link(self.evening, pin, **wishes)

    @asynccontextmanager
    async def volunteer(self, **options: bool) -> AsyncIterator[Volunteer]:
        """Somebody with a browser of his own."""
        context = await self.browser.new_context(locale="en-US", **options)
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        await context.add_init_script(_SEE_PEERS)
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.extend(_broken_rules(said.text)))
        page.on("dialog", _accept)
        try:
            yield Volunteer(page=page)
        finally:
            await context.close()
        assert not faults

    @asynccontextmanager
    async def at_work(self, **options: bool) -> AsyncIterator[Volunteer]:
        """Somebody who waits for calls; he goes home at the end, by closing the browser."""
        async with self.volunteer(**options) as his:
            await his.join(self.link)
            await his.check_sound()
            await his.start()
            yield his

    def people(self, *behaviours: Behaviour, name: str = "Grace Hopper") -> list[str]:
        """Put people on the list; returns their numbers."""
        numbers = self.evening.add(behaviours, "wireless")
        self.venue.change(
            "UPDATE contacts SET display_name = %s, first_name = %s WHERE external_id = ANY(%s)",
            name,
            name.partition(" ")[0],
            numbers,
        )
        return numbers

    def answers(self) -> dict[str, object]:
        """What is in the database of this campaign's people, by question, as it is valid."""
        rows = self.venue.rows(
            "SELECT DISTINCT ON (question) question, value FROM answers"
            " JOIN contacts ON contacts.id = contact_id WHERE campaign_id = %s"
            " ORDER BY question, clicked_at DESC",
            self.evening.campaign.id,
        )
        return {str(row["question"]): row["value"] for row in rows}

    def clicks(self, table: str) -> list[Row]:
        """The rows of `answers`, `notes` or `flags` of this campaign, oldest first."""
        return self.venue.rows(
            f"SELECT t.* FROM {table} t JOIN attempts a ON a.id = t.attempt_id"
            " WHERE a.campaign_id = %s ORDER BY clicked_at",
            self.evening.campaign.id,
        )

    def results(self) -> list[str]:
        """The results given in this campaign, oldest first."""
        rows = self.venue.rows(
            "SELECT disposition FROM results r JOIN attempts a ON a.id = r.attempt_id"
            " WHERE a.campaign_id = %s ORDER BY r.at",
            self.evening.campaign.id,
        )
        return [str(row["disposition"]) for row in rows]

    async def ends(self, his: Volunteer, disposition: str) -> None:
        """He hangs up and taps how it went, and the database has it."""
        await his.page.get_by_role("button", name="Hang up").click()
        await his.sees_state("The call is over.")
        await his.report(disposition)
        await self.has_result(disposition)

    async def has_result(self, disposition: str) -> None:
        """Wait until the database has it as the latest one."""
        await until(lambda: self.results()[-1:] == [disposition], f"the result {disposition}")


def _broken_rules(said: str) -> list[str]:
    """What a browser says when the page broke its content security policy."""
    return [said] if "Content Security Policy" in said else []


async def _accept(dialog: Dialog) -> None:
    await dialog.accept()


async def _link(its: Evening, pin: str, **wishes: object) -> str:
    url = its.venue.database_url.replace("postgresql://", "postgresql+psycopg://")
    wanted = replace(Invitation(code="", campaign_id=its.campaign.id), **wishes)
    async with Volunteers.at(url) as volunteers:
        made = await volunteers.invite(wanted, pin=pin, by="Vera")
    # A page at localhost may use the microphone without TLS, and so may one at 127.0.0.1.
    return f"{its.venue.stage.web_url}/join/{made.code}"


@asynccontextmanager
async def shift(
    venue: Venue, browser: Browser, name: str, method: DialMethod = DialMethod.PROGRESSIVE
) -> AsyncIterator[Shift]:
    """A running campaign of that name; it is finished at the end."""
    async with evening(venue, name, dial_method=method) as its:
        url = venue.database_url.replace("postgresql://", "postgresql+psycopg://")
        script = Document(
            version="", language="en", since=0.0, given_by="Vera", body=SCRIPT.read_text("utf-8")
        )
        async with Volunteers.at(url) as volunteers:
            shelf = DocumentShelf(volunteers.engine)
            await shelf.give(its.campaign.id, DocumentKind.SCRIPT, script)
        await its.set_state(CampaignState.RUNNING)
        yield Shift(evening=its, browser=browser, link=await _link(its, ""))
