"""What every store keeps of transfers: PostgreSQL and memory alike."""

import pytest

from dialer.domain.campaign import Campaign
from dialer.domain.outcome import Outcome
from dialer.domain.transfer import DestinationKind, TransferDestination, TransferOutcome
from dialer.engine.left_behind import OpenTransfer
from dialer.engine.store_commands import SaveTransfer
from tests.contract.store_calls import ANN, NOW, claim_one, closed, dialed
from tests.contract.store_worlds import StoreWorld

OFFICE = TransferDestination(
    kind=DestinationKind.OFFICE, name="Senator Gray", number="+12025550100"
)


def transfer(**changes: object) -> SaveTransfer:
    values: dict[str, object] = {
        "transfer_id": "transfer-x-1",
        "attempt_id": "cb-x-1",
        "kind": OFFICE.kind,
        "destination": OFFICE.name,
        "number": OFFICE.number,
        "trunk": "carrier",
        "asked_at": NOW + 1,
    }
    return SaveTransfer(**(values | changes))


async def open_ones(world: StoreWorld) -> tuple[OpenTransfer, ...]:
    return (await world.store.restore(NOW + 100)).transfers


async def test_an_open_transfer_is_found_again_as_it_was_last_written(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [dialed(lead, "cb-x-1"), transfer(), transfer(answered_at=NOW + 5)]
    )
    [found] = await open_ones(world)
    assert (found.transfer_id, found.attempt_id, found.trunk) == (
        "transfer-x-1",
        "cb-x-1",
        "carrier",
    )
    assert found.destination == OFFICE
    assert (found.asked_at, found.answered_at, found.through_at) == (NOW + 1, NOW + 5, None)
    through = transfer(
        answered_at=NOW + 5, through_at=NOW + 9, outcome=TransferOutcome.PUT_THROUGH
    )
    await world.store.write([through])
    [found] = await open_ones(world)
    assert found.through_at == NOW + 9


@pytest.mark.parametrize(
    "outcome", [one for one in TransferOutcome if one is not TransferOutcome.PUT_THROUGH]
)
async def test_a_transfer_that_is_over_is_open_no_more(
    world: StoreWorld, campaign: Campaign, outcome: TransferOutcome
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    over = transfer(ended_at=NOW + 7, outcome=outcome)
    await world.store.write(
        [dialed(lead, "cb-x-1"), transfer(), closed("cb-x-1", Outcome.TALKED), over]
    )
    assert await open_ones(world) == ()


async def test_a_campaigns_destinations_are_kept(world: StoreWorld) -> None:
    lead = TransferDestination(kind=DestinationKind.SHIFT_LEAD, name="Shift lead", number="200")
    await world.campaign_like(Campaign(id=0, name="Calls", destinations=(OFFICE, lead)))
    [campaign] = await world.store.campaigns()
    assert campaign.destinations == (OFFICE, lead)
