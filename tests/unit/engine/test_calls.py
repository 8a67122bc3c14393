"""One call's whole way through the engine, as it goes in a call centre."""

from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.lead import LeadState, LineType
from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.store_commands import AddDoNotCall, DeferLead, ReleaseLeads, SaveAttempt
from tests.unit.engine.transcript import START, Night, gated_campaign, lead, ratio_campaign


def test_a_ready_agent_gets_one_line_whose_row_is_written_before_it_is_dialed(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1), lead(2))
    order = [wish for wish in night.wishes if isinstance(wish, SaveAttempt | cmd.Originate)]
    assert [type(wish) for wish in order] == [SaveAttempt, cmd.Originate]
    assert night.call().attempt_id == night.wished(SaveAttempt)[0].attempt_id
    assert night.call().dial_string == "19195550001"
    assert night.call().agent_channel == "PJSIP/v7-01"
    assert night.state_of(7) is AgentState.RESERVED


def test_a_conversation_from_hello_to_result(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1), lead(2))
    call = night.call()
    answer = night.at(8).answers(call)
    assert answer.destination is cmd.Destination.BRIDGE
    assert answer.agent_channel == "PJSIP/v7-01"
    night.is_connected(call, 7)
    assert night.state_of(7) is AgentState.TALKING
    night.at(68).happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))
    night.is_gone(call)
    assert night.state_of(7) is AgentState.WRAP_UP
    night.at(75).result(7, call, Disposition.SUPPORTS)
    closing = night.ending(call)
    assert closing.outcome is Outcome.TALKED
    assert closing.connected_at == START + 8
    assert closing.parted_at == START + 68
    assert night.next_step(1).state is LeadState.FINAL
    assert len(night.wished(cmd.Originate)) == 2, "the agent is free, so the next line is dialed"


@pytest.mark.parametrize(
    ("cause", "status", "outcome", "state"),
    [
        (17, 486, Outcome.BUSY, LeadState.RECYCLED),
        (1, 404, Outcome.NOT_IN_SERVICE, LeadState.FINAL),
        (34, 503, Outcome.CONGESTION, LeadState.RECYCLED),
        (21, 603, Outcome.REJECTED, LeadState.FINAL),
    ],
)
def test_an_unanswered_line_frees_the_agent_for_the_next_lead(
    night: Night, cause: int, status: int, outcome: Outcome, state: LeadState
) -> None:
    night.arrives(7)
    night.claims(lead(1), lead(2))
    first = night.call()
    night.at(5).is_gone(first, cause, status)
    assert night.ending(first).outcome is outcome
    assert night.next_step(1).state is state
    assert night.call().permit.lead_id == 2


def test_with_nobody_free_the_person_waits_and_hears_the_message_when_the_clock_runs_out() -> None:
    night = Night(ratio_campaign(2.0))
    night.has_history(answered=1000)
    night.arrives(7)
    night.claims(lead(1, LineType.LANDLINE), lead(2, LineType.LANDLINE))
    first, second = night.wished(cmd.Originate)
    night.at(6).answers(first)
    night.is_connected(first, 7)
    assert night.at(7).answers(second).destination is cmd.Destination.QUEUE
    night.happens(ev.SpeechStarted(at=night.now + 0.1, attempt_id=second.attempt_id))
    night.at(8).happens(
        ev.SpeechStopped(at=night.now, attempt_id=second.attempt_id, silence_s=0.4)
    )
    night.at(9.4)
    assert night.wished(cmd.PlayMessage) == []
    night.at(9.6)
    assert [wish.attempt_id for wish in night.wished(cmd.PlayMessage)] == [second.attempt_id]
    night.happens(ev.MessageStarted(at=night.now, attempt_id=second.attempt_id))
    night.at(20).is_gone(second)
    assert night.ending(second).outcome is Outcome.ABANDONED
    assert night.next_step(2).next_at == pytest.approx(night.now + 72 * 3600)


def test_a_person_who_leaves_before_the_clock_runs_out_left_by_himself() -> None:
    night = Night(ratio_campaign(2.0))
    night.has_history(answered=1000)
    night.arrives(7)
    night.claims(lead(1, LineType.LANDLINE), lead(2, LineType.LANDLINE))
    first, second = night.wished(cmd.Originate)
    night.at(6).answers(first)
    night.is_connected(first, 7)
    night.answers(second)
    night.at(7).is_gone(second)
    assert night.ending(second).outcome is Outcome.CALLER_LEFT


def test_an_agent_who_becomes_free_gets_the_person_who_waits_before_anybody_is_dialed() -> None:
    night = Night(ratio_campaign(2.0))
    night.has_history(answered=1000)
    night.arrives(7)
    night.claims(lead(1, LineType.LANDLINE), lead(2, LineType.LANDLINE), lead(3))
    first, second = night.wished(cmd.Originate)
    night.at(6).answers(first)
    night.is_connected(first, 7)
    night.at(20).answers(second)
    night.is_gone(first)
    night.result(7, first, Disposition.OPPOSES)
    [connect] = night.wished(cmd.ConnectCall)
    assert (connect.attempt_id, connect.agent_channel) == (second.attempt_id, "PJSIP/v7-01")
    assert not night.wished(cmd.ShowAgentToQueue)[-1].is_free, "the queue may not give him away"
    assert len(night.wished(cmd.Originate)) == 2, "nothing is dialed for him"
    night.is_connected(second, 7)
    assert night.state_of(7) is AgentState.TALKING
    night.at(40)
    assert night.wished(cmd.PlayMessage) == []


