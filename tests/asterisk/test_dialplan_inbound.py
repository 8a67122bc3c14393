"""Calls that come in: a volunteer, the message with its key, and the dialplan without a daemon."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from agi import names
from tests.asterisk.harness import Ami, Desk, Event, Lab, fast_agi

OURS = "15125550000"
CALLER = "15125550123"


@pytest.fixture(scope="module", autouse=True)
def message(lab: Lab) -> None:
    """What somebody hears who calls our number."""
    folder = Path(lab.settings.messages_dir)
    folder.mkdir(exist_ok=True)
    shutil.copy(f"{lab.message}.wav", folder / f"inbound-{OURS}.wav")


def somebody_calls(lab: Lab, number: str = f"+{OURS}", does: str = "caller") -> None:
    """The network brings a call from CALLER; `does` is a context of the carrier's dialplan."""
    lab.carrier.run(f"channel originate PJSIP/{number}@network extension s@{does}")


async def arrived(ami: Ami) -> Event:
    """The call's first event."""
    return await ami.wait(
        lambda event: (
            event.get("Event") == "Newchannel" and event.get("Context") == names.CONTEXT_INBOUND
        )
    )


async def hung_up(ami: Ami, call: Event) -> Event:
    return await ami.event("Hangup", Uniqueid=call["Uniqueid"])


def kept(lab: Lab, key: str) -> str:
    answer = lab.pbx.run(f"database get {names.DB_OPTOUT} {key}")
    return answer.removeprefix("Value: ").strip()


@pytest.mark.parametrize("number", [OURS, f"+{OURS}", OURS[1:]])
async def test_a_ready_volunteer_gets_the_caller(
    lab: Lab, desk: Desk, ami: Ami, number: str
) -> None:
    agent = await desk.agent(1)

    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        return {names.VAR_ROUTE: "bridge", names.VAR_AGENT_CHANNEL: agent}

    async with fast_agi(lab, reply) as requests:
        somebody_calls(lab, number, "person_silent")
        call = await arrived(ami)
        await desk.in_one_bridge(call["Uniqueid"], await desk.leg_of(agent))
        [request] = requests
        # Else he would ask where to go when the agent leaves, and the next test would hear it.
        lab.pbx.run(f"channel request hangup {call['Channel']}")
        await hung_up(ami, call)
    assert f"/{names.SCRIPT_INCOMING}?" in request
    for part in (f"visit=in-{call['Uniqueid']}", f"called={OURS}", f"caller={CALLER}"):
        assert part in request


async def test_with_no_volunteer_the_key_is_heard_and_asked_about_before_the_call_ends(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        if script == names.SCRIPT_INCOMING:
            return {names.VAR_ROUTE: "message"}
        return {names.VAR_OPTOUT: names.OPTOUT_RECORDED}

    async with fast_agi(lab, reply) as requests:
        somebody_calls(lab)
        call = await arrived(ami)
        gone = await hung_up(ami, call)
    assert gone["Context"] == names.CONTEXT_OPTOUT
    asked = requests[-1]
    assert asked.endswith(f"attempt=in-{call['Uniqueid']} +{CALLER}")
    assert not kept(lab, f"+{CALLER}").isdigit()


async def test_a_volunteer_who_went_away_is_asked_for_again_and_then_the_message_plays(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        if script == names.SCRIPT_INCOMING:
            return {names.VAR_ROUTE: "bridge", names.VAR_AGENT_CHANNEL: "PJSIP/nobody-01"}
        return {names.VAR_OPTOUT: names.OPTOUT_RECORDED}

    async with fast_agi(lab, reply) as requests:
        somebody_calls(lab)
        gone = await hung_up(ami, await arrived(ami))
    scripts = [request.split("?")[0].rpartition("/")[2] for request in requests]
    assert scripts == [names.SCRIPT_INCOMING] * 2 + [names.SCRIPT_OPTOUT]
    assert gone["Context"] == names.CONTEXT_OPTOUT


async def test_without_the_daemon_the_message_plays_and_the_key_is_kept(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    somebody_calls(lab)
    await hung_up(ami, await arrived(ami))
    assert kept(lab, f"+{CALLER}").isdigit()
    lab.pbx.run(f"database del {names.DB_OPTOUT} +{CALLER}")


async def test_a_daemon_that_hangs_leaves_the_caller_with_the_message(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    async with fast_agi(
        lab, lambda script, arguments: None if script == names.SCRIPT_INCOMING else {}
    ):
        somebody_calls(lab)
        gone = await hung_up(ami, await arrived(ami))
    assert gone["Context"] == names.CONTEXT_OPTOUT, "he heard the message and pressed 9"
    lab.pbx.run(f"database del {names.DB_OPTOUT} +{CALLER}")


async def test_a_number_of_no_campaign_is_not_taken(lab: Lab, desk: Desk, ami: Ami) -> None:
    somebody_calls(lab, "+15125559999")
    gone = await hung_up(ami, await arrived(ami))
    assert gone["Cause"] == "1"


async def test_a_leg_whose_volunteer_has_hung_up_is_not_held_again(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    """Also where his call's redirect of it is lost, as happens when it is just on its way back."""
    there = await desk.agent(1)

    async def half(extension: str, application: str, data: str) -> Event:
        lab.pbx.run(f"database put {names.DB_KEYPAD} {extension} {there}")
        place = f"Local/{extension}@{names.CONTEXT_KEYPAD_HALF}/n"
        await ami.act(
            "Originate", Channel=place, Application=application, Data=data, Async="true"
        )
        return await ami.event("BridgeEnter", BridgeTechnology="holding_bridge", Exten=extension)

    his = await half("va", "Wait", "600")
    other = await half("vb", "Bridge", his["Channel"])
    await desk.in_one_bridge(his["Uniqueid"], await desk.leg_of(other["Channel"][:-1] + "1"))
    lab.pbx.run(f"database del {names.DB_KEYPAD} va")
    await desk.hang_up(other["Channel"])
    await hung_up(ami, his)
