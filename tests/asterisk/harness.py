"""A pbx and a carrier, really run on free loopback ports, and small eyes and hands to test them.

`Lab` starts both, `Ami` is a raw AMI client that keeps every event, `FastAgi` answers the
dialplan's questions by a script. Everything started is stopped by its process id.
"""

import asyncio
import contextlib
import os
import platform
import secrets
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from dialer.parts.carrier import CarrierMix, CarrierSettings, render_carrier
from dialer.parts.render import (
    AMI_USER,
    AgentPhone,
    CampaignQueue,
    PbxSecrets,
    PbxSettings,
    Rendered,
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

TREE = Path(os.environ.get("CALLBANK_ASTERISK_TREE", "/var/tmp/lab/tree"))
TRIPLET = f"{platform.machine()}-linux-gnu"
LIBRARIES = TREE / "usr/lib" / TRIPLET

Event = dict[str, str]


def tree_command(program: str) -> tuple[str, ...]:
    """The command line that runs a program of the private tree without chroot."""
    loader = next(
        path
        for path in (TREE / "usr/lib64/ld-linux-x86-64.so.2", TREE / "lib/ld-linux-aarch64.so.1")
        if path.exists()
    )
    path = f"{LIBRARIES}:{LIBRARIES}/pulseaudio"
    return (str(loader), "--library-path", path, str(TREE / program))


def speech_tools() -> SpeechTools:
    """espeak-ng and sox of the private tree."""
    return SpeechTools(
        espeak=tree_command("usr/bin/espeak-ng"),
        sox=tree_command("usr/bin/sox"),
        environment={"ESPEAK_DATA_PATH": str(LIBRARIES / "espeak-ng-data")},
    )


def free_ports(count: int) -> list[int]:
    """Ports that are free for TCP and UDP on loopback at this moment."""
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            tcp = held.enter_context(socket.socket())
            udp = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                ports.append(tcp.getsockname()[1])
    return ports


@dataclass
class AsteriskProcess:
    """One running Asterisk."""

    home: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start and wait until it is fully booted; returns the seconds it took."""
        begun = time.monotonic()
        with (self.home / "log/console").open("ab") as console:
            self.process = subprocess.Popen(
                [*self._command(), "-f", "-n"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        while "fully booted" not in self.run("core waitfullybooted"):
            if self.process.poll() is not None or time.monotonic() - begun > 30:
                raise RuntimeError((self.home / "log/console").read_text())
            time.sleep(0.05)
        return time.monotonic() - begun

    def _command(self) -> list[str]:
        return [*tree_command("usr/sbin/asterisk"), "-C", str(self.home / "etc/asterisk.conf")]

    def run(self, command: str) -> str:
        """One CLI command over the control socket."""
        done = subprocess.run(
            [*self._command(), "-rx", command], capture_output=True, text=True, check=False
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
        path = self.home / "log/messages.log"
        return path.read_text(errors="replace") if path.exists() else ""


MIX = CarrierMix(ring_s=(0.2, 0.5), slow_ring_s=(1.5, 2.0), late_ring_s=3.0, talk_s=(3.0, 4.0))

BOTS = tuple(AgentPhone(extension=f"10{n:02}", password=secrets.token_hex(12)) for n in range(1, 4))


@dataclass
class Lab:
    """The pbx and the carrier in one temporary data directory."""

    home: Path
    mix: CarrierMix = MIX
    bots: tuple[AgentPhone, ...] = BOTS
    ports: list[int] = field(default_factory=lambda: free_ports(5))
    secrets: PbxSecrets = PbxSecrets(
        ami_secret=secrets.token_hex(16), agi_token=secrets.token_hex(16)
    )
    message: str = ""

    def __post_init__(self) -> None:
        self.pbx = AsteriskProcess(self.home / "pbx")
        self.carrier = AsteriskProcess(self.home / "carrier")

    @property
    def settings(self) -> PbxSettings:
        """The pbx's settings on this lab's ports."""
        sip, ami, http, agi, _ = self.ports
        speech = self.home / "speech"
        return PbxSettings(
            home=self.home / "pbx",
            module_dir=LIBRARIES / "asterisk/modules",
            data_dir=TREE / "usr/share/asterisk",
            sip_port=sip,
            ami_port=ami,
            http_port=http,
            agi_port=agi,
            rtp_start=30000,
            rtp_end=34000,
            optout_prompt=sound_name(tone_file("thanks", THANKS, speech)),
            inbound_message=self.message,
        )

    @property
    def trunks(self) -> tuple[SipTrunk, ...]:
        """The simulated network, one that challenges, and one where nobody is."""
        carrier = self.ports[4]
        return (
            SipTrunk(endpoint="sim", host="127.0.0.1", port=carrier),
            SipTrunk(endpoint="locked", host="127.0.0.1", port=carrier, from_user="locked",
                     qualify_s=0, inbound_addresses=("192.0.2.1",)),
            SipTrunk(endpoint="dead", host="127.0.0.1", port=9, qualify_s=0,
                     inbound_addresses=("192.0.2.2",)),
        )

    def render(self) -> Rendered:
        """Write both configurations."""
        tools, speech = speech_tools(), self.home / "speech"
        words = "This is Callbank, calling for a test. Press 9 and we will not call you again."
        self.message = sound_name(speak(words, MESSAGE_VOICE, speech, tools))
        carrier = CarrierSettings(
            home=self.home / "carrier",
            module_dir=self.settings.module_dir,
            data_dir=self.settings.data_dir,
            sounds=speech,
            sip_port=self.ports[4],
            pbx_port=self.ports[0],
            rtp_start=34002,
            rtp_end=38000,
        )
        rendered = render_carrier(carrier, self.mix, tools, bots=self.bots)
        return rendered + render_pbx(
            self.settings,
            self.secrets,
            trunks=self.trunks,
            agents=self.bots,
            campaigns=[CampaignQueue(campaign_id=1), CampaignQueue(campaign_id=2)],
        )

    def start(self) -> None:
        """Both Asterisks up; the bots register by themselves."""
        self.render()
        self.pbx.start()
        self.carrier.start()

    def stop(self) -> None:
        """Both gone."""
        self.carrier.stop()
        self.pbx.stop()


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
        return await self.wait(lambda event: "Response" in event and event.get("ActionID") == action_id)

    async def wait(
        self, is_it: Callable[[Event], bool], timeout_s: float = 15.0, since: int = 0
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

    async def event(self, name: str, timeout_s: float = 15.0, **headers: str) -> Event:
        """The first event of that name with those headers, past or to come."""
        return await self.wait(
            lambda event: event.get("Event") == name
            and all(event.get(key) == value for key, value in headers.items()),
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
    """Log in to the pbx as Callbank does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.settings.ami_port)
    await reader.readline()
    ami = Ami(reader, writer)
    answer = await ami.act("Login", Username=AMI_USER, Secret=lab.secrets.ami_secret)
    assert answer["Response"] == "Success", answer
    return ami


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
    request = dict(line.split(": ", 1) for line in headers if ": " in line)["agi_request"]
    requests.append(request)
    url = urlsplit(request)
    variables = reply(url.path.strip("/"), dict(parse_qsl(url.query, keep_blank_values=True)))
    if variables is None:
        await reader.read()  # until Asterisk gives up
        return
    for name, value in variables.items():
        writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
        await reader.readline()
