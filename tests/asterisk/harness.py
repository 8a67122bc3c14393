"""A pbx and a carrier, really run on free loopback ports, and small eyes and hands to test them.

`Lab` starts both, `Ami` is a raw AMI client that keeps every event, `FastAgi` answers the
dialplan's questions by a script. Everything started is stopped by its process id.
"""

import asyncio
import contextlib
import itertools
import os
import secrets
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from agi import names
from dialer.parts.asterisk import AsteriskProgram, find_installed, open_tree
from dialer.parts.carrier import (
    FORCED,
    Behaviour,
    CarrierMix,
    CarrierSettings,
    render_carrier,
)
from dialer.parts.processes import free_ports
from dialer.parts.render import (
    AMI_USER,
    AgentPhone,
    CampaignQueue,
    PbxSecrets,
    PbxSettings,
    SipTrunk,
    render_pbx,
)
from dialer.parts.speech import (
    MESSAGE_VOICE,
    THANKS,
    SpeechTools,
    sound_name,
    speak,
    tone_file,
)

Event = dict[str, str]


def asterisk_program() -> AsteriskProgram:
    """The Asterisk to test with: a named tree, the data directory's own, or an installed one."""
    named = os.environ.get("CALLBANK_ASTERISK_TREE")
    home = Path(os.environ.get("CALLBANK_HOME", "var"))
    found = open_tree(Path(named) if named else home.resolve() / "asterisk" / "tree")
    found = found or find_installed(None, path=os.environ.get("PATH", ""))
    if found is None:
        raise RuntimeError("no Asterisk to test with: set CALLBANK_ASTERISK_TREE")
    return found


def speech_tools(program: AsteriskProgram) -> SpeechTools:
    """espeak-ng and sox that come with that Asterisk."""
    return SpeechTools(espeak=tuple(program.tool("espeak-ng")), sox=tuple(program.tool("sox")))


