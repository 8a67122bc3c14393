"""The dialplan without the daemon: nobody who answers meets silence, and nothing is forgotten."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from agi import names
from dialer.parts.carrier import Behaviour
from tests.asterisk.harness import Ami, Desk, Lab, fast_agi, forced

PATIENT = forced(Behaviour.PERSON_PATIENT)


def kept(lab: Lab, family: str, key: str) -> str:
    """What the dialplan left for the daemon, without the instant."""
    answer = lab.pbx.run(f"database get {family} {key}")
    return answer.removeprefix("Value: ").split(":")[0].strip()


@pytest.fixture
async def agent(desk: Desk) -> AsyncIterator[str]:
    """A held agent's channel."""
    yield await desk.agent(1)


async def test_the_reserved_agent_gets_the_person(lab: Lab, desk: Desk, agent: str) -> None:
    attempt = await desk.dial(PATIENT, CB_AGENT_CHANNEL=agent)
    await desk.in_one_bridge(attempt, await desk.leg_of(agent))
    assert kept(lab, names.DB_AWAY, attempt) == names.AWAY_BRIDGED


async def test_a_free_agent_of_the_queue_gets_the_person(lab: Lab, desk: Desk, agent: str) -> None:
    await desk.queue(1, is_free=True)
    attempt = await desk.dial(PATIENT)
    await desk.in_one_bridge(attempt, await desk.leg_of(agent))
    assert kept(lab, names.DB_AWAY, attempt) == names.AWAY_BRIDGED


async def test_with_nobody_there_the_person_hears_the_message(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    attempt = await desk.dial(PATIENT)
    await ami.event("UserEvent", Attempt=attempt, State=names.MESSAGE_STARTED)
    assert kept(lab, names.DB_AWAY, attempt) == names.AWAY_MESSAGE


async def test_without_a_lawful_message_the_person_is_let_go(lab: Lab, desk: Desk) -> None:
    attempt = await desk.dial(PATIENT, CB_MESSAGE="")
    await desk.ended(attempt)
    assert kept(lab, names.DB_AWAY, attempt) == names.AWAY_LEFT


async def test_an_opt_out_is_kept_until_the_daemon_is_back(lab: Lab, desk: Desk, ami: Ami) -> None:
    number = forced(Behaviour.PERSON_OPTS_OUT)
    await desk.ended(await desk.dial(number))
    assert kept(lab, names.DB_OPTOUT, f"+{number}").isdigit()
    await ami.act("DBGetTree", Family=names.DB_OPTOUT)
    row = await ami.event("DBGetTreeResponse", Key=f"/{names.DB_OPTOUT}/+{number}")
    assert row["Val"].isdigit()


async def test_an_opt_out_that_the_daemon_did_not_confirm_is_kept(lab: Lab, desk: Desk) -> None:
    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        return {names.VAR_ROUTE: "message"} if script == names.SCRIPT_ANSWERED else {}

    async with fast_agi(lab, reply):
        attempt = await desk.dial(
            forced(Behaviour.PERSON_OPTS_OUT), CB_OPTOUT_NUMBER="+15125559999"
        )
        await desk.ended(attempt)
    assert kept(lab, names.DB_OPTOUT, "+15125559999").isdigit()


async def test_a_daemon_that_hangs_is_given_up_after_two_seconds(
    lab: Lab, desk: Desk, agent: str
) -> None:
    async with fast_agi(lab, lambda script, arguments: None):
        attempt = await desk.dial(PATIENT, CB_AGENT_CHANNEL=agent)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))
    assert kept(lab, names.DB_AWAY, attempt) == names.AWAY_BRIDGED


@pytest.mark.parametrize("answer", ["", "nonsense", "s"])
async def test_a_daemon_that_answers_nonsense_counts_as_away(
    lab: Lab, desk: Desk, agent: str, answer: str
) -> None:
    async with fast_agi(lab, lambda script, arguments: {names.VAR_ROUTE: answer}):
        attempt = await desk.dial(PATIENT, CB_AGENT_CHANNEL=agent)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))


async def test_a_daemon_that_closes_at_once_counts_as_away(
    lab: Lab, desk: Desk, agent: str
) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", lab.settings.agi_port)
    async with server:
        attempt = await desk.dial(PATIENT, CB_AGENT_CHANNEL=agent)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))
