"""What every store tells the gate of a lead's number, person and history."""

import time
from dataclasses import replace

import pytest

from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import (
    ConsentKind,
    Reassigned,
    ReassignedAnswer,
    Relation,
    RelationKind,
)
from dialer.domain.outcome import MACHINE_ANSWERED, Disposition, Outcome
from dialer.engine.store_commands import AddDoNotCall, ReleaseLeads, SaveResult
from tests.contract.fact_worlds import FactWorld
from tests.contract.store_calls import NOW, claim_one, closed, dialed, rests

ANN, ANNS_OTHER, BOB = "+12025550101", "+13365550111", "+12025550102"
DAY = 86400.0


async def the_lead(world: FactWorld, campaign: Campaign, person: str = "NC1") -> Lead:
    """Ann's lead, as the store hands it out now."""
    await world.lead_of(campaign, ANN, person)
    return await claim_one(world, campaign)


async def tried(
    world: FactWorld, lead: Lead, name: str, at: float, outcome: Outcome, **instants: object
) -> None:
    """An attempt that has ended, after which the lead is due again at once."""
    await world.store.write(
        [
            dialed(lead, name, at=at),
            closed(name, outcome, at=at + 30, **instants),
            rests(lead, until=at + 31, outcome=outcome),
        ]
    )


# --- numbers and people -----------------------------------------------------------------------


async def test_a_number_of_which_nothing_is_known_has_no_facts(
    world: FactWorld, campaign: Campaign
) -> None:
    lead = await the_lead(world, campaign)
    number = lead.number
    assert number.consents == number.relations == number.registers == ()
    assert number.business == "" and number.reassigned is None and number.line_known_at is None
    assert lead.line_type is LineType.LANDLINE


