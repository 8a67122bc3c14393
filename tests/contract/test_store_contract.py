"""What every store does, whether PostgreSQL or memory: one suite for both."""

from dataclasses import replace

import pytest

from dialer.compliance.abandonment import Counts
from dialer.compliance.gate import Refusal
from dialer.compliance.ledger import LedgerWindow
from dialer.compliance.periods import DAY_S
from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import LeadState
from dialer.domain.list_order import ListOrder
from dialer.domain.outcome import MACHINE_ANSWERED, Disposition, Outcome
from dialer.engine.store_commands import (
    AddDoNotCall,
    DeferLead,
    NoteRefusal,
    ReleaseLeads,
    SaveProgress,
    SaveResult,
    UpdateLead,
)
from tests.contract.store_calls import (
    ANN,
    BOB,
    CAT,
    NOW,
    claim_one,
    closed,
    dialed,
    permit,
    rests,
    state,
)
from tests.contract.store_worlds import StoreWorld

# --- claims ---------------------------------------------------------------------------------


async def test_a_claimed_lead_says_all_that_the_gate_must_know(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    assert (lead.id, lead.campaign_id, lead.e164) == (lead_id, campaign.id, ANN)
    assert (lead.display_name, lead.zones) == ("Ann Example", ("America/New_York",))
    assert lead.history.to_number_at == () and not lead.is_do_not_call and lead.attempt_count == 0


async def test_a_lead_is_claimed_once_and_again_after_it_was_given_back(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    assert await world.store.claim_leads(campaign.id, 5, NOW) == ()
    await world.store.write([ReleaseLeads(lead_ids=(lead.id,))])
    assert await claim_one(world, campaign) == lead


async def test_two_leads_that_share_a_telephone_are_never_held_together(
    world: StoreWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    await world.lead(campaign, ANN)
    await world.lead(campaign, ANN)
    await world.lead(other, ANN)
    first = await world.store.claim_leads(campaign.id, 5, NOW)
    assert len(first) == 1
    assert await world.store.claim_leads(campaign.id, 5, NOW) == ()
    assert await world.store.claim_leads(other.id, 5, NOW) == ()
    await world.store.write([ReleaseLeads(lead_ids=(first[0].id,))])
    assert len(await world.store.claim_leads(other.id, 5, NOW)) == 1


async def test_a_number_in_conversation_is_not_claimed_by_another_campaign(
    world: StoreWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    await world.lead(campaign, ANN)
    await world.lead(other, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([dialed(lead, "cb-1")])
    assert await world.store.claim_leads(other.id, 5, NOW + 7200) == ()


def by_area(**effects: float) -> ListOrder:
    """An order by area code alone: `by_area(a404=1.0)`."""
    return ListOrder(effects={"area": {f"+1{name[1:]}": x for name, x in effects.items()}})


async def dialing_order(world: StoreWorld, campaign: Campaign) -> list[int]:
    return [lead.id for lead in await world.store.claim_leads(campaign.id, 50, NOW)]


async def test_an_unordered_list_is_dialed_as_it_came(
    world: StoreWorld, campaign: Campaign
) -> None:
    leads = [await world.lead(campaign, f"+1{404 + n % 3}5550{n:03}") for n in range(9)]
    await world.store.rescore_leads(campaign.id, ListOrder())
    assert await dialing_order(world, campaign) == leads


async def test_likelier_leads_come_first_within_their_priority(
    world: StoreWorld, campaign: Campaign
) -> None:
    usual = await world.lead(campaign, "+14045550101")
    poor = await world.lead(campaign, "+13055550101")
    good = await world.lead(campaign, "+12025550101")
    urgent_poor = await world.lead(campaign, "+13055550102", priority=3)
    urgent_good = await world.lead(campaign, "+12025550102", priority=3)
    also_usual = await world.lead(campaign, "+14045550102")
    await world.store.rescore_leads(campaign.id, by_area(a202=1.0, a305=-1.0))
    order = [urgent_good, urgent_poor, good, usual, also_usual, poor]
    assert await dialing_order(world, campaign) == order


async def test_a_later_order_replaces_an_earlier_one(
    world: StoreWorld, campaign: Campaign
) -> None:
    first = await world.lead(campaign, "+14045550101")
    second = await world.lead(campaign, "+12025550101")
    await world.store.rescore_leads(campaign.id, by_area(a202=1.0))
    await world.store.rescore_leads(campaign.id, ListOrder())
    assert await dialing_order(world, campaign) == [first, second]


async def test_a_settled_lead_takes_its_new_place(world: StoreWorld, campaign: Campaign) -> None:
    for n in range(3):
        await world.lead(campaign, f"+1404555010{n}")
    leads = await world.store.claim_leads(campaign.id, 3, NOW)
    places = (2, 14, None)
    await world.store.write(
        [
            replace(rests(lead, until=NOW + 1, counted=False), odds_bucket=place)
            for lead, place in zip(leads, places, strict=True)
        ]
    )
    again = await world.store.claim_leads(campaign.id, 3, NOW + 2)
    assert [lead.id for lead in again] == [leads[1].id, leads[2].id, leads[0].id]


async def test_the_least_likely_lead_has_its_turn_while_the_likelier_rest(
    world: StoreWorld, campaign: Campaign
) -> None:
    poor = await world.lead(campaign, "+13055550101")
    good = await world.lead(campaign, "+12025550101")
    await world.store.rescore_leads(campaign.id, by_area(a202=3.0, a305=-3.0))
    lead = await claim_one(world, campaign)
    assert lead.id == good
    await world.store.write([rests(lead, until=NOW + 3600)])
    assert (await claim_one(world, campaign, NOW + 1)).id == poor


async def test_an_order_is_for_one_campaign(world: StoreWorld, campaign: Campaign) -> None:
    other = await world.campaign("summer")
    leads = [await world.lead(other, f"+1{code}5550101") for code in (404, 202)]
    await world.store.rescore_leads(campaign.id, by_area(a202=1.0))
    assert await dialing_order(world, other) == leads


async def test_a_promised_callback_comes_before_all_odds(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, "+13055550101")
    poor = await claim_one(world, campaign)
    good = await world.lead(campaign, "+12025550101")
    back = replace(rests(poor, until=NOW), state=LeadState.CALLBACK, odds_bucket=0)
    await world.store.write([back])
    await world.store.rescore_leads(campaign.id, by_area(a202=3.0, a305=-3.0))
    assert await dialing_order(world, campaign) == [poor.id, good]


async def test_callbacks_that_are_due_come_first_then_priority(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    promised = await world.lead(campaign, BOB)
    urgent = await world.lead(campaign, CAT, priority=5)
    leads = await world.store.claim_leads(campaign.id, 3, NOW)
    assert leads[0].id == urgent
    await world.store.write(
        [
            UpdateLead(
                lead_id=promised,
                state=LeadState.CALLBACK,
                next_at=NOW + 60,
                last_outcome=Outcome.TALKED,
                counted=True,
            ),
            ReleaseLeads(lead_ids=tuple(one.id for one in leads if one.id != promised)),
        ]
    )
    early = await world.store.claim_leads(campaign.id, 1, NOW + 59)
    assert [one.id for one in early] == [urgent]
    due = await world.store.claim_leads(campaign.id, 1, NOW + 60)
    assert [one.id for one in due] == [promised]


async def test_a_claim_that_came_to_nothing_expires(world: StoreWorld, campaign: Campaign) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    assert await world.store.claim_leads(campaign.id, 1, NOW + 600) == ()
    assert await claim_one(world, campaign, NOW + 3600) == lead


async def test_a_dialed_lead_stays_ours_through_a_long_talk_and_its_wrap_up(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([dialed(lead, "cb-1")])
    await world.store.write([closed("cb-1", Outcome.TALKED, at=NOW + 3600)])
    assert await world.store.claim_leads(campaign.id, 1, NOW + 3700) == ()


async def test_attempts_to_the_number_are_known_to_every_lead_that_shares_it(
    world: StoreWorld, campaign: Campaign
) -> None:
    other = await world.campaign("summer")
    await world.lead(campaign, ANN)
    await world.lead(other, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [
            dialed(lead, "cb-1", at=NOW - 9 * 86400),
            closed("cb-1", Outcome.BUSY, at=NOW - 9 * 86400 + 5),
            dialed(lead, "cb-2", at=NOW - 7200.25),
            closed("cb-2", Outcome.NO_ANSWER, at=NOW - 7100),
            dialed(lead, "cb-3", at=NOW - 3600),
            closed("cb-3", Outcome.TRUNK_FAILED, at=NOW - 3599),
            rests(lead, until=NOW + 60),
        ]
    )
    (shared,) = await world.store.claim_leads(other.id, 1, NOW)
    assert shared.history.to_number_at == (NOW - 7200.25,)


async def test_a_lead_whose_number_is_on_the_do_not_call_list_says_so(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    await world.store.write([AddDoNotCall(e164=ANN, reason="asked", at=NOW)])
    assert (await claim_one(world, campaign)).is_do_not_call


async def test_a_typed_number_gives_its_lead_once(world: StoreWorld, campaign: Campaign) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await world.store.lead_for_number(campaign.id, ANN)
    assert lead is not None and lead.id == lead_id
    assert await world.store.lead_for_number(campaign.id, ANN) is None
    assert await world.store.lead_for_number(campaign.id, BOB) is None


# --- writing --------------------------------------------------------------------------------


async def test_an_attempt_counts_once_for_its_lead_however_often_it_is_written(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    batch = [
        dialed(lead, "cb-1"),
        SaveProgress(attempt_id="cb-1", answered_at=NOW + 5),
        closed("cb-1", Outcome.BUSY),
        rests(lead, until=NOW + 1800),
    ]
    await world.store.write(batch)
    await world.store.write(batch)
    now = await world.lead_now(lead_id)
    assert (now.state, now.attempt_count, now.is_claimed) == (LeadState.RECYCLED, 1, False)
    again = await claim_one(world, campaign, NOW + 1800)
    assert again.attempt_count == 1 and again.last_outcome is Outcome.BUSY


async def test_an_attempt_that_never_left_us_does_not_count(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [
            dialed(lead, "cb-1"),
            closed("cb-1", Outcome.NOT_PLACED),
            rests(lead, until=NOW + 30, counted=False, outcome=Outcome.NOT_PLACED),
        ]
    )
    assert (await world.lead_now(lead_id)).attempt_count == 0
    assert (await claim_one(world, campaign, NOW + 30)).history.to_number_at == ()


async def test_how_an_attempt_ended_is_written_once(world: StoreWorld, campaign: Campaign) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([dialed(lead, "cb-1")])
    await world.store.write(
        [closed("cb-1", Outcome.TALKED, answered_at=NOW + 5, connected_at=NOW + 5.1)]
    )
    await world.store.write([closed("cb-1", Outcome.LOST)])
    assert await people(world, campaign) == (1, 0)


async def test_a_number_may_be_dialed_anew_in_the_batch_that_ends_its_attempt(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([dialed(lead, "cb-1")])
    await world.store.write([closed("cb-1", Outcome.TRUNK_FAILED), dialed(lead, "cb-2")])
    left = await world.store.restore(NOW + 30)
    assert [one.attempt_id for one in left.attempts] == ["cb-2"]


async def test_two_open_attempts_to_one_number_are_a_defect_and_nothing_is_written(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([dialed(lead, "cb-1")])
    with pytest.raises(Exception) as caught:
        await world.store.write([dialed(lead, "cb-2")])
    assert type(caught.value).__name__ != "StoreAway"
    left = await world.store.restore(NOW + 30)
    assert [one.attempt_id for one in left.attempts] == ["cb-1"]


async def test_a_refused_lead_rests_until_it_may_be_asked_again(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    refusal = Refusal(reasons=("HOURS", "CAP_24H"), retry_at=NOW + 900)
    deferred = DeferLead(
        lead_id=lead.id, campaign_id=campaign.id, refusal=refusal, next_at=NOW + 900, at=NOW
    )
    await world.store.write([deferred])
    await world.store.write([deferred])
    assert await world.refusals_of(lead_id) == [("HOURS", "CAP_24H")]
    assert await world.store.claim_leads(campaign.id, 1, NOW + 899) == ()
    assert (await claim_one(world, campaign, NOW + 900)).attempt_count == 0


async def test_a_refusal_of_a_whole_campaign_is_noted_and_its_lead_keeps_its_place(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    refusal = Refusal(reasons=("CID_INVALID",), retry_at=NOW + 60)
    noted = NoteRefusal(
        lead_id=lead.id, campaign_id=campaign.id, refusal=refusal, at=NOW
    )
    await world.store.write([noted])
    await world.store.write([noted, ReleaseLeads(lead_ids=(lead.id,))])
    assert await world.refusals_of(lead_id) == [("CID_INVALID",)]
    assert (await claim_one(world, campaign, NOW)).id == lead_id


async def test_a_lead_refused_for_ever_is_final(world: StoreWorld, campaign: Campaign) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    refusal = Refusal(reasons=("INTERNAL_DNC",), retry_at=None)
    await world.store.write(
        [
            DeferLead(
                lead_id=lead.id, campaign_id=campaign.id, refusal=refusal, next_at=None, at=NOW
            )
        ]
    )
    assert (await world.lead_now(lead_id)).state is LeadState.FINAL
    assert await world.store.claim_leads(campaign.id, 1, NOW + 1e8) == ()


async def test_a_corrected_result_keeps_what_it_corrected(
    world: StoreWorld, campaign: Campaign
) -> None:
    agent = await world.agent("ann")
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    said = SaveResult(
        attempt_id="cb-1", agent_id=agent.id, disposition=Disposition.SUPPORTS, at=NOW + 30
    )
    corrected = replace(said, disposition=Disposition.LEANS, at=NOW + 40)
    await world.store.write([dialed(lead, "cb-1", agent_id=agent.id), said])
    await world.store.write([said, corrected])
    assert await world.results_of("cb-1") == ["supports", "leans"]


async def test_an_empty_batch_is_written(world: StoreWorld) -> None:
    await world.store.write([])


# --- agents ---------------------------------------------------------------------------------


async def test_an_agents_states_follow_one_another_also_when_written_twice(
    world: StoreWorld, campaign: Campaign
) -> None:
    agent = await world.agent("ann")
    batch = [
        state(agent, campaign, AgentState.READY, NOW),
        state(agent, campaign, AgentState.TALKING, NOW + 10),
        state(agent, campaign, AgentState.WRAP_UP, NOW + 70),
    ]
    await world.store.write(batch)
    await world.store.write(batch)
    spells = await world.agent_spells(agent.id)
    assert spells[-1][0] == "wrap_up"
    assert [at for _, at in spells] == [NOW, NOW + 10, NOW + 70]


async def test_of_two_states_at_one_instant_the_later_word_stands(
    world: StoreWorld, campaign: Campaign
) -> None:
    agent = await world.agent("ann")
    await world.store.write(
        [
            state(agent, campaign, AgentState.READY, NOW),
            state(agent, campaign, AgentState.RESERVED, NOW),
        ]
    )
    assert await world.agent_spells(agent.id) == [("reserved", NOW)]


async def test_an_agent_is_found_by_name(world: StoreWorld) -> None:
    agent = await world.agent("ann")
    assert await world.store.agent_by_name("ann") == agent
    assert await world.store.agent_by_name("bob") is None


async def test_finished_campaigns_are_not_shown(world: StoreWorld, campaign: Campaign) -> None:
    await world.campaign("old", CampaignState.FINISHED)
    draft = await world.campaign("draft", CampaignState.DRAFT)
    assert await world.store.campaigns() == (campaign, draft)


# --- picking up after a crash -----------------------------------------------------------------


async def test_open_attempts_and_agents_on_duty_are_found_again(
    world: StoreWorld, campaign: Campaign
) -> None:
    ann, bob, cat = [await world.agent(name) for name in ("ann", "bob", "cat")]
    other = await world.campaign("other")
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [
            dialed(lead, "cb-1", at=NOW + 0.123456),
            SaveProgress(attempt_id="cb-1", answered_at=NOW + 5.654321),
            state(ann, campaign, AgentState.TALKING, NOW, "cb-1"),
            replace(state(bob, campaign, AgentState.BREAK, NOW), also=(campaign.id, other.id)),
            state(cat, campaign, AgentState.READY, NOW),
            state(cat, campaign, AgentState.OFFLINE, NOW + 1),
        ]
    )
    await world.store.write(
        [SaveProgress(attempt_id="cb-1", connected_at=NOW + 6, agent_id=ann.id)]
    )
    said = SaveResult(
        attempt_id="cb-1", agent_id=ann.id, disposition=Disposition.SUPPORTS, at=NOW + 9
    )
    await world.store.write([said, replace(said, disposition=Disposition.LEANS, at=NOW + 12)])
    left = await world.store.restore(NOW + 30)
    (attempt,) = left.attempts
    assert attempt.attempt_id == "cb-1" and attempt.lead.id == lead.id
    assert attempt.disposition is Disposition.LEANS
    assert attempt.permit == permit(lead) and attempt.trunk == "carrier"
    assert attempt.dialed_at == pytest.approx(NOW + 0.123456, abs=1e-6)
    assert attempt.answered_at == pytest.approx(NOW + 5.654321, abs=1e-6)
    assert (attempt.connected_at, attempt.agent_id) == (NOW + 6, ann.id)
    on_duty = [(one.agent, one.state, one.attempt_id) for one in left.agents]
    assert on_duty == [
        (ann, AgentState.TALKING, "cb-1"),
        (bob, AgentState.BREAK, None),
    ]
    assert [one.also for one in left.agents] == [(), (campaign.id, other.id)]
    assert left.agents[0].lead is not None and left.agents[0].lead.id == lead.id
    assert await world.store.claim_leads(campaign.id, 1, NOW + 86400) == ()


async def test_leads_that_waited_to_be_dialed_are_free_again(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.restore(NOW + 1)
    assert await claim_one(world, campaign, NOW + 1) == lead


async def test_a_lead_in_wrap_up_stays_held_until_its_result(
    world: StoreWorld, campaign: Campaign
) -> None:
    ann = await world.agent("ann")
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [
            dialed(lead, "cb-1", agent_id=ann.id),
            closed("cb-1", Outcome.TALKED, agent_id=ann.id),
            state(ann, campaign, AgentState.WRAP_UP, NOW + 20, "cb-1"),
        ]
    )
    left = await world.store.restore(NOW + 30)
    assert left.attempts == () and left.agents[0].lead is not None
    assert await world.store.claim_leads(campaign.id, 1, NOW + 90000) == ()
    await world.store.write([rests(lead, until=NOW + 7200, outcome=Outcome.TALKED)])
    assert (await claim_one(world, campaign, NOW + 7200)).attempt_count == 1


async def test_a_called_lead_that_nobody_settled_rests_a_day(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([dialed(lead, "cb-1"), closed("cb-1", Outcome.TALKED)])
    await world.store.restore(NOW + 30)
    now = await world.lead_now(lead_id)
    assert (now.state, now.attempt_count, now.is_claimed) == (LeadState.RECYCLED, 1, False)
    assert await world.store.claim_leads(campaign.id, 1, NOW + 86400) == ()
    assert await claim_one(world, campaign, NOW + 30 + 86400) is not None


# --- the ledger -----------------------------------------------------------------------------


async def day_of(world: StoreWorld, campaign: Campaign, now: float = NOW + 60) -> LedgerWindow:
    """The last 24 hours of the campaign's ledger."""
    ledger = await world.store.ledger(campaign, now)
    return next(window for window in ledger.windows if window.name == "day")


async def people(
    world: StoreWorld, campaign: Campaign, now: float = NOW + 60
) -> tuple[int, int]:
    """How many answered in the last 24 hours, and were abandoned."""
    budget = (await day_of(world, campaign, now)).budget()
    return budget.answered, budget.abandoned


@pytest.mark.parametrize(
    ("outcome", "instants", "answered", "abandoned"),
    [
        (Outcome.TALKED, {"connected_at": 7.0}, 1, 0),
        (Outcome.TALKED, {"connected_at": 7.000001}, 1, 1),
        (Outcome.TALKED, {"greeting_ended_at": 6.5, "connected_at": 8.5}, 1, 0),
        (Outcome.TALKED, {"greeting_ended_at": 6.5, "connected_at": 8.6}, 1, 1),
        (Outcome.TALKED, {"greeting_ended_at": 4.0, "connected_at": 7.0}, 1, 0),
        (Outcome.ABANDONED, {"message_started_at": 7.0}, 1, 1),
        (Outcome.CALLER_LEFT, {"ended_at": 6.9}, 0, 0),
        (Outcome.CALLER_LEFT, {"ended_at": 7.1}, 1, 1),
        (Outcome.MACHINE, {}, 0, 0),
        (Outcome.FAX, {}, 0, 0),
    ],
)
async def test_the_ledger_counts_as_the_law_does(
    world: StoreWorld,
    campaign: Campaign,
    outcome: Outcome,
    instants: dict[str, float],
    answered: int,
    abandoned: int,
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    its = {name: NOW + after for name, after in instants.items()}
    end = closed("cb-1", outcome, at=its.pop("ended_at", NOW + 20), answered_at=NOW + 5, **its)
    await world.store.write([dialed(lead, "cb-1"), end])
    assert await people(world, campaign) == (answered, abandoned)
    assert await people(world, campaign, now=NOW + 5 + DAY_S) == (answered, abandoned)
    assert await people(world, campaign, now=NOW + 6 + DAY_S) == (0, 0)


async def test_calls_that_detection_ended_are_counted_apart(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    end = closed("cb-1", Outcome.MACHINE, at=NOW + 9, answered_at=NOW + 5)
    await world.store.write([dialed(lead, "cb-1"), end])
    counts = (await day_of(world, campaign)).counts
    assert counts == Counts(screened_out=1)


@pytest.mark.parametrize("said", sorted(MACHINE_ANSWERED))
async def test_a_machine_that_the_agent_heard_is_no_person(
    world: StoreWorld, campaign: Campaign, said: Disposition
) -> None:
    ann = await world.agent("ann")
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write(
        [
            dialed(lead, "cb-1", agent_id=ann.id),
            closed("cb-1", Outcome.TALKED, answered_at=NOW + 5, connected_at=NOW + 5),
            SaveResult(
                attempt_id="cb-1", agent_id=ann.id, disposition=said, at=NOW + 30
            ),
        ]
    )
    counts = (await day_of(world, campaign)).counts
    assert counts == Counts(machines_to_agents=1)


async def test_a_person_connected_after_a_long_greeting_is_in_time_while_he_still_talks(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    connected = SaveProgress(
        attempt_id="cb-1", answered_at=NOW + 5, greeting_ended_at=NOW + 7, connected_at=NOW + 8
    )
    await world.store.write([dialed(lead, "cb-1"), connected])
    assert await people(world, campaign) == (1, 0)
