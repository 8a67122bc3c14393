"""The demo: a whole campaign against the simulated telephone network, told while it runs.

A voter file is made up and imported, bot volunteers with real SIP telephones log in, the daemon
dials, and at the end the figures are shown. Called by `callbank demo`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from dialer.config import Settings
from dialer.demo.bots import Crew
from dialer.demo.narration import Narrator
from dialer.demo.stage import OUR_NUMBER, Capacity, Stage
from dialer.demo.table import result_of
from dialer.demo.venue import Venue
from dialer.demo.volunteers import Habits, Volunteer
from dialer.demo.voters import write_voter_file
from dialer.domain.agent import Agent
from dialer.domain.campaign import AmdMode, Campaign, CampaignState, DialMethod
from dialer.domain.shift_lead import ShiftLead
from dialer.errors import CallbankError
from dialer.house import TRANSCRIPTS, Announce
from dialer.parts.carrier import CarrierMix
from dialer.parts.prometheus_server import PAGE
from dialer.storage.admin import Administration
from dialer.storage.shift_leads import ShiftLeads
from dialer.web.client import ApiClient, Json

CAMPAIGN = "Get out the vote"
CALLER = "Neighbors for Callbank"
MESSAGE = (
    f"This is {CALLER}, a volunteer phone bank. We are sorry that nobody was free to talk to "
    "you. You can call us back at 9 1 9 5 5 5 0 1 0 0. To not be called again, press 9."
)
ROWS_PER_VOLUNTEER_MINUTE = 12
ROWS_MIN = 500
SETTLE_TIMEOUT_S = 60.0
LINK_S = 86400.0

_ELSEWHERE = ("Pacific/Honolulu", "Asia/Tokyo", "Asia/Karachi", "Europe/Athens")
"""Places of which one at least has its afternoon at any moment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """What is asked of a demo."""

    volunteers: int = 10
    minutes: float = 3.0
    seed: int = 1
    dial_method: DialMethod = DialMethod.PREDICTIVE
    ratio: float = 1.5
    amd_mode: AmdMode = AmdMode.OFF
    began_at: float = 0.0  # when set-up began, seconds since the epoch


async def show(
    operator: Settings, programme: Programme, console: Console, announce: Announce
) -> Json:
    """Run the demo and return its figures under the published keys."""
    capacity = Capacity(channels=4 * programme.volunteers + 20)
    stage = await asyncio.to_thread(Stage.build, operator, "demo", capacity, announce)
    watching = asyncio.create_task(_watched(stage, operator, announce), name="prometheus")
    try:
        agents = await furnish(stage, programme, announce)
        await stage.start_daemon()
        prometheus_url = await watching
        setup_s = time.time() - programme.began_at
        pids = ", ".join(f"{name} {pid}" for name, pid in stage.pids().items() if pid)
        announce(f"everything runs after {setup_s:.0f} s (processes: {pids})")
        if prometheus_url is not None:
            announce(
                f"figures: {stage.web_url}/metrics, gathered by Prometheus: {prometheus_url}{PAGE}"
            )
        announce(f"the floor, as a shift lead sees it: {await _floor_link(stage, announce)}")
        await play(stage, programme, agents, console, announce)
        _say_how_to_ask(stage, announce)
        async with ApiClient(stage.web_url) as client:
            status = await client.campaign(CAMPAIGN, stage.tokens.operator_token)
        return result_of(dict(status["figures"]), setup_s, prometheus_url)
    finally:
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.to_thread(stage.close)


async def _floor_link(stage: Stage, announce: Announce) -> str:
    """A shift lead's link, good until long after the demo."""
    url = await asyncio.to_thread(stage.open_database, announce)
    async with Administration.at(url) as office:
        campaign = await office.campaign(CAMPAIGN)
    now = time.time()
    wanted = ShiftLead(id=0, campaign_id=campaign.id, created_at=now, expires_at=now + LINK_S)
    async with ShiftLeads.at(url) as leads:
        _, secret = await leads.invite(wanted, by="demo")
    return f"{stage.web_url}/floor#{secret}"


async def _watched(stage: Stage, operator: Settings, announce: Announce) -> str | None:
    """Where the Prometheus is that watches the demo; without one the demo goes on."""
    try:
        server = await asyncio.to_thread(stage.open_prometheus, operator, announce)
    except CallbankError as error:
        announce(f"the demo is not watched by Prometheus: {error}")
        return None
    return server.url


def _say_how_to_ask(stage: Stage, announce: Announce) -> None:
    """Every decision can be asked for, and the whole evening replayed, until the next demo."""
    home = f"CALLBANK_HOME={stage.settings.home} ./callbank"
    announce(f'why it dialed as it did: {home} pacing why --campaign "{CAMPAIGN}" --last 20')
    newest = max((stage.settings.home / TRANSCRIPTS).glob("*.gz"), default=None)
    if newest is not None:
        announce(f"the evening once more, with another method: {home} replay {newest.name}"
                 " --partial --policy progressive")


