"""The gateway against an AMI server that misbehaves: what is sent, and what the engine is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from dialer.compliance.gate import DialPermit
from dialer.domain.campaign import AmdMode
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.runtime.ports import TelephonyAway
from dialer.telephony.gateway import Gateway, GatewaySettings
from dialer.telephony.link import AmiSettings
from tests.unit.telephony.fake_asterisk import (
    SECRET,
    FakeAsterisk,
    Fields,
    channel_row,
    frame,
    silence,
    success,
)

NOW = 1_795_000_000.0

PERMIT = DialPermit(
    lead_id=1,
    e164="+19195550123",
    campaign_id=3,
    caller_id="+19195550100",
    granted_at=NOW,
    expires_at=NOW + 5.0,
    may_over_dial=False,
    may_play_recording=True,
)
WISH = cmd.Originate(
    attempt_id="cb-1-1",
    permit=PERMIT,
    endpoint="main",
    dial_string="19195550123",
    caller_id="+19195550100",
    caller_name='Turnout "Project" <x>\\',
    ring_timeout_s=25.0,
    campaign_id=3,
    amd_mode=AmdMode.GATE,
    agent_channel="PJSIP/1001-0000000a",
    may_play_message=True,
)
CALL_AGENT = cmd.CallAgent(
    agent_id=7, leg_id="agent-7-x-1", extension="1001", queues=("campaign-3",)
)

E = TypeVar("E", bound=ev.Event)


class Office:
    """A gateway on a link to the fake server, with a clock that a test may set."""

    def __init__(self, asterisk: FakeAsterisk) -> None:
        self.asterisk = asterisk
        self.now = NOW
        self.events: list[ev.Event] = []
        self._news = asyncio.Event()
        ami = AmiSettings(
            port=asterisk.port,
            username="callbank",
            secret=SECRET,
            ping_interval_s=60.0,
            action_timeout_s=5.0,
            first_delay_s=0.01,
            longest_delay_s=0.02,
        )
        self.gateway = Gateway(
            GatewaySettings(ami=ami, sounds_dir="/sounds"), clock=lambda: self.now
        )

    def hear(self, event: ev.Event) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, kind: type[E]) -> E:
        async with asyncio.timeout(10):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                self._news.clear()
                await self._news.wait()

    async def does(self, command: cmd.TelephoneCommand, sent: str = "") -> Fields:
        """Execute; returns the last action of that name that reached the server."""
        await self.gateway.execute(command)
        if sent:
            await self.asterisk.until(lambda: self.asterisk.named(sent))
            return self.asterisk.named(sent)[-1]
        return {}


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with FakeAsterisk() as asterisk:
        office = Office(asterisk)
        await office.gateway.start(office.hear)
        await office.until(ev.LinkCameUp)
        yield office
        await office.gateway.stop()


async def test_an_originate_carries_our_id_and_what_the_dialplan_must_know(office: Office) -> None:
    action = await office.does(WISH, "Originate")
    variables = dict(pair.split("=", 1) for pair in action.pop("Variable").split("\n"))
    assert action == {
        "Action": "Originate",
        "ActionID": "cb-1-1",
        "Async": "true",
        "CallerID": '"Turnout Project x" <+19195550100>',
        "Channel": "PJSIP/19195550123@main",
        "ChannelId": "cb-1-1",
        "Context": "callbank-answered",
        "Exten": "s",
        "Priority": "1",
        "Timeout": "25000",
    }
    assert variables == {
        "CB_ATTEMPT": "cb-1-1",
        "CB_CAMPAIGN": "3",
        "CB_AUDIT": "",
        "CB_AMD": "gate",
        "CB_QUEUE": "campaign-3",
        "CB_AGENT_CHANNEL": "PJSIP/1001-0000000a",
        "CB_MESSAGE": "/sounds/message-3",
        "CB_OPTOUT_NUMBER": "+19195550123",
    }


async def test_without_leave_for_a_recording_the_dialplan_gets_no_sound(office: Office) -> None:
    action = await office.does(replace(WISH, may_play_message=False), "Originate")
    assert "CB_MESSAGE=\n" in action["Variable"]


async def test_a_permit_that_ran_out_is_not_used(office: Office) -> None:
    office.now = PERMIT.expires_at
    await office.does(WISH)
    assert (await office.until(ev.OriginateUnsent)).attempt_id == "cb-1-1"
    assert office.asterisk.named("Originate") == []


@pytest.mark.parametrize(
    "evil",
    [
        {"dial_string": "1919\r\nAction: Hangup"},
        {"dial_string": "19195550123,tT"},
        {"endpoint": "main/x"},
        {"attempt_id": "cb-1\r\nX: y"},
        {"agent_channel": "PJSIP/1,CB_MESSAGE=x"},
        {"caller_id": "anonymous"},
    ],
)
async def test_nothing_that_could_be_syntax_is_sent(office: Office, evil: dict[str, str]) -> None:
    await office.does(replace(WISH, **evil))
    await office.until(ev.OriginateUnsent)
    assert office.asterisk.named("Originate") == []


async def test_an_originate_that_asterisk_refuses_is_refused(office: Office) -> None:
    office.asterisk.replies["Originate"] = lambda action: frame(
        Response="Error", ActionID=action["ActionID"], Message="Permission denied"
    )
    await office.does(WISH)
    assert (await office.until(ev.OriginateRefused)).reason == "Permission denied"


async def test_an_originate_whose_ack_is_lost_is_neither_repeated_nor_declared_dead(
    office: Office,
) -> None:
    office.asterisk.replies["Originate"] = silence
    await office.does(WISH, "Originate")
    office.events.clear()
    office.asterisk.rows = [channel_row("cb-1-1", "PJSIP/main-1", state="5")]
    office.asterisk.drop()
    back = await office.until(ev.LinkCameUp)
    assert [leg.channel_id for leg in back.legs] == ["cb-1-1"]
    assert [type(event) for event in office.events] == [ev.LinkWentDown, ev.LinkCameUp]
    assert len(office.asterisk.named("Originate")) == 1


async def test_while_the_link_is_down_nothing_is_sent(office: Office) -> None:
    await office.asterisk.hang_up()
    await office.until(ev.LinkWentDown)
    await office.does(WISH)
    await office.until(ev.OriginateUnsent)
    for command in (
        cmd.HangUp(attempt_id="cb-1-1", channel="PJSIP/x-1"),
        cmd.PlayMessage(attempt_id="cb-1-1", channel="PJSIP/x-1"),
        cmd.ShowAgentToQueue(agent_id=7, is_free=True),
        cmd.DropAgent(agent_id=7, leg_id="agent-7-x-1", queues=("campaign-3",)),
        CALL_AGENT,
    ):
        with pytest.raises(TelephonyAway):
            await office.gateway.execute(command)
    office.events.clear()
    await office.asterisk.listen()
    await office.until(ev.LinkCameUp)
    assert not {"Originate", "Hangup", "Redirect", "Setvar"} & {
        action["Action"] for action in office.asterisk.received
    }


async def test_a_line_taken_back_before_it_has_a_channel_is_hung_up_when_it_has(
    office: Office,
) -> None:
    await office.does(WISH, "Originate")
    await office.does(cmd.HangUp(attempt_id="cb-1-1", channel=""))
    assert office.asterisk.named("Hangup") == []
    office.asterisk.send(
        frame(Event="Newchannel", Uniqueid="cb-1-1", Channel="PJSIP/main-1", ChannelState="0")
    )
    await office.asterisk.until(lambda: office.asterisk.named("Hangup"))
    assert office.asterisk.named("Hangup")[0]["Channel"] == "PJSIP/main-1"


async def test_an_agent_is_busy_to_the_queue_before_he_is_a_member_and_called(
    office: Office,
) -> None:
    call = await office.does(CALL_AGENT, "Originate")
    state, member = office.asterisk.received[-3:-1]
    assert (state["Variable"], state["Value"]) == ("DEVICE_STATE(Custom:agent-7)", "INUSE")
    assert member["Action"] == "QueueAdd"
    assert member["Interface"] == "Local/7@callbank-agent-queue/n"
    assert member["StateInterface"] == "Custom:agent-7"
    assert call["ChannelId"] == "agent-7-x-1"
    assert call["Variable"] == "CB_AGENT=7"


async def test_the_leg_of_who_called_us_is_a_half_that_his_call_is_joined_to(
    office: Office,
) -> None:
    call = await office.does(replace(CALL_AGENT, extension="v0a", dials_in=True), "Originate")
    assert call["Channel"] == "Local/v0a@callbank-keypad-half/n"
    assert call["ChannelId"] == "agent-7-x-1"
    assert call["OtherChannelId"] == "dialed-in-agent-7-x-1", "it must not be taken for the leg"


async def test_an_agents_call_that_asterisk_refuses_is_a_leg_down(office: Office) -> None:
    office.asterisk.replies["Originate"] = lambda action: frame(
        Response="Error", ActionID=action["ActionID"], Message="Extension does not exist."
    )
    await office.does(CALL_AGENT)
    assert (await office.until(ev.AgentLegDown)).agent_id == 7


async def test_a_person_is_sent_to_the_message_by_redirect(office: Office) -> None:
    action = await office.does(
        cmd.PlayMessage(attempt_id="cb-1-1", channel="PJSIP/main-1"), "Redirect"
    )
    assert (action["Channel"], action["Context"]) == ("PJSIP/main-1", "callbank-message")


async def test_a_refused_side_action_is_counted_and_harms_nothing(office: Office) -> None:
    office.asterisk.replies["Hangup"] = lambda action: frame(
        Response="Error", ActionID=action["ActionID"], Message="No such channel"
    )
    await office.does(cmd.HangUp(attempt_id="cb-1-1", channel="PJSIP/gone-1"), "Hangup")
    while not office.gateway.counts["refused_hangup"]:
        await asyncio.sleep(0)
    await office.does(WISH, "Originate")


async def test_malformed_events_are_counted_and_passed_over(office: Office) -> None:
    office.asterisk.send(
        frame(Event="Hangup", Uniqueid="cb-1-1", Channel="x", Cause="many")
        + frame(Event="BridgeEnter", Uniqueid="cb-1-1")
        + frame(Event="Newstate", Uniqueid="cb-1-1", ChannelState="5", Channel="PJSIP/main-1")
    )
    await office.until(ev.LineRang)
    assert office.gateway.counts["malformed"] == 2


async def test_what_ended_right_behind_the_resync_is_told_after_it(office: Office) -> None:
    hangup = frame(Event="Hangup", Uniqueid="cb-1-1", Channel="PJSIP/main-1", Cause="16")

    def reply(action: Fields) -> str:
        row = channel_row("cb-1-1", "PJSIP/main-1").replace("@ID@", action["ActionID"])
        complete = frame(
            Event="CoreShowChannelsComplete", ActionID=action["ActionID"], EventList="Complete"
        )
        return success(action, EventList="start") + row + complete + hangup

    office.asterisk.replies["CoreShowChannels"] = reply
    office.events.clear()
    office.gateway.break_link()
    await office.until(ev.LineEnded)
    assert [type(event) for event in office.events] == [
        ev.LinkWentDown,
        ev.LinkCameUp,
        ev.LineEnded,
    ]


async def test_what_the_dialplan_did_alone_is_told_once_and_before_the_link_is_up(
    office: Office,
) -> None:
    def tree(key: str, value: str) -> Callable[[Fields], str]:
        def reply(action: Fields) -> str:
            if not key.startswith(f"/{action['Family']}/"):
                return frame(Response="Error", ActionID=action["ActionID"], Message="none")
            row = frame(Event="DBGetTreeResponse", ActionID=action["ActionID"], Key=key, Val=value)
            end = frame(
                Event="DBGetTreeComplete", ActionID=action["ActionID"], EventList="Complete"
            )
            return success(action, EventList="start") + row + end

        return reply

    office.asterisk.replies["DBGetTree"] = tree("/callbank-optout/+19195550123", "1795000000")
    for expected in ([ev.LinkWentDown, ev.DoNotCallAdded, ev.LinkCameUp], None):
        office.events.clear()
        office.gateway.break_link()
        await office.until(ev.LinkCameUp)
        if expected is None:
            expected = [ev.LinkWentDown, ev.LinkCameUp]
        assert [type(event) for event in office.events] == expected


async def test_an_asterisk_that_refuses_the_resync_is_not_trusted(office: Office) -> None:
    office.asterisk.replies["CoreShowChannels"] = lambda action: frame(
        Response="Error", ActionID=action["ActionID"], Message="Permission denied"
    )
    office.events.clear()
    logins = office.asterisk.logins
    office.gateway.break_link()
    await office.asterisk.until(lambda: office.asterisk.logins >= logins + 2)
    assert [type(event) for event in office.events] == [ev.LinkWentDown]
    assert not office.gateway.is_ready
