"""Bot volunteers over HTTP on the real pump and engine: an evening, with and without mishaps.

Only the telephone network and the database are small stand-ins. After each evening every
attempt must have ended, no number may have been dialed twice, and no confirmed result be lost.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from aiohttp.test_utils import unused_port

from dialer.compliance.circumstances import Circumstances
from dialer.demo.bots import Crew
from dialer.demo.volunteers import Habits, Volunteer
from dialer.domain.campaign import Campaign, CampaignState, DialMethod, RecycleRules
from dialer.domain.lead import Lead
from dialer.domain.outcome import Outcome
from dialer.domain.trunk import Trunk
from dialer.engine.engine import Engine
from dialer.engine.events import Configured
from dialer.metrics.observer import MetricsObserver
from dialer.runtime.pump import Pump, World
from dialer.storage.memory import MemoryStore
from dialer.web.server import WebServer, make_app
from dialer.web.testing import RehearsalFigures
from dialer.web.tokens import SecretTokens
from tests.unit.demo.small_exchange import SmallExchange

OUR_NUMBER = "+19195550100"
EVENING = datetime(2026, 11, 18, 23, 0, tzinfo=UTC).timestamp()
"""A Wednesday, six in the evening in New York, so that the gate lets calls pass."""

CAMPAIGN = Campaign(
    id=0,
    name="Turnout",
    state=CampaignState.RUNNING,
    dial_method=DialMethod.PROGRESSIVE,
    caller_id=OUR_NUMBER,
    trunks=("main",),
    recycle=RecycleRules(unburnt_s=600.0, congestion_s=600.0),
)
TRUNK = Trunk(
    name="main",
    endpoint="trunk-main",
    channel_limit=100,
    calls_per_second=1000.0,
    caller_ids=(OUR_NUMBER,),
)
HABITS = Habits(
    talk_s=0.2,
    wrap_up_s=0.02,
    break_chance=0.1,
    break_s=0.1,
    vanish_chance=0.05,
    away_s=0.1,
    arrive_within_s=0.05,
)
TOKENS = SecretTokens(operator_token="operator", agent_key="key")


class Evening:
    """A store with a list, an exchange, and a daemon that can be killed and started again."""

    def __init__(self, agents: int = 5, leads: int = 400) -> None:
        began = time.monotonic()
        self.clock: Callable[[], float] = lambda: EVENING + time.monotonic() - began
        self.store = MemoryStore()
        self.campaign = self.store.add_campaign(CAMPAIGN)
        self.agents = [self.store.add_agent(f"v{n}", f"{200 + n}") for n in range(agents)]
        for n in range(leads):
            self.store.add_lead(
                Lead(
                    id=0,
                    campaign_id=self.campaign.id,
                    e164=f"+1919555{1000 + n}",
                    display_name=f"Voter {n}",
                    zones=("America/New_York",),
                )
            )
        self.exchange = SmallExchange(3, self.clock)
        self.metrics = MetricsObserver()
        self.port = unused_port()
        self._runs = count(1)
        self._server: WebServer | None = None
        self._pump: Pump | None = None
        self._pumping: asyncio.Task[None] | None = None

    async def start_daemon(self) -> None:
        """As app.py does it."""
        self.metrics = MetricsObserver()
        observers = [self.metrics.observe]
        world = World(telephony=self.exchange, store=self.store, clock=self.clock)
        self._pump = Pump(Engine(run=f"{next(self._runs):08x}"), world, observers)
        app = make_app(self._pump, self.store, RehearsalFigures(), TOKENS, self.metrics)
        self._server = WebServer(app, "127.0.0.1", self.port)
        observers.append(self._server.observe)
        configured = Configured(
            at=self.clock(),
            campaigns=(self.campaign,),
            trunks=(TRUNK,),
            circumstances=Circumstances(),
        )
        self._pump.sink(configured)
        self._pump.sink(await self.store.restore(self.clock()))
        self._pumping = asyncio.create_task(self._pump.run(), name="pump")
        self.exchange.desk = self._pump
        await self.exchange.start(self._pump.sink)
        await self._server.start()

    async def stop_daemon(self) -> None:
        """The process is gone, whatever was under way; calls in progress stay up."""
        await self.exchange.stop()
        assert self._server is not None
        assert self._pumping is not None
        self._pumping.cancel()
        await asyncio.gather(self._pumping, return_exceptions=True)
        await self._server.stop()

    async def vanish(self, extension: str) -> None:
        """A volunteer's telephone is cut."""
        agent = next(agent for agent in self.agents if agent.extension == extension)
        self.exchange.cut_agent(agent.id)

    async def play(self, mishaps: Callable[[], Awaitable[None]], habits: Habits = HABITS) -> Crew:
        """The volunteers work while the mishaps happen, then the campaign is closed."""
        volunteers = [
            Volunteer(
                agent_id=agent.id,
                name=agent.name,
                token=TOKENS.agent_token(agent.id),
                extension=agent.extension,
                campaign=CAMPAIGN.name,
            )
            for agent in self.agents
        ]
        crew = Crew(f"http://127.0.0.1:{self.port}", volunteers, habits, 7, self.vanish)
        closing = asyncio.Event()
        working = asyncio.create_task(crew.work(closing, grace_s=30.0))
        await mishaps()
        self.campaign = replace(self.campaign, state=CampaignState.PAUSED)
        stopped = Configured(at=self.clock(), campaigns=(self.campaign,), trunks=(TRUNK,))
        self.pump.sink(stopped)
        closing.set()
        await working
        async with asyncio.timeout(30.0):
            while self.pump.view().open_attempts:
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.1)  # what was wished for last is written
        return crew

    async def until_ended(self, ended: int) -> None:
        """Wait until that many attempts have ended in the store."""
        async with asyncio.timeout(60.0):
            while sum(row.closed is not None for row in self.attempts) < ended:
                await asyncio.sleep(0.01)

    @property
    def pump(self) -> Pump:
        """The pump of the daemon that runs."""
        assert self._pump is not None
        return self._pump

    @property
    def attempts(self) -> list:
        """All attempts as the store has them."""
        return list(self.store.tables.attempts.values())

    def check(self, crew: Crew) -> None:
        """The promises that hold on every evening."""
        assert [row for row in self.attempts if row.closed is None] == []
        assert len(set(self.exchange.dialed)) == len(self.exchange.dialed)
        for attempt_id, disposition in crew.record.confirmed.items():
            results = self.store.tables.attempts[attempt_id].results
            assert disposition in [result.disposition for result in results]