async def test_consents_come_with_their_kind_and_instant_and_their_row(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.consent(ANN, NOW - 9 * DAY)
    await world.consent(ANN, NOW - 2 * DAY, kind="express_written", person="NC1")
    await world.consent(BOB, NOW - DAY)
    lead = await the_lead(world, campaign)
    assert [(one.kind, one.given_at) for one in lead.number.consents] == [
        (ConsentKind.EXPRESS, NOW - 9 * DAY),
        (ConsentKind.EXPRESS_WRITTEN, NOW - 2 * DAY),
    ]
    assert len({one.reference for one in lead.number.consents}) == 2


async def test_a_consent_of_somebody_else_on_the_same_telephone_does_not_count(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.consent(ANN, NOW - DAY, person="NC2")
    assert (await the_lead(world, campaign)).number.consents == ()


async def test_a_revocation_ends_what_was_given_before_it_and_nothing_later(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.consent(ANN, NOW - 9 * DAY)
    await world.consent(ANN, NOW - 2 * DAY)
    await world.revoke(ANN, NOW - 5 * DAY)
    lead = await the_lead(world, campaign)
    assert [one.given_at for one in lead.number.consents] == [NOW - 2 * DAY]


async def test_one_persons_revocation_leaves_the_consent_of_another(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.consent(ANN, NOW - 9 * DAY, person="NC1")
    await world.consent(ANN, NOW - 8 * DAY)
    await world.revoke(ANN, NOW - 5 * DAY, person="NC2")
    lead = await the_lead(world, campaign)
    assert [one.given_at for one in lead.number.consents] == [NOW - 9 * DAY]


async def test_the_latest_relation_of_each_kind_is_known_by_number_and_by_person(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.relation("donation", NOW - 90 * DAY, person="NC1")
    await world.relation("donation", NOW - 30 * DAY, e164=ANN)
    await world.relation("purchase", NOW - 60 * DAY, person="NC1")
    await world.relation("inquiry", NOW - DAY, e164=ANN, person="NC2")
    await world.relation("membership", NOW - DAY, e164=BOB, person="NC1")
    lead = await the_lead(world, campaign)
    assert lead.number.relations == (
        Relation(kind=RelationKind.DONATION, at=NOW - 30 * DAY),
        Relation(kind=RelationKind.PURCHASE, at=NOW - 60 * DAY),
    )


async def test_the_registers_that_hold_the_number_are_named(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.register("us.national", NOW - DAY, [BOB, ANN])
    await world.register("us.fl", NOW - DAY, [ANN])
    await world.register("us.in", NOW - DAY, [BOB])
    assert (await the_lead(world, campaign)).number.registers == ("us.fl", "us.national")


async def test_only_the_register_in_force_counts(world: FactWorld, campaign: Campaign) -> None:
    await world.register("us.national", NOW - 20 * DAY, [ANN])
    await world.register("us.national", NOW - DAY, [BOB])
    assert (await the_lead(world, campaign)).number.registers == ()


async def test_the_newest_answer_about_reassignment_counts(
    world: FactWorld, campaign: Campaign
) -> None:
    old = Reassigned(
        answer=ReassignedAnswer.NO, asked_about=NOW - 90 * DAY, asked_at=NOW - 40 * DAY
    )
    new = replace(old, answer=ReassignedAnswer.YES, asked_at=NOW - 3 * DAY)
    await world.answer(ANN, new)
    await world.answer(ANN, old)
    assert (await the_lead(world, campaign)).number.reassigned == new


async def test_lines_of_one_business_have_its_key(world: FactWorld, campaign: Campaign) -> None:
    await world.business(ANN, "acme")
    assert (await the_lead(world, campaign)).number.business == "acme"


async def test_a_look_up_is_believed_before_the_list(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.wireless_block("+12025550", NOW - 50 * DAY)
    await world.line(ANN, "voip", NOW - 3 * DAY)
    lead = await the_lead(world, campaign)
    assert (lead.line_type, lead.number.line_known_at) == (LineType.VOIP, NOW - 3 * DAY)


async def test_a_number_of_a_wireless_block_is_wireless_whatever_the_list_says(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.wireless_block("+12025550", NOW - 50 * DAY)
    lead = await the_lead(world, campaign)
    assert (lead.line_type, lead.number.line_known_at) == (LineType.WIRELESS, NOW - 50 * DAY)


async def test_the_newest_of_the_carriers_data_counts_and_says_when_the_line_was_ported(
    world: FactWorld, campaign: Campaign
) -> None:
    await world.line(ANN, "landline", NOW - 9 * DAY)
    await world.line(ANN, "wireless", NOW - DAY, ported_at=NOW - 4 * DAY)
    lead = await the_lead(world, campaign)
    assert lead.line_type is LineType.LANDLINE, "of which the gate knows when it was one"
    assert lead.number.ported_to_wireless_at == NOW - 4 * DAY


# --- history ----------------------------------------------------------------------------------


async def test_attempts_to_the_person_on_any_of_his_telephones_are_known(
    world: FactWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    await world.lead_of(other, ANNS_OTHER, "NC1")
    await tried(world, await claim_one(world, other), "cb-1", NOW - 7200, Outcome.BUSY)
    await world.lead_of(other, BOB, "NC2")
    history = (await the_lead(world, campaign)).history
    assert history.to_person_at == (NOW - 7200,) and history.to_number_at == ()


async def test_attempts_to_somebody_else_on_the_same_telephone_are_the_numbers_alone(
    world: FactWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    await world.lead_of(other, ANN, "NC2")
    await tried(world, await claim_one(world, other), "cb-1", NOW - 7200, Outcome.NO_ANSWER)
    history = (await the_lead(world, campaign)).history
    assert history.to_number_at == (NOW - 7200,) and history.to_person_at == ()
    assert history.on_subject_at == ()


async def test_campaigns_of_one_seller_and_offer_have_one_subject(world: FactWorld) -> None:
    roofs = await world.campaign_for("roofs", "Acme", "roof")
    again = await world.campaign_for("roofs again", "Acme", "roof")
    doors = await world.campaign_for("doors", "Acme", "door")
    for campaign, name, at in ((roofs, "cb-1", NOW - 9000), (doors, "cb-2", NOW - 5000)):
        await world.lead_of(campaign, ANN, "NC1")
        await tried(world, await claim_one(world, campaign), name, at, Outcome.BUSY)
    history = (await the_lead(world, again)).history
    assert history.on_subject_at == (NOW - 9000,)
    assert history.to_person_at == history.to_number_at == (NOW - 9000, NOW - 5000)


async def test_recorded_voices_abandonments_and_machines_are_known_for_a_month(
    world: FactWorld, campaign: Campaign
) -> None:
    lead = await the_lead(world, campaign)
    ago = NOW - 40 * DAY
    for n, at in enumerate((ago, NOW - 20 * DAY, NOW - 10 * DAY)):
        its = {"answered_at": at + 9, "message_started_at": at + 12}
        await tried(world, lead, f"cb-{n}", at, Outcome.ABANDONED, **its)
        lead = await claim_one(world, campaign, at + 60)
    await tried(
        world, lead, "cb-m", NOW - 9 * DAY, Outcome.MACHINE, answered_at=NOW - 9 * DAY + 5
    )
    history = (await claim_one(world, campaign)).history
    assert history.recordings_at == (NOW - 20 * DAY + 12, NOW - 10 * DAY + 12)
    assert history.abandoned_at == NOW - 10 * DAY + 30
    assert history.machine_at == NOW - 9 * DAY + 5
    assert history.to_number_at == ()


@pytest.mark.parametrize("said", sorted(MACHINE_ANSWERED))
async def test_a_machine_that_the_agent_reported_is_one(
    world: FactWorld, campaign: Campaign, said: Disposition
) -> None:
    agent = await world.agent("ada")
    lead = await the_lead(world, campaign)
    its = {"answered_at": NOW - 7000, "connected_at": NOW - 6999}
    await tried(world, lead, "cb-1", NOW - 7200, Outcome.TALKED, **its)
    await world.store.write(
        [
            SaveResult(
                attempt_id="cb-1",
                agent_id=agent.id,
                disposition=said,
                at=NOW - 6900,
            )
        ]
    )
    assert (await claim_one(world, campaign)).history.machine_at == NOW - 7000


async def test_what_never_reached_the_network_is_no_history(
    world: FactWorld, campaign: Campaign
) -> None:
    lead = await the_lead(world, campaign)
    await tried(world, lead, "cb-1", NOW - 7200, Outcome.NOT_PLACED)
    history = (await claim_one(world, campaign)).history
    assert history == type(history)()


# --- what others change while we hold leads -----------------------------------------------------


async def test_a_number_that_is_held_and_barred_by_somebody_else_is_news(
    world: FactWorld, campaign: Campaign
) -> None:
    await the_lead(world, campaign)
    assert (await world.store.fact_news()).barred == frozenset()
    barred = [AddDoNotCall(e164=e164, reason="a letter", at=NOW) for e164 in (ANN, BOB)]
    await world.store.write(barred)
    assert (await world.store.fact_news()).barred == {ANN}


async def test_what_is_being_called_is_no_news(world: FactWorld, campaign: Campaign) -> None:
    lead = await the_lead(world, campaign)
    await world.store.write([dialed(lead, "cb-1")])
    await world.store.write([AddDoNotCall(e164=ANN, reason="a letter", at=NOW)])
    assert (await world.store.fact_news()).barred == frozenset()


async def test_a_consent_that_was_taken_back_since_the_lead_was_claimed_is_news(
    world: FactWorld, campaign: Campaign
) -> None:
    now = time.time()  # the database notes when it was told, by its own clock
    await world.consent(ANN, now - DAY)
    await world.lead_of(campaign, ANN, "NC1")
    (lead,) = await world.store.claim_leads(campaign.id, 1, now - 60)
    assert lead.number.consents and (await world.store.fact_news()).revoked == frozenset()
    await world.revoke(ANN, now)
    assert (await world.store.fact_news()).revoked == {ANN}
    await world.store.write([ReleaseLeads(lead_ids=(lead.id,))])
    (again,) = await world.store.claim_leads(campaign.id, 1, now + 600)
    assert again.number.consents == () and (await world.store.fact_news()).revoked == frozenset()


async def test_the_registers_in_force_are_told_with_their_age(
    world: FactWorld, campaign: Campaign
) -> None:
    assert (await world.store.circumstances()).registers_as_of == ()
    await world.register("us.national", NOW - 20 * DAY, [ANN])
    await world.register("us.national", NOW - 3 * DAY, [BOB])
    await world.register("us.fl", NOW - 5 * DAY, [])
    told = (await world.store.circumstances()).registers_as_of
    assert told == (("us.fl", NOW - 5 * DAY), ("us.national", NOW - 3 * DAY))