async def furnish(stage: Venue, programme: Programme, announce: Announce) -> list[Agent]:
    """Campaign, volunteers, voters, and the network they live in."""
    url = await asyncio.to_thread(stage.open_database, announce)
    async with Administration.at(url) as office:
        await office.create_campaign(campaign_of(programme))
        agents = [
            await office.add_agent(f"Volunteer {number}", str(2000 + number))
            for number in range(1, programme.volunteers + 1)
        ]
        announce("synthesising the voices of the simulated telephone network")
        mix = replace(CarrierMix(), seed=programme.seed)
        # Our Asterisk first, so that the volunteers' telephones find somebody to register with.
        await asyncio.to_thread(stage.open_pbx, agents, announce)
        await asyncio.to_thread(stage.open_network, mix, agents)
        await asyncio.to_thread(_import_voters, stage, programme, announce)
        await office.set_campaign_state(CAMPAIGN, CampaignState.RUNNING)
    return agents


def campaign_of(programme: Programme) -> Campaign:
    """The campaign that is dialed."""
    return Campaign(
        id=0,
        name=CAMPAIGN,
        dial_method=programme.dial_method,
        ratio=programme.ratio,
        amd_mode=programme.amd_mode,
        caller_id=OUR_NUMBER,
        caller_name=CALLER,
        trunks=("simulated",),
        message_text=MESSAGE,
    )


def _import_voters(stage: Venue, programme: Programme, announce: Announce) -> None:
    zone = place_where_one_may_call(time.time(), programme.minutes * 60)
    if zone:
        local = datetime.now(tz=ZoneInfo("America/New_York")).strftime("%H:%M")
        announce(
            f"it is {local} in North Carolina, when nobody may be called: the demo's invented"
            f" voters live in the time zone {zone}"
        )
    path = stage.settings.home / "voters.txt"
    write_voter_file(path, rows_of(programme), programme.seed, time_zone=zone)
    stage.run_command("import", str(path), "--campaign", CAMPAIGN, "--yes")


def rows_of(programme: Programme) -> int:
    """How many rows the voter file has: more than can be dialed."""
    asked_for = programme.volunteers * programme.minutes * ROWS_PER_VOLUNTEER_MINUTE
    return max(ROWS_MIN, int(asked_for))


def place_where_one_may_call(now: float, for_s: float) -> str:
    """Empty while North Carolina may be called for so long; else a zone that may.

    The demo keeps the calling window like any campaign, at any hour.
    """
    if _is_daytime("America/New_York", now) and _is_daytime("America/New_York", now + for_s):
        return ""
    return next(zone for zone in _ELSEWHERE if 10 <= _hour(zone, now) < 17)


def _is_daytime(zone: str, at: float) -> bool:
    return 9 <= _hour(zone, at) < 20


def _hour(zone: str, at: float) -> int:
    return datetime.fromtimestamp(at, tz=UTC).astimezone(ZoneInfo(zone)).hour


async def nothing() -> None:
    """What is done at closing time, mostly."""


async def play(
    stage: Venue,
    programme: Programme,
    agents: list[Agent],
    console: Console,
    announce: Announce,
    *,
    at_closing: Callable[[], Awaitable[None]] = nothing,
) -> None:
    """The evening: everybody works for so many minutes, then goes home."""
    volunteers = [
        Volunteer(
            agent_id=agent.id,
            name=agent.name,
            token=stage.tokens.agent_token(agent.id),
            extension=agent.extension,
            campaign=CAMPAIGN,
        )
        for agent in agents
    ]
    crew = Crew(stage.web_url, volunteers, Habits(), programme.seed, stage.cut)
    closing, told = asyncio.Event(), asyncio.Event()
    keeper = asyncio.create_task(stage.keep_daemon(announce), name="keeper of the daemon")
    async with ApiClient(stage.web_url) as client:
        narrator = Narrator(client, stage.tokens.operator_token, CAMPAIGN, console)
        telling = asyncio.create_task(narrator.tell(told), name="narrator")
        working = asyncio.create_task(crew.work(closing), name="crew")
        await asyncio.wait([working], timeout=programme.minutes * 60)
        try:
            await at_closing()
        finally:
            closing.set()
        try:
            await working
            await _settle(client, stage.tokens.operator_token)
        finally:
            told.set()
            keeper.cancel()
            await asyncio.gather(telling, keeper, return_exceptions=True)


async def _settle(client: ApiClient, token: str) -> None:
    """Wait until every attempt has ended."""
    deadline = time.monotonic() + SETTLE_TIMEOUT_S
    while time.monotonic() < deadline:
        if not (await client.floor(token))["open_attempts"]:
            return
        await asyncio.sleep(0.5)
