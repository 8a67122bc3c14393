"""The two worlds in which the telephony contract is tested: memory, and a real Asterisk.

A world knows a number for each behaviour and lets a test look at what happened. Numbers are those
that the simulated network forces to a behaviour (NXX-555-01bb).
"""

import asyncio
import itertools
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from agi.server import AgiSettings
from dialer.compliance.gate import DialPermit
from dialer.domain.campaign import AmdMode
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.store_commands import AddDoNotCall
from dialer.engine.view import FloorView
from dialer.parts.render import AMI_USER
from dialer.runtime.ports import Telephony
from dialer.telephony import fake_lines
from dialer.telephony.fake import FakeTelephony
from dialer.telephony.fastagi import FastAgi
from dialer.telephony.gateway import Gateway, GatewaySettings
from dialer.telephony.link import AmiSettings
from tests.asterisk.harness import PATIENCE_S, Lab, new_lab

PERSON = "12025550116"
OPTS_OUT = "12025550117"
BUSY = "12025550103"
NO_ANSWER = "12025550104"
NOT_IN_SERVICE = "12025550105"
CONGESTION = "12025550108"
OFFICE = "13125550116"
OURS = "12025550100"
CALLER = "15125550123"

E = TypeVar("E", bound=ev.Event)

_numbers = itertools.count(1)


def sounds_of(lab: Lab) -> Path:
    """Where the campaigns' messages are."""
    return lab.settings.home.parent / "messages"


@contextmanager
def lab_with(home: Path, *sounds: str) -> Iterator[Lab]:
    """A pbx and a carrier, with the bots registered and these messages in place."""
    lab = new_lab(home)
    try:
        lab.start()
        sounds_of(lab).mkdir()
        for name in sounds:
            shutil.copy(f"{lab.message}.wav", sounds_of(lab) / f"{name}.wav")
        while "sip:bot1001@" not in lab.pbx.run("pjsip show contacts"):
            time.sleep(0.05)
        yield lab
    finally:
        lab.stop()


class Desk:
    """A front desk that sends answered calls where the test says."""

    def __init__(self) -> None:
        self.destination = cmd.Destination.HANGUP
        self.agent_channel = ""
        self.asked: list[ev.RouteAsked] = []
        self.called: list[ev.VisitAsked] = []

    async def route(self, asked: ev.RouteAsked) -> cmd.RouteCall:
        self.asked.append(asked)
        return cmd.RouteCall(
            request_id=asked.request_id,
            destination=self.destination,
            agent_channel=self.agent_channel,
        )

    async def incoming(self, asked: ev.VisitAsked) -> cmd.RouteCall:
        self.called.append(asked)
        return cmd.RouteCall(
            request_id=asked.request_id,
            destination=self.destination,
            agent_channel=self.agent_channel,
        )

    async def post(self, event: ev.Event) -> tuple[cmd.Command, ...]:
        return (AddDoNotCall(e164="+" + OPTS_OUT, reason="test", at=event.at),)

    def view(self) -> FloorView:
        raise NotImplementedError  # the port asks for it; no telephone script looks at the floor


class World:
    """One telephony under test, what it said, and hands to disturb it."""

    def __init__(
        self,
        telephony: Telephony,
        desk: Desk,
        breaks: Callable[[], None],
        is_called: Callable[[], Coroutine[None, None, object]],
    ) -> None:
        self.telephony = telephony
        self.is_called = is_called
        self.desk = desk
        self.breaks_link = breaks
        self.events: list[ev.Event] = []
        self._news = asyncio.Event()

    def hear(self, event: ev.Event) -> None:
        """The sink."""
        self.events.append(event)
        self._news.set()

    async def until(self, kind: type[E], **fields: object) -> E:
        """The first event of a kind with these fields, past or to come."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and all(
                        getattr(event, name) == value for name, value in fields.items()
                    ):
                        return event
                self._news.clear()
                await self._news.wait()

    async def until_so(self, is_so: Callable[[], bool]) -> None:
        """Wait until what was told fulfils it."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    def kinds_of(self, attempt_id: str) -> list[str]:
        """What was told of an attempt; when speech was heard is left to chance."""
        return [
            type(event).__name__
            for event in self.events
            if isinstance(event, ev.LineEvent)
            and event.attempt_id == attempt_id
            and not isinstance(event, ev.SpeechStarted | ev.SpeechStopped)
        ]

    async def agent(self, **kind: bool) -> tuple[cmd.CallAgent, ev.AgentLegUp]:
        """A new agent, whose leg is held."""
        agent_id = next(_numbers)
        call = cmd.CallAgent(
            agent_id=agent_id,
            leg_id=f"agent-{agent_id}-{secrets.token_hex(4)}-1",
            extension="1001",
            queues=("campaign-1",),
            **kind,
        )
        await self.telephony.execute(call)
        return call, await self.until(ev.AgentLegUp, agent_id=agent_id)


