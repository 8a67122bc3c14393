"""Agents whose own telephones are called over a trunk: they take its channels, and may be machines.
"""

from dataclasses import replace

from dialer.domain.agent import Agent, AgentState
from dialer.domain.trunk import OverTrunk
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from tests.unit.engine.test_gaps import leg
from tests.unit.engine.transcript import CAMPAIGN, OUR_NUMBER, TRUNK, Night, lead

OWN = Agent(id=7, name="Volunteer 7", extension="v7", number="+19195550177")
NARROW = replace(TRUNK, channel_limit=1)


def logs_in(night: Night) -> list[cmd.Command]:
    return night.happens(
        ev.AgentLoggedIn(at=night.now, agent_id=7, agent=OWN, campaign_id=1)
    )


def picks_up(night: Night) -> None:
    night.happens(ev.AgentLegUp(at=night.now, agent_id=7, channel="PJSIP/trunk-main-01"))


def ready(night: Night) -> None:
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))


def test_his_number_is_called_over_the_campaigns_trunk_and_shows_its_caller_id() -> None:
    night = Night()
    logs_in(night)
    [call] = night.wished(cmd.CallAgent)
    assert call.over == OverTrunk(
        endpoint="trunk-main",
        dial_string="19195550177",
        caller_id=OUR_NUMBER,
        caller_name=CAMPAIGN.caller_name,
    )


def test_whoever_picks_up_gets_nobody_before_he_has_said_that_he_is_there() -> None:
    night = Night()
    logs_in(night)
    ready(night)  # said while it still rings: a machine may pick up
    picks_up(night)
    assert night.state_of(7) is AgentState.BREAK
    ready(night)
    assert night.state_of(7) is AgentState.READY


def test_his_leg_takes_a_channel_of_the_trunk_until_he_goes_home() -> None:
    night = Night(trunks=(NARROW,))
    logs_in(night)
    picks_up(night)
    ready(night)
    night.claims(lead(1))
    night.at(5)
    assert not night.wished(cmd.Originate), "the only channel is his"
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.arrives(8)
    night.at(6)
    assert len(night.wished(cmd.Originate)) == 1


def test_without_a_free_channel_he_is_told_so_and_nothing_is_called() -> None:
    night = Night(trunks=(NARROW,))
    night.arrives(8)
    night.claims(lead(1))
    night.at(1)
    assert night.wished(cmd.Originate)
    [refused] = [one for one in logs_in(night) if isinstance(one, cmd.RefuseAgent)]
    assert refused.reason == "Every trunk is busy or resting; try again shortly."
    assert [call.agent_id for call in night.wished(cmd.CallAgent)] == [8]


def test_after_a_restart_the_trunk_of_his_leg_is_read_from_its_channel() -> None:
    night = Night(trunks=(NARROW,))
    night.happens(ev.LinkWentDown(at=night.now))
    on_duty = ev.AgentOnDuty(agent=OWN, campaign_id=1, state=AgentState.READY)
    night.happens(ev.Restored(at=night.now, attempts=(), agents=(on_duty,)))
    seen = replace(leg("agent-7-old-1"), channel="PJSIP/trunk-main-00000001")
    night.happens(ev.LinkCameUp(at=night.now, legs=(seen,)))
    night.claims(lead(1))
    night.at(5)
    assert night.state_of(7) is AgentState.READY
    assert not night.wished(cmd.Originate), "the only channel is his"


def test_a_leg_that_asterisk_lost_is_called_again_and_waits_for_his_word() -> None:
    night = Night()
    logs_in(night)
    picks_up(night)
    ready(night)
    night.happens(ev.LinkWentDown(at=night.now))
    night.happens(ev.LinkCameUp(at=night.now, legs=()))
    assert len(night.wished(cmd.CallAgent)) == 2
    picks_up(night)
    assert night.state_of(7) is AgentState.BREAK
