"""The watch: what people change reaches the engine, and a drain lets no new call begin."""

import asyncio
from dataclasses import replace

import pytest

from dialer.compliance.ledger import LegalLedger
from dialer.domain.campaign import CampaignState, DialMethod
from dialer.domain.lead import Lead
from dialer.domain.number import Consent, ConsentKind
from dialer.engine import events as ev
from dialer.engine.store_commands import AddDoNotCall
from dialer.engine.view import CampaignView, FloorView
from dialer.runtime import watch
from dialer.runtime.alarm import MessageAlarm
from dialer.runtime.ports import StoreAway
from dialer.storage.memory_facts import RegisterRow
from tests.unit.runtime.bank import Bank, open_bank, until


def configured(bank: Bank) -> list[ev.Configured]:
    """What the engine was told, in order."""
    return [event for event in bank.heard if isinstance(event, ev.Configured)]


def states_told(bank: Bank) -> list[CampaignState]:
    """The states of all campaigns, as the engine was last told."""
    return [campaign.state for campaign in configured(bank)[-1].campaigns]


async def test_a_drain_places_no_more_calls_and_lets_the_live_ones_finish() -> None:
    async with open_bank(agents=2, leads=10) as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 2)
        bank.watch.drain()
        await bank.hears_ticks(3)
        assert bank.pump.view().open_attempts == 2, "live lines are left alone"
        for attempt_id in bank.attempts():
            bank.telephony.person_hangs_up(attempt_id)
        await until(lambda: bank.pump.view().open_attempts == 0)
        await bank.hears_ticks(5)
        assert len(bank.telephony.dialed) == 2
        assert all(row.closed is not None for row in bank.store.tables.attempts.values())


async def test_a_drain_gives_back_the_leads_that_were_not_dialed() -> None:
    async with open_bank(agents=1, leads=10) as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        await until(lambda: len(bank.store.tables.claims) == 10)
        bank.watch.drain()
        await until(lambda: len(bank.store.tables.claims) == 1)


async def test_calls_whose_rows_are_being_written_at_a_drain_end_all_the_same() -> None:
    async with open_bank(agents=1, leads=10) as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        bank.store.hold()
        bank.telephony.person_hangs_up(bank.attempts()[0])
        await until(lambda: len(bank.attempts()) == 2)
        bank.watch.drain()
        bank.store.let_go()
        await until(lambda: len(bank.telephony.dialed) == 2)
        bank.telephony.person_hangs_up(bank.attempts()[1])
        await until(lambda: bank.pump.view().open_attempts == 0)
        await bank.hears_ticks(5)
        assert len(bank.attempts()) == 2


async def test_while_draining_nothing_that_people_start_dials() -> None:
    async with open_bank(agents=1, leads=5) as bank:
        bank.watch.drain()
        bank.store.add_campaign(replace(bank.campaign, name="Started too late"))
        await bank.watch.look(with_ledger=False)
        await bank.everybody_ready()
        await bank.hears_ticks(5)
        assert states_told(bank) == [CampaignState.PAUSED, CampaignState.PAUSED]
        assert bank.telephony.dialed == []


async def test_a_drain_leaves_the_campaign_running_in_the_store() -> None:
    async with open_bank() as bank:
        bank.watch.drain()
        await bank.hears_ticks(1)
        assert [campaign.state for campaign in await bank.store.campaigns()] == [
            CampaignState.RUNNING
        ]


async def test_a_pause_is_told_once_and_stops_dialing() -> None:
    async with open_bank(agents=1, leads=5) as bank:
        paused = replace(bank.campaign, state=CampaignState.PAUSED)
        bank.store.tables.campaigns[bank.campaign.id] = paused
        await bank.watch.look(with_ledger=False)
        await bank.watch.look(with_ledger=False)
        await bank.everybody_ready()
        await bank.hears_ticks(3)
        assert bank.telephony.dialed == []
        assert states_told(bank) == [CampaignState.PAUSED] and len(configured(bank)) == 2


