"""A volunteer finds himself at an answering machine and leaves the recorded message there."""

from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.lead import LeadState, LineType
from dialer.domain.outcome import Disposition, Outcome
from dialer.domain.wording import version_of
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import SaveAttempt, SaveResult, SaveVoicemail
from tests.unit.engine.transcript import CAMPAIGN, TRUNK, Night, lead

WORDS = "This is the Turnout Project. Please call us at 8 0 0 5 5 5 0 1 9 9. Thank you."
WITH_VOICEMAIL = replace(CAMPAIGN, voicemail_text=WORDS)


@pytest.fixture
def machine() -> Night:
    return Night(WITH_VOICEMAIL)


def hears_machine(night: Night, line_type: LineType = LineType.LANDLINE) -> cmd.Originate:
    """Volunteer 7 is put through to a machine, five seconds after the beginning."""
    night.arrives(7)
    night.claims(lead(1, line_type))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 7)
    return night.at(9).call()


def taps(night: Night) -> list[cmd.Command]:
    return night.happens(requests.AgentAskedVoicemail(at=night.now, agent_id=7))


def parts(night: Night, call: cmd.Originate) -> None:
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))


def begins(night: Night, call: cmd.Originate) -> None:
    night.happens(ev.MessageStarted(at=night.now, attempt_id=call.attempt_id))


def is_heard_out(night: Night, call: cmd.Originate) -> None:
    night.happens(ev.MessageFinished(at=night.now, attempt_id=call.attempt_id))
    night.is_gone(call)


def results(night: Night) -> list[Disposition]:
    return [one.disposition for one in night.wished(SaveResult)]


def refusal(wished: list[cmd.Command]) -> str:
    [refused] = wished
    assert isinstance(refused, cmd.RefuseAgent)
    return refused.reason


def test_the_message_is_left_while_the_next_person_is_called(machine: Night) -> None:
    call = hears_machine(machine)
    saved, play, result = taps(machine)
    assert isinstance(saved, SaveVoicemail) and saved.agent_id == 7
    assert isinstance(play, cmd.PlayVoicemail)
    assert (play.attempt_id, play.channel) == (call.attempt_id, "PJSIP/trunk-main-cb-test-00000002")
    assert play.voicemail_version == saved.voicemail_version == version_of(WORDS)
    assert isinstance(result, SaveResult)
    machine.claims(lead(2))
    parts(machine, call)
    assert machine.state_of(7) is AgentState.READY
    machine.at(10)
    assert machine.call().permit.lead_id == 2, "the next line is dialed while the message plays"
    begins(machine.at(20), call)
    is_heard_out(machine.at(40), call)
    end = machine.ending(call)
    assert (end.outcome, end.agent_id) == (Outcome.TALKED, 7)
    assert end.message_started_at is not None and end.message_finished_at == machine.now
    assert end.parted_at is not None and end.parted_at < end.message_started_at
    assert not end.was_given_up
    assert results(machine) == [Disposition.LEFT_MESSAGE]


