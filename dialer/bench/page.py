"""`bench page`: volunteers in real browsers, and how long what they see and tap takes.

The daemon runs as a process of its own against the simulated network, whose people say hello and
wait. Each volunteer has a page with a fake microphone, in one of as few Chromiums as can be. They
join one after the other, each stays with his first person until all are there, and then they talk
with one person after the other. Times come from the pages (page_volunteer.py) and from Asterisk's
timestamps in the database.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from math import ceil
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from dialer.bench.campaign import CAMPAIGN, bench_campaign
from dialer.bench.figures import OUR_FAILURES
from dialer.bench.numbers import write_list
from dialer.bench.page_figures import Figures
from dialer.bench.page_volunteer import CALL_S, PATIENCE_MS, PROBE, PageVolunteer, Seen
from dialer.config import Settings
from dialer.demo.show import place_where_one_may_call
from dialer.demo.stage import Capacity, Stage
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.outcome import Outcome
from dialer.domain.volunteer import Invitation
from dialer.house import Announce
from dialer.parts import browser_pages
from dialer.parts.carrier import Behaviour, CarrierMix
from dialer.script.document import Document, DocumentKind
from dialer.storage.admin import Administration
from dialer.storage.conversations import Conversations, read_conversations
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.volunteers import Volunteers
from dialer.web.client import ApiClient

SCRIPT = Path(__file__).parents[1] / "demo" / "script.yaml"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-dev-shm-usage",
)
"""A microphone that beeps, and nobody who has to be asked for it; tests/browser has them too."""

MOST_MICROPHONES = 16
"""More streams of sound in than this no Chromium opens (its AudioManager's limit)."""

SETTLE_TIMEOUT_S = 60.0
LOST = frozenset({one.value for one in OUR_FAILURES} | {Outcome.ABANDONED.value})

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is asked of a run."""

    browsers: int = 20
    seconds: float = 600.0

    @property
    def people(self) -> int:
        """How many there must be to call; each joins with one, and has one at the end."""
        return self.browsers * (ceil(self.seconds / CALL_S) + 2)


async def measure(
    operator: Settings, chromium: str, plan: Plan, announce: Announce, progress: Progress
) -> Figures:
    """Run the benchmark in a data directory of its own; nothing is left running."""
    await asyncio.to_thread(browser_pages.build, operator.web.pages_dir, announce)
    capacity = Capacity(channels=4 * plan.browsers + 20, calls_per_second=float(plan.browsers))
    stage = await asyncio.to_thread(Stage.build, operator, "bench-page", capacity, announce)
    try:
        url = await asyncio.to_thread(stage.open_database, announce)
        async with Administration.at(url) as office, _browsers(chromium, plan) as browsers:
            campaign = await office.create_campaign(bench_campaign(wrap_up_s=60.0))
            link = await _furnish(stage, plan, campaign, url)
            shift = _Shift(stage, office, campaign, progress)
            return await shift.play(browsers, link, plan)
    finally:
        await asyncio.to_thread(stage.close)


@asynccontextmanager
async def _browsers(chromium: str, plan: Plan) -> AsyncIterator[list[Browser]]:
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                await playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS])
            )
            for _ in range(ceil(plan.browsers / MOST_MICROPHONES))
        ]


async def _furnish(stage: Stage, plan: Plan, campaign: Campaign, url: str) -> str:
    """The network, people to call, the script, the daemon; returns the invitation's link."""
    mix = replace(CarrierMix(), weights=((Behaviour.PERSON_PATIENT, 1),), ring_s=(0.4, 0.6))
    await asyncio.to_thread(stage.open_network, mix, ())
    path = stage.settings.home / "people.csv"
    zone = place_where_one_may_call(time.time(), 2 * plan.seconds + 600.0)
    write_list(path, plan.people, zone or "America/New_York")
    await asyncio.to_thread(
        stage.run_command, "import", str(path), "--campaign", campaign.name, "--yes"
    )
    script = Document(
        version="", language="en", since=0.0, given_by="bench", body=SCRIPT.read_text("utf-8")
    )
    async with Volunteers.at(url) as volunteers:
        shelf = DocumentShelf(volunteers.engine)
        await shelf.give(campaign.id, DocumentKind.SCRIPT, script)
        wanted = Invitation(code="", campaign_id=campaign.id)
        made = await volunteers.invite(wanted, pin="", by="bench")
    await stage.start_daemon("--leave-parts")
    return f"{stage.web_url}/join/{made.code}"


class _Shift:
    """All volunteers of a run, on a stage that is at work."""

    def __init__(
        self, stage: Stage, office: Administration, campaign: Campaign, progress: Progress
    ) -> None:
        self._stage = stage
        self._office = office
        self._campaign = campaign
        self._progress = progress

    async def play(self, browsers: Sequence[Browser], link: str, plan: Plan) -> Figures:
        """They come, work, and go home."""
        closing = asyncio.Event()
        await self._office.set_campaign_state(CAMPAIGN, CampaignState.RUNNING)
        crew = [await _at_a_page(browser) for browser in islice(cycle(browsers), plan.browsers)]
        for number, volunteer in enumerate(crew, start=1):
            await volunteer.join(link, f"Ada {number}")
            self._progress("joining", number / plan.browsers)
        async with asyncio.TaskGroup() as working:
            for volunteer in crew:
                if volunteer.joined_s is not None:
                    working.create_task(volunteer.work(closing))
            began = time.monotonic()
            while (elapsed_s := time.monotonic() - began) < plan.seconds:
                self._progress("calls", elapsed_s / plan.seconds)
                await asyncio.sleep(min(1.0, plan.seconds - elapsed_s))
            self._progress("calls", 1.0)
            await self._office.set_campaign_state(CAMPAIGN, CampaignState.PAUSED)
            await self._settle()
            closing.set()
        seen = [await volunteer.seen() for volunteer in crew]
        return figures_of(
            plan,
            joined_s=[one.joined_s for one in crew if one.joined_s is not None],
            tapped=sum(one.answers_tapped for one in crew),
            seen=seen,
            kept=await read_conversations(self._office.engine, self._campaign.id),
        )

    async def _settle(self) -> None:
        """Wait until everybody has finished his call."""
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        token = self._stage.tokens.operator_token
        async with ApiClient(self._stage.web_url) as client:
            while (await client.floor(token))["open_attempts"] and time.monotonic() < deadline:
                await asyncio.sleep(0.5)


async def _at_a_page(browser: Browser) -> PageVolunteer:
    context = await browser.new_context(locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(PROBE)
    return PageVolunteer(page=await context.new_page())


def figures_of(
    plan: Plan,
    *,
    joined_s: Sequence[float],
    tapped: int,
    seen: Sequence[Seen],
    kept: Conversations,
) -> Figures:
    """What the pages saw, beside what the database has of it."""
    arrivals = {attempt: at for one in seen for attempt, at in one.arrivals.items()}
    unseen = kept.connected_at.keys() - arrivals.keys()
    failed = sum(outcome in LOST or outcome is None for outcome in kept.outcomes.values())
    confirmed = frozenset[str]().union(*(one.answers_saved for one in seen))
    return Figures(
        browsers=plan.browsers,
        seconds=plan.seconds,
        conversations=len(kept.connected_at),
        lost_calls=len(unseen) + failed + sum(one.lines_broken for one in seen),
        answers_tapped=tapped,
        answers_lost=max(tapped - len(kept.answers), len(confirmed - kept.answers)),
        page_errors=[error for one in seen for error in one.errors],
        card_ms=[
            1000 * (at - kept.connected_at[attempt])
            for attempt, at in arrivals.items()
            if attempt in kept.connected_at
        ],
        saved_ms=[1000 * one for its in seen for one in its.saved_s],
        ready_ms=[1000 * one for its in seen for one in its.ready_s],
        joined_s=joined_s,
    )
