"""A page is loaded again in mid-conversation: the person stays on the line, and his volunteer comes
back to him."""

import pytest

from dialer.domain.agent import Agent, AgentState
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.rejoin import KEPT_S
from dialer.engine.store_commands import SaveResult
from tests.unit.engine.transcript import Night, lead

ADA = Agent(id=7, name="Ada", extension="v7", is_browser=True)
NEW_LEG = "PJSIP/v7-02"


def logs_in(night: Night) -> list[cmd.Command]:
    return night.happens(ev.AgentLoggedIn(at=night.now, agent_id=7, agent=ADA, campaign_id=1))


def picks_up_again(night: Night) -> list[cmd.Command]:
    return night.happens(ev.AgentLegUp(at=night.now, agent_id=7, channel=NEW_LEG))


def talking(night: Night) -> cmd.Originate:
    """A volunteer of a page in a conversation with lead 1."""
    logs_in(night)
    night.picks_up_leg(7)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))
    night.claims(lead(1), lead(2))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 7)
    night.at(30)
    return call


def breaks_off(night: Night, call: cmd.Originate) -> list[cmd.Command]:
    """As Asterisk tells it: the leg leaves the bridge, then it is gone."""
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))
    return night.happens(ev.AgentLegDown(at=night.now, agent_id=7))


def test_the_person_is_put_through_to_the_same_volunteer_and_the_call_is_one_call(
    night: Night,
) -> None:
    call = talking(night)
    assert not any(isinstance(one, cmd.HangUp) for one in breaks_off(night, call))
    assert night.state_of(7) is AgentState.OFFLINE
    night.at(32)
    assert any(isinstance(one, cmd.CallAgent) for one in logs_in(night))
    night.at(33)
    [connect] = [one for one in picks_up_again(night) if isinstance(one, cmd.ConnectCall)]
    assert (connect.attempt_id, connect.agent_channel) == (call.attempt_id, NEW_LEG)
    night.is_connected(call, 7)
    night.at(60)
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(cmd.HangUp) == []
    night.at(100).is_gone(call)
    end = night.ending(call)
    assert end.outcome is Outcome.TALKED
    assert (end.connected_at, end.parted_at) == (night.now - 95.0, night.now)
    assert night.state_of(7) is AgentState.WRAP_UP
    night.result(7, call, Disposition.SUPPORTS)
    [kept] = night.wished(SaveResult)
    assert kept.disposition is Disposition.SUPPORTS


def test_the_person_stays_on_the_volunteers_screen_meanwhile(night: Night) -> None:
    call = talking(night)
    breaks_off(night, call)
    logs_in(night)
    [agent] = night.engine.view(night.now).agents
    assert agent.lead is not None
    assert (agent.attempt_id, agent.lead.id) == (call.attempt_id, 1)


def test_nobody_else_is_put_through_to_him_while_his_person_waits(night: Night) -> None:
    call = talking(night)
    breaks_off(night, call)
    logs_in(night)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))
    picks_up_again(night)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))
    night.at(33)
    assert len(night.wished(cmd.Originate)) == 1
    assert night.state_of(7) is AgentState.TALKING


def test_a_person_whose_volunteer_stays_away_is_hung_up_and_was_not_abandoned(
    night: Night,
) -> None:
    call = talking(night)
    breaks_off(night, call)
    night.at(30 + KEPT_S - 1)
    assert night.wished(cmd.HangUp) == []
    night.at(30 + KEPT_S + 1)
    assert [one.attempt_id for one in night.wished(cmd.HangUp)] == [call.attempt_id]
    night.is_gone(call)
    end = night.ending(call)
    assert end.outcome is Outcome.TALKED
    assert not end.was_given_up or end.connected_at is not None
    assert end.parted_at == night.now - KEPT_S - 1
    assert [one.disposition for one in night.wished(SaveResult)] == [Disposition.NO_RESULT]


def test_who_comes_back_when_the_person_has_hung_up_may_still_report(night: Night) -> None:
    call = talking(night)
    breaks_off(night, call)
    night.at(32).is_gone(call)
    logs_in(night)
    picks_up_again(night)
    assert night.state_of(7) is AgentState.BREAK
    night.result(7, call, Disposition.SUPPORTS)
    assert night.wished(SaveResult)[-1].disposition is Disposition.SUPPORTS