@pytest.fixture
async def evening() -> AsyncIterator[Evening]:
    """A daemon with five volunteers and four hundred leads."""
    made = Evening()
    await made.start_daemon()
    yield made
    await made.stop_daemon()
    await made.exchange.close()


async def test_an_evening_without_mishaps(evening: Evening) -> None:
    crew = await evening.play(lambda: evening.until_ended(60))
    evening.check(crew)
    talked = [row for row in evening.attempts if row.closed.outcome is Outcome.TALKED]
    assert len(talked) >= 15
    assert len(crew.record.confirmed) >= len(talked) - crew.record.vanished
    assert crew.record.refused == {}


async def test_the_metrics_agree_with_the_store(evening: Evening) -> None:
    await evening.play(lambda: evening.until_ended(40))
    evening.metrics.look(evening.pump.view())
    page, _ = evening.metrics.page()
    for outcome in Outcome:
        ended = sum(row.closed.outcome is outcome for row in evening.attempts)
        series = f'ended_total{{campaign="Turnout",outcome="{outcome.value}"}} {float(ended)}\n'
        assert series in page.decode()
    assert "+1919555" not in page.decode().replace(f'caller_id="{OUR_NUMBER}"', "")
    assert "Voter" not in page.decode()


async def test_a_daemon_that_is_killed_twice_loses_nothing(evening: Evening) -> None:
    async def mishaps() -> None:
        for ended in (20, 50):
            await evening.until_ended(ended)
            await evening.stop_daemon()
            await asyncio.sleep(0.1)
            await evening.start_daemon()
        await evening.until_ended(80)

    crew = await evening.play(mishaps, replace(HABITS, vanish_chance=0.0))
    evening.check(crew)
    assert crew.record.reconnects >= len(evening.agents)


async def test_a_database_that_goes_away_delays_and_loses_nothing(evening: Evening) -> None:
    async def mishaps() -> None:
        await evening.until_ended(20)
        evening.store.go_away()
        await asyncio.sleep(0.5)
        dialed = len(evening.exchange.dialed)
        await asyncio.sleep(0.5)
        assert len(evening.exchange.dialed) == dialed
        evening.store.come_back()
        await evening.until_ended(50)

    crew = await evening.play(mishaps)
    evening.check(crew)
