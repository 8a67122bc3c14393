"""What every store's abandonment ledger says, and that the law's own module says the same."""

import random
from dataclasses import replace

import pytest

from dialer.compliance.abandonment import AnsweredCall, Counts, Formula, counted
from dialer.compliance.ledger import LegalLedger
from dialer.compliance.periods import BLOCK_S
from dialer.domain.campaign import Campaign, CampaignState, Limits
from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.engine.store_commands import AmendAttempt, SaveProgress, SaveResult
from tests.contract.store_calls import NOW, claim_one, closed, dialed
from tests.contract.store_worlds import MemoryWorld, PostgresWorld, StoreWorld

US_NUMBER = "+1919555{:04d}"
UK_NUMBER = "+442079460{:03d}"


SPRING = Campaign(id=0, name="spring", state=CampaignState.RUNNING)
ACME = replace(SPRING, name="Acme by script A", seller="Acme", offer="roofs")


class Book:
    """Puts calls into a store, one attempt each, and reads its ledger."""

    def __init__(self, world: StoreWorld) -> None:
        self.world = world
        self.calls = 0

    async def call(
        self,
        campaign: Campaign,
        outcome: Outcome,
        *,
        at: float = NOW,
        number: str = US_NUMBER,
        **ends: object,
    ) -> str:
        """A call of the campaign that was answered at an instant."""
        self.calls += 1
        await self.world.lead(campaign, number.format(self.calls))
        lead = await claim_one(self.world, campaign, at)
        attempt_id = f"cb-{self.calls}"
        end = {"at": ends.pop("ended_at", at + 20), "answered_at": at, **ends}
        await self.world.store.write(
            [
                dialed(lead, attempt_id, at=at - 5),
                replace(closed(attempt_id, outcome, **end), campaign_id=campaign.id),
            ]
        )
        return attempt_id

    async def talked(self, campaign: Campaign, **ends: float) -> str:
        at = ends.get("at", NOW)
        return await self.call(campaign, Outcome.TALKED, connected_at=at + 0.1, **ends)

    async def abandoned(self, campaign: Campaign, **ends: object) -> str:
        return await self.call(campaign, Outcome.ABANDONED, was_given_up=True, **ends)

    async def ledger(self, campaign: Campaign, now: float = NOW + 60) -> LegalLedger:
        return await self.world.store.ledger(campaign, now)


def counts_in(ledger: LegalLedger, name: str) -> Counts:
    return next(window.counts for window in ledger.windows if window.name == name)


async def test_campaigns_of_one_seller_and_offer_are_counted_together(  # R07
    world: StoreWorld,
) -> None:
    one = await world.campaign_like(ACME)
    other = await world.campaign_like(replace(ACME, name="Acme by script B"))
    alone = await world.campaign_like(replace(ACME, name="Acme's gutters", offer="gutters"))
    finished = await world.campaign_like(
        replace(ACME, name="Acme last week", state=CampaignState.FINISHED)
    )
    book = Book(world)
    for campaign in (one, other, alone, finished):
        await book.talked(campaign)
    await book.abandoned(other)
    pooled = await book.ledger(one)
    assert pooled.pool.campaign_ids == (one.id, other.id, finished.id)
    assert counts_in(pooled, "block") == Counts(
        connected=3, abandoned=1, uk_connected=3, uk_abandoned=1
    )
    assert (await book.ledger(other)).windows == pooled.windows
    assert counts_in(await book.ledger(alone), "block").connected == 1  # R08


async def test_without_seller_or_offer_a_campaign_stands_for_itself(world: StoreWorld) -> None:
    ours = await world.campaign_like(replace(SPRING, seller="Acme"))
    other = await world.campaign_like(replace(SPRING, name="summer", seller="Acme"))
    book = Book(world)
    await book.talked(ours)
    assert counts_in(await book.ledger(ours), "block").connected == 1
    assert counts_in(await book.ledger(other), "block").connected == 0


