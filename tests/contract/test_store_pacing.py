"""What every store keeps for pacing: its decisions, and what earlier calls teach it."""

import math
from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead, LineType
from dialer.domain.outcome import MACHINE_ANSWERED, Disposition, Outcome
from dialer.engine.store_commands import SaveDecision, SaveProgress, SaveResult
from dialer.pacing.floor import (
    Connected,
    LineFailed,
    LineKind,
    LineWithdrawn,
    PersonArrived,
    PersonLost,
    TalkEnded,
    WrapUpEnded,
)
from tests.contract.store_calls import (
    ANN,
    BOB,
    NOW,
    claim_one,
    closed,
    dialed,
    rests,
    state,
)
from tests.contract.store_worlds import StoreWorld

# --- decisions ----------------------------------------------------------------------------------


def decided(campaign: Campaign, at: float, reason: str, **figures: float) -> SaveDecision:
    return SaveDecision(
        campaign_id=campaign.id,
        at=at,
        kind=LineKind.SHARED,
        count=2,
        withdrawn=0,
        reason=reason,
        figures=figures,
    )


async def test_decisions_are_kept_once_in_their_order(
    world: StoreWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    batch = [
        decided(campaign, NOW, "two are free", ready=2),
        decided(campaign, NOW, "one more", ready=1),
        decided(other, NOW, "nobody"),
        decided(campaign, NOW + 1.25, "two are free", ready=2),
    ]
    await world.store.write(batch)
    await world.store.write(batch)
    assert await world.decisions_of(campaign.id) == [
        (NOW, "two are free", {"ready": 2}),
        (NOW, "one more", {"ready": 1}),
        (NOW + 1.25, "two are free", {"ready": 2}),
    ]


async def test_a_figure_that_json_does_not_know_stops_nothing(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.store.write([decided(campaign, NOW, "why", odds=math.nan, wait_s=math.inf)])
    assert len(await world.decisions_of(campaign.id)) == 1


async def test_old_decisions_are_removed(world: StoreWorld, campaign: Campaign) -> None:
    await world.store.write([decided(campaign, NOW + n, f"reason {n}") for n in range(5)])
    assert await world.store.remove_decisions(NOW + 3) == 3
    assert [at for at, _, _ in await world.decisions_of(campaign.id)] == [NOW + 3, NOW + 4]
    assert await world.store.remove_decisions(NOW + 3) == 0


# --- the past -----------------------------------------------------------------------------------


async def conversation(world: StoreWorld, lead: Lead, attempt_id: str, at: float) -> None:
    """Answered after 5 s, talked for a minute."""
    await world.store.write(
        [
            dialed(lead, attempt_id, at=at),
            SaveProgress(attempt_id=attempt_id, answered_at=at + 5),
            closed(
                attempt_id,
                Outcome.TALKED,
                at=at + 66,
                answered_at=at + 5,
                connected_at=at + 5.5,
                parted_at=at + 65.5,
            ),
            rests(lead, until=at + 70, outcome=Outcome.TALKED),
        ]
    )


async def failure(
    world: StoreWorld, lead: Lead, attempt_id: str, at: float, outcome: Outcome, rest_s: float = 60
) -> None:
    """Rang for 20 s."""
    is_counted = outcome not in (Outcome.TRUNK_FAILED, Outcome.NOT_PLACED)
    await world.store.write(
        [
            dialed(lead, attempt_id, at=at),
            closed(attempt_id, outcome, at=at + 20),
            rests(lead, until=at + rest_s, outcome=outcome, counted=is_counted),
        ]
    )


async def test_a_campaign_that_never_dialed_has_no_past(
    world: StoreWorld, campaign: Campaign
) -> None:
    assert await world.store.past_facts(campaign.id, 10) == ()


async def test_the_past_comes_as_the_facts_that_pacing_learned_then(
    world: StoreWorld, campaign: Campaign
) -> None:
    agent = await world.agent("ann")
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await failure(world, lead, "cb-1", NOW - 900, Outcome.NO_ANSWER)
    lead = await claim_one(world, campaign)
    await conversation(world, lead, "cb-2", NOW - 600)
    await world.store.write(
        [
            state(agent, campaign, AgentState.TALKING, NOW - 594.5, "cb-2"),
            state(agent, campaign, AgentState.WRAP_UP, NOW - 534.5, "cb-2"),
            state(agent, campaign, AgentState.READY, NOW - 520),
        ]
    )
    failed, arrived, connected, talked, wrapped_up = await world.store.past_facts(campaign.id, 10)
    assert isinstance(failed, LineFailed) and failed.ended_at == NOW - 880
    assert failed.lead.attempt_count == 0 and failed.lead.last_outcome is None
    assert (failed.lead.line_type, failed.lead.area) == (LineType.LANDLINE, "+1202")
    assert isinstance(arrived, PersonArrived) and arrived.answered_at == NOW - 595
    assert arrived.lead.attempt_count == 1
    assert arrived.lead.last_outcome is Outcome.NO_ANSWER
    assert (connected, talked) == (Connected(latency_s=0.5), TalkEnded(seconds=60.0))
    assert wrapped_up == WrapUpEnded(seconds=14.5)


@pytest.mark.parametrize("said", sorted(MACHINE_ANSWERED))
async def test_a_machine_that_the_agent_reported_is_what_the_lead_was_last(
    world: StoreWorld, campaign: Campaign, said: Disposition
) -> None:
    agent = await world.agent("ann")
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await conversation(world, lead, "cb-1", NOW - 900)
    result = SaveResult(
        attempt_id="cb-1", agent_id=agent.id, disposition=said, at=NOW - 800
    )
    lead_now = rests(lead, until=NOW - 700, outcome=Outcome.MACHINE, counted=False)
    await world.store.write([result, lead_now])
    lead = await claim_one(world, campaign)
    await failure(world, lead, "cb-2", NOW - 600, Outcome.BUSY)
    last = (await world.store.past_facts(campaign.id, 10))[-1]
    assert isinstance(last, LineFailed) and last.lead.last_outcome is Outcome.MACHINE


async def test_calls_that_never_rang_teach_nothing_and_lines_taken_back_little(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    ends = (Outcome.TRUNK_FAILED, Outcome.NOT_PLACED, Outcome.LOST, Outcome.WITHDRAWN)
    for number, outcome in enumerate(ends):
        lead = await claim_one(world, campaign, NOW + 100 * number)
        await failure(world, lead, f"cb-{number}", NOW + 100 * number, outcome)
    (fact,) = await world.store.past_facts(campaign.id, 10)
    assert isinstance(fact, LineWithdrawn)
    assert fact.lead.attempt_count == 1, "the lost one rang, as far as anybody knows"


async def test_people_whom_nobody_was_there_for_are_remembered(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [
            dialed(lead, "cb-1"),
            closed("cb-1", Outcome.ABANDONED, at=NOW + 9, answered_at=NOW + 6),
        ]
    )
    arrived, lost = await world.store.past_facts(campaign.id, 10)
    assert isinstance(arrived, PersonArrived) and lost == PersonLost(at=NOW + 9)


async def test_only_the_last_attempts_of_the_campaign_are_asked_for(
    world: StoreWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    await world.lead(campaign, ANN)
    await world.lead(other, BOB)
    for number in range(4):
        lead = await claim_one(world, campaign, NOW + 100 * number)
        await failure(world, lead, f"cb-{number}", NOW + 100 * number, Outcome.BUSY)
    stranger = await claim_one(world, other)
    await failure(world, stranger, "cb-x", NOW + 50, Outcome.BUSY)
    found = await world.store.past_facts(campaign.id, 2)
    assert [replace(fact).dialed_at for fact in found] == [NOW + 200, NOW + 300]
    assert [fact.lead.attempt_count for fact in found] == [2, 3]
