"""The pump between engine, telephone and store: what is promised while one of them is away."""

import asyncio
import logging
from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import StoreCommand
from dialer.runtime.ports import StoreAway
from tests.unit.runtime.bank import PICKS_UP, Bank, open_bank, until


class Unheard(ev.Event):
    """Something that no row of the engine's table knows: handling it is a defect."""


class UnheardRoute(ev.RouteAsked):
    """A call script's question that the engine cannot handle."""


async def dialing(bank: Bank, lines: int = 1) -> None:
    """Everybody is ready and so many lines were dialed."""
    await bank.everybody_ready()
    await until(lambda: len(bank.telephony.dialed) >= lines)


async def talking(bank: Bank) -> str:
    """The one agent is in a conversation; returns its attempt."""
    await dialing(bank)
    attempt_id = bank.attempts()[0]
    bank.pump.sink(
        ev.CallConnected(at=bank.now(), attempt_id=attempt_id, agent_id=bank.agents[0].id)
    )
    await until(lambda: bank.pump.view().agents[0].state is AgentState.TALKING)
    return attempt_id


def result(bank: Bank, attempt_id: str, disposition: Disposition) -> requests.ResultGiven:
    """The agent reports."""
    return requests.ResultGiven(
        at=bank.now(),
        agent_id=bank.agents[0].id,
        attempt_id=attempt_id,
        disposition=disposition,
    )


def asked(bank: Bank, attempt_id: str) -> ev.RouteAsked:
    """The call's script asks where to go."""
    return ev.RouteAsked(at=bank.now(), attempt_id=attempt_id, request_id="r1", channel="sim-1")


async def test_every_row_is_committed_before_its_call_is_placed() -> None:
    async with open_bank(agents=3, leads=3) as bank:
        await dialing(bank, lines=3)
        assert bank.telephony.rows_missing == []
        assert sorted(bank.attempts()) == sorted(bank.store.tables.attempts)


async def test_while_a_row_waits_to_be_written_its_telephone_does_not_ring() -> None:
    async with open_bank() as bank:
        await bank.everybody_ready()
        await until(lambda: bool(bank.telephony.dialed))
        bank.store.hold()
        bank.telephony.person_hangs_up(bank.attempts()[0])
        await until(lambda: len(bank.attempts()) == 2)
        await bank.hears_ticks(3)
        assert len(bank.telephony.dialed) == 1
        bank.store.let_go()
        await until(lambda: len(bank.telephony.dialed) == 2)
        assert bank.telephony.rows_missing == []


async def test_with_the_store_away_no_call_is_placed_and_none_late() -> None:
    async with open_bank(agents=2, leads=4) as bank:
        await dialing(bank, lines=2)
        bank.store.go_away()
        for attempt_id in bank.attempts()[:2]:
            bank.telephony.person_hangs_up(attempt_id)
        await until(lambda: not bank.pump.view().store_is_up)
        unsent = set(bank.attempts()[2:])
        assert unsent, "the engine did not know yet that the store was away"
        bank.store.come_back()
        await until(lambda: bank.pump.view().store_is_up)
        await until(lambda: unsent <= bank.store.tables.attempts.keys())
        endings = [bank.store.tables.attempts[one].closed for one in unsent]
        assert {ending and ending.outcome for ending in endings} == {Outcome.NOT_PLACED}
        assert bank.telephony.rows_missing == []
        assert len(bank.telephony.dialed) == len(set(bank.telephony.dialed))


async def test_writes_are_retried_in_their_order_and_none_is_doubled() -> None:
    async with open_bank(agents=2, leads=4) as bank:
        await dialing(bank, lines=2)
        bank.store.go_away()
        for attempt_id in bank.attempts()[:2]:
            bank.telephony.person_hangs_up(attempt_id)
        await until(lambda: bank.store.refused_writes >= 3)
        bank.store.come_back()
        await until(lambda: bank.pump.view().store_is_up)
        wishes = [one for one in bank.wished if isinstance(one, StoreCommand)]
        await until(lambda: len(bank.store.written) >= len(wishes))
        assert bank.store.written[: len(wishes)] == wishes


async def test_a_result_given_while_the_store_is_away_is_unconfirmed_and_written_later() -> None:
    async with open_bank() as bank:
        attempt_id = await talking(bank)
        bank.store.go_away()
        with pytest.raises(StoreAway, match="kept and will be written"):
            await bank.pump.post(result(bank, attempt_id, Disposition.SUPPORTS))
        row = bank.store.tables.attempts[attempt_id]
        assert row.results == []
        bank.store.come_back()
        await until(lambda: bool(row.results))
        assert [one.disposition for one in row.results] == [Disposition.SUPPORTS]