async def test_asterisk_is_told_before_the_engine_dials_with_it() -> None:
    """A campaign's queue and an agent's telephone must exist before they are used."""
    async with open_bank() as bank:
        store = bank.store
        heard_before: list[int] = []

        async def listens(now: watch.Configuration) -> watch.Configuration:
            await asyncio.sleep(0)
            heard_before.append(len(configured(bank)))
            return now

        second = watch.Watch(store, _NoTrunks(), bank.pump.sink, bank.now, listens)
        await until(lambda: len(configured(bank)) == 1)
        await second.look(with_ledger=False)
        await until(lambda: len(configured(bank)) == 2)
        assert heard_before == [1]


async def test_what_the_listener_holds_back_stays_back_in_a_drain() -> None:
    """A campaign whose message cannot be played is told without it, draining or not."""
    async with open_bank() as bank:

        async def silences(now: watch.Configuration) -> watch.Configuration:
            unheard = tuple(replace(one, message_text="") for one in now.campaigns)
            return replace(now, campaigns=unheard)

        second = watch.Watch(bank.store, _NoTrunks(), bank.pump.sink, bank.now, silences)
        await second.look(with_ledger=False)
        second.drain()
        await until(lambda: len(configured(bank)) == 3)
        told = [event.campaigns[0].message_text for event in configured(bank)]
        assert told == [bank.campaign.message_text, "", ""]


