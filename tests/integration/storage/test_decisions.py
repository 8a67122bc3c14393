"""Decisions that the daemon kept are read by `callbank pacing why`."""

from collections.abc import AsyncIterator

import pytest

from dialer.domain.campaign import Campaign
from dialer.engine.store_commands import SaveDecision
from dialer.errors import UsageError
from dialer.pacing.floor import LineKind
from dialer.storage.admin import Administration
from dialer.storage.store import PostgresStore

NOW = 1795042800.0


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Administration]:
    async with Administration.at(database_url) as office:
        campaign = await office.create_campaign(Campaign(id=0, name="spring"))
        store = PostgresStore.at(database_url)
        await store.write(
            [
                SaveDecision(
                    campaign_id=campaign.id,
                    at=NOW + second,
                    kind=LineKind.RESERVED,
                    count=1,
                    withdrawn=0,
                    reason=f"reason {second}",
                    figures={"ready": second},
                )
                for second in range(5)
            ]
        )
        await store.close()
        yield office


async def test_the_last_decisions_up_to_a_time_are_read_oldest_first(
    office: Administration,
) -> None:
    found = await office.decisions("spring", until=NOW + 3.5, last=2)
    assert [one.reason for one in found] == ["reason 2", "reason 3"]
    assert found[-1].figures == {"ready": 3} and found[-1].kind == "reserved"
    assert await office.decisions("spring", until=NOW - 1, last=2) == ()


async def test_a_campaign_that_is_not_there_is_named(office: Administration) -> None:
    with pytest.raises(UsageError, match='no campaign called "autumn"'):
        await office.decisions("autumn", until=NOW, last=1)