def test_the_lead_rests_as_after_any_machine(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    begins(machine.at(20), call)
    is_heard_out(machine.at(40), call)
    step = machine.next_step(1)
    assert (step.state, step.last_outcome) == (LeadState.RECYCLED, Outcome.MACHINE)
    assert step.next_at == machine.now + CAMPAIGN.recycle.machine_s


def test_no_recording_is_left_where_the_law_asks_for_a_consent(machine: Night) -> None:
    call = hears_machine(machine, LineType.WIRELESS)
    reason = refusal(taps(machine))
    assert reason == "No recorded message may be left at this number: CONSENT_WIRELESS_VOICE."
    assert machine.state_of(7) is AgentState.TALKING
    parts(machine, call)
    machine.is_gone(call)
    assert machine.ending(call).message_started_at is None


def test_a_wish_not_to_be_called_that_came_meanwhile_counts(machine: Night) -> None:
    hears_machine(machine)
    machine.happens(ev.DoNotCallAdded(at=machine.now, e164=lead(1).e164))
    assert "INTERNAL_DNC" in refusal(taps(machine))


@pytest.mark.parametrize("away", [ev.StoreWentAway, ev.LinkWentDown])
def test_while_nothing_can_be_written_or_told_no_message_is_left(
    machine: Night, away: type[ev.Event]
) -> None:
    hears_machine(machine)
    machine.happens(away(at=machine.now))
    assert "not reachable" in refusal(taps(machine))
    assert results(machine) == []


def test_a_campaign_without_a_recorded_message_offers_none() -> None:
    night = Night()
    hears_machine(night)
    [agent] = night.engine.view(night.now).agents
    assert not agent.can_leave_message
    assert refusal(taps(night)) == "This campaign has no recorded message."


def test_without_a_call_there_is_nothing_to_leave_a_message_on(machine: Night) -> None:
    machine.arrives(7)
    assert "no call" in refusal(taps(machine))
    call = hears_machine(machine)
    taps(machine)
    assert len(machine.wished(cmd.PlayVoicemail)) == 1
    refusal(taps(machine))
    parts(machine, call)
    assert len(machine.wished(cmd.PlayVoicemail)) == 1


def test_the_result_cannot_be_given_by_hand(machine: Night) -> None:
    call = hears_machine(machine)
    machine.result(7, call, Disposition.LEFT_MESSAGE)
    assert results(machine) == []


def test_what_cannot_be_played_was_not_left_and_is_not_offered_again(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    assert machine.state_of(7) is AgentState.READY
    machine.happens(ev.MessageFailed(at=machine.now, attempt_id=call.attempt_id))
    machine.is_gone(call)
    assert results(machine) == [Disposition.LEFT_MESSAGE, Disposition.MACHINE]
    assert machine.next_step(1).last_outcome is Outcome.MACHINE
    machine.claims(lead(2, LineType.LANDLINE))
    machine.at(20)
    machine.answers(machine.call())
    machine.is_connected(machine.call(), 7)
    assert machine.call().may_play_message, "the safe-harbor message is another one"
    assert "cannot be played" in refusal(taps(machine))
    other = replace(WITH_VOICEMAIL, voicemail_text=WORDS + " Goodbye.")
    machine.happens(ev.Configured(at=machine.now, campaigns=(other,), trunks=(TRUNK,)))
    [agent] = machine.engine.view(machine.now).agents
    assert agent.can_leave_message


def test_a_machine_that_hangs_up_before_it_begins_was_left_nothing(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    machine.at(15).is_gone(call)
    assert results(machine)[-1] is Disposition.MACHINE
    assert machine.ending(call).message_started_at is None


def test_a_result_that_was_corrected_meanwhile_stays(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    machine.result(7, call, Disposition.WRONG_NUMBER)
    machine.at(15).is_gone(call)
    assert results(machine)[-1] is Disposition.WRONG_NUMBER
    assert machine.next_step(1).state is LeadState.FINAL


def test_a_line_of_which_nothing_more_is_heard_is_ended(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    machine.at(80)
    assert [one.attempt_id for one in machine.wished(cmd.HangUp)] == [call.attempt_id]
    [place] = machine.engine.view(machine.now).campaigns
    assert not place.has_message_failed, "the safe-harbor message has nothing to do with it"
    assert results(machine)[-1] is Disposition.MACHINE
    assert machine.ending(call).outcome is Outcome.TALKED


def test_who_goes_home_at_once_leaves_the_message_there(machine: Night) -> None:
    call = hears_machine(machine)
    machine.happens(requests.AgentLoggedOut(at=machine.now, agent_id=7))
    taps(machine)
    machine.happens(ev.AgentLegDown(at=machine.now, agent_id=7))
    assert machine.wished(cmd.HangUp) == []
    parts(machine, call)
    begins(machine.at(20), call)
    is_heard_out(machine.at(40), call)
    assert results(machine) == [Disposition.LEFT_MESSAGE]


def test_from_hold_he_is_free_at_once(machine: Night) -> None:
    call = hears_machine(machine)
    machine.happens(requests.AgentAskedHold(at=machine.now, agent_id=7))
    parts(machine, call)
    taps(machine)
    assert machine.state_of(7) is AgentState.READY


def leg(call: cmd.Originate, **seen: bool) -> ev.LegSeen:
    return ev.LegSeen(
        channel_id=call.attempt_id, channel="PJSIP/x-1", is_up=True, bridge_id="", **seen
    )


def held(night: Night) -> ev.LegSeen:
    its = night.wished(cmd.CallAgent)[-1].leg_id
    return ev.LegSeen(channel_id=its, channel="PJSIP/v7-01", is_up=True, bridge_id="held")


def test_after_a_gap_in_which_they_parted_he_is_free_and_the_message_goes_on(
    machine: Night,
) -> None:
    call = hears_machine(machine)
    taps(machine)
    machine.happens(ev.LinkWentDown(at=machine.now))
    legs = (leg(call, is_voicemail=True), held(machine))
    machine.happens(ev.LinkCameUp(at=machine.now, legs=legs))
    assert machine.state_of(7) is AgentState.READY
    is_heard_out(machine.at(30), call)
    end = machine.ending(call)
    assert (end.message_started_at, end.message_finished_at) == (None, machine.now)
    assert results(machine) == [Disposition.LEFT_MESSAGE], "nobody can say that it never began"


def test_an_order_that_was_lost_with_the_link_can_be_given_again(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    machine.happens(ev.LinkWentDown(at=machine.now))
    together = [replace(one, bridge_id="b") for one in (leg(call), held(machine))]
    machine.happens(ev.LinkCameUp(at=machine.now, legs=tuple(together)))
    assert machine.state_of(7) is AgentState.TALKING
    assert results(machine)[-1] is Disposition.MACHINE
    taps(machine)
    parts(machine, call)
    assert machine.state_of(7) is AgentState.READY
    begins(machine.at(20), call)
    is_heard_out(machine.at(30), call)
    assert results(machine)[-1] is Disposition.LEFT_MESSAGE


def test_a_line_that_is_gone_after_a_gap_is_closed_by_what_is_known(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    begins(machine.at(15), call)
    machine.happens(ev.LinkWentDown(at=machine.now))
    machine.happens(ev.LinkCameUp(at=machine.now, legs=(held(machine),)))
    end = machine.ending(call)
    assert end.outcome is Outcome.TALKED and end.message_started_at is not None
    assert machine.next_step(1).last_outcome is Outcome.MACHINE


def restarted(night: Night, call: cmd.Originate, *legs: ev.LegSeen) -> Night:
    """Another engine, which finds the message being left."""
    [saved] = night.wished(SaveAttempt)
    known = ev.OpenAttempt(
        attempt_id=call.attempt_id,
        lead=saved.lead,
        campaign_id=1,
        trunk=saved.trunk,
        permit=saved.permit,
        dialed_at=saved.dialed_at,
        answered_at=saved.dialed_at + 5.0,
        connected_at=saved.dialed_at + 5.0,
        agent_id=7,
        disposition=Disposition.LEFT_MESSAGE,
    )
    after = Night(WITH_VOICEMAIL)
    after.now = night.now
    after.happens(ev.LinkWentDown(at=after.now))
    after.happens(ev.Restored(at=after.now, attempts=(known,), agents=()))
    after.happens(ev.LinkCameUp(at=after.now, legs=legs))
    return after


def test_the_next_engine_sees_it_through(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    after = restarted(machine, call, leg(call, is_voicemail=True))
    begins(after.at(20), call)
    is_heard_out(after.at(40), call)
    end = after.ending(call)
    assert end.message_finished_at == after.now and end.outcome is Outcome.TALKED
    assert after.next_step(1).last_outcome is Outcome.MACHINE
    assert after.wished(cmd.HangUp) == [] and results(after) == []


def test_the_next_engine_closes_what_has_ended_meanwhile(machine: Night) -> None:
    call = hears_machine(machine)
    taps(machine)
    parts(machine, call)
    after = restarted(machine, call)
    assert after.ending(call).outcome is Outcome.TALKED
    assert after.next_step(1).last_outcome is Outcome.MACHINE