async def test_an_absent_store_leaves_everything_as_it_is_and_the_watch_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "POLL_S", 0.01)
    async with open_bank() as bank:
        bank.store.go_away()
        with pytest.raises(StoreAway):
            await bank.watch.look(with_ledger=False)
        running = asyncio.create_task(bank.watch.run())
        await bank.hears_ticks(3)
        bank.store.come_back()
        bank.store.add_campaign(replace(bank.campaign, name="Another"))
        await until(lambda: len(configured(bank)[-1].campaigns) == 2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_ledger_is_counted_for_running_campaigns() -> None:
    async with open_bank() as bank:
        bank.store.add_campaign(
            replace(bank.campaign, name="Asleep", state=CampaignState.PAUSED)
        )
        await bank.watch.look(with_ledger=True)
        await bank.hears_ticks(1)
        counted = [one for one in bank.heard if isinstance(one, ev.AbandonmentCounted)]
        assert {one.campaign_id for one in counted} == {bank.campaign.id}


async def test_campaigns_of_one_legal_campaign_hear_the_same_ledger() -> None:
    async with open_bank() as bank:
        bank.store.tables.campaigns[bank.campaign.id] = replace(
            bank.campaign, seller="Acme", offer="roofs"
        )
        bank.store.add_campaign(
            replace(bank.campaign, name="By another script", seller="Acme", offer="roofs")
        )
        told: list[LegalLedger] = []
        bank.watch.hears_ledgers = told.extend
        await bank.watch.look(with_ledger=True)
        await bank.hears_ticks(1)
        counted = [one for one in bank.heard if isinstance(one, ev.AbandonmentCounted)][-2:]
        assert len({one.campaign_id for one in counted}) == 2
        assert counted[0].windows == counted[1].windows
        assert [window.name for window in counted[0].windows] == ["block", "thirty_days", "day"]
        assert [one.pool.legal_campaign for one in told] == ["Acme: roofs"]


def test_a_failed_message_is_said_aloud_once(caplog: pytest.LogCaptureFixture) -> None:
    campaign = CampaignView(
        campaign_id=7, name="Turnout", hopper=0, lines_dialing=0, people_waiting=0,
        people_talking=0, last_decision="",
    )  # fmt: skip
    floor = FloorView(
        at=0.0, link_is_up=True, store_is_up=True, campaigns=(campaign,), agents=(), trunks=(),
        open_attempts=0,
    )  # fmt: skip
    failed = replace(floor, campaigns=(replace(campaign, has_message_failed=True),))
    alarm = MessageAlarm()
    for view in (floor, failed, failed, floor, failed):
        alarm.look(view)
    said = [record.getMessage() for record in caplog.records]
    assert ["could not be played" in words for words in said] == [True, False, True]
    assert all("campaign 7" in words for words in said)


class _NoTrunks:
    """Implements runtime.ports.TrunkSource."""

    def trunks(self) -> tuple[()]:
        return ()


async def test_a_campaign_that_was_dialed_before_begins_with_what_was_learned() -> None:
    async with open_bank() as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        bank.telephony.person_hangs_up(bank.attempts()[0])
        await until(lambda: bank.store.tables.attempts[bank.attempts()[0]].closed is not None)
        second = watch.Watch(bank.store, _NoTrunks(), bank.pump.sink, bank.now, _as_it_is)
        await second.look(with_ledger=False)
        await until(lambda: bool(lessons(bank)))
        await second.look(with_ledger=False)
        await bank.hears_ticks(2)
        [told] = lessons(bank)
        assert told.campaign_id == bank.campaign.id and len(told.facts) == 1


async def test_another_dial_method_learns_it_anew() -> None:
    async with open_bank() as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        bank.telephony.person_hangs_up(bank.attempts()[0])
        await until(lambda: bank.store.tables.attempts[bank.attempts()[0]].closed is not None)
        other = replace(bank.campaign, dial_method=DialMethod.RATIO)
        bank.store.tables.campaigns[bank.campaign.id] = other
        await bank.watch.look(with_ledger=False)
        await until(lambda: bool(lessons(bank)))
        kinds = [type(event) for event in bank.heard]
        changed = len(kinds) - 1 - kinds[::-1].index(ev.Configured)
        assert ev.PastLearned in kinds[changed:], "the new pacer is there first"


def lessons(bank: Bank) -> list[ev.PastLearned]:
    """What the engine was taught."""
    return [event for event in bank.heard if isinstance(event, ev.PastLearned)]


async def _as_it_is(now: watch.Configuration) -> watch.Configuration:
    return now


async def test_a_number_that_somebody_else_bars_is_not_dialed_from_the_hopper_either() -> None:
    async with open_bank(agents=1, leads=3) as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        await until(lambda: len(bank.store.tables.claims) == 3)
        in_call = bank.store.tables.attempts[bank.attempts()[0]].saved.permit.e164
        barred = {row.lead.e164 for row in bank.store.tables.leads.values()} - {in_call}
        for e164 in barred:  # as `callbank compliance do-not-call add` does
            bank.store.tables.do_not_call[e164] = AddDoNotCall(e164=e164, reason="", at=bank.now())
        await bank.watch.look(with_ledger=False)
        await bank.watch.look(with_ledger=False)
        bank.telephony.person_hangs_up(bank.attempts()[0])
        await until(lambda: bank.pump.view().open_attempts == 0)
        await bank.hears_ticks(5)
        told = [event for event in bank.heard if isinstance(event, ev.NumbersBarred)]
        assert [set(event.e164s) for event in told] == [barred]
        assert len(bank.telephony.dialed) == 1


async def test_after_a_revocation_a_lead_that_waits_is_claimed_anew_without_the_consent() -> None:
    async with open_bank(agents=1, leads=2) as bank:
        rows = list(bank.store.tables.leads.values())
        consent = Consent(reference=1, kind=ConsentKind.EXPRESS, given_at=bank.now() - 86400)
        for row in rows:
            bank.store.facts.consents[row.lead.e164] = [("", consent)]
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        in_call = bank.store.tables.attempts[bank.attempts()[0]].saved.permit.e164
        (waiting,) = {row.lead.e164 for row in rows} - {in_call}
        assert [lead.number.consents for lead in claimed(bank)] == [(consent,), (consent,)]
        bank.store.facts.revocations[waiting] = [("", bank.now() + 0.01)]
        await bank.watch.look(with_ledger=False)
        await until(lambda: len(claimed(bank)) > 2)
        again = claimed(bank)[-1]
        assert again.e164 == waiting and again.number.consents == ()


async def test_after_an_import_of_facts_every_lead_that_waits_is_claimed_anew() -> None:
    async with open_bank(agents=1, leads=2) as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 1)
        in_call = bank.store.tables.attempts[bank.attempts()[0]].saved.permit.e164
        numbers = {row.lead.e164 for row in bank.store.tables.leads.values()}
        row = RegisterRow(as_of=bank.now(), numbers=frozenset(numbers))
        bank.store.facts.registers["us.national"] = row
        bank.store.facts.imports += 1
        await bank.watch.look(with_ledger=False)
        await until(lambda: len(claimed(bank)) > 2)
        again = claimed(bank)[-1]
        assert again.e164 != in_call and again.number.registers == ("us.national",)


def claimed(bank: Bank) -> list[Lead]:
    """All leads that were handed to the hopper, in order."""
    events = [event for event in bank.heard if isinstance(event, ev.LeadsClaimed)]
    return [lead for event in events for lead in event.leads]
