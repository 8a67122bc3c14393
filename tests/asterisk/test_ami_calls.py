"""Gateway, call scripts and dialplan together on a real Asterisk, where the contract ends:

opt-outs, a daemon that is slow or away, and a log-in that is refused.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from agi import names
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.telephony.gateway import Gateway, GatewaySettings
from dialer.telephony.link import AmiSettings
from tests.asterisk.harness import PATIENCE_S, Lab
from tests.contract.telephony_worlds import (
    OPTS_OUT,
    PERSON,
    Desk,
    World,
    asterisk_world,
    originate,
    sounds_of,
)


class MoodyDesk(Desk):
    """A desk that may be slow, or unable to save anything."""

    def __init__(self) -> None:
        super().__init__()
        self.is_slow = False
        self.saves = True
        self.posted: list[ev.Event] = []

    async def route(self, asked: ev.RouteAsked) -> cmd.RouteCall:
        if self.is_slow:
            await asyncio.Event().wait()
        return await super().route(asked)

    async def post(self, event: ev.Event) -> tuple[cmd.Command, ...]:
        self.posted.append(event)
        return await super().post(event) if self.saves else ()


@pytest.fixture
async def ready(lab: Lab) -> None:
    """Campaign 1's safe-harbor message is in place, and the first bot is registered."""
    sounds_of(lab).mkdir(exist_ok=True)
    sound = sounds_of(lab) / "message-1.wav"
    if not sound.exists():
        sound.symlink_to(f"{lab.message}.wav")
    async with asyncio.timeout(PATIENCE_S):
        while "sip:bot1001@" not in await asyncio.to_thread(lab.pbx.run, "pjsip show contacts"):
            await asyncio.sleep(0.05)


@pytest.fixture
async def world(lab: Lab, ready: None) -> AsyncIterator[World]:
    async with asterisk_world(lab, MoodyDesk()) as world:
        yield world


def moody(world: World) -> MoodyDesk:
    assert isinstance(world.desk, MoodyDesk)
    return world.desk


async def forget_optouts(lab: Lab) -> None:
    await asyncio.to_thread(lab.pbx.run, f"database deltree {names.DB_OPTOUT}")


async def optouts(lab: Lab) -> str:
    return await asyncio.to_thread(lab.pbx.run, f"database show {names.DB_OPTOUT}")


async def test_an_opt_out_key_is_committed_before_the_call_ends(world: World, lab: Lab) -> None:
    await forget_optouts(lab)
    world.desk.destination = cmd.Destination.MESSAGE
    wish = originate(OPTS_OUT)
    await world.telephony.execute(wish)
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    (pressed,) = moody(world).posted
    assert isinstance(pressed, ev.OptOutPressed) and pressed.attempt_id == wish.attempt_id
    assert OPTS_OUT not in await optouts(lab)


async def test_an_opt_out_that_cannot_be_committed_is_kept_and_told_after_the_next_resync(
    world: World, lab: Lab
) -> None:
    await forget_optouts(lab)
    moody(world).saves = False
    world.desk.destination = cmd.Destination.MESSAGE
    wish = originate(OPTS_OUT)
    await world.telephony.execute(wish)
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert OPTS_OUT in await optouts(lab)
    world.events.clear()
    world.breaks_link()
    told = await world.until(ev.DoNotCallAdded)
    assert told.e164 == "+" + OPTS_OUT
    await forget_optouts(lab)


async def test_a_slow_daemon_does_not_keep_a_person_from_his_reserved_agent(world: World) -> None:
    call, up = await world.agent()
    moody(world).is_slow = True
    wish = originate(PERSON, agent_channel=up.channel)
    await world.telephony.execute(wish)
    connected = await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    assert connected.agent_id == call.agent_id


async def test_a_bridge_to_a_leg_that_is_gone_is_asked_again(world: World) -> None:
    world.desk.destination = cmd.Destination.BRIDGE
    world.desk.agent_channel = "PJSIP/1001-ffffffff"
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallQueued, attempt_id=wish.attempt_id)
    assert [asked.attempt_id for asked in world.desk.asked] == [wish.attempt_id] * 2


async def test_a_wrong_secret_is_refused_and_said_plainly(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    ami = AmiSettings(
        port=lab.settings.ami_port, username="callbank", secret="wrong", refused_delay_s=3600.0
    )
    gateway = Gateway(GatewaySettings(ami=ami, sounds_dir="/nowhere"))
    heard: list[ev.Event] = []
    await gateway.start(heard.append)
    async with asyncio.timeout(PATIENCE_S):
        while not gateway.counts["logins_refused"]:
            await asyncio.sleep(0.01)
    with contextlib.suppress(asyncio.CancelledError):
        await gateway.stop()
    assert heard == []
    assert "refused the AMI log-in of user 'callbank'" in caplog.text
