"""A volunteer lets the person on the line wait, and comes back."""

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import SaveProgress
from tests.unit.engine.test_rejoin import logs_in, picks_up_again, talking
from tests.unit.engine.transcript import Night, lead


def holds(night: Night) -> list[cmd.Command]:
    return night.happens(requests.AgentAskedHold(at=night.now, agent_id=7))


def resumes(night: Night) -> list[cmd.Command]:
    return night.happens(requests.AgentAskedResume(at=night.now, agent_id=7))


def parts(night: Night, call: cmd.Originate) -> None:
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))


def is_on_hold(night: Night) -> bool:
    [agent] = night.engine.view(night.now).agents
    return agent.is_on_hold


def test_the_person_waits_and_is_put_through_again_and_it_is_one_conversation(
    night: Night,
) -> None:
    call = talking(night)
    [wish] = holds(night)
    assert isinstance(wish, cmd.HoldCall) and wish.attempt_id == call.attempt_id
    parts(night, call)
    assert is_on_hold(night) and night.state_of(7) is AgentState.TALKING
    night.at(90)
    [connect] = resumes(night)
    assert isinstance(connect, cmd.ConnectCall)
    assert (connect.attempt_id, connect.agent_channel) == (call.attempt_id, "PJSIP/v7-01")
    night.is_connected(call, 7)
    assert not is_on_hold(night)
    night.at(120)
    parts(night, call)
    night.is_gone(call)
    end = night.ending(call)
    assert (end.outcome, end.parted_at) == (Outcome.TALKED, night.now)
    assert len(night.wished(SaveProgress)) == 2, "answered and connected once"
    assert night.state_of(7) is AgentState.WRAP_UP


def test_who_hangs_up_on_hold_leaves_a_wrap_up(night: Night) -> None:
    call = talking(night)
    holds(night)
    parts(night, call)
    night.at(60).is_gone(call)
    assert night.state_of(7) is AgentState.WRAP_UP
    assert night.ending(call).parted_at == night.now


def test_holding_twice_is_holding_once(night: Night) -> None:
    talking(night)
    holds(night)
    assert holds(night) == []
    assert len(night.wished(cmd.HoldCall)) == 1


def test_without_a_person_there_is_nobody_to_hold_or_to_come_back_to(night: Night) -> None:
    logs_in(night)
    for wish in (holds, resumes):
        [refusal] = wish(night)
        assert isinstance(refusal, cmd.RefuseAgent)


def test_nobody_comes_back_to_somebody_who_is_not_on_hold(night: Night) -> None:
    talking(night)
    [refusal] = resumes(night)
    assert isinstance(refusal, cmd.RefuseAgent)


def test_a_page_that_is_loaded_again_finds_the_person_who_was_on_hold(night: Night) -> None:
    call = talking(night)
    holds(night)
    parts(night, call)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    logs_in(night)
    picks_up_again(night)
    night.is_connected(call, 7)
    night.at(90)
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(cmd.HangUp) == []


def test_a_telephone_that_is_hung_up_leaves_nobody_on_hold(night: Night) -> None:
    night.arrives(8)
    call = _talks(night, 8)
    night.happens(requests.AgentAskedHold(at=night.now, agent_id=8))
    parts(night, call)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=8))
    assert [one.attempt_id for one in night.wished(cmd.HangUp)] == [call.attempt_id]


def _talks(night: Night, agent_id: int) -> cmd.Originate:
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, agent_id)
    return call


def test_after_a_gap_who_is_on_hold_is_so_still(night: Night) -> None:
    call = talking(night)
    leg = night.wished(cmd.CallAgent)[-1].leg_id
    holds(night)
    parts(night, call)
    night.happens(ev.LinkWentDown(at=night.now))
    legs = (
        ev.LegSeen(
            channel_id=call.attempt_id, channel="PJSIP/x-1", is_up=True, bridge_id="",
            is_on_hold=True,
        ),
        ev.LegSeen(
            channel_id=leg, channel="PJSIP/v7-01", is_up=True, bridge_id="held",
        ),
    )  # fmt: skip
    night.happens(ev.LinkCameUp(at=night.now, legs=legs))
    assert is_on_hold(night)
    [connect] = resumes(night)
    assert isinstance(connect, cmd.ConnectCall)


@pytest.mark.parametrize("disposition", [Disposition.SUPPORTS, Disposition.CALL_BACK])
def test_a_result_given_on_hold_frees_him_when_the_call_is_over(
    night: Night, disposition: Disposition
) -> None:
    call = talking(night)
    holds(night)
    parts(night, call)
    night.result(7, call, disposition)
    assert night.state_of(7) is AgentState.TALKING
    night.is_gone(call)
    night.at(31)
    assert night.state_of(7) in (AgentState.READY, AgentState.RESERVED)
