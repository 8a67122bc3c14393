"""The composition root: builds every adapter, wires the ports, knows the order of start and stop.

The only file that knows every concrete class. `prepare` does the slow, blocking part (parts are
found or made, the database is migrated, Asterisk is rendered and started); `serve` then runs the
phone bank on an event loop until it is told to stop.
"""

import asyncio
import logging
import secrets as randomness
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiohttp import web

from agi.server import AgiSettings
from dialer.compliance.gate import Reason
from dialer.config import Settings, TrunkSettings
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.trunk import NumberFormat, Trunk
from dialer.engine.engine import Engine
from dialer.errors import CallbankError
from dialer.metrics.observer import MetricsObserver
from dialer.parts import asterisk, postgres, processes
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.pbx import Pbx
from dialer.parts.render import (
    AMI_USER,
    AgentPhone,
    CampaignQueue,
    PbxSecrets,
    PbxSettings,
    Rendered,
    SipTrunk,
    render_agents,
    render_pbx,
    render_queues,
)
from dialer.parts.secrets import Secrets, load_secrets
from dialer.parts.speech import MESSAGE_VOICE, THANKS, SpeechTools, sound_name, speak, tone_file
from dialer.runtime.ports import StoreAway
from dialer.runtime.pump import Pump, World
from dialer.runtime.watch import Configuration, Watch
from dialer.storage import migrations
from dialer.storage.store import PostgresStore
from dialer.telephony.fastagi import FastAgi
from dialer.telephony.gateway import Gateway, GatewaySettings
from dialer.telephony.link import AmiSettings
from dialer.web.server import make_app, start_site, watch_of
from dialer.web.tokens import SecretTokens

log = logging.getLogger(__name__)

KEEP_ALIVE_S = 0.5
DRAIN_POLL_S = 0.1

Announce = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What `prepare` found or made. `pbx` is None where the operator runs Asterisk himself."""

    settings: Settings
    secrets: Secrets
    database_url: str
    pbx: Pbx | None
    speech: SpeechTools | None

    @property
    def messages_dir(self) -> Path:
        """Where the campaigns' safe-harbor messages are."""
        return self.settings.home / "speech" / "messages"

    @property
    def web_url(self) -> str:
        """Where this machine reaches the web server."""
        return f"http://{self.settings.web.host}:{self.settings.web.port}"


# --- before the event loop ---------------------------------------------------------------


def prepare(settings: Settings, announce: Announce) -> House:
    """Find or make all parts and start them. Raises CallbankError with what to do."""
    secrets = load_secrets(settings.home)
    for endpoint, setting in ((settings.web, "web.port"), (settings.agi, "agi.port")):
        processes.refuse_port_in_use(endpoint.host, endpoint.port, kind="tcp", setting=setting)
    database_url = postgres.open_database(settings, announce)
    steps = migrations.upgrade(database_url)
    if steps:
        announce(f"database brought up to date ({len(steps)} steps)")
    if settings.asterisk.mode == "external":
        return House(
            settings=settings, secrets=secrets, database_url=database_url, pbx=None, speech=None
        )
    program = asterisk.find_or_make(settings, announce=announce)
    speech = speech_tools(program)
    pbx = start_pbx(settings, secrets, program, speech, announce)
    return House(
        settings=settings, secrets=secrets, database_url=database_url, pbx=pbx, speech=speech
    )


def speech_tools(program: AsteriskProgram) -> SpeechTools:
    """How speech is synthesised here."""
    return SpeechTools(
        espeak=tuple(program.tool("espeak-ng")), sox=tuple(program.tool("sox"))
    )


def start_pbx(
    settings: Settings,
    secrets: Secrets,
    program: AsteriskProgram,
    speech: SpeechTools,
    announce: Announce,
) -> Pbx:
    """Render Asterisk's configuration and start it, or adopt the one that runs."""
    tone = tone_file("thanks", THANKS, settings.home / "speech")
    rendered = render_pbx(
        pbx_settings(settings, program, optout_prompt=sound_name(tone)),
        PbxSecrets(ami_secret=secrets.ami_password, agi_token=secrets.agi_token),
        trunks=[sip_trunk(trunk) for trunk in settings.trunks],
    )
    pbx = Pbx("asterisk", settings.home / "asterisk" / "pbx", program, settings.home)
    if processes.adopt("asterisk", home=settings.home) is None:
        _refuse_asterisk_ports(settings)
    if pbx.start():
        announce("found our Asterisk running; its conversations go on")
        pbx.take_over(rendered)
    else:
        announce(f"Asterisk {program.version} started")
    return pbx