async def test_the_strictest_limits_of_the_pool_bind(world: StoreWorld) -> None:
    one = await world.campaign_like(
        replace(ACME, limits=Limits(abandon_limit=0.02, machine_error_bound=0.01))
    )
    await world.campaign_like(
        replace(ACME, name="other", limits=Limits(machine_error_bound=0.1))
    )
    ledger = await Book(world).ledger(one)
    assert {window.limit for window in ledger.windows} == {0.02}
    assert ledger.bound == 0.1


async def test_a_block_that_is_over_is_frozen_and_the_next_begins_at_zero(  # R09
    world: StoreWorld,
) -> None:
    campaign = await world.campaign_like(SPRING)
    book = Book(world)
    attempt_id = await book.talked(campaign, at=NOW + 5)  # dialed, and the block begun, at NOW
    await book.abandoned(campaign, at=NOW + 100)
    await world.store.keep_books(NOW + BLOCK_S - 1)
    assert await world.blocks() == []
    before = await book.ledger(campaign, NOW + BLOCK_S - 1)
    await world.store.keep_books(NOW + BLOCK_S)
    after = await book.ledger(campaign, NOW + BLOCK_S)
    [frozen] = await world.blocks()
    assert frozen.counts == counts_in(before, "block")
    assert frozen.rate(Formula.US) == 0.5
    assert counts_in(after, "block") == Counts()
    assert counts_in(after, "thirty_days").abandoned == 1
    agent = await world.agent("ann")
    machine = SaveResult(
        attempt_id=attempt_id, agent_id=agent.id, disposition=Disposition.MACHINE, at=NOW + 30
    )
    await world.store.write([machine])
    await world.store.keep_books(NOW + BLOCK_S + 60)
    assert await world.blocks() == [frozen], "never counted again"


async def test_a_block_waits_for_the_calls_that_began_in_it(world: StoreWorld) -> None:
    campaign = await world.campaign_like(SPRING)
    book = Book(world)
    await book.talked(campaign, at=NOW + 5)
    await world.lead(campaign, US_NUMBER.format(99))
    lead = await claim_one(world, campaign)
    end = NOW + BLOCK_S
    progress = SaveProgress(attempt_id="cb-open", answered_at=end - 2)
    await world.store.write([dialed(lead, "cb-open", at=end - 9), progress])
    await world.store.keep_books(end + 1)
    assert await world.blocks() == []
    late = closed("cb-open", Outcome.ABANDONED, at=end + 2, was_given_up=True)
    await world.store.write([replace(late, campaign_id=campaign.id)])
    await world.store.keep_books(end + 3)
    [frozen] = await world.blocks()
    assert (frozen.counts.connected, frozen.counts.abandoned) == (1, 1)


async def test_each_country_is_counted_by_its_own_profile(world: StoreWorld) -> None:
    campaign = await world.campaign_like(SPRING)
    book = Book(world)
    await book.talked(campaign)
    late_in_the_uk = {"speech_started_at": NOW + 0.5, "greeting_ended_at": NOW + 1.1}
    await book.call(
        campaign, Outcome.TALKED, number=UK_NUMBER, connected_at=NOW + 3.1, **late_in_the_uk
    )  # R48: 2.0 s after the greeting's end, 2.6 s after its beginning
    ledger = await book.ledger(campaign)
    assert counts_in(ledger, "block").connected == 1
    british = counts_in(ledger, "GB.calendar_day")
    assert (british.uk_connected, british.uk_abandoned, british.connected) == (0, 1, 1)
    gates = {budget.name: budget.abandoned for budget in ledger.budgets()}
    assert gates == {
        "block": 0, "thirty_days": 0, "day": 0,
        "GB.calendar_day": 1, "GB.block": 0, "GB.day": 0,
    }  # fmt: skip


async def test_what_is_heard_after_a_calls_end_counts_all_the_same(world: StoreWorld) -> None:
    campaign = await world.campaign_like(SPRING)
    book = Book(world)
    await book.call(campaign, Outcome.ABANDONED)
    assert counts_in(await book.ledger(campaign), "day").abandoned == 1
    await world.store.write([AmendAttempt(attempt_id="cb-1", connected_at=NOW + 2.0)])
    assert counts_in(await book.ledger(campaign), "day").connected == 1
    await world.store.write([AmendAttempt(attempt_id="cb-1", answered_at=NOW - 1.0)])
    assert counts_in(await book.ledger(campaign), "day").abandoned == 1
    assert counts_in(await book.ledger(campaign), "day").connected == 0


