"""What the pump may rely on, whichever telephony it has: memory and a real Asterisk alike."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.transfer import RETURN_AFTER_S
from dialer.runtime.ports import TelephonyAway
from tests.asterisk.harness import Lab
from tests.contract.telephony_worlds import (
    BUSY,
    CALLER,
    CONGESTION,
    NO_ANSWER,
    NOT_IN_SERVICE,
    OURS,
    PERSON,
    World,
    lab_with,
    originate,
    world_of,
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    sounds = ("message-1", "voicemail-1", f"inbound-{OURS}", "announcement-v1")
    with lab_with(tmp_path_factory.mktemp("lab"), *sounds) as lab:
        yield lab


@pytest.fixture(params=["memory", "asterisk"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world_of(request) as world:
        yield world


@pytest.mark.parametrize(
    ("digits", "cause", "sip_status"),
    [(BUSY, 17, 486), (NOT_IN_SERVICE, 1, 404), (CONGESTION, 34, 503)],
)
async def test_a_line_on_which_nobody_answers_ends_with_its_cause(
    world: World, digits: str, cause: int, sip_status: int
) -> None:
    wish = originate(digits)
    await world.telephony.execute(wish)
    ended = await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert (ended.cause, ended.sip_status) == (cause, sip_status)
    assert abs(ended.at - time.time()) < 60
    assert world.kinds_of(wish.attempt_id) == ["LineEnded"]


async def test_a_line_that_rings_out_ends_at_our_timeout(world: World) -> None:
    wish = originate(NO_ANSWER, ring_timeout_s=0.5)
    await world.telephony.execute(wish)
    ended = await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert (ended.cause, ended.sip_status) == (19, 480)
    assert world.kinds_of(wish.attempt_id) == ["LineRang", "LineEnded"]


async def test_an_endpoint_that_does_not_exist_is_refused(world: World) -> None:
    wish = originate(BUSY, endpoint="nobody")
    await world.telephony.execute(wish)
    await world.until(ev.OriginateRefused, attempt_id=wish.attempt_id)


async def test_an_expired_permit_is_not_used(world: World) -> None:
    wish = originate(BUSY)
    stale = replace(wish.permit, expires_at=time.time() - 1.0)
    await world.telephony.execute(replace(wish, permit=stale))
    await world.until(ev.OriginateUnsent, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id) == ["OriginateUnsent"]


@pytest.mark.parametrize("digits", ["1202,555", "1\r\nAction: Ping", "", "*72", "1@evil"])
async def test_what_is_no_number_is_not_dialed(world: World, digits: str) -> None:
    wish = originate(digits)
    await world.telephony.execute(wish)
    await world.until(ev.OriginateUnsent, attempt_id=wish.attempt_id)


async def test_a_line_may_be_taken_back_before_it_has_a_channel(world: World) -> None:
    wish = originate(NO_ANSWER)
    await world.telephony.execute(wish)
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=""))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)


async def test_a_ringing_line_may_be_taken_back(world: World) -> None:
    wish = originate(NO_ANSWER)
    await world.telephony.execute(wish)
    await world.until(ev.LineRang, attempt_id=wish.attempt_id)
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=""))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)


async def test_hanging_up_what_is_gone_harms_nobody(world: World) -> None:
    await world.telephony.execute(cmd.HangUp(attempt_id="cb-gone", channel="PJSIP/sim-ffffffff"))
    await world.telephony.execute(cmd.HangUp(attempt_id="cb-gone", channel=""))
    wish = originate(BUSY)
    await world.telephony.execute(wish)
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)


async def test_an_agents_leg_goes_up_and_down(world: World) -> None:
    call, up = await world.agent()
    assert up.channel.startswith("PJSIP/1001-")
    await world.telephony.execute(
        cmd.DropAgent(agent_id=call.agent_id, leg_id=call.leg_id, queues=call.queues)
    )
    await world.until(ev.AgentLegDown, agent_id=call.agent_id)


async def test_an_extension_that_does_not_exist_is_a_leg_down(world: World) -> None:
    await world.telephony.execute(
        cmd.CallAgent(agent_id=99, leg_id="agent-99-x-1", extension="9999", queues=("campaign-1",))
    )
    await world.until(ev.AgentLegDown, agent_id=99)


async def test_a_practice_call_that_is_hung_up_has_ended_and_the_agent_is_there(
    world: World,
) -> None:
    call, up = await world.agent()
    practice_id = f"practice-{call.agent_id}-x"
    await world.telephony.execute(
        cmd.StartPractice(
            practice_id=practice_id, agent_id=call.agent_id, agent_channel=up.channel
        )
    )
    await world.telephony.execute(cmd.HangUp(attempt_id=practice_id, channel=""))
    ended = await world.until(ev.PracticeEnded, practice_id=practice_id)
    assert ended.agent_id == call.agent_id
    assert not [one for one in world.events if isinstance(one, ev.AgentLegDown)]


async def test_an_answered_person_is_bridged_to_the_agent_whom_the_desk_names(
    world: World,
) -> None:
    call, up = await world.agent()
    await world.until(ev.AgentSpokeAlone, agent_id=call.agent_id)
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    connected = await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    assert connected.agent_id == call.agent_id
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    assert answered.at <= connected.at
    await world.until(ev.AgentSpoke, agent_id=call.agent_id)
    assert [asked.attempt_id for asked in world.desk.asked] == [wish.attempt_id]
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=answered.channel))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-4:] == [
        "LineAnswered",
        "CallConnected",
        "CallParted",
        "LineEnded",
    ]


async def test_a_waiting_person_gets_the_agent_who_becomes_free(world: World) -> None:
    call, _ = await world.agent()
    world.desk.destination = cmd.Destination.QUEUE
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallQueued, attempt_id=wish.attempt_id)
    await world.telephony.execute(cmd.ShowAgentToQueue(agent_id=call.agent_id, is_free=True))
    connected = await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    assert connected.agent_id == call.agent_id
    await world.until(ev.CallUnqueued, attempt_id=wish.attempt_id)
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=""))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-2:] == ["CallParted", "LineEnded"]


async def test_a_waiting_person_is_sent_to_the_message(world: World) -> None:
    world.desk.destination = cmd.Destination.QUEUE
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.until(ev.CallQueued, attempt_id=wish.attempt_id)
    await world.telephony.execute(
        cmd.PlayMessage(attempt_id=wish.attempt_id, channel=answered.channel)
    )
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-5:] == [
        "CallQueued",
        "CallUnqueued",
        "MessageStarted",
        "MessageFinished",
        "LineEnded",
    ]


async def test_a_waiting_person_is_put_through_to_the_agent_the_engine_names(world: World) -> None:
    call, up = await world.agent()
    world.desk.destination = cmd.Destination.QUEUE
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.until(ev.CallQueued, attempt_id=wish.attempt_id)
    await world.telephony.execute(
        cmd.ConnectCall(
            attempt_id=wish.attempt_id, channel=answered.channel, agent_channel=up.channel
        )
    )
    connected = await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    assert connected.agent_id == call.agent_id


async def test_without_leave_for_a_recording_none_is_played(world: World) -> None:
    world.desk.destination = cmd.Destination.MESSAGE
    wish = originate(PERSON, may_play_message=False)
    await world.telephony.execute(wish)
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-2:] == ["LineAnswered", "LineEnded"]


async def test_while_the_link_is_down_nothing_is_sent_and_afterwards_all_that_lives_is_told(
    world: World,
) -> None:
    call, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    talk = originate(PERSON)
    await world.telephony.execute(talk)
    await world.until(ev.CallConnected, attempt_id=talk.attempt_id)
    world.events.clear()
    world.breaks_link()
    await world.until(ev.LinkWentDown)
    lost = originate(BUSY)
    await world.telephony.execute(lost)
    await world.until(ev.OriginateUnsent, attempt_id=lost.attempt_id)
    with pytest.raises(TelephonyAway):
        await world.telephony.execute(cmd.HangUp(attempt_id=talk.attempt_id, channel=""))
    back = await world.until(ev.LinkCameUp)
    legs = {leg.channel_id: leg for leg in back.legs}
    assert legs[talk.attempt_id].is_up and legs[call.leg_id].is_up
    assert legs[talk.attempt_id].bridge_id == legs[call.leg_id].bridge_id != ""
    await world.telephony.execute(cmd.HangUp(attempt_id=talk.attempt_id, channel=""))
    await world.until(ev.LineEnded, attempt_id=talk.attempt_id)
    assert world.kinds_of(lost.attempt_id) == ["OriginateUnsent"]
    assert world.kinds_of(talk.attempt_id) == ["CallParted", "LineEnded"]


async def test_who_calls_us_is_put_through_to_the_agent_we_name(world: World) -> None:
    call, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    await world.is_called()
    connected = await world.until(ev.VisitConnected, agent_id=call.agent_id)
    [asked] = world.desk.called
    assert asked.visit_id == connected.visit_id
    assert (asked.called, asked.caller) == (f"+{OURS}", f"+{CALLER}")
    await world.telephony.execute(
        cmd.HangUp(attempt_id=connected.visit_id, channel=asked.channel)
    )
    await world.until(ev.VisitParted, visit_id=connected.visit_id)
    await world.until(ev.VisitEnded, visit_id=connected.visit_id)


async def test_after_a_gap_a_callers_line_is_among_what_is_up(world: World) -> None:
    call, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    await world.is_called()
    connected = await world.until(ev.VisitConnected, agent_id=call.agent_id)
    world.events.clear()
    world.breaks_link()
    legs = {leg.channel_id: leg for leg in (await world.until(ev.LinkCameUp)).legs}
    assert legs[connected.visit_id].bridge_id == legs[call.leg_id].bridge_id != ""


# --- a leg that breaks off ------------------------------------------------------------------------


async def leg_ends(world: World, call: cmd.CallAgent) -> None:
    await world.telephony.execute(
        cmd.DropAgent(agent_id=call.agent_id, leg_id=call.leg_id, queues=call.queues)
    )


async def test_who_talks_with_a_page_that_breaks_off_stays_and_is_put_through_to_its_next_leg(
    world: World,
) -> None:
    call, up = await world.agent(may_break_off=True)
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await leg_ends(world, call)
    await world.until(ev.CallParted, attempt_id=wish.attempt_id)
    await world.until(ev.AgentLegDown, agent_id=call.agent_id)
    world.events.clear()
    next_leg = replace(call, leg_id=call.leg_id + "-again")
    await world.telephony.execute(next_leg)
    again = await world.until(ev.AgentLegUp, agent_id=call.agent_id)
    await world.telephony.execute(
        cmd.ConnectCall(
            attempt_id=wish.attempt_id, channel=answered.channel, agent_channel=again.channel
        )
    )
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id, agent_id=call.agent_id)
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=answered.channel))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id) == ["CallConnected", "CallParted", "LineEnded"]


async def test_who_is_on_hold_is_with_nobody_until_he_is_put_through_again(world: World) -> None:
    call, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    world.events.clear()
    await world.telephony.execute(
        cmd.HoldCall(attempt_id=wish.attempt_id, channel=answered.channel)
    )
    await world.until(ev.CallParted, attempt_id=wish.attempt_id)
    await asyncio.sleep(RETURN_AFTER_S)  # nobody resumes faster; his leg is back in its place
    await world.telephony.execute(
        cmd.ConnectCall(
            attempt_id=wish.attempt_id, channel=answered.channel, agent_channel=up.channel
        )
    )
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id, agent_id=call.agent_id)
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=answered.channel))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id) == [
        "CallParted",
        "CallConnected",
        "CallParted",
        "LineEnded",
    ]


async def test_after_a_gap_it_is_told_who_is_on_hold(world: World) -> None:
    _, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.telephony.execute(
        cmd.HoldCall(attempt_id=wish.attempt_id, channel=answered.channel)
    )
    await world.until(ev.CallParted, attempt_id=wish.attempt_id)
    world.events.clear()
    world.breaks_link()
    on_hold = [leg.channel_id for leg in (await world.until(ev.LinkCameUp)).legs if leg.is_on_hold]
    assert on_hold == [wish.attempt_id]


async def test_who_talks_with_any_other_leg_that_ends_is_hung_up(world: World) -> None:
    call, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    await leg_ends(world, call)
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)


# --- the voicemail ------------------------------------------------------------------------------


def left_on(wish: cmd.Originate, channel: str, campaign_id: int = 1) -> cmd.PlayVoicemail:
    return cmd.PlayVoicemail(
        attempt_id=wish.attempt_id,
        channel=channel,
        campaign_id=campaign_id,
        voicemail_version="v1",
    )


async def test_a_voicemail_is_left_without_the_agent_and_then_the_line_ends(world: World) -> None:
    wish = await conversation(world)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.telephony.execute(left_on(wish, answered.channel))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-5:] == [
        "CallConnected",
        "CallParted",
        "MessageStarted",
        "MessageFinished",
        "LineEnded",
    ]
    assert not [one for one in world.events if isinstance(one, ev.AgentLegDown)]


async def test_a_voicemail_is_left_on_a_machine_that_was_on_hold(world: World) -> None:
    wish = await conversation(world)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.telephony.execute(
        cmd.HoldCall(attempt_id=wish.attempt_id, channel=answered.channel)
    )
    await world.until(ev.CallParted, attempt_id=wish.attempt_id)
    await world.telephony.execute(left_on(wish, answered.channel))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-4:] == [
        "CallParted",
        "MessageStarted",
        "MessageFinished",
        "LineEnded",
    ]


async def test_a_voicemail_that_is_not_there_is_told_and_the_line_ends(world: World) -> None:
    wish = await conversation(world)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.telephony.execute(left_on(wish, answered.channel, campaign_id=99))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert world.kinds_of(wish.attempt_id)[-3:] == ["CallParted", "MessageFailed", "LineEnded"]


async def test_after_a_gap_it_is_told_where_a_voicemail_is_being_left(world: World) -> None:
    wish = await conversation(world)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    await world.telephony.execute(left_on(wish, answered.channel))
    await world.until(ev.CallParted, attempt_id=wish.attempt_id)
    world.events.clear()
    world.breaks_link()
    legs = (await world.until(ev.LinkCameUp)).legs
    assert [leg.channel_id for leg in legs if leg.is_voicemail] == [wish.attempt_id]
    await world.until(ev.MessageFinished, attempt_id=wish.attempt_id)
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)


# --- recording ----------------------------------------------------------------------------------


async def conversation(world: World) -> cmd.Originate:
    """A person who talks with an agent."""
    _, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    return wish


def told(world: World, attempt_id: str) -> list[type[ev.Event]]:
    """What was said of the recording, in order."""
    kinds = (ev.AnnouncementBegan, ev.AnnouncementEnded, ev.RecordingBegan, ev.RecordingEnded)
    return [
        type(one) for one in world.events if isinstance(one, kinds) and one.attempt_id == attempt_id
    ]


@pytest.mark.parametrize("version", ["v1", ""])
async def test_a_recording_begins_after_its_announcement_and_ends_when_told(
    world: World, version: str
) -> None:
    wish = await conversation(world)
    await world.telephony.execute(
        cmd.StartRecording(
            attempt_id=wish.attempt_id,
            file=f"{wish.attempt_id}.wav",
            announcement_version=version,
        )
    )
    await world.until(ev.RecordingBegan, attempt_id=wish.attempt_id)
    await world.telephony.execute(cmd.StopRecording(attempt_id=wish.attempt_id))
    await world.until(ev.RecordingEnded, attempt_id=wish.attempt_id)
    announced = [ev.AnnouncementBegan, ev.AnnouncementEnded] if version else []
    assert told(world, wish.attempt_id) == [*announced, ev.RecordingBegan, ev.RecordingEnded]
    assert "LineEnded" not in world.kinds_of(wish.attempt_id), "the conversation goes on"


async def test_after_a_recording_a_further_one_of_the_same_call_may_begin(world: World) -> None:
    wish = await conversation(world)
    expected: list[type[ev.Event]] = []
    for number, file in enumerate((f"{wish.attempt_id}.wav", f"{wish.attempt_id}-2.wav"), start=1):
        start = cmd.StartRecording(
            attempt_id=wish.attempt_id, file=file, announcement_version="v1", number=number
        )
        await world.telephony.execute(start)
        expected.extend([ev.AnnouncementBegan, ev.AnnouncementEnded, ev.RecordingBegan])
        await world.until_so(lambda: told(world, wish.attempt_id) == expected)
        await world.telephony.execute(
            cmd.StopRecording(attempt_id=wish.attempt_id, number=number)
        )
        expected.append(ev.RecordingEnded)
        await world.until_so(lambda: told(world, wish.attempt_id) == expected)


async def test_a_recording_ends_with_its_call(world: World) -> None:
    wish = await conversation(world)
    await world.telephony.execute(
        cmd.StartRecording(
            attempt_id=wish.attempt_id, file=f"{wish.attempt_id}.wav", announcement_version=""
        )
    )
    await world.until(ev.RecordingBegan, attempt_id=wish.attempt_id)
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=""))
    await world.until(ev.RecordingEnded, attempt_id=wish.attempt_id)


async def test_stopping_what_is_not_recorded_harms_nobody(world: World) -> None:
    wish = await conversation(world)
    await world.telephony.execute(cmd.StopRecording(attempt_id=wish.attempt_id))
    await world.telephony.execute(cmd.HangUp(attempt_id=wish.attempt_id, channel=""))
    await world.until(ev.LineEnded, attempt_id=wish.attempt_id)
    assert told(world, wish.attempt_id) == []