def test_a_person_who_hangs_up_while_the_two_are_put_together_leaves_a_wrap_up(
    night: Night,
) -> None:
    call = talking(night)
    breaks_off(night, call)
    logs_in(night)
    picks_up_again(night)
    night.is_gone(call)
    assert night.state_of(7) is AgentState.WRAP_UP
    night.result(7, call, Disposition.SUPPORTS)
    assert [one.disposition for one in night.wished(SaveResult)] == [Disposition.SUPPORTS]


def test_a_telephone_that_is_not_there_yet_is_called_again_without_losing_the_person(
    night: Night,
) -> None:
    call = talking(night)
    breaks_off(night, call)
    logs_in(night)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.at(33)
    logs_in(night)
    picks_up_again(night)
    night.is_connected(call, 7)
    night.at(60)
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(cmd.HangUp) == []


def test_a_page_that_holds_no_call_is_called_although_its_old_leg_seems_up(night: Night) -> None:
    call = talking(night)
    wished = night.happens(ev.AgentMissesLeg(at=night.now, agent_id=7))
    assert [type(one) for one in wished if isinstance(one, cmd.TelephoneCommand)] == [
        cmd.DropAgent,
        cmd.CallAgent,
    ]
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))
    picks_up_again(night)
    night.is_connected(call, 7)
    night.at(60)
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(cmd.HangUp) == []


def test_a_waiting_volunteer_whose_page_holds_no_call_is_ready_again_afterwards(
    night: Night,
) -> None:
    logs_in(night)
    night.picks_up_leg(7)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))
    night.happens(ev.AgentMissesLeg(at=night.now, agent_id=7))
    assert night.state_of(7) is AgentState.JOINING
    picks_up_again(night)
    assert night.state_of(7) is AgentState.READY


@pytest.mark.parametrize("wish", [requests.AgentAskedHangup, requests.AgentLoggedOut])
def test_whose_volunteer_ended_the_call_or_the_shift_is_not_kept(
    night: Night, wish: type[ev.AgentEvent]
) -> None:
    call = talking(night)
    night.happens(wish(at=night.now, agent_id=7))
    breaks_off(night, call)
    assert [one.attempt_id for one in night.wished(cmd.HangUp)][:1] == [call.attempt_id]
    night.is_gone(call)
    assert night.state_of(7) is AgentState.OFFLINE
    assert night.ending(call).outcome is Outcome.TALKED


def test_who_hangs_up_a_telephone_of_his_own_is_not_waited_for(night: Night) -> None:
    night.arrives(8)
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 8)
    night.at(30).happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))
    night.happens(ev.AgentLegDown(at=night.now, agent_id=8))
    night.is_gone(call)
    night.happens(ev.AgentLegUp(at=night.now, agent_id=8, channel="PJSIP/v8-02"))
    assert night.wished(cmd.ConnectCall) == []


def test_a_break_asked_for_before_the_page_was_loaded_again_begins_after_the_call(
    night: Night,
) -> None:
    call = talking(night)
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    breaks_off(night, call)
    logs_in(night)
    picks_up_again(night)
    night.is_connected(call, 7)
    night.at(60).is_gone(call)
    night.result(7, call, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.BREAK


def test_a_lost_link_to_asterisk_loses_neither_of_the_two_who_are_being_put_together(
    night: Night,
) -> None:
    call = talking(night)
    breaks_off(night, call)
    logs_in(night)
    leg = night.wished(cmd.CallAgent)[-1].leg_id
    night.happens(ev.LinkWentDown(at=night.now))
    found = ((call.attempt_id, "PJSIP/trunk-main-1"), (leg, NEW_LEG))
    legs = tuple(
        ev.LegSeen(channel_id=one, channel=channel, is_up=True, bridge_id="")
        for one, channel in found
    )
    night.at(31)
    wished = night.happens(ev.LinkCameUp(at=night.now, legs=legs))
    assert [one.agent_channel for one in wished if isinstance(one, cmd.ConnectCall)] == [NEW_LEG]
    night.is_connected(call, 7)
    night.at(60)
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(cmd.HangUp) == []
