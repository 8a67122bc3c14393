"""Every behaviour of the simulated network, called over the trunk: what our Asterisk reports."""

import asyncio
from collections.abc import Mapping

import pytest

from dialer.parts.carrier import Behaviour, behaviour_of
from tests.asterisk.harness import MIX, Ami, Desk, Lab, fast_agi, forced

ANSWERED = ("16", None)

OUTCOMES = {
    Behaviour.PERSON_HELLO: ANSWERED,
    Behaviour.EARLY_HANGUP: ANSWERED,
    Behaviour.VOICEMAIL: ANSWERED,
    Behaviour.BUSY: ("17", "486"),
    Behaviour.NO_ANSWER: ("19", "480"),
    Behaviour.NOT_IN_SERVICE: ("1", "404"),
    Behaviour.SIT_EARLY: ("1", "404"),
    Behaviour.SIT_ANSWERED: ANSWERED,
    Behaviour.CONGESTION: ("34", "503"),
    Behaviour.DECLINED: ("21", "603"),
    Behaviour.UNWANTED: ("127", "607"),
    Behaviour.REJECTED: ("127", "608"),
    Behaviour.FAX: ANSWERED,
    Behaviour.SLOW_ANSWER: ANSWERED,
    Behaviour.DIES_MIDCALL: ANSWERED,
    Behaviour.LATE_ANSWER: ANSWERED,
    Behaviour.PERSON_PATIENT: ANSWERED,
    Behaviour.PERSON_OPTS_OUT: ANSWERED,
    Behaviour.PERSON_SILENT: ANSWERED,
    Behaviour.PERSON_ECHOES: ANSWERED,
}
"""Hangup Cause and TechCause, when we hang up ourselves on whoever answers."""

NEVER = 2.0  # ring timeout for those who never answer
LONG = 15.0


def hang_up_on_answer(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
    return {"CB_ROUTE": "hangup"}


async def outcome(desk: Desk, number: str, timeout_s: float) -> tuple[str, str | None]:
    attempt = await desk.dial(number, timeout_s=timeout_s)
    end = await desk.ended(attempt)
    return end["Cause"], end.get("TechCause")


@pytest.mark.parametrize("behaviour", Behaviour)
async def test_a_forced_number_behaves_as_told(behaviour: Behaviour, lab: Lab, desk: Desk) -> None:
    timeout_s = NEVER if behaviour is Behaviour.NO_ANSWER else LONG
    async with fast_agi(lab, hang_up_on_answer):
        assert await outcome(desk, forced(behaviour), timeout_s) == OUTCOMES[behaviour]


async def test_the_mix_gives_each_number_the_behaviour_that_python_foretells(
    lab: Lab, desk: Desk
) -> None:
    found: dict[Behaviour, list[str]] = {}
    for suffix in range(4000):
        number = f"1919222{suffix:04}"
        found.setdefault(behaviour_of(number, MIX), []).append(number)
    samples = {number: kind for kind, numbers in found.items() for number in numbers[:2]}
    assert set(samples.values()) == {kind for kind, _ in MIX.weights}
    async with fast_agi(lab, hang_up_on_answer):
        outcomes = await asyncio.gather(
            *(
                outcome(desk, number, NEVER if kind is Behaviour.NO_ANSWER else LONG)
                for number, kind in samples.items()
            )
        )
    expected = [OUTCOMES[kind] for kind in samples.values()]
    assert outcomes == expected


async def test_whoever_answers_after_our_timeout_was_not_answered(lab: Lab, desk: Desk) -> None:
    assert await outcome(desk, forced(Behaviour.LATE_ANSWER), 2.0) == ("19", "480")


async def test_a_dead_line_in_a_conversation_ends_with_the_networks_cause(
    lab: Lab, desk: Desk
) -> None:
    agent = await desk.agent(1)
    route = {"CB_ROUTE": "bridge", "CB_AGENT_CHANNEL": agent}
    async with fast_agi(lab, lambda script, arguments: route):
        assert await outcome(desk, forced(Behaviour.DIES_MIDCALL), LONG) == ("41", None)


async def test_a_person_talks_with_a_volunteer_and_hangs_up_by_himself(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    agent = await desk.agent(2)
    route = {"CB_ROUTE": "bridge", "CB_AGENT_CHANNEL": agent}
    async with fast_agi(lab, lambda script, arguments: route):
        attempt = await desk.dial(forced(Behaviour.PERSON_HELLO))
        await desk.ended(attempt)
    spoken = [e for e in ami.of(attempt) if e["Event"] == "ChannelTalkingStart"]
    assert len(spoken) >= 2  # hello, and an answer to what he heard


async def test_a_person_who_hears_silence_leaves(lab: Lab, desk: Desk) -> None:
    silent = await desk.agent(3, f"{forced(Behaviour.PERSON_SILENT)}@sim")
    route = {"CB_ROUTE": "bridge", "CB_AGENT_CHANNEL": silent}
    async with fast_agi(lab, lambda script, arguments: route):
        attempt = await desk.dial(forced(Behaviour.PERSON_HELLO))
        await desk.ended(attempt)


async def test_a_trunk_that_challenges_answers_401(desk: Desk) -> None:
    attempt = await desk.dial(forced(Behaviour.PERSON_PATIENT), trunk="locked")
    end = await desk.ended(attempt)
    assert (end["Cause"], end["TechCause"]) == ("21", "401")


async def test_a_trunk_that_is_not_there_never_rings(desk: Desk, ami: Ami) -> None:
    attempt = await desk.dial(forced(Behaviour.PERSON_PATIENT), trunk="dead", timeout_s=1.0)
    end = await desk.ended(attempt)
    assert (end["Cause"], end["TechCause"]) == ("19", "480")
    assert not [event for event in ami.of(attempt) if event["Event"] == "Newstate"]


async def test_a_trunk_that_is_not_configured_makes_no_channel(desk: Desk, ami: Ami) -> None:
    attempt = await desk.dial(forced(Behaviour.PERSON_PATIENT), trunk="nowhere")
    response = await ami.event("OriginateResponse", Uniqueid=attempt)
    assert response["Response"] == "Failure"
    assert not [e for e in ami.of(attempt) if e["Event"] in {"Newchannel", "Hangup"}]


async def test_a_volunteers_telephone_can_be_cut_from_outside(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    leg = await desk.leg_of(await desk.agent(4))
    channels = [
        line.split("!") for line in lab.carrier.run("core show channels concise").splitlines()
    ]
    (mine,) = [line[0] for line in channels if line[1:3] == ["volunteer", "bot1004"]]
    lab.carrier.run(f"channel request hangup {mine}")
    await desk.ended(leg)
    assert "callbank-agent/4" not in lab.pbx.run("database show callbank-agent")
