"""The house: the real parts found or made, rendered and started, before the phone bank runs in it.

`prepare` does the slow, blocking part: database, migrations, Asterisk, speech. What the settings
say is translated here into what Asterisk's files and the engine want. Used by app.py, the demo
and the benchmarks.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dialer.config import Endpoint, Settings, TrunkSettings
from dialer.domain.agent import Agent
from dialer.domain.campaign import CampaignState
from dialer.domain.trunk import NumberFormat, Trunk
from dialer.parts import asterisk, browser_pages, fitness, postgres, processes
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.messages import message_name
from dialer.parts.pbx import Pbx, SupervisedPbx
from dialer.parts.practice_voices import PracticeVoices
from dialer.parts.render import (
    AgentPhone,
    CampaignQueue,
    PbxSecrets,
    PbxSettings,
    SipTrunk,
    render_pbx,
)
from dialer.parts.secrets import ASTERISK_METRICS, Secrets, load_secrets
from dialer.parts.speech import THANKS, TICK, SpeechTools, sound_name, tone_file
from dialer.practice.rehearsal import Rehearsals
from dialer.runtime.transcript import Recorder
from dialer.storage import migrations
from dialer.storage.admin import Administration
from dialer.storage.fact_admin import FactAdministration
from dialer.web.server import SecureAddress
from dialer.web.tls import Certificate
from dialer.web.tokens import SecretTokens
from dialer.web.volunteer.ports import Phone, PracticeHall

Announce = Callable[[str], None]

MessageMark = tuple[int, int, int] | None
"""What tells one message's file from another's."""
ELSEWHERE = (0, 0, 0)

TRANSCRIPTS = "transcripts"
"""The folder of transcripts in the data directory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What `prepare` found or made. `pbx` is None where the operator runs Asterisk himself."""

    settings: Settings
    secrets: Secrets
    database_url: str
    pbx: Pbx | SupervisedPbx | None
    speech: SpeechTools | None

    @property
    def messages_dir(self) -> Path:
        """Where the campaigns' spoken messages are, on Asterisk's machine."""
        return messages_dir(self.settings)

    def message_file(self, campaign_id: int) -> Path:
        """A campaign's safe-harbor message."""
        return self.messages_dir / f"{message_name(campaign_id)}.wav"

    def message_mark(self, campaign_id: int) -> MessageMark:
        """Which message is there for Asterisk to play, None without one. On another machine, where
        we cannot look, its dialplan does."""
        if self.settings.asterisk.mode == "external":
            if self.settings.speech.messages_dir is None:
                return None
            if not self.messages_dir.is_dir():
                return ELSEWHERE
        try:
            found = self.message_file(campaign_id).stat()
        except OSError:
            return None
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    @property
    def recordings_dir(self) -> Path:
        """Where recorded conversations are, on this machine."""
        return self.settings.home / "recordings"

    @property
    def web_url(self) -> str:
        """Where this machine reaches the web server."""
        return f"http://{self.settings.web.host}:{self.settings.web.port}"


def metrics_password_of(secrets: Secrets) -> str:
    """With which Prometheus scrapes our Asterisk, as the user METRICS_USER of render.py."""
    return secrets.derive(ASTERISK_METRICS)


def messages_dir(settings: Settings) -> Path:
    """Where Asterisk finds what is spoken to people."""
    elsewhere = settings.speech.messages_dir
    if settings.asterisk.mode == "external" and elsewhere is not None:
        return elsewhere
    return settings.home / "speech" / "messages"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscribers:
    """Whose telephones and which queues Asterisk is told of."""

    phones: tuple[AgentPhone, ...] = ()
    queues: tuple[CampaignQueue, ...] = ()


