"""Agents come, rest, leave and vanish; nobody is left on a line because of it."""

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.campaign import DialMethod
from dialer.domain.lead import LeadState
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import AddDoNotCall, ReleaseLeads, SaveAgentState, SaveResult
from tests.unit.engine.transcript import Night, by_hand, lead


def talking(night: Night, agent_id: int = 7) -> cmd.Originate:
    """An agent in a conversation with lead 1."""
    night.arrives(agent_id)
    night.claims(lead(1), lead(2))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, agent_id)
    return call


def test_logging_in_calls_the_agents_telephone(night: Night) -> None:
    night.arrives(7)
    [call] = night.wished(cmd.CallAgent)
    assert (call.agent_id, call.extension, call.queues) == (7, "v7", ("campaign-1",))
    assert call.leg_id.startswith("agent-7-test-")


def test_an_agent_whose_telephone_is_not_picked_up_is_sent_home(night: Night) -> None:
    night.logs_in(8)
    night.at(46)
    assert night.state_of(8) is AgentState.OFFLINE
    assert [drop.agent_id for drop in night.wished(cmd.DropAgent)] == [8]


def test_a_call_that_an_agent_ends_is_over_also_when_its_end_is_never_reported(
    night: Night,
) -> None:
    call = talking(night)
    night.at(30).happens(requests.AgentAskedHangup(at=night.now, agent_id=7))
    assert night.state_of(7) is AgentState.TALKING
    night.at(36)
    assert night.ending(call).outcome is Outcome.TALKED
    assert night.state_of(7) is AgentState.WRAP_UP


def test_a_break_asked_for_in_a_call_begins_after_its_result(night: Night) -> None:
    call = talking(night)
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    assert night.state_of(7) is AgentState.TALKING
    night.at(30).is_gone(call)
    night.result(7, call, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.BREAK
    assert len(night.wished(cmd.Originate)) == 1


def test_going_home_in_a_call_happens_after_its_result(night: Night) -> None:
    call = talking(night)
    night.happens(requests.AgentLoggedOut(at=night.now, agent_id=7))
    night.at(30).is_gone(call)
    night.result(7, call, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.OFFLINE
    assert len(night.wished(cmd.DropAgent)) == 1


def test_a_break_asked_for_while_a_line_rings_does_not_strand_the_person(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1))
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    assert night.state_of(7) is AgentState.RESERVED
    assert night.answers(night.call()).destination is cmd.Destination.BRIDGE


def test_a_break_asked_for_while_a_line_rings_begins_when_nobody_answers(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1), lead(2))
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    night.at(5).is_gone(night.call(), 17, 486)
    assert night.state_of(7) is AgentState.BREAK


def test_a_wrap_up_that_runs_out_leaves_no_result_and_rests_the_lead(night: Night) -> None:
    call = talking(night)
    night.at(30).is_gone(call)
    night.at(61)
    assert [(wish.attempt_id, wish.disposition) for wish in night.wished(SaveResult)] == [
        (call.attempt_id, Disposition.NO_RESULT)
    ]
    assert night.next_step(1).state is LeadState.RECYCLED
    assert len(night.wished(cmd.Originate)) == 2


def test_a_result_given_during_the_call_makes_the_wrap_up_short(night: Night) -> None:
    call = talking(night)
    night.result(7, call, Disposition.UNDECIDED)
    night.at(30).is_gone(call)
    night.at(30.2)
    assert night.state_of(7) is AgentState.RESERVED
    assert night.next_step(1).state is LeadState.FINAL
    assert len(night.wished(SaveResult)) == 1


def test_a_result_may_be_corrected_while_the_next_call_is_dialed(night: Night) -> None:
    call = talking(night)
    night.at(30).is_gone(call)
    night.result(7, call, Disposition.SUPPORTS)
    night.result(7, call, Disposition.CALL_BACK)
    assert night.next_step(1).state is LeadState.CALLBACK
    assert not night.next_step(1).counted, "one attempt is counted once"


def test_who_vanished_from_a_conversation_may_report_on_it_when_he_is_back(night: Night) -> None:
    call = talking(night)
    night.at(20).happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.is_gone(call)
    night.at(25).arrives(7)
    night.result(7, call, Disposition.SUPPORTS)
    assert night.wished(cmd.RefuseAgent) == []
    assert [one.disposition for one in night.wished(SaveResult)] == ["no_result", "supports"]
    assert night.next_step(1).state is LeadState.FINAL
    assert not night.next_step(1).counted, "one attempt is counted once"


def test_a_result_for_somebody_elses_call_is_refused(night: Night) -> None:
    call = talking(night)
    night.arrives(8)
    night.result(8, call, Disposition.SUPPORTS)
    assert [refusal.agent_id for refusal in night.wished(cmd.RefuseAgent)] == [8]
    assert night.wished(SaveResult) == []


def test_do_not_call_told_to_the_agent_is_listed_at_once(night: Night) -> None:
    call = talking(night)
    night.result(7, call, Disposition.DO_NOT_CALL)
    assert [wish.e164 for wish in night.wished(AddDoNotCall)] == ["+19195550001"]
    night.is_gone(call)
    assert night.next_step(1).state is LeadState.FINAL


def test_an_agent_who_vanishes_in_a_conversation_leaves_no_open_ends(night: Night) -> None:
    call = talking(night)
    night.at(20).happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))
    night.is_gone(call)
    assert night.state_of(7) is AgentState.OFFLINE
    assert night.ending(call).outcome is Outcome.TALKED
    assert night.next_step(1).state is LeadState.RECYCLED
    assert len(night.wished(SaveResult)) == 1


def test_the_store_hears_of_states_that_count_and_not_of_every_reservation(night: Night) -> None:
    call = talking(night)
    night.at(30).is_gone(call)
    night.result(7, call, Disposition.SUPPORTS)
    states = [wish.state for wish in night.wished(SaveAgentState)]
    assert states == [
        AgentState.JOINING,
        AgentState.BREAK,
        AgentState.READY,
        AgentState.TALKING,
        AgentState.WRAP_UP,
        AgentState.READY,
    ]


@pytest.mark.parametrize("method", [DialMethod.MANUAL, DialMethod.PREVIEW])
def test_by_hand_nothing_is_dialed_until_the_agent_says_so(method: DialMethod) -> None:
    night = Night(by_hand(method))
    night.arrives(7)
    night.claims(lead(1))
    night.at(5)
    assert night.wished(cmd.Originate) == []
    night.happens(requests.DialAsked(at=night.now, agent_id=7, lead=lead(9)))
    assert night.call().permit.lead_id == 9
    assert night.state_of(7) is AgentState.RESERVED


def test_preview_shows_a_lead_and_skipping_gives_it_back() -> None:
    night = Night(by_hand(DialMethod.PREVIEW))
    night.arrives(7)
    night.claims(lead(1), lead(2))
    night.happens(requests.PreviewAsked(at=night.now, agent_id=7))
    shown = night.wished(cmd.ShowPreview)[-1].lead
    assert shown is not None and shown.id == 1
    night.happens(requests.PreviewSkipped(at=night.now, agent_id=7, lead_id=1))
    assert night.wished(ReleaseLeads)[-1].lead_ids == (1,)


def test_an_automatic_campaign_lets_nobody_dial_by_hand(night: Night) -> None:
    night.arrives(7)
    night.happens(requests.DialAsked(at=night.now, agent_id=7, lead=lead(9)))
    assert night.wished(cmd.Originate) == []
    assert night.wished(ReleaseLeads)[-1].lead_ids == (9,)
    assert "wait for the next call" in night.wished(cmd.RefuseAgent)[-1].reason
