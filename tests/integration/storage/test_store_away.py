"""The store while its server is away, or while others pull at the same leads."""

import asyncio
import time

import psycopg
import pytest
from sqlalchemy import text

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.outcome import Disposition
from dialer.engine.store_commands import AddDoNotCall, SaveResult
from dialer.errors import UsageError
from dialer.runtime.ports import StoreAway
from dialer.storage.admin import Administration
from dialer.storage.connect import make_engine
from dialer.storage.fact_admin import FactAdministration, Request
from dialer.storage.migrations import upgrade
from dialer.storage.store import PostgresStore
from tests.contract.store_worlds import PostgresWorld
from tests.integration.private_postgres import private_postgres


async def test_a_server_that_stops_is_away_and_comes_back() -> None:
    with private_postgres() as server:
        upgrade(server.url("postgres"))
        store = PostgresStore.at(server.url("postgres"))
        world = PostgresWorld(store)
        campaign = await world.campaign("spring")
        added = AddDoNotCall(e164="+12025550101", reason="asked", at=time.time())
        await store.write([added])
        server.stop("fast")
        for _ in range(3):
            with pytest.raises(StoreAway, match="cannot be reached"):
                await store.write([added])
            with pytest.raises(StoreAway):
                await store.campaigns()
        server.start()
        await store.write([added])
        assert await store.campaigns() == (campaign,)
        await store.close()


async def test_a_server_that_does_not_answer_is_away(database_url: str) -> None:
    store = PostgresStore.at(database_url)
    hasty = PostgresStore(make_engine(database_url), patience_s=0.3)
    async with store._engine.begin() as blocking:
        await blocking.execute(text("LOCK TABLE do_not_call IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StoreAway):
            await hasty.write(
                [AddDoNotCall(e164="+12025550101", reason="asked", at=time.time())]
            )
        await hasty.close()
    await store.close()


async def test_a_defect_is_not_taken_for_an_outage(database_url: str) -> None:
    store = PostgresStore.at(database_url)
    orphan = SaveResult(
        attempt_id="none", agent_id=1, disposition=Disposition.SUPPORTS, at=1.0
    )
    added = AddDoNotCall(e164="+12025550101", reason="asked", at=1.0)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        await store.write([added, orphan])
    assert not isinstance(caught.value, StoreAway)
    async with FactAdministration.at(database_url) as facts:
        assert await facts.do_not_call_count() == 0
    await store.close()


async def test_engines_that_claim_at_the_same_moment_never_hold_one_number_twice(
    database_url: str,
) -> None:
    stores = [PostgresStore.at(database_url, floor=f"floor {n}") for n in range(4)]
    world = PostgresWorld(stores[0])
    campaigns = [await world.campaign(name, CampaignState.RUNNING) for name in ("spring", "summer")]
    for n in range(100):
        for campaign in campaigns:
            await world.lead(campaign, f"+1202555{n:04}")
    claimed = await asyncio.gather(
        *(
            store.claim_leads(campaign.id, 7, time.time())
            for _ in range(12)
            for campaign in campaigns
            for store in stores
        )
    )
    numbers = [lead.e164 for leads in claimed for lead in leads]
    assert len(numbers) == len(set(numbers)) == 100
    for store in stores:
        await store.close()


async def test_administration_says_what_is_wrong_in_a_sentence(database_url: str) -> None:
    async with Administration.at(database_url) as administration:
        with pytest.raises(UsageError, match='no campaign called "spring", and no other'):
            await administration.campaign("spring")
        await administration.create_campaign(Campaign(id=0, name="spring"))
        with pytest.raises(UsageError, match="already"):
            await administration.create_campaign(Campaign(id=0, name="spring"))
        with pytest.raises(UsageError, match="There are: spring"):
            await administration.campaign("sprung")
        with pytest.raises(UsageError, match="is draft: it cannot become paused"):
            await administration.set_campaign_state("spring", CampaignState.PAUSED)
        ann = await administration.add_agent("ann")
        assert ann.extension == "101"
        with pytest.raises(UsageError, match="that name"):
            await administration.add_agent("ann")
        with pytest.raises(UsageError, match="that extension"):
            await administration.add_agent("bob", "101")
        await administration.remove_agent("ann")
        assert (await administration.add_agent("ann")).extension == "101"


async def test_numbers_go_on_the_do_not_call_list_once(database_url: str) -> None:
    numbers = [f"+1202555{n:04}" for n in range(10)]
    asked = Request(how="he wrote to us", channel="letter")
    async with FactAdministration.at(database_url) as facts:
        assert await facts.add_do_not_call(numbers[:6], asked) == 6
        assert await facts.add_do_not_call(numbers, asked) == 4
        assert await facts.do_not_call_count() == 10