@dataclass
class AsteriskProcess:
    """One running Asterisk."""

    program: AsteriskProgram
    home: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def _configuration(self) -> Path:
        return self.home / "etc" / "asterisk.conf"

    def start(self) -> None:
        """Start it and wait until it is fully booted."""
        console = self.home / "log" / "console"
        with console.open("ab") as output:
            self.process = subprocess.Popen(
                self.program.server(self._configuration),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + BOOT_TIMEOUT_S
        while "fully booted" not in self.run("core waitfullybooted"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Asterisk did not start:\n{console.read_text()}{self.log()}")
            time.sleep(0.05)

    def run(self, command: str) -> str:
        """One CLI command over the control socket."""
        done = subprocess.run(
            self.program.remote(self._configuration, command),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    def stop(self) -> None:
        """End it by its process id."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    def log(self) -> str:
        """What it logged so far: notices, warnings, errors."""
        path = self.home / "log" / "messages.log"
        return path.read_text(errors="replace") if path.exists() else ""


@dataclass(frozen=True, kw_only=True)
class Lab:
    """The pbx and the carrier in one temporary data directory."""

    settings: PbxSettings
    carrier_settings: CarrierSettings
    secrets: PbxSecrets
    bots: tuple[AgentPhone, ...]
    message: str
    pbx: AsteriskProcess
    carrier: AsteriskProcess
    logs_at_start: list[str] = field(default_factory=list)

    @property
    def trunks(self) -> tuple[SipTrunk, ...]:
        """The simulated network, one that challenges, and one where nobody is.

        None is asked whether it is there: a busy machine that answers late would be called away,
        and its calls would end before they begin.
        """
        port = self.carrier_settings.sip_port
        sim = SipTrunk(endpoint="sim", host="127.0.0.1", port=port, qualify_s=0)
        elsewhere = replace(sim, inbound_addresses=("192.0.2.1",))
        return (
            sim,
            replace(elsewhere, endpoint="locked", from_user="locked"),
            replace(elsewhere, endpoint="dead", port=9),
        )

    def start(self) -> None:
        """Both Asterisks up; the bots register by themselves."""
        render_carrier(self.carrier_settings, MIX, speech_tools(self.pbx.program), bots=self.bots)
        render_pbx(
            self.settings,
            self.secrets,
            trunks=self.trunks,
            agents=self.bots,
            campaigns=[CampaignQueue(campaign_id=1)],
        )
        self.pbx.start()
        self.carrier.start()
        deadline = time.monotonic() + BOOT_TIMEOUT_S
        while self.pbx.run("pjsip show contacts").count("sip:bot") < len(self.bots):
            if time.monotonic() > deadline:
                raise RuntimeError("the bots did not register")
            time.sleep(0.05)
        self.logs_at_start.extend([self.pbx.log(), self.carrier.log()])

    def stop(self) -> None:
        """Both gone."""
        self.carrier.stop()
        self.pbx.stop()


def new_lab(home: Path) -> Lab:
    """A lab below `home` on free ports; not started."""
    program = asterisk_program()
    speech = home / "speech"
    message = speak(MESSAGE, MESSAGE_VOICE, speech, speech_tools(program))
    sip, ami, http, agi, trunk = free_ports(5)
    places = {"module_dir": program.modules_dir, "data_dir": program.data_dir}
    return Lab(
        settings=PbxSettings(
            home=home / "pbx",
            sip_port=sip,
            ami_port=ami,
            http_port=http,
            agi_port=agi,
            rtp_start=10000,
            rtp_end=19998,
            optout_prompt=sound_name(tone_file("thanks", THANKS, speech)),
            messages_dir=str(home / "messages"),
            **places,
        ),
        carrier_settings=CarrierSettings(
            home=home / "carrier",
            sounds=speech,
            sip_port=trunk,
            pbx_port=sip,
            rtp_start=20000,
            rtp_end=29998,
            **places,
        ),
        secrets=PbxSecrets(
            ami_secret=secrets.token_hex(16),
            agi_token=secrets.token_hex(16),
            metrics_password=secrets.token_hex(16),
        ),
        bots=tuple(
            AgentPhone(extension=f"100{number}", password=secrets.token_hex(12))
            for number in range(1, 6)
        ),
        message=sound_name(message),
        pbx=AsteriskProcess(program, home / "pbx"),
        carrier=AsteriskProcess(program, home / "carrier"),
    )


MESSAGE = "This is Callbank, calling for a test. Press 9 and we will not call you again."
MIX = CarrierMix(ring_s=(0.2, 0.5), slow_ring_s=(1.5, 2.0), late_ring_s=3.0, talk_s=(3.0, 4.0))
BOOT_TIMEOUT_S = 90.0
PATIENCE_S = 60.0
"""How long anything may take; nothing is measured by it."""


class Ami:
    """A raw AMI connection that keeps every event it was sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.events: list[Event] = []
        self._reader, self._writer = reader, writer
        self._news = asyncio.Condition()
        self._count = 0
        self._task = asyncio.create_task(self._read(), name="ami-reader")

    async def _read(self) -> None:
        while chunk := await self._reader.readuntil(b"\r\n\r\n"):
            lines = chunk.decode(errors="replace").split("\r\n")
            event = dict(line.split(": ", 1) for line in lines if ": " in line)
            async with self._news:
                self.events.append(event)
                self._news.notify_all()

    async def act(self, action: str, **headers: str | list[str]) -> Event:
        """Send an action; returns its response."""
        self._count += 1
        action_id = f"t{self._count}"
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        for name, value in headers.items():
            values = value if isinstance(value, list) else [value]
            lines += [f"{name}: {one}" for one in values]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.wait(
            lambda event: "Response" in event and event.get("ActionID") == action_id
        )

    async def wait(
        self, is_it: Callable[[Event], bool], timeout_s: float = PATIENCE_S, since: int = 0
    ) -> Event:
        """The first event (from `since` on) for which `is_it` holds, past or to come."""
        seen = since
        async with asyncio.timeout(timeout_s), self._news:
            while True:
                for event in self.events[seen:]:
                    if is_it(event):
                        return event
                seen = len(self.events)
                await self._news.wait()

    async def event(self, name: str, timeout_s: float = PATIENCE_S, **headers: str) -> Event:
        """The first event of that name with those headers, past or to come."""
        return await self.wait(
            lambda event: (
                event.get("Event") == name
                and all(event.get(key) == value for key, value in headers.items())
            ),
            timeout_s,
        )

    def of(self, uniqueid: str) -> list[Event]:
        """All events of one channel."""
        return [event for event in self.events if event.get("Uniqueid") == uniqueid]

    async def close(self) -> None:
        """Let go of the connection."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, asyncio.IncompleteReadError):
            await self._task
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


async def connect(lab: Lab) -> Ami:
    """Log in to the pbx as Callbank does; the session before may not have ended quite yet."""
    for _ in range(100):
        reader, writer = await asyncio.open_connection("127.0.0.1", lab.settings.ami_port)
        await reader.readline()
        ami = Ami(reader, writer)
        answer = await ami.act("Login", Username=AMI_USER, Secret=lab.secrets.ami_secret)
        if answer["Response"] == "Success":
            return ami
        assert answer["Message"] == "Login Already In Use", answer
        await ami.close()
        await asyncio.sleep(0.1)
    raise AssertionError("the session before never ended")


@dataclass(frozen=True)
class Desk:
    """Places calls on the pbx as Callbank's daemon does, with attempt ids of its own."""

    lab: Lab
    ami: Ami
    numbers: "itertools.count[int]" = itertools.count(1)  # noqa: RUF009 - one for the session

    async def agent(self, agent_id: int, telephone: str = "") -> str:
        """Call bot number `agent_id`, and wait until his leg is held; returns its channel."""
        telephone = telephone or self.lab.bots[agent_id - 1].extension
        leg = f"agent-{agent_id}-t-{next(self.numbers)}"
        await self.ami.act(
            "Originate",
            Channel=f"PJSIP/{telephone}",
            Context=names.CONTEXT_AGENT,
            Exten="s",
            Priority="1",
            Async="true",
            ChannelId=leg,
            Timeout="10000",
            Variable=f"{names.VAR_AGENT}={agent_id}",
        )
        return (await self.held(leg))["Channel"]

    async def held(self, leg: str, since: int = 0) -> Event:
        """The leg's (next) entry into the holding bridge."""
        return await self.ami.wait(
            lambda event: (
                event.get("Event") == "BridgeEnter"
                and event["Uniqueid"] == leg
                and event["BridgeTechnology"] == "holding_bridge"
            ),
            since=since,
        )

    async def dial(
        self, number: str, *, timeout_s: float = 15.0, trunk: str = "sim", **variables: str
    ) -> str:
        """Originate a call to a person; returns the attempt's id."""
        attempt = f"cb-test-{next(self.numbers):08x}"
        given = {
            names.VAR_ATTEMPT: attempt,
            names.VAR_CAMPAIGN: "1",
            names.VAR_AMD: "off",
            names.VAR_QUEUE: names.queue_name(1),
            names.VAR_AGENT_CHANNEL: "",
            names.VAR_MESSAGE: self.lab.message,
            names.VAR_OPTOUT_NUMBER: f"+{number}",
            **variables,
        }
        await self.ami.act(
            "Originate",
            Channel=f"PJSIP/{number}@{trunk}",
            Context=names.CONTEXT_ANSWERED,
            Exten="s",
            Priority="1",
            Async="true",
            ChannelId=attempt,
            Timeout=str(int(timeout_s * 1000)),
            CallerID='"Callbank" <+15125550000>',
            Variable=[f"{name}={value}" for name, value in given.items()],
        )
        return attempt

    async def queue(self, agent_id: int, *, is_free: bool) -> None:
        """Make the agent a member of campaign 1's queue, and say whether he is free."""
        await self.ami.act(
            "QueueAdd",
            Queue=names.queue_name(1),
            Interface=names.queue_member(agent_id),
            StateInterface=names.agent_device(agent_id),
        )
        await self.free(agent_id, is_free=is_free)

    async def leave_queue(self, agent_id: int) -> None:
        """Take the agent out of campaign 1's queue, if he is in it."""
        await self.ami.act(
            "QueueRemove",
            Queue=names.queue_name(1),
            Interface=names.queue_member(agent_id),
        )

    async def free(self, agent_id: int, *, is_free: bool = True) -> None:
        """Tell the queue whether the agent is free."""
        await self.ami.act(
            "Setvar",
            Variable=names.agent_device_function(agent_id),
            Value="NOT_INUSE" if is_free else "INUSE",
        )

    async def in_one_bridge(self, attempt: str, leg: str, since: int = 0) -> None:
        """Wait until person and agent are in the same bridge."""
        bridges: dict[str, str] = {}

        def together(event: Event) -> bool:
            if event.get("Event") == "BridgeEnter":
                bridges[event["Uniqueid"]] = event["BridgeUniqueid"]
            elif event.get("Event") == "BridgeLeave":
                bridges.pop(event["Uniqueid"], None)
            return attempt in bridges and bridges[attempt] == bridges.get(leg)

        await self.ami.wait(together, since=since)

    async def hang_up(self, channel: str) -> None:
        """End one channel."""
        await self.ami.act("Hangup", Channel=channel, Cause="16")

    async def channel_of(self, uniqueid: str) -> str:
        """A channel's name."""
        return (await self.ami.event("Newchannel", Uniqueid=uniqueid))["Channel"]

    async def leg_of(self, channel: str) -> str:
        """A channel's Uniqueid."""
        return (await self.ami.event("Newchannel", Channel=channel))["Uniqueid"]

    async def ended(self, uniqueid: str, timeout_s: float = PATIENCE_S) -> Event:
        """The channel's Hangup."""
        return await self.ami.event("Hangup", timeout_s, Uniqueid=uniqueid)

    async def redirect(self, channel: str, context: str) -> None:
        """Send a waiting person to another context."""
        await self.ami.act("Redirect", Channel=channel, Context=context, Exten="s", Priority="1")


def forced(behaviour: Behaviour) -> str:
    """A number that behaves so, whatever the mix."""
    return f"151255501{FORCED.index(behaviour):02}"


Reply = Callable[[str, Mapping[str, str]], Mapping[str, str] | None]
"""Given the script's name and its arguments: the variables to set, or None to hang for ever."""


@contextlib.asynccontextmanager
async def fast_agi(lab: Lab, reply: Reply) -> AsyncIterator[list[str]]:
    """A FastAGI server that answers by `reply`; yields the requests it got."""
    requests: list[str] = []
    open_tasks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_tasks.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await _answer(reader, writer, reply, requests)
        open_tasks.discard(asyncio.current_task())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", lab.settings.agi_port)
    try:
        yield requests
    finally:
        server.close()
        for task in open_tasks:
            if task:
                task.cancel()
        await asyncio.sleep(0)


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    reply: Reply,
    requests: list[str],
) -> None:
    headers = (await reader.readuntil(b"\n\n")).decode().split("\n")
    given = dict(line.split(": ", 1) for line in headers if ": " in line)
    extra = [given[name] for name in ("agi_arg_1",) if name in given]
    requests.append(" ".join([given["agi_request"], *extra]))
    url = urlsplit(given["agi_request"])
    variables = reply(url.path.strip("/"), dict(parse_qsl(url.query, keep_blank_values=True)))
    if variables is None:
        await reader.read()  # until Asterisk gives up
        return
    for name, value in variables.items():
        writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
        await reader.readline()