async def test_a_confirmed_result_is_in_the_store() -> None:
    async with open_bank() as bank:
        attempt_id = await talking(bank)
        await bank.pump.post(result(bank, attempt_id, Disposition.OPPOSES))
        [kept] = bank.store.tables.attempts[attempt_id].results
        assert kept.disposition is Disposition.OPPOSES


async def test_a_refusal_is_told_even_while_the_store_is_away() -> None:
    async with open_bank() as bank:
        bank.store.go_away()
        [refusal] = await bank.pump.post(result(bank, "cb-none", Disposition.SUPPORTS))
        assert isinstance(refusal, cmd.RefuseAgent)


async def test_an_answered_call_is_routed_while_the_store_hangs() -> None:
    async with open_bank() as bank:
        await dialing(bank)
        bank.store.hold()
        answer = await bank.pump.route(asked(bank, bank.attempts()[0]))
        assert answer.destination is cmd.Destination.BRIDGE
        assert answer.agent_channel.startswith("PJSIP/1001-")


async def test_a_route_knows_all_that_happened_before_it_was_asked() -> None:
    async with open_bank() as bank:
        await dialing(bank)
        bank.pump.sink(ev.AgentLegDown(at=bank.now(), agent_id=bank.agents[0].id))
        answer = await bank.pump.route(asked(bank, bank.attempts()[0]))
        assert answer.destination is cmd.Destination.QUEUE


async def test_a_defect_costs_one_event_and_the_floor_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_bank() as bank:
        bank.pump.sink(Unheard(at=bank.now()))
        with pytest.raises(KeyError):
            await bank.pump.post(Unheard(at=bank.now()))
        await dialing(bank)
    assert caplog.messages.count("handling Unheard failed") == 2


async def test_a_defect_never_leaves_an_answered_person_in_silence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_bank() as bank:
        wish = UnheardRoute(at=bank.now(), attempt_id="cb-x", request_id="r1", channel="sim-1")
        answer = await bank.pump.route(wish)
        assert (answer.request_id, answer.destination) == ("r1", cmd.Destination.QUEUE)
    assert "handling UnheardRoute failed" in caplog.messages


async def test_with_the_link_down_the_wish_to_dial_ends_as_not_placed() -> None:
    async with open_bank() as bank:
        await dialing(bank)
        bank.store.hold()
        bank.telephony.person_hangs_up(bank.attempts()[0])
        await until(lambda: len(bank.attempts()) == 2)
        bank.telephony.break_link()
        bank.store.let_go()
        second = bank.attempts()[1]
        await until(lambda: second in bank.store.tables.attempts)
        row = bank.store.tables.attempts[second]
        await until(lambda: row.closed is not None)
        closed = row.closed
        assert closed is not None and closed.outcome is Outcome.NOT_PLACED
        assert len(bank.telephony.dialed) == 1


async def test_stopping_writes_what_is_still_to_be_written() -> None:
    async with open_bank() as bank:
        attempt_id = await talking(bank)
        bank.store.hold()
        bank.pump.sink(result(bank, attempt_id, Disposition.LEANS))
        bank.pump.stop()
        await asyncio.sleep(0)
        bank.store.let_go()
    [kept] = bank.store.tables.attempts[attempt_id].results
    assert kept.disposition is Disposition.LEANS


async def test_a_row_that_no_database_would_take_stops_the_pump(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Better to stop than to dial without rows: `serve` ends and says so."""
    async with open_bank() as bank:
        await talking(bank)
        bank.store.tables.attempts.clear()  # so that the result is a result of nothing
        bank.pump.sink(result(bank, bank.attempts()[0], Disposition.LEANS))
        await until(lambda: "the store lane broke" in caplog.messages)
    assert [one.levelno for one in caplog.records][-1] >= logging.ERROR


async def test_a_whole_conversation_from_the_hopper_to_the_lead() -> None:
    async with open_bank(leads=1, far_end=PICKS_UP) as bank:
        await dialing(bank)
        [attempt_id] = bank.attempts()
        row = bank.store.tables.attempts[attempt_id]
        await until(lambda: row.progress.connected_at is not None)
        bank.telephony.person_hangs_up(attempt_id)
        await until(lambda: row.closed is not None)
        await bank.pump.post(result(bank, attempt_id, Disposition.SUPPORTS))
        assert row.closed is not None and row.closed.outcome is Outcome.TALKED
        assert row.closed == replace(row.closed, agent_id=bank.agents[0].id)
        assert bank.store.tables.claims == {}