def prepare(
    settings: Settings, announce: Announce, clock: Callable[[], float] = time.time
) -> House:
    """Find or make all parts and start them. Raises CallbankError with what to do.

    `clock` is this machine's, seconds since the epoch.
    """
    secrets = load_secrets(settings.home)
    _refuse_ports(settings)
    with _nothing_left_running(settings, secrets):
        database_url = postgres.open_database(settings, announce)
        fitness.refuse_database_clock(database_url, clock)
        steps = migrations.upgrade(database_url)
        if steps:
            announce(f"database brought up to date ({len(steps)} steps)")
        asyncio.run(_take_in_caller_ids(database_url, settings))
        browser_pages.build_or_go_without(settings.web.pages_dir, announce)
        house = House(
            settings=settings, secrets=secrets, database_url=database_url, pbx=None, speech=None
        )
        if settings.asterisk.mode == "external":
            fitness.refuse_strange_ami(settings, secrets, clock)
            return house
        program = asterisk_program(settings, announce)
        speech = speech_tools(program)
        known = asyncio.run(_known_to_asterisk(database_url, secrets))
        pbx = start_pbx(settings, secrets, program, announce, known)
        fitness.refuse_unfit_asterisk(pbx.console, settings)
        fitness.refuse_strange_ami(settings, secrets, clock)
        return replace(house, pbx=pbx, speech=speech)


async def _take_in_caller_ids(database_url: str, settings: Settings) -> None:
    """The first time, the numbers that trunks may show are the inventory of caller IDs."""
    async with FactAdministration.at(database_url) as facts:
        await facts.take_in_configured(
            [(trunk.name, trunk.caller_ids) for trunk in settings.trunks]
        )


async def _known_to_asterisk(database_url: str, secrets: Secrets) -> Subscribers:
    """A running Asterisk that is adopted must not lose a telephone or a queue for a moment."""
    async with Administration.at(database_url) as office:
        return Subscribers(
            phones=tuple(phone_of(agent, secrets) for agent in await office.agents()),
            queues=tuple(
                CampaignQueue(campaign_id=campaign.id)
                for campaign in await office.campaigns()
                if campaign.state is not CampaignState.FINISHED
            ),
        )


@contextmanager
def _nothing_left_running(settings: Settings, secrets: Secrets) -> Iterator[None]:
    """A start that fails ends what it started, and leaves alone what ran before."""
    server = None if settings.database_url else postgres.embedded(settings, secrets)
    was_running = server is not None and server.is_running()
    had_asterisk = processes.adopt("asterisk", home=settings.home) is not None
    try:
        yield
    except BaseException:
        started = processes.adopt("asterisk", home=settings.home)
        if started is not None and not had_asterisk:
            started.stop()
        if server is not None and not was_running:
            server.stop()
        raise


def asterisk_program(settings: Settings, announce: Announce) -> AsteriskProgram:
    """The Asterisk that dials for us."""
    if settings.asterisk.mode == "supervised":
        return asterisk.supervised(settings)
    return asterisk.find_or_make(settings, announce=announce)


def speech_tools(program: AsteriskProgram) -> SpeechTools:
    """How speech is synthesised here."""
    return SpeechTools(
        espeak=tuple(program.tool("espeak-ng")), sox=tuple(program.tool("sox"))
    )


def start_pbx(
    settings: Settings,
    secrets: Secrets,
    program: AsteriskProgram,
    announce: Announce,
    known: Subscribers,
) -> Pbx | SupervisedPbx:
    """Render Asterisk's configuration and start it, or adopt the one that runs."""
    speech = settings.home / "speech"
    tone, tick = tone_file("thanks", THANKS, speech), tone_file("tick", TICK, speech)
    rendered = render_pbx(
        pbx_settings(
            settings, program, optout_prompt=sound_name(tone), tick=sound_name(tick)
        ),
        PbxSecrets(
            ami_secret=secrets.ami_password,
            agi_token=secrets.agi_token,
            metrics_password=metrics_password_of(secrets),
        ),
        trunks=[sip_trunk(trunk) for trunk in settings.trunks],
        agents=known.phones,
        campaigns=known.queues,
    )
    pbx = _pbx(settings, program)
    if pbx.start():
        announce("found our Asterisk running; its conversations go on")
        pbx.take_over(rendered)
    else:
        announce(f"Asterisk {program.version} started" if program.version else "Asterisk is there")
    return pbx


