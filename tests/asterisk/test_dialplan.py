"""The dialplan with the daemon there: bridge, queue, message, opt-out; what agents live through.

The daemon is played by a FastAGI server that answers as the test says.
"""

import wave
from collections.abc import Mapping
from pathlib import Path

import pytest

from agi import names
from dialer.parts.carrier import Behaviour
from tests.asterisk.harness import Ami, Desk, Lab, Reply, fast_agi, forced

PATIENT = forced(Behaviour.PERSON_PATIENT)


def route(destination: str, agent: str = "") -> Reply:
    """A daemon that sends everybody there, and records every opt-out."""

    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        if script == names.SCRIPT_OPTOUT:
            return {names.VAR_OPTOUT: names.OPTOUT_RECORDED}
        return {names.VAR_ROUTE: destination, names.VAR_AGENT_CHANNEL: agent}

    return reply


async def test_an_agents_leg_is_held_again_after_each_conversation(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    agent = await desk.agent(1)
    leg = await desk.leg_of(agent)
    async with fast_agi(lab, route("bridge", agent)):
        for _ in range(3):
            since = len(ami.events)
            attempt = await desk.dial(PATIENT)
            await desk.in_one_bridge(attempt, leg, since)
            await desk.hang_up(await desk.channel_of(attempt))
            await desk.ended(attempt)
            await desk.held(leg, since)


async def test_a_person_who_hangs_up_leaves_the_agent_held(lab: Lab, desk: Desk, ami: Ami) -> None:
    agent = await desk.agent(1)
    leg = await desk.leg_of(agent)
    since = len(ami.events)
    async with fast_agi(lab, route("bridge", agent)):
        await desk.ended(await desk.dial(forced(Behaviour.DIES_MIDCALL)))
        await desk.held(leg, since)


async def test_who_is_put_through_to_a_leg_on_its_way_back_has_it_when_it_is_there(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    """Fetched at once it would be lost to the next person, or he to it."""
    lab.pbx.run("dialplan add extension s,1,Wait(0.3) into detour")
    lab.pbx.run(f"dialplan add extension s,2,Goto({names.CONTEXT_AGENT},s,held) into detour")
    agent = await desk.agent(1)
    leg = await desk.leg_of(agent)
    async with fast_agi(lab, route("queue")) as asked:
        first, second = [await desk.dial(PATIENT) for _ in range(2)]
        waiting = [
            (await ami.event("QueueCallerJoin", Uniqueid=attempt))["Channel"]
            for attempt in (first, second)
        ]
        for channel in waiting:
            value = {"Variable": names.VAR_AGENT_CHANNEL, "Value": agent}
            await ami.act("Setvar", Channel=channel, **value)
        await desk.redirect(waiting[0], names.CONTEXT_CONNECT)
        await desk.in_one_bridge(first, leg)
        since = len(ami.events)
        await desk.redirect(agent, "detour")
        await ami.wait(
            lambda event: event.get("Event") == "BridgeLeave" and event["Uniqueid"] == leg,
            since=since,
        )
        await desk.redirect(waiting[1], names.CONTEXT_CONNECT)
        await desk.in_one_bridge(second, leg, since)
        entered = [
            event["BridgeTechnology"]
            for event in ami.events[since:]
            if event.get("Event") == "BridgeEnter" and event["Uniqueid"] == leg
        ]
        assert entered[0] == "holding_bridge"
        assert len(asked) == 2, "nobody had to be asked again"
        since = len(ami.events)
        await desk.hang_up(waiting[1])
        await desk.held(leg, since)


async def test_a_leg_that_was_never_taken_away_though_marked_as_lent_is_fetched(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    """Somebody hung up between the mark and the bridge."""
    agent = await desk.agent(1)
    await ami.act("Setvar", Channel=agent, Variable="CB_LENT", Value="yes")
    async with fast_agi(lab, route("bridge", agent)) as asked:
        attempt = await desk.dial(PATIENT)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))
        assert len(asked) == 1


async def test_a_person_whose_agent_hangs_up_is_hung_up(lab: Lab, desk: Desk) -> None:
    agent = await desk.agent(1)
    async with fast_agi(lab, route("bridge", agent)) as requests:
        attempt = await desk.dial(PATIENT)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))
        await desk.hang_up(agent)
        assert (await desk.ended(attempt))["Cause"] == "16"
        assert len(requests) == 1


