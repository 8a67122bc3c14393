"""The store in two worlds, for all suites of its contract; the telephony's suite has its own."""

from collections.abc import AsyncIterator

import pytest

from dialer.domain.campaign import Campaign
from dialer.storage.store import PostgresStore
from tests.contract.fact_worlds import FactWorld, MemoryFactWorld, PostgresFactWorld


@pytest.fixture(params=["postgres", "memory"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[FactWorld]:
    """A store without any row, and hands to fill it."""
    if request.param == "memory":
        yield MemoryFactWorld()
        return
    store = PostgresStore.at(request.getfixturevalue("database_url"))
    yield PostgresFactWorld(store)
    await store.close()


@pytest.fixture
async def campaign(world: FactWorld) -> Campaign:
    """A running campaign of that store."""
    return await world.campaign("spring")
