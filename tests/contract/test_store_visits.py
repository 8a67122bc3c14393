"""What every store keeps of calls that came in and of recordings: PostgreSQL and memory alike."""

from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine.events import OpenVisit
from dialer.engine.store_commands import SaveAgentState, SaveRecording, SaveVisit
from tests.contract.store_calls import ANN, BOB, NOW, claim_one, closed, dialed
from tests.contract.store_worlds import StoreWorld

VISIT = "in-1795000000.7"


def visit(campaign: Campaign, **changes: object) -> SaveVisit:
    values: dict[str, object] = {
        "visit_id": VISIT,
        "campaign_id": campaign.id,
        "lead_id": None,
        "e164": "",
        "agent_id": None,
        "came_at": NOW,
    }
    return SaveVisit(**(values | changes))


async def visits_after_a_restart(world: StoreWorld) -> tuple[OpenVisit, ...]:
    return (await world.store.restore(NOW + 100)).visits


async def test_an_open_visit_is_found_again_as_it_was_last_written(
    world: StoreWorld, campaign: Campaign
) -> None:
    agent, lead_id = await world.agent("ada"), await world.lead(campaign, ANN)
    first = visit(campaign, lead_id=lead_id, agent_id=agent.id, e164=ANN)
    later = visit(
        campaign, lead_id=lead_id, agent_id=agent.id, e164=ANN, connected_at=NOW + 1
    )
    await world.store.write([first, later])
    [found] = await visits_after_a_restart(world)
    assert (found.visit_id, found.campaign_id, found.e164) == (VISIT, campaign.id, ANN)
    assert (found.came_at, found.connected_at, found.parted_at) == (NOW, NOW + 1, None)
    assert found.agent_id == agent.id
    assert found.lead is not None and found.lead.id == lead_id


async def test_a_visit_that_is_over_is_kept_for_its_agents_report_and_no_longer(
    world: StoreWorld, campaign: Campaign
) -> None:
    agent, lead_id = await world.agent("ada"), await world.lead(campaign, ANN)
    over = {"lead_id": lead_id, "agent_id": agent.id, "connected_at": NOW, "ended_at": NOW + 9}
    wraps_up = SaveAgentState(
        agent_id=agent.id,
        campaign_id=campaign.id,
        state=AgentState.WRAP_UP,
        at=NOW + 9,
        attempt_id=VISIT,
    )
    await world.store.write([visit(campaign, e164=ANN, **over), wraps_up])
    restored = await world.store.restore(NOW + 100)
    assert [one.visit_id for one in restored.visits] == [VISIT]
    [on_duty] = restored.agents
    assert on_duty.attempt_id == VISIT
    assert on_duty.lead is not None and on_duty.lead.id == lead_id
    await world.store.write([visit(campaign, disposition=Disposition.SUPPORTS, **over)])
    assert await visits_after_a_restart(world) == ()


async def test_a_caller_without_a_name_and_without_an_agent_ends(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.store.write([visit(campaign)])
    [found] = await visits_after_a_restart(world)
    assert found.lead is None and found.e164 == ""
    await world.store.write([visit(campaign, opted_out_at=NOW + 3, ended_at=NOW + 4)])
    assert await visits_after_a_restart(world) == ()


async def test_a_caller_is_found_on_the_lists_of_open_campaigns_last_tried_first(
    world: StoreWorld, campaign: Campaign
) -> None:
    never = await world.lead(campaign, ANN)
    other = await world.campaign("autumn")
    tried = await world.lead(other, ANN)
    over = await world.campaign("winter", CampaignState.FINISHED)
    await world.lead(over, ANN)
    await world.lead(campaign, BOB)
    lead = await claim_one(world, other)
    await world.store.write([dialed(lead, "cb-1"), closed("cb-1", Outcome.NO_ANSWER)])
    found = await world.store.leads_of_caller(ANN)
    assert [one.id for one in found] == [tried, never]
    assert await world.store.leads_of_caller("+12025550199") == ()


async def test_looking_a_caller_up_claims_nothing(world: StoreWorld, campaign: Campaign) -> None:
    lead_id = await world.lead(campaign, ANN)
    await world.store.leads_of_caller(ANN)
    assert not (await world.lead_now(lead_id)).is_claimed


@pytest.mark.parametrize("disposition", list(Disposition))
async def test_every_word_of_an_agent_can_be_kept(
    world: StoreWorld, campaign: Campaign, disposition: Disposition
) -> None:
    await world.store.write([visit(campaign, ended_at=NOW + 1, disposition=disposition)])
    assert await visits_after_a_restart(world) == ()


# --- recordings -----------------------------------------------------------------------------------


async def test_a_recording_may_be_written_twice_and_again_with_its_end_and_have_a_further_one(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    await world.store.write([dialed(await claim_one(world, campaign), "cb-1")])
    begun = SaveRecording(
        attempt_id="cb-1",
        file="cb-1.wav",
        leave="announcement_first",
        announcement_version="v1",
        announced_from=NOW,
        announced_to=NOW + 2,
        started_at=NOW + 2,
    )
    await world.store.write([begun])
    await world.store.write([begun, replace(begun, ended_at=NOW + 60)])
    assert await world.recordings() == [("cb-1", NOW + 2, NOW + 60)]
    later = {"announced_from": NOW + 70, "announced_to": NOW + 72, "started_at": NOW + 72}
    await world.store.write([replace(begun, file="cb-1-2.wav", **later)])
    assert await world.recordings() == [
        ("cb-1", NOW + 2, NOW + 60),
        ("cb-1", NOW + 72, None),
    ]
