"""kill -9 in the middle of a campaign: no number is dialed twice, no result and no end is lost."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from dialer.domain.campaign import CampaignState, DialMethod
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.evening import LONG_TALKS, Evening, evening
from tests.asterisk.e2e.venue import Venue, until, until_ready

LIST = [
    *[Behaviour.PERSON_PATIENT] * 4,
    Behaviour.NO_ANSWER,
    Behaviour.BUSY,
    Behaviour.SLOW_ANSWER,
    Behaviour.PERSON_PATIENT,
    Behaviour.EARLY_HANGUP,
    Behaviour.BUSY,
    Behaviour.PERSON_PATIENT,
]


@pytest.fixture
async def kept(venue: Venue) -> AsyncIterator[Venue]:
    """The phone bank with somebody who starts the daemon again whenever it has ended."""
    keeper = asyncio.create_task(venue.stage.keep_daemon(print), name="keeper")
    try:
        yield venue
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def in_full_swing(its: Evening) -> set[str]:
    """Wait until people talk and telephones ring; returns the live conversations' attempts."""

    def is_so() -> bool:
        attempts = its.attempts()
        ringing = [row for row in attempts if not row["answered_at"] and not row["outcome"]]
        return len(its.talking()) >= 3 and bool(ringing)

    await until(is_so, "three conversations and a ringing line")
    return {str(row["id"]) for row in its.talking()}


async def test_a_killed_daemon_comes_back_to_the_same_conversations(kept: Venue) -> None:
    async with evening(kept, "The daemon is killed", dial_method=DialMethod.PROGRESSIVE) as its:
        its.add(LIST)
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(5, LONG_TALKS) as crew:
            talking = await in_full_swing(its)
            before = kept.channels()
            killed = kept.kill("daemon")
            await until(
                lambda: kept.stage.pids()["daemon"] != killed, "another daemon runs"
            )
            await until_ready(kept)
            after = kept.channels()
            going_on = talking & after.keys()
            assert going_on, "no conversation outlived the kill"
            assert all(after[each] == before[each] for each in going_on)
            await its.all_dialed()
        await its.check(crew)
        outcomes = {str(row["id"]): row["outcome"] for row in its.attempts()}
        assert {outcomes[each] for each in talking} == {"talked"}
        assert crew.record.reconnects > 0


async def test_a_killed_asterisk_is_started_again_and_calls_its_agents(kept: Venue) -> None:
    async with evening(kept, "Asterisk is killed", dial_method=DialMethod.PROGRESSIVE) as its:
        its.add(LIST)
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(5, LONG_TALKS) as crew:
            talking = await in_full_swing(its)
            killed = kept.kill("asterisk")
            await until(
                lambda: kept.stage.pids()["asterisk"] not in (None, killed), "another runs"
            )
            await its.all_dialed()
            later = [row for row in its.attempts() if str(row["id"]) not in talking]
            assert any(row["outcome"] == "talked" for row in later), "nobody was dialed after it"
        await its.check(crew)
        outcomes = {str(row["id"]): row["outcome"] for row in its.attempts()}
        assert {outcomes[each] for each in talking} == {"talked"}


async def test_nothing_is_dialed_without_the_database_and_nothing_is_lost(kept: Venue) -> None:
    async with evening(kept, "PostgreSQL is killed", dial_method=DialMethod.PROGRESSIVE) as its:
        its.add(LIST)
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(5, LONG_TALKS) as crew:
            talking = await in_full_swing(its)
            before = kept.channels()
            killed = kept.kill("postgres")
            await until(
                lambda: kept.stage.pids()["postgres"] not in (None, killed), "another runs"
            )
            assert talking & kept.channels().keys() & before.keys()
            await until(lambda: can_read(its), "the database answers")
            await its.all_dialed()
        await its.check(crew)
        outcomes = {str(row["id"]): row["outcome"] for row in its.attempts()}
        assert {outcomes[each] for each in talking} == {"talked"}


def can_read(its: Evening) -> bool:
    """Whether the database answers."""
    try:
        its.attempts()
    except psycopg.OperationalError:
        return False
    return True