def _refuse_asterisk_ports(settings: Settings) -> None:
    for kind in ("udp", "tcp"):
        processes.refuse_port_in_use(
            settings.sip.bind, settings.sip.port, kind=kind, setting="sip.port"
        )
    for host, port, setting in (
        (settings.ami.host, settings.ami.port, "ami.port"),
        (settings.http.host, settings.http.port, "http.port"),
    ):
        processes.refuse_port_in_use(host, port, kind="tcp", setting=setting)


def pbx_settings(
    settings: Settings, program: AsteriskProgram, *, optout_prompt: str = ""
) -> PbxSettings:
    """The settings as the renderer wants them."""
    return PbxSettings(
        home=settings.home / "asterisk" / "pbx",
        module_dir=program.modules_dir,
        data_dir=program.data_dir,
        sip_host=settings.sip.bind,
        sip_port=settings.sip.port,
        ami_host=settings.ami.host,
        ami_port=settings.ami.port,
        http_host=settings.http.host,
        http_port=settings.http.port,
        agi_host=settings.agi.host,
        agi_port=settings.agi.port,
        rtp_start=settings.rtp.start,
        rtp_end=settings.rtp.end,
        external_address=settings.sip.external_address or "",
        optout_prompt=optout_prompt,
    )


def sip_trunk(trunk: TrunkSettings) -> SipTrunk:
    """A trunk as PJSIP wants it."""
    return SipTrunk(
        endpoint=_endpoint_of(trunk),
        host=trunk.host,
        port=trunk.port,
        transport=trunk.transport,
        username=trunk.username or "",
        password=trunk.password or "",
        registers=trunk.registers,
        codecs=trunk.codecs,
    )


def _endpoint_of(trunk: TrunkSettings) -> str:
    return f"trunk-{trunk.name}"


def phone_of(agent: Agent, secrets: Secrets) -> AgentPhone:
    """An agent's telephone with its derived password."""
    return AgentPhone(
        extension=agent.extension, password=secrets.derive(f"phone:{agent.extension}")
    )


def tokens_of(secrets: Secrets) -> SecretTokens:
    """Who may use the HTTP API."""
    return SecretTokens(
        operator_token=secrets.web_token, agent_key=secrets.derive("agent tokens")
    )


class ConfiguredTrunks:
    """Implements runtime.ports.TrunkSource from the settings."""

    def __init__(self, settings: Settings) -> None:
        self._trunks = tuple(
            Trunk(
                name=trunk.name,
                endpoint=_endpoint_of(trunk),
                channel_limit=trunk.channel_limit,
                calls_per_second=trunk.calls_per_second,
                caller_ids=trunk.caller_ids,
                tech_prefix=trunk.tech_prefix,
                number_format=NumberFormat(trunk.dial_format),
            )
            for trunk in settings.trunks
        )

    def trunks(self) -> tuple[Trunk, ...]:
        """Every trunk, in the order of preference."""
        return self._trunks


# --- on the event loop -------------------------------------------------------------------