def originate(digits: str, **changes: object) -> cmd.Originate:
    """A wish to dial a number under a fresh attempt id."""
    now = time.time()
    values: dict[str, object] = {
        "attempt_id": f"cb-{secrets.token_hex(4)}-{next(_numbers):08x}",
        "permit": DialPermit(
            lead_id=1,
            e164="+" + digits.lstrip("+"),
            campaign_id=1,
            caller_id="+12025550100",
            granted_at=now,
            expires_at=now + 30.0,
            may_over_dial=True,
            may_play_recording=True,
        ),
        "endpoint": "sim",
        "dial_string": digits,
        "caller_id": "+12025550100",
        "caller_name": 'The "Turnout" Project, <us>',
        "ring_timeout_s": 20.0,
        "campaign_id": 1,
        "amd_mode": AmdMode.OFF,
        "may_play_message": True,
    }
    return cmd.Originate(**(values | changes))


@asynccontextmanager
async def fake_world(lab: object) -> AsyncIterator[World]:
    """The world in memory."""
    desk = Desk()
    telephony = FakeTelephony(
        {
            PERSON: fake_lines.PATIENT_PERSON,
            OPTS_OUT: fake_lines.PATIENT_PERSON,
            OFFICE: fake_lines.PATIENT_PERSON,
            BUSY: fake_lines.BUSY,
            NO_ANSWER: fake_lines.NO_ANSWER,
            NOT_IN_SERVICE: fake_lines.NOT_IN_SERVICE,
            CONGESTION: fake_lines.CONGESTION,
        },
        front_desk=desk,
    )

    def breaks() -> None:
        telephony.break_link()
        asyncio.get_running_loop().call_later(0.05, telephony.mend_link)

    world = World(
        telephony, desk, breaks, lambda: telephony.somebody_calls(f"+{OURS}", f"+{CALLER}")
    )
    await telephony.start(world.hear)
    await world.until(ev.LinkCameUp)
    yield world
    await telephony.stop()


@asynccontextmanager
async def asterisk_world(lab: Lab, desk: Desk | None = None) -> AsyncIterator[World]:
    """A real Asterisk with the simulated network behind it."""
    desk = desk or Desk()
    gateway = Gateway(
        GatewaySettings(
            ami=AmiSettings(
                port=lab.settings.ami_port,
                username=AMI_USER,
                secret=lab.secrets.ami_secret,
                first_delay_s=0.05,
            ),
            sounds_dir=str(sounds_of(lab)),
            recordings_dir=str(sounds_of(lab).parent),
        )
    )
    scripts = FastAgi(AgiSettings(token=lab.secrets.agi_token, port=lab.settings.agi_port), desk)

    async def is_called() -> None:
        await asyncio.to_thread(
            lab.carrier.run, f"channel originate PJSIP/+{OURS}@network extension s@person_silent"
        )

    world = World(gateway, desk, gateway.break_link, is_called)
    await scripts.start()
    await gateway.start(world.hear)
    try:
        await world.until(ev.LinkCameUp)
        yield world
    finally:
        await gateway.stop()
        lab.pbx.run("channel request hangup all")
        await scripts.stop()


WorldMaker = Callable[[object], AbstractAsyncContextManager[World]]


def world_of(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[World]:
    """The world that a fixture's parameter names; Asterisk's is that of the fixture `lab`."""
    if request.param == "memory":
        return fake_world(None)
    return asterisk_world(request.getfixturevalue("lab"))