def _pbx(settings: Settings, program: AsteriskProgram) -> Pbx | SupervisedPbx:
    home = settings.home / "asterisk" / "pbx"
    if settings.asterisk.is_run_by_us:
        return Pbx("asterisk", home, program, settings.home)
    return SupervisedPbx("asterisk", home)


def _refuse_ports(settings: Settings) -> None:
    """Before anything is started. A running Asterisk of ours has its ports, of course."""
    wanted = [(settings.web, "tcp", "web.port"), (settings.agi, "tcp", "agi.port")]
    runs_already = processes.adopt("asterisk", home=settings.home) is not None
    if settings.asterisk.is_run_by_us and not runs_already:
        sip = Endpoint(host=settings.sip.bind, port=settings.sip.port)
        ami = Endpoint(host=settings.ami.host, port=settings.ami.port)
        wanted += [(sip, "udp", "sip.port"), (sip, "tcp", "sip.port")]
        wanted += [(ami, "tcp", "ami.port"), (settings.http, "tcp", "http.port")]
    for endpoint, kind, setting in wanted:
        processes.refuse_port_in_use(endpoint.host, endpoint.port, kind=kind, setting=setting)


def pbx_settings(
    settings: Settings, program: AsteriskProgram, *, optout_prompt: str = "", tick: str = ""
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
        tick=tick,
        messages_dir=str(messages_dir(settings)),
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
        extension=agent.extension,
        password=secrets.derive(f"phone:{agent.extension}"),
        is_browser=agent.is_browser,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class VolunteersPhones:
    """What volunteers' telephones register with."""

    settings: Settings
    secrets: Secrets
    look: Callable[[], Awaitable[None]]  # at the register, and tell Asterisk what is new there

    async def connect(self) -> None:
        """Have Asterisk know them as they are in the register."""
        await self.look()

    def phone(self, agent: Agent) -> Phone:
        """His telephone's credentials, which end with his session."""
        sip = self.settings.sip
        return Phone(
            user=agent.extension,
            password=phone_of(agent, self.secrets).password,
            host=sip.external_address or sip.bind,
            port=sip.port,
        )

    @property
    def websocket_url(self) -> str:
        """Where Asterisk takes SIP over a websocket."""
        return f"ws://{self.settings.http.host}:{self.settings.http.port}/ws"


def practice_hall_of(house: House) -> PracticeHall | None:
    """Where volunteers practise; None without a voice for simulated people."""
    if house.speech is None:
        return None
    voices = PracticeVoices(house.messages_dir, house.speech)
    return PracticeHall(voices=voices, rehearsals=Rehearsals())


def secure_address_of(settings: Settings) -> SecureAddress | None:
    """Where https is served with our own certificate, if there is one. Raises CallbankError."""
    its = settings.web
    if its.certificate is None or its.key is None:
        return None
    certificate = Certificate(certificate=its.certificate, key=its.key)
    return SecureAddress(host=its.https_host, port=its.https_port, certificate=certificate)


def tokens_of(secrets: Secrets) -> SecretTokens:
    """Who may use the HTTP API."""
    return SecretTokens(
        operator_token=secrets.web_token, agent_key=secrets.derive("agent tokens")
    )


def recorder_of(settings: Settings, run: str) -> Recorder | None:
    """What writes the transcript of a run, if one is wanted."""
    keep_days = settings.transcripts.keep_days
    if keep_days == 0:
        return None
    folder = settings.home / TRANSCRIPTS
    return Recorder(folder, run, keep_days=keep_days, clock=time.time)


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


def stop_parts(house: House) -> None:
    """End what `prepare` started. Conversations end too."""
    if house.pbx is not None:
        house.pbx.stop()
    if house.settings.database_url is None:
        postgres.embedded(house.settings, house.secrets).stop()

