"""What every store hands out to whoever asks for those who want another language."""

from dialer.domain.campaign import Campaign
from dialer.domain.language import Language
from dialer.domain.lead import LeadState
from dialer.domain.outcome import Outcome
from dialer.domain.value import changed
from dialer.engine.store_commands import UpdateLead
from tests.contract.store_calls import ANN, BOB, CAT, NOW, claim_one, closed, dialed, rests
from tests.contract.store_worlds import StoreWorld

SPANISH, POLISH, OTHER = Language.SPANISH, Language.POLISH, Language.OTHER


async def wants(
    world: StoreWorld, campaign: Campaign, e164: str, language: str, **its: object
) -> int:
    """Somebody who was called, and wants to be called in that language from now on."""
    lead_id = await world.lead(campaign, e164)
    lead = await claim_one(world, campaign)
    assert lead.id == lead_id
    update = UpdateLead(
        lead_id=lead_id,
        state=LeadState.RECYCLED,
        next_at=NOW - 60,
        last_outcome=Outcome.TALKED,
        counted=True,
        wanted_language=language,
    )
    await world.store.write(
        [
            dialed(lead, f"cb-{lead_id}", at=NOW - 120),
            closed(f"cb-{lead_id}", Outcome.TALKED, at=NOW - 90),
            changed(update, **its),
        ]
    )
    return lead_id


async def claimed(
    world: StoreWorld, campaign: Campaign, *languages: Language, count: int = 9
) -> list[int]:
    leads = await world.store.claim_leads(campaign.id, count, NOW, None, languages)
    assert all(lead.wanted_language in languages for lead in leads)
    return [lead.id for lead in leads]


async def test_who_wants_a_language_is_claimed_for_those_who_speak_it_alone(
    world: StoreWorld, campaign: Campaign
) -> None:
    ann = await wants(world, campaign, ANN, "es")
    bob = await wants(world, campaign, BOB, "pl")
    assert await world.store.claim_leads(campaign.id, 9, NOW) == ()
    assert await claimed(world, campaign, Language.ENGLISH) == []
    assert await claimed(world, campaign, POLISH) == [bob]
    assert await claimed(world, campaign, POLISH, SPANISH) == [ann]


async def test_who_wants_none_is_not_claimed_by_language(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    assert await claimed(world, campaign, Language.ENGLISH) == []
    assert (await claim_one(world, campaign)).wanted_language is None


async def test_a_language_that_nobody_named_waits(world: StoreWorld, campaign: Campaign) -> None:
    await wants(world, campaign, ANN, OTHER.value)
    assert await world.store.claim_leads(campaign.id, 9, NOW) == ()
    assert await claimed(world, campaign, SPANISH, POLISH) == []


async def test_callbacks_come_first_and_nobody_before_he_is_due(
    world: StoreWorld, campaign: Campaign
) -> None:
    ann = await wants(world, campaign, ANN, "es")
    bob = await wants(world, campaign, BOB, "es", state=LeadState.CALLBACK, next_at=NOW - 5)
    await wants(world, campaign, CAT, "es", next_at=NOW + 5)
    assert await claimed(world, campaign, SPANISH, count=1) == [bob]
    assert await claimed(world, campaign, SPANISH) == [ann]
    assert await claimed(world, campaign, SPANISH) == []


async def test_a_wish_stays_until_it_is_taken_back(world: StoreWorld, campaign: Campaign) -> None:
    lead_id = await wants(world, campaign, ANN, "es")
    (lead,) = await world.store.claim_leads(campaign.id, 1, NOW, None, (SPANISH,))
    await world.store.write([rests(lead, until=NOW - 1)])
    (lead,) = await world.store.claim_leads(campaign.id, 1, NOW, None, (SPANISH,))
    await world.store.write([changed(rests(lead, until=NOW - 1), wanted_language="")])
    again = await claim_one(world, campaign)
    assert (again.id, again.wanted_language) == (lead_id, None)


async def test_who_is_done_with_is_not_called_in_any_language(
    world: StoreWorld, campaign: Campaign
) -> None:
    await wants(world, campaign, ANN, "es", state=LeadState.FINAL, next_at=None)
    assert await claimed(world, campaign, SPANISH) == []