class PhoneBank:
    """Everything that runs: the pump with its adapters, and what keeps the parts alive."""

    def __init__(self, house: House) -> None:
        settings, secrets = house.settings, house.secrets
        self._house = house
        self._etc = settings.home / "asterisk" / "pbx" / "etc"
        self._store = PostgresStore.at(house.database_url)
        self._gateway = Gateway(
            GatewaySettings(
                ami=AmiSettings(
                    host=settings.ami.host,
                    port=settings.ami.port,
                    username=settings.ami.user if house.pbx is None else AMI_USER,
                    secret=settings.ami.password or secrets.ami_password,
                ),
                sounds_dir=str(house.messages_dir),
            )
        )
        self._metrics = MetricsObserver(refusal_reasons=[str(reason) for reason in Reason])
        world = World(telephony=self._gateway, store=self._store, clock=time.time)
        self._observers = [self._metrics.observe]
        self._pump = Pump(Engine(run=randomness.token_hex(4)), world, self._observers)
        self._agi = FastAgi(
            AgiSettings(
                token=secrets.agi_token, host=settings.agi.host, port=settings.agi.port
            ),
            self._pump,
        )
        self._watch = Watch(
            self._store,
            ConfiguredTrunks(settings),
            self._pump.sink,
            time.time,
            self._configuration_changed,
        )
        self._web = self._make_web(secrets)
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def _make_web(self, secrets: Secrets) -> web.Application:
        app = make_app(
            self._pump, self._store, _Figures(self._store), tokens_of(secrets), self._metrics
        )
        self._observers.append(watch_of(app).observe)
        return app

    async def start(self) -> None:
        """Restore what an earlier daemon left, then open the link and the doors."""
        await self._watch.look(with_ledger=True)
        self._pump.sink(await self._store.restore(time.time()))
        self._begin(self._pump.run(), "pump")
        await self._agi.start()
        await self._gateway.start(self._pump.sink)
        web_at = self._house.settings.web
        self._runner = await start_site(self._web, web_at.host, web_at.port)
        self._begin(self._watch.run(), "watch")
        self._begin(self._keep_parts(), "keeper of the parts")

    async def drain(self, patience_s: float) -> None:
        """Place no more calls and let the live ones finish, for at most `patience_s`."""
        self._watch.drain()
        ends_at = time.monotonic() + patience_s
        while self._pump.view().open_attempts and time.monotonic() < ends_at:
            await asyncio.sleep(DRAIN_POLL_S)

    async def stop(self) -> None:
        """Close the doors, then the link, then write what is still to be written."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self._agi.stop()
        await self._gateway.stop()
        self._pump.stop()
        for task in self._tasks[1:]:  # the pump ends by itself when all is written
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._store.close()

    async def broken(self) -> str:
        """Wait until something that must run has ended by itself; says what."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = next(iter(done))
        error = None if task.cancelled() else task.exception()
        return f"{task.get_name()} ended" + (f": {error}" if error else "")

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _configuration_changed(self, now: Configuration) -> None:
        """New agents' telephones, campaigns' queues and messages reach Asterisk first."""
        if self._house.pbx is not None:
            await asyncio.to_thread(self._render, now)

    def _render(self, now: Configuration) -> None:
        assert self._house.pbx is not None
        for campaign in now.campaigns:
            self._speak_message(campaign)
        rendered = render_agents(
            [phone_of(agent, self._house.secrets) for agent in now.agents], self._etc
        ) + render_queues(
            [CampaignQueue(campaign_id=campaign.id) for campaign in now.campaigns], self._etc
        )
        if rendered != Rendered():
            self._house.pbx.take_over(rendered)

    def _speak_message(self, campaign: Campaign) -> None:
        """The campaign's safe-harbor message where the gateway looks for it."""
        if not campaign.message_text or self._house.speech is None:
            return
        directory = self._house.messages_dir
        spoken = speak(campaign.message_text, MESSAGE_VOICE, directory, self._house.speech)
        named = directory / f"message-{campaign.id}.wav"
        if not named.exists() or not named.samefile(spoken):
            draft = named.with_suffix(".new")
            draft.unlink(missing_ok=True)
            draft.hardlink_to(spoken)
            draft.replace(named)

    async def _keep_parts(self) -> None:
        """Start a part again that ended under us (Asterisk killed, the database killed)."""
        settings = self._house.settings
        server = None
        if settings.database_url is None:
            server = postgres.embedded(settings, self._house.secrets)
        while True:
            await asyncio.sleep(KEEP_ALIVE_S)
            pbx = self._house.pbx
            try:
                if pbx is not None and not pbx.is_running():
                    log.error("Asterisk has ended; it is started again.")
                    await asyncio.to_thread(pbx.start)
                if server is not None and not server.is_running():
                    log.error("The embedded PostgreSQL has ended; it is started again.")
                    await asyncio.to_thread(server.start)
            except CallbankError as error:
                log.error("%s", error)


class _Figures:
    """Implements web.ports.FiguresSource from the store."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    async def campaign_figures(self, campaign_id: int) -> SimpleNamespace:
        return SimpleNamespace(**await self._store.figures(campaign_id))


async def serve(house: House, stopping: asyncio.Event, *, drain_s: float) -> None:
    """Run the phone bank until `stopping` is set. Raises CallbankError when it broke."""
    bank = PhoneBank(house)
    try:
        await bank.start()
        log.info("Callbank is ready at %s", house.web_url)
        stop = asyncio.create_task(stopping.wait(), name="stop")
        broken = asyncio.create_task(bank.broken(), name="broken")
        await asyncio.wait([stop, broken], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if broken.done():
            raise CallbankError(f"the phone bank cannot go on: {broken.result()}.")
        broken.cancel()
        await bank.drain(drain_s)
    except StoreAway as error:
        raise CallbankError(f"{error}. Check the database and start again.") from error
    except OSError as error:
        raise CallbankError(f"the phone bank cannot start: {error}.") from error
    finally:
        await bank.stop()


def stop_parts(house: House) -> None:
    """End what `prepare` started. Conversations end too."""
    if house.pbx is not None:
        house.pbx.stop()
    if house.settings.database_url is None:
        postgres.embedded(house.settings, house.secrets).stop()

