"""What every store hands out when leads of one class of number are asked for."""

from dialer.domain.campaign import Campaign
from dialer.engine.store_commands import ReleaseLeads
from dialer.pacing.floor import LeadClass
from dialer.runtime.ports import LOOKED_AT
from tests.contract.fact_worlds import FactWorld
from tests.contract.store_calls import NOW, dialed, rests

SHARED, ALONE = LeadClass.OVER_DIALABLE, LeadClass.ONE_TO_ONE
DAY = 86400.0


def e164(number: int) -> str:
    return f"+1202555{number:04d}"


async def landline(world: FactWorld, campaign: Campaign, number: int) -> int:
    return await world.lead_of(campaign, e164(number), f"NC{number}")


async def cell(world: FactWorld, campaign: Campaign, number: int) -> int:
    await world.line(e164(number), "wireless", NOW - DAY)
    return await world.lead_of(campaign, e164(number), f"NC{number}")


async def claimed(
    world: FactWorld, campaign: Campaign, leads: LeadClass | None, count: int = 50
) -> list[int]:
    return [its.id for its in await world.store.claim_leads(campaign.id, count, NOW, leads)]


async def test_each_class_is_handed_out_by_itself_in_the_order_of_the_list(
    world: FactWorld, campaign: Campaign
) -> None:
    first = await landline(world, campaign, 1)
    second = await cell(world, campaign, 2)
    third = await landline(world, campaign, 3)
    fourth = await cell(world, campaign, 4)
    assert await claimed(world, campaign, ALONE, count=1) == [second]
    assert await claimed(world, campaign, SHARED) == [first, third]
    assert await claimed(world, campaign, SHARED) == []
    assert await claimed(world, campaign, None) == [fourth]


async def test_whoever_is_passed_over_keeps_his_turn(world: FactWorld, campaign: Campaign) -> None:
    ids = [await landline(world, campaign, number) for number in range(1, 4)]
    last = await cell(world, campaign, 4)
    assert await claimed(world, campaign, ALONE) == [last]
    assert await claimed(world, campaign, None) == ids


async def test_a_consent_in_force_makes_a_cell_one_that_may_hear_a_recording(
    world: FactWorld, campaign: Campaign
) -> None:
    agreed = await cell(world, campaign, 1)
    await world.consent(e164(1), NOW - DAY)
    took_back = await cell(world, campaign, 2)
    await world.consent(e164(2), NOW - DAY)
    await world.revoke(e164(2), NOW - 60)
    others = await cell(world, campaign, 3)
    await world.consent(e164(3), NOW - DAY, person="somebody else")
    assert await claimed(world, campaign, SHARED) == [agreed]
    assert await claimed(world, campaign, ALONE) == [took_back, others]


async def test_a_look_up_beats_the_list_and_its_block_and_a_porting_is_the_gate_s_to_judge(
    world: FactWorld, campaign: Campaign
) -> None:
    looked_up = await landline(world, campaign, 5001)
    await world.wireless_block(e164(5001)[:9], NOW - DAY)
    await world.line(e164(5001), "landline", NOW - DAY)
    ported = await landline(world, campaign, 2)
    await world.line(e164(2), "wireless", NOW - 60, ported_at=NOW - DAY)
    known = await cell(world, campaign, 3)
    assert await claimed(world, campaign, SHARED) == [looked_up, ported]
    assert await claimed(world, campaign, ALONE) == [known]


async def test_a_number_of_a_wireless_block_is_a_cell(
    world: FactWorld, campaign: Campaign
) -> None:
    lead = await landline(world, campaign, 1)
    await world.wireless_block(e164(1)[:9], NOW - DAY)
    assert await claimed(world, campaign, SHARED) == []
    assert await claimed(world, campaign, ALONE) == [lead]


async def test_leads_that_rest_are_held_or_are_being_called_are_not_handed_out(
    world: FactWorld, campaign: Campaign
) -> None:
    for number in range(1, 5):
        await cell(world, campaign, number)
    first, second, third, fourth = await world.store.claim_leads(campaign.id, 4, NOW)
    await world.store.write(
        [
            ReleaseLeads(lead_ids=(first.id,)),
            rests(second, until=NOW + 60),
            dialed(third, "cb-1"),
        ]
    )
    assert await claimed(world, campaign, ALONE) == [first.id]
    assert fourth.id not in await claimed(world, campaign, None)


async def test_only_so_many_leads_are_looked_at_for_a_class(
    world: FactWorld, campaign: Campaign
) -> None:
    for number in range(LOOKED_AT - 1):
        await landline(world, campaign, number)
    near = await cell(world, campaign, LOOKED_AT)
    far = await cell(world, campaign, LOOKED_AT + 1)
    assert await claimed(world, campaign, ALONE) == [near]
    await claimed(world, campaign, None, count=1)
    assert await claimed(world, campaign, ALONE) == [far]
