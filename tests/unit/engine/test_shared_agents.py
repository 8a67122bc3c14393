"""Agents who serve several campaigns: whoever answers, of whichever campaign, gets them."""

from dataclasses import replace

from dialer.domain.agent import Agent, AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import Campaign, DialMethod
from dialer.domain.lead import Lead, LeadState, LineType
from dialer.domain.outcome import Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.engine import Engine
from dialer.engine.store_commands import SaveAgentState
from tests.unit.engine.test_gaps import leg
from tests.unit.engine.told import Told
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, Night, lead, ratio_campaign

VOLUNTEER = Agent(id=7, name="Volunteer 7", extension="v7")


def second_campaign(campaign: Campaign = CAMPAIGN) -> Campaign:
    return replace(campaign, id=2, name="Canvass", wrap_up_s=60.0)


def two_campaigns(campaign: Campaign = CAMPAIGN, engine: Engine | None = None) -> Night:
    """An evening of two campaigns on one trunk."""
    night = Night(campaign, engine=engine)
    both = (campaign, second_campaign(campaign))
    night.happens(ev.Configured(at=night.now, campaigns=both, trunks=(TRUNK,)))
    for campaign_id in (1, 2):
        window = BudgetWindow(name="block", answered=1000, abandoned=0)
        night.happens(
            ev.AbandonmentCounted(at=night.now, campaign_id=campaign_id, windows=(window,))
        )
    return night


def serves(night: Night, agent_id: int, first: int, *others: int) -> None:
    """An agent comes to work for campaigns and is ready."""
    agent = Agent(id=agent_id, name=f"Volunteer {agent_id}", extension=f"v{agent_id}")
    night.happens(
        ev.AgentLoggedIn(
            at=night.now, agent_id=agent_id, agent=agent, campaign_id=first, also=others
        )
    )
    night.picks_up_leg(agent_id)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=agent_id))


def of_second(number: int, line_type: LineType = LineType.WIRELESS) -> Lead:
    return replace(lead(number, line_type), campaign_id=2)


def claims_for_second(night: Night, *leads: Lead) -> None:
    night.happens(ev.LeadsClaimed(at=night.now, campaign_id=2, leads=leads))


def test_he_stands_in_the_queue_of_each_campaign_and_leaves_them_all() -> None:
    night = two_campaigns()
    serves(night, 7, 1, 2)
    assert night.wished(cmd.CallAgent)[0].queues == ("campaign-1", "campaign-2")
    night.happens(requests.AgentLoggedOut(at=night.now, agent_id=7))
    assert night.wished(cmd.DropAgent)[0].queues == ("campaign-1", "campaign-2")


def test_a_campaign_that_is_not_open_refuses_him() -> None:
    night = two_campaigns()
    serves(night, 7, 1, 3)
    assert night.wished(cmd.RefuseAgent)[0].reason == "That campaign is not open."
    assert night.wished(cmd.CallAgent) == []


def test_logging_in_again_for_the_same_campaigns_is_no_matter_and_for_others_is_refused() -> None:
    night = two_campaigns()
    serves(night, 7, 1, 2)
    serves(night, 7, 2, 1)
    assert night.wished(cmd.RefuseAgent) == []
    serves(night, 7, 1)
    assert "another campaign" in night.wished(cmd.RefuseAgent)[0].reason


def test_the_call_is_of_the_second_campaign_with_its_wrap_up_and_figures() -> None:
    night = two_campaigns()
    serves(night, 7, 1, 2)
    claims_for_second(night, of_second(21))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 7)
    night.at(65).is_gone(call)
    saved = night.wished(SaveAgentState)[-1]
    assert (saved.state, saved.campaign_id, saved.also) == (AgentState.WRAP_UP, 2, (1, 2))
    night.at(120)
    assert night.state_of(7) is AgentState.WRAP_UP, "its wrap-up is a minute"
    night.claims(lead(1))
    night.result(7, call, Disposition.SUPPORTS)
    assert night.next_step(21).state is LeadState.FINAL
    assert night.call().permit.campaign_id == 1


def test_campaigns_that_share_agents_take_turns() -> None:
    night = two_campaigns()
    night.claims(*(lead(n) for n in range(1, 9)))
    claims_for_second(night, *(of_second(n) for n in range(21, 29)))
    for agent_id in range(1, 7):
        serves(night, agent_id, 1, 2)
    dialed = [wish.permit.campaign_id for wish in night.wished(cmd.Originate)]
    assert dialed == [1, 2, 1, 2, 1, 2]


def test_each_campaigns_pacing_sees_what_the_other_has_out() -> None:
    pacers: list[Told] = []

    def pacer(_method: DialMethod) -> Told:
        pacers.append(Told())
        return pacers[-1]

    night = two_campaigns(engine=Engine(run="test", pacers=pacer))
    serves(night, 7, 1, 2)
    serves(night, 8, 1)
    first, second = pacers
    first.shared(1)
    night.claims(lead(1, LineType.LANDLINE))
    night.at(1)
    assert second.saw is not None
    assert second.saw.shared_lines == 1
    assert [line.attempt_id for line in second.saw.lines()] == [night.call().attempt_id]
    assert {seat.agent_id for seat in second.saw.seats()} == {7, 8}
    assert second.saw.ready == 1, "the other agent may not be given this campaign's people"


def test_a_person_of_one_campaign_is_not_given_to_an_agent_of_another() -> None:
    night = two_campaigns(ratio_campaign(2.0))
    serves(night, 7, 1, 2)
    claims_for_second(night, of_second(21, LineType.LANDLINE), of_second(22, LineType.LANDLINE))
    one, two = night.wished(cmd.Originate)
    serves(night, 8, 1)
    assert night.at(4).answers(one).agent_channel == "PJSIP/v7-01"
    assert night.answers(two).destination is cmd.Destination.QUEUE
    night.at(10)
    assert [wish.attempt_id for wish in night.wished(cmd.PlayMessage)] == [two.attempt_id]


def test_people_of_all_campaigns_wait_in_one_order() -> None:
    night = two_campaigns(ratio_campaign(2.0))
    serves(night, 7, 1, 2)
    claims_for_second(night, of_second(21, LineType.LANDLINE))
    night.claims(lead(1, LineType.LANDLINE))
    second, first = night.wished(cmd.Originate)
    night.at(4).happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.answers(second)
    night.at(4.5).answers(first)
    serves(night, 8, 1, 2)
    assert [wish.attempt_id for wish in night.wished(cmd.ConnectCall)] == [second.attempt_id]


def test_a_restart_keeps_all_his_campaigns() -> None:
    night = two_campaigns()
    night.happens(ev.LinkWentDown(at=night.now))
    on_duty = ev.AgentOnDuty(
        agent=VOLUNTEER, campaign_id=1, also=(1, 2), state=AgentState.READY
    )
    night.happens(ev.Restored(at=START, attempts=(), agents=(on_duty,)))
    night.happens(ev.LinkCameUp(at=START, legs=(leg("agent-7-old-00000001"),)))
    claims_for_second(night, of_second(21))
    assert night.call().permit.campaign_id == 2
    assert night.engine.view(night.now).agents[0].also == (1, 2)