def test_an_opt_out_from_outside_is_written_and_its_leads_are_not_dialed(night: Night) -> None:
    night.claims(lead(1), lead(2))
    night.happens(ev.DoNotCallAdded(at=night.now, e164="+19195550001"))
    assert [wish.e164 for wish in night.wished(AddDoNotCall)] == ["+19195550001"]
    assert night.wished(ReleaseLeads)[-1].lead_ids == (1,)
    night.arrives(7)
    assert night.call().permit.lead_id == 2


def test_the_opt_out_key_puts_the_number_on_the_list_and_ends_its_leads() -> None:
    night = Night(ratio_campaign(2.0))
    night.has_history(answered=1000)
    night.arrives(7)
    night.claims(lead(1, LineType.LANDLINE), lead(2, LineType.LANDLINE))
    first, second = night.wished(cmd.Originate)
    night.answers(first)
    night.is_connected(first, 7)
    night.answers(second)
    night.at(3).happens(ev.MessageStarted(at=night.now, attempt_id=second.attempt_id))
    night.happens(ev.OptOutPressed(at=night.now, attempt_id=second.attempt_id))
    assert [wish.e164 for wish in night.wished(AddDoNotCall)] == ["+19195550002"]
    night.is_gone(second)
    assert night.next_step(2).state is LeadState.FINAL
    night.claims(lead(2, LineType.LANDLINE))
    night.is_gone(first)
    night.result(7, first, Disposition.SUPPORTS)
    assert len(night.wished(cmd.Originate)) == 2, "not dialed, though the claim came before the key"


def test_a_machine_is_screened_out_and_its_agent_freed() -> None:
    night = Night(gated_campaign())
    night.arrives(7)
    night.claims(lead(1), lead(2))
    call = night.call()
    answer = night.at(6).answers(call, AmdVerdict.MACHINE)
    assert answer.destination is cmd.Destination.MACHINE
    assert len(night.wished(cmd.Originate)) == 2, "the next line does not wait for the hang-up"
    night.is_gone(call)
    assert night.ending(call).outcome is Outcome.MACHINE


def test_an_unknown_verdict_is_treated_as_a_person() -> None:
    night = Night(gated_campaign())
    night.arrives(7)
    night.claims(lead(1))
    assert night.answers(night.call(), AmdVerdict.UNKNOWN).destination is cmd.Destination.BRIDGE


def test_when_the_reserved_agent_vanishes_another_ready_one_takes_the_call(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1))
    call = night.call()
    night.arrives(8)
    night.at(3).happens(ev.AgentLegDown(at=night.now, agent_id=7))
    assert night.answers(call).agent_channel == "PJSIP/v8-01"


def test_a_bridge_that_fails_sends_the_call_to_another_agent_and_the_first_to_a_break(
    night: Night,
) -> None:
    night.arrives(7)
    night.claims(lead(1))
    call = night.call()
    night.arrives(8)
    night.answers(call)
    assert night.asks_route(call).agent_channel == "PJSIP/v8-01"
    assert night.state_of(7) is AgentState.BREAK


def test_a_wireless_person_with_nobody_left_is_not_played_a_recording(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1, LineType.WIRELESS))
    call = night.call()
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.answers(call)
    night.at(4)
    assert night.wished(cmd.PlayMessage) == []
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == [call.attempt_id]
    night.at(1.9).is_gone(call)
    assert night.ending(call).outcome is Outcome.ABANDONED, "we hung up, he did not"


def test_a_line_whose_end_is_never_reported_is_hung_up_and_closed_as_lost(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1))
    call = night.call()
    night.happens(ev.LineRang(at=night.now, attempt_id=call.attempt_id))
    night.at(36)
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == [call.attempt_id]
    night.at(42)
    assert night.ending(call).outcome is Outcome.LOST
    assert night.engine.view(night.now).open_attempts == 0


def test_late_and_doubled_facts_move_nothing_backwards(night: Night) -> None:
    night.arrives(7)
    night.claims(lead(1))
    call = night.call()
    night.answers(call)
    night.is_connected(call, 7)
    night.happens(ev.LineRang(at=night.now, attempt_id=call.attempt_id))
    night.happens(ev.CallQueued(at=night.now, attempt_id=call.attempt_id))
    night.is_connected(call, 7)
    assert night.state_of(7) is AgentState.TALKING
    night.is_gone(call)
    night.is_gone(call)
    assert night.ending(call).outcome is Outcome.TALKED


def test_two_people_on_one_telephone_are_never_called_at_once(night: Night) -> None:
    night.arrives(7)
    night.arrives(8)
    twin = lead(1)
    night.claims(lead(1), replace(twin, id=2))
    assert len(night.wished(cmd.Originate)) == 1
    assert night.wished(DeferLead)[0].refusal.reasons == ("NUMBER_IN_USE",)
