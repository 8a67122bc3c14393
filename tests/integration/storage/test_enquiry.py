"""What the database tells somebody who asks about one number."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from dialer.compliance.rule import Outcome
from dialer.compliance.rulebook import shipped
from dialer.compliance.ways import stranger, ways_to_dial
from dialer.domain.campaign import DialMethod
from dialer.storage.connect import make_engine
from dialer.storage.enquiry import Known, look_up
from dialer.storage.store import PostgresStore
from tests.contract.fact_worlds import PostgresFactWorld

ANN, NOBODY = "+12025550101", "+12025550177"
NOON = datetime(2026, 11, 18, 17, 0, tzinfo=UTC).timestamp()


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[PostgresFactWorld]:
    store = PostgresStore.at(database_url)
    yield PostgresFactWorld(store)
    await store.close()


async def known(database_url: str, campaign_id: int, e164: str) -> Known:
    engine = make_engine(database_url, pool_size=1)
    try:
        return await look_up(engine, campaign_id, e164, NOON)
    finally:
        await engine.dispose()


async def test_a_lead_is_told_with_all_that_is_known_and_is_not_claimed_by_it(
    world: PostgresFactWorld, database_url: str
) -> None:
    campaign = await world.campaign("spring")
    lead_id = await world.lead_of(campaign, ANN, "NC1")
    await world.consent(ANN, NOON - 86400.0)
    found = await known(database_url, campaign.id, ANN)
    [lead] = found.leads
    assert lead.id == lead_id and len(lead.number.consents) == 1
    assert not (await world.lead_now(lead_id)).is_claimed


async def test_a_number_on_no_list_is_judged_by_itself_and_the_do_not_call_lists(
    world: PostgresFactWorld, database_url: str
) -> None:
    campaign = await world.campaign("spring")
    await world.register("us.national", NOON - 86400.0, [NOBODY])
    found = await known(database_url, campaign.id, NOBODY)
    assert found.leads == () and not found.is_do_not_call
    assert found.registers == ("us.national",)
    assert found.circumstances.registers_as_of == (("us.national", NOON - 86400.0),)
    lead = stranger(NOBODY, campaign, is_do_not_call=True, registers=found.registers)
    ways = ways_to_dial(
        lead,
        campaign,
        NOON,
        trunk_shows_caller_id=True,
        circumstances=found.circumstances,
        book=shipped(),
    )
    assert [way.method for way in ways] == list(DialMethod)
    assert {way.verdict.outcome for way in ways} == {Outcome.BLOCK}
    assert ways[0].facts.number.states == ("DC",)