async def test_an_agent_who_vanished_before_the_bridge_is_replaced(lab: Lab, desk: Desk) -> None:
    agent = await desk.agent(2)

    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        asked.append(script)
        first = len(asked) == 1
        return {"CB_ROUTE": "bridge", "CB_AGENT_CHANNEL": "PJSIP/gone-1" if first else agent}

    asked: list[str] = []
    async with fast_agi(lab, reply):
        attempt = await desk.dial(PATIENT)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))


@pytest.mark.parametrize("destination", ["machine", "hangup"])
async def test_a_call_that_is_to_end_ends_at_once(lab: Lab, desk: Desk, destination: str) -> None:
    async with fast_agi(lab, route(destination)):
        assert (await desk.ended(await desk.dial(PATIENT)))["Cause"] == "16"


# --- the queue --------------------------------------------------------------------------------


async def test_a_queued_person_gets_the_agent_who_is_free(lab: Lab, desk: Desk, ami: Ami) -> None:
    leg = await desk.leg_of(await desk.agent(1))
    await desk.queue(1, is_free=True)
    async with fast_agi(lab, route("queue")):
        since = len(ami.events)
        attempt = await desk.dial(PATIENT)
        said = await ami.event("UserEvent", Attempt=attempt)
        assert (said["UserEvent"], said["Agent"]) == (names.USER_EVENT_CONNECTING, "1")
        await desk.in_one_bridge(attempt, leg, since)
        await desk.hang_up(await desk.channel_of(attempt))
        await desk.held(leg, since)
        assert "(In use)" in lab.pbx.run("queue show campaign-1")  # until the daemon frees him


async def test_a_queued_person_gets_the_agent_who_becomes_free(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    leg = await desk.leg_of(await desk.agent(1))
    await desk.queue(1, is_free=False)
    async with fast_agi(lab, route("queue")):
        attempt = await desk.dial(PATIENT)
        await ami.event("QueueCallerJoin", Uniqueid=attempt)
        await desk.free(1)
        await desk.in_one_bridge(attempt, leg)


async def test_of_two_queued_persons_one_gets_the_agent_and_nobody_is_robbed_of_him(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    leg = await desk.leg_of(await desk.agent(1))
    await desk.queue(1, is_free=True)
    async with fast_agi(lab, route("queue")):
        attempts = [await desk.dial(PATIENT) for _ in range(2)]
        heard = await ami.event("UserEvent", UserEvent=names.USER_EVENT_MESSAGE, State="started")
        alone = heard["Attempt"]
        (lucky,) = set(attempts) - {alone}
        await desk.in_one_bridge(lucky, leg)
        await ami.event("UserEvent", Attempt=alone, State="finished")
        assert not [event for event in ami.of(lucky) if event["Event"] == "Hangup"]


async def test_a_waiting_person_is_connected_by_redirect(lab: Lab, desk: Desk, ami: Ami) -> None:
    agent = await desk.agent(1)
    async with fast_agi(lab, route("queue")):
        attempt = await desk.dial(PATIENT)
        channel = (await ami.event("QueueCallerJoin", Uniqueid=attempt))["Channel"]
        await ami.act("Setvar", Channel=channel, Variable=names.VAR_AGENT_CHANNEL, Value=agent)
        await desk.redirect(channel, names.CONTEXT_CONNECT)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))