async def test_a_share_of_the_machine_verdicts_is_drawn(world: StoreWorld) -> None:
    every = await world.campaign_like(replace(SPRING, limits=Limits(audit_share=1.0)))
    none = await world.campaign_like(
        replace(SPRING, name="none", limits=Limits(audit_share=0.0))
    )
    book = Book(world)
    for campaign in (every, none):
        await book.call(campaign, Outcome.MACHINE, amd_verdict=AmdVerdict.MACHINE)
        await book.talked(campaign)
    await world.store.keep_books(NOW + 60)
    await world.store.keep_books(NOW + 75)
    assert await world.drawn() == ["cb-1"]


@pytest.mark.parametrize("seed", range(4))
async def test_both_stores_count_what_the_law_counts(
    seed: int,
    database_url: str,
) -> None:
    """The same invented evening in both, against the pure module."""
    from dialer.storage.store import PostgresStore

    store = PostgresStore.at(database_url)
    worlds: tuple[StoreWorld, ...] = (PostgresWorld(store), MemoryWorld())
    found, truth = [], Counts()
    for world in worlds:
        chance, calls = random.Random(seed), []
        campaign = await world.campaign_like(SPRING)
        agent = await world.agent("ann")
        book = Book(world)
        for _ in range(60):
            ends, call = invented(chance)
            calls.append(call)
            attempt_id = await book.call(campaign, **ends)
            if call.agent_said_machine:
                said = SaveResult(
                    attempt_id=attempt_id, agent_id=agent.id,
                    disposition=Disposition.MACHINE, at=NOW + 40,
                )  # fmt: skip
                await world.store.write([said])
        found.append(await book.ledger(campaign))
        truth = counted(calls)
    await store.close()
    in_postgres, in_memory = found
    assert in_postgres.windows == in_memory.windows
    assert counts_in(in_postgres, "day") == truth
    assert truth.connected and truth.abandoned and truth.unknown and truth.left_early
    assert truth.screened_out and truth.machines_to_agents


def invented(chance: random.Random) -> tuple[dict[str, object], AnsweredCall]:
    """A call's end as the engine would write it, and the same call as the law sees it."""

    def after(most: float) -> float | None:
        return None if chance.random() < 0.3 else NOW + round(chance.uniform(0, most), 6)

    outcome = chance.choice(list(ENDS))
    verdict = AmdVerdict.MACHINE if outcome is Outcome.MACHINE else chance.choice(UNSURE)
    connected_at = NOW + round(chance.uniform(0, 3.5), 6) if outcome is Outcome.TALKED else None
    instants = {
        "speech_started_at": after(1.5),
        "greeting_ended_at": after(3.0),
        "connected_at": connected_at,
        "message_started_at": after(4.0) if outcome is Outcome.ABANDONED else None,
    }
    ended_at = NOW + round(chance.uniform(5 if connected_at else 0, 9), 6)
    given_up = outcome is Outcome.ABANDONED and chance.random() < 0.7
    ends = {
        "outcome": outcome, "amd_verdict": verdict, "was_given_up": given_up, **instants,
    }  # fmt: skip
    call = AnsweredCall(
        answered_at=NOW,
        ended_at=ended_at,
        was_hung_up_by_us=given_up,
        verdict=verdict,
        agent_said_machine=outcome is Outcome.TALKED and chance.random() < 0.5,
        is_fax=outcome is Outcome.FAX,
        **instants,
    )
    return {**ends, "ended_at": ended_at}, call


ENDS = (
    Outcome.TALKED, Outcome.ABANDONED, Outcome.CALLER_LEFT, Outcome.MACHINE, Outcome.FAX,
)  # fmt: skip
UNSURE = (AmdVerdict.NOT_ASKED, AmdVerdict.HUMAN, AmdVerdict.UNKNOWN)
