"""`bench calls`: one-to-one calls at a steady rate through the whole of Callbank.

The daemon runs as a process of its own against the simulated network; every called number rings
half a second, answers, talks a little and hangs up. First the baseline (bare.py) on the same
Asterisk, then a warm-up and the measured interval. Before it and after it a daemon that keeps no
metrics does the same: what drifts while the benchmark goes on cancels out. Times come from
Asterisk's timestamps in the database, CPU from the kernel.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from dialer.bench.bare import BareClient, BareSettings
from dialer.bench.campaign import CAMPAIGN, bench_campaign
from dialer.bench.crew import SteadyCrew
from dialer.bench.figures import Baseline, Interval
from dialer.bench.meter import Meter, step_back
from dialer.bench.numbers import numbers, write_list
from dialer.config import Settings
from dialer.demo.show import place_where_one_may_call
from dialer.demo.stage import Capacity, Stage
from dialer.demo.volunteers import Volunteer
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState
from dialer.house import Announce
from dialer.metrics.names import AMI_EVENTS
from dialer.parts.carrier import Behaviour, CarrierMix
from dialer.parts.render import AMI_USER
from dialer.storage.admin import Administration
from dialer.storage.placed import read_placed
from dialer.web.client import ApiClient

RING_S = (0.4, 0.6)
WARM_UP_S = 8.0
SETTLE_TIMEOUT_S = 30.0
BETWEEN_CALLS_S = 0.3
"""How long a volunteer is not there between two calls: the hang-up, and the wrap-up of none."""

SCRAPE_EVERY_S = 5.0
UNMETERED = {"CALLBANK_METRICS_ENABLED": "false"}

SPARE_VOLUNTEERS = 1.25
"""Calls do not come evenly; with fewer the rate would be theirs, not the one offered."""

Progress = Callable[[str, float], None]
"""Told which phase goes on and which part of it is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is asked of a run."""

    cps: float = 50.0
    seconds: float = 60.0
    talk_s: float = 1.0
    baseline_s: float = 10.0
    volunteers: int = 0  # 0: as many as the rate needs

    @property
    def crew(self) -> int:
        """How many volunteers there are."""
        busy_s = sum(RING_S) / 2 + self.talk_s + BETWEEN_CALLS_S
        return self.volunteers or max(4, math.ceil(self.cps * busy_s * SPARE_VOLUNTEERS))

    @property
    def people(self) -> int:
        """How many numbers there must be to call."""
        return 3 * int(self.cps * (self.seconds + WARM_UP_S + 10.0)) + 20 * self.crew


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """All phases of a run."""

    plan: Plan
    interval: Interval
    unmetered: tuple[Interval, Interval]  # without metrics: before it and after it
    baseline: Baseline


async def measure(
    operator: Settings, plan: Plan, announce: Announce, progress: Progress
) -> Outcome:
    """Run the benchmark in a data directory of its own; nothing is left running."""
    capacity = Capacity(channels=4 * plan.crew + 50, calls_per_second=plan.cps)
    stage = await asyncio.to_thread(Stage.build, operator, "bench", capacity, announce)
    try:
        url = await asyncio.to_thread(stage.open_database, announce)
        async with Administration.at(url) as office:
            return await _Run(stage, plan, office, announce, progress).play()
    finally:
        await asyncio.to_thread(stage.close)


class _Run:
    """One run on a stage that has its database."""

    def __init__(
        self,
        stage: Stage,
        plan: Plan,
        office: Administration,
        announce: Announce,
        progress: Progress,
    ) -> None:
        self._stage = stage
        self._plan = plan
        self._office = office
        self._announce = announce
        self._progress = progress

    async def play(self) -> Outcome:
        """Furnish, then the baseline, then the calls."""
        campaign = await self._office.create_campaign(bench_campaign(wrap_up_s=0.0))
        agents = [
            await self._office.add_agent(f"Volunteer {number}", str(2000 + number))
            for number in range(1, self._plan.crew + 1)
        ]
        await asyncio.to_thread(self._furnish, agents)
        baseline = await self._measure_baseline()
        cast = self._cast(agents)
        before = await self._measure_daemon(campaign, cast, is_metered=False)
        interval = await self._measure_daemon(campaign, cast, is_metered=True)
        after = await self._measure_daemon(campaign, cast, is_metered=False)
        return Outcome(
            plan=self._plan, interval=interval, unmetered=(before, after), baseline=baseline
        )

    async def _measure_daemon(
        self, campaign: Campaign, cast: list[Volunteer], *, is_metered: bool
    ) -> Interval:
        """Calls through a daemon, from its start to its end."""
        settings = {} if is_metered else UNMETERED
        await self._stage.start_daemon("--leave-parts", settings=settings)
        self._announce(f"{len(cast)} bot volunteers take up their telephones")
        async with ApiClient(self._stage.web_url) as client:
            await SteadyCrew(client, cast, self._stage.tokens.operator_token).arrive()
            interval = await self._measure_calls(client, campaign, is_metered=is_metered)
        await self._stage.stop_daemon()
        return interval

    def _furnish(self, agents: list[Agent]) -> None:
        plan, stage = self._plan, self._stage
        mix = replace(
            CarrierMix(),
            weights=((Behaviour.EARLY_HANGUP, 1),),
            ring_s=RING_S,
            volunteers_speak=False,
            early_talk_s=(0.75 * plan.talk_s, 1.25 * plan.talk_s),
        )
        stage.open_network(mix, agents)
        stage.open_pbx(agents, self._announce)  # it looks at once whether its trunk is there
        # The simulated network stands for other people's machines: it must not slow down ours.
        for pid in self._pids("carrier").values():
            step_back(pid)
        zone = place_where_one_may_call(time.time(), plan.seconds + 300.0)
        path = stage.settings.home / "people.csv"
        write_list(path, plan.people, zone or "America/New_York")
        self._announce(f"importing {plan.people} numbers to call")
        stage.run_command("import", str(path), "--campaign", CAMPAIGN, "--yes")

    def _cast(self, agents: list[Agent]) -> list[Volunteer]:
        return [
            Volunteer(
                agent_id=agent.id,
                name=agent.name,
                token=self._stage.tokens.agent_token(agent.id),
                extension=agent.extension,
                campaign=CAMPAIGN,
            )
            for agent in agents
        ]

    async def _measure_baseline(self) -> Baseline:
        """Bare Originates to the same far end, before the daemon has the manager link."""
        settings = self._stage.settings
        client = BareClient(
            BareSettings(
                host=settings.ami.host,
                port=settings.ami.port,
                user=AMI_USER,
                secret=self._stage.secrets.ami_password,
                endpoint="trunk-simulated",
                cps=self._plan.cps,
            )
        )
        meter = Meter(pids=self._pids("asterisk"))
        try:
            await client.open()
            called: Iterator[str] = numbers(self._plan.people)
            showing = asyncio.create_task(self._show("baseline", self._plan.baseline_s))
            began, own = meter.read(), time.process_time()
            await client.call(called, self._plan.baseline_s)
            await client.settle()
            ended, own_ended = meter.read(), time.process_time()
            await showing
        finally:
            await client.close()
        return Baseline(
            calls=client.counts["placed"],
            failed=client.counts["failed"] + client.counts["Error"],
            seconds=self._plan.baseline_s,
            events=client.counts["events"],
            client_cpu_s=own_ended - own,
            asterisk_cpu_s=ended["asterisk"] - began["asterisk"],
        )

    async def _measure_calls(
        self, client: ApiClient, campaign: Campaign, *, is_metered: bool
    ) -> Interval:
        suffix = "" if is_metered else " unmetered"
        await self._office.set_campaign_state(CAMPAIGN, CampaignState.RUNNING)
        await self._show("warm-up" + suffix, WARM_UP_S)
        meter = Meter(pids=self._pids("daemon", "asterisk", "carrier"))
        events = await ami_events(client) if is_metered else 0.0
        since, cpu = time.time(), meter.read()
        async with _scraped(client if is_metered else None):
            await self._show("calls" + suffix, self._plan.seconds)
            until, cpu_after = time.time(), meter.read()
        events_after = await ami_events(client) if is_metered else 0.0
        await self._office.set_campaign_state(CAMPAIGN, CampaignState.PAUSED)
        await self._settle(client)
        placed = await read_placed(self._office.engine, campaign.id, since, until)
        return Interval(
            placed=placed,
            seconds=until - since,
            events=events_after - events,
            cpu_s={name: cpu_after[name] - cpu[name] for name in cpu},
        )

    async def _show(self, phase: str, for_s: float) -> None:
        """Let time go by, telling how much."""
        began = time.monotonic()
        while (elapsed_s := time.monotonic() - began) < for_s:
            self._progress(phase, elapsed_s / for_s)
            await asyncio.sleep(min(1.0, for_s - elapsed_s))
        self._progress(phase, 1.0)

    async def _settle(self, client: ApiClient) -> None:
        deadline = time.monotonic() + SETTLE_TIMEOUT_S
        while time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            if not (await client.floor(self._stage.tokens.operator_token))["open_attempts"]:
                return

    def _pids(self, *names: str) -> dict[str, int]:
        pids = self._stage.pids()
        return {name: pid for name in names if (pid := pids[name]) is not None}


@asynccontextmanager
async def _scraped(client: ApiClient | None) -> AsyncIterator[None]:
    """Meanwhile a Prometheus asks the daemon, if there is anything to ask for."""

    async def scrape(client: ApiClient) -> None:
        while True:
            await asyncio.sleep(SCRAPE_EVERY_S)
            await client.text("/metrics")

    if client is None:
        yield
        return
    scraping = asyncio.create_task(scrape(client))
    try:
        yield
    finally:
        scraping.cancel()
        await asyncio.gather(scraping, return_exceptions=True)


async def ami_events(client: ApiClient) -> float:
    """How many events the daemon has read from Asterisk, by its own metrics."""
    page = await client.text("/metrics")
    for line in page.splitlines():
        name, _, value = line.partition(" ")
        if name == AMI_EVENTS:
            return float(value)
    return 0.0