async def test_an_agent_whose_leg_is_gone_is_offered_to_nobody(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    agent = await desk.agent(1)
    await desk.queue(1, is_free=True)
    await desk.hang_up(agent)
    await desk.ended(await desk.leg_of(agent))
    async with fast_agi(lab, route("queue")):
        attempt = await desk.dial(PATIENT)
        await ami.event("UserEvent", Attempt=attempt, State="started")
    assert "/callbank-agent/1 " not in lab.pbx.run("database show callbank-agent")


# --- the message ------------------------------------------------------------------------------


async def test_a_waiting_person_hears_the_message_to_its_end(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    async with fast_agi(lab, route("queue")):
        attempt = await desk.dial(PATIENT)
        channel = (await ami.event("QueueCallerJoin", Uniqueid=attempt))["Channel"]
        await desk.redirect(channel, names.CONTEXT_MESSAGE)
        started = await ami.event("UserEvent", Attempt=attempt, State=names.MESSAGE_STARTED)
        finished = await ami.event("UserEvent", Attempt=attempt, State=names.MESSAGE_FINISHED)
        assert float(finished["Timestamp"]) - float(started["Timestamp"]) > 3.0
        assert (await desk.ended(attempt))["Cause"] == "16"


async def test_key_9_during_the_message_opts_out(lab: Lab, desk: Desk, ami: Ami) -> None:
    async with fast_agi(lab, route("message")) as requests:
        attempt = await desk.dial(forced(Behaviour.PERSON_OPTS_OUT))
        await desk.ended(attempt)
    assert f"/{names.SCRIPT_OPTOUT}?" in requests[-1]
    assert f"attempt={attempt}" in requests[-1]
    states = [e["State"] for e in ami.of(attempt) if e["Event"] == "UserEvent"]
    assert states == [names.MESSAGE_STARTED]


async def test_without_a_lawful_message_the_line_is_not_held_in_silence(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    async with fast_agi(lab, route("message")):
        attempt = await desk.dial(PATIENT, CB_MESSAGE="")
        await desk.ended(attempt)
    assert not [event for event in ami.of(attempt) if event["Event"] == "UserEvent"]


async def test_a_message_whose_file_is_missing_is_not_reported_as_played(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    async with fast_agi(lab, route("message")):
        attempt = await desk.dial(PATIENT, CB_MESSAGE="/nowhere/message")
        await desk.ended(attempt)
    told = [event["State"] for event in ami.of(attempt) if event["Event"] == "UserEvent"]
    assert told == [names.MESSAGE_FAILED]


# --- answering machines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [(Behaviour.PERSON_PATIENT, "HUMAN"), (Behaviour.VOICEMAIL, "MACHINE")],
)
async def test_the_gate_tells_persons_from_machines(
    lab: Lab, desk: Desk, behaviour: Behaviour, status: str
) -> None:
    async with fast_agi(lab, route("hangup")) as requests:
        await desk.ended(await desk.dial(forced(behaviour), CB_AMD="gate"))
    assert f"amd={status}&cause=" in requests[-1]


async def test_without_the_gate_nothing_is_detected(lab: Lab, desk: Desk) -> None:
    async with fast_agi(lab, route("hangup")) as requests:
        attempt = await desk.dial(PATIENT)
        await desk.ended(attempt)
    assert requests[-1].endswith(
        f"/answered?token={lab.secrets.agi_token}&attempt={attempt}&amd=&cause="
    )


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [(Behaviour.PERSON_PATIENT, "HUMAN"), (Behaviour.VOICEMAIL, "MACHINE")],
)
async def test_what_the_detector_hears_is_written_down_until_its_verdict(
    lab: Lab, desk: Desk, tmp_path: Path, behaviour: Behaviour, status: str
) -> None:
    heard, sizes = tmp_path / "audit.wav", []

    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        sizes.append(heard.stat().st_size)
        return {names.VAR_ROUTE: "queue"}

    async with fast_agi(lab, reply) as requests:
        attempt = await desk.dial(
            forced(behaviour), CB_AMD="gate", CB_AUDIT=str(heard), CB_MESSAGE=""
        )
        await desk.ended(attempt)
    assert f"amd={status}&cause=" in requests[-1]
    with wave.open(str(heard)) as file:
        seconds = file.getnframes() / file.getframerate()
    assert 0.5 <= seconds <= 5.0, "the greeting, and nothing of the wait in the queue"
    assert sizes[0] > 0
