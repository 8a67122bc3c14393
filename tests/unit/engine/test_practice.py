"""Practice calls: on a break only, with nobody else meanwhile, and over when their line is."""

from dialer.domain.agent import AgentState
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from tests.unit.engine.transcript import Night, lead

CALL = "practice-7-a"


def practises(night: Night, practice_id: str = CALL) -> None:
    """Agent 7 is on a break and asks for a practice call."""
    night.arrives(7)
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    asks(night, practice_id)


def asks(night: Night, practice_id: str = CALL) -> None:
    night.happens(requests.PracticeAsked(at=night.now, agent_id=7, practice_id=practice_id))


def ready(night: Night) -> None:
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))


def refusals(night: Night) -> list[str]:
    return [refusal.reason for refusal in night.wished(cmd.RefuseAgent)]


def test_an_agent_on_a_break_is_joined_with_a_simulated_person(night: Night) -> None:
    practises(night)
    [start] = night.wished(cmd.StartPractice)
    assert (start.practice_id, start.agent_id) == (CALL, 7)
    assert start.agent_channel
    assert night.state_of(7) is AgentState.BREAK


def test_who_waits_for_calls_cannot_practise(night: Night) -> None:
    night.arrives(7)
    asks(night)
    assert not night.wished(cmd.StartPractice)
    assert refusals(night) == ["You can practise during a break only."]


def test_nobody_is_dialed_for_somebody_who_practises(night: Night) -> None:
    practises(night)
    ready(night)
    night.claims(lead(1), lead(2))
    assert refusals(night) == ["You are in a practice call: end it first."]
    assert night.state_of(7) is AgentState.BREAK
    assert not night.wished(cmd.Originate)


def test_when_the_practice_call_has_ended_he_may_work(night: Night) -> None:
    practises(night)
    night.happens(ev.PracticeEnded(at=night.now, agent_id=7, practice_id="practice-7-old"))
    ready(night)
    assert night.state_of(7) is AgentState.BREAK
    night.happens(ev.PracticeEnded(at=night.now, agent_id=7, practice_id=CALL))
    ready(night)
    assert night.state_of(7) is AgentState.READY


def test_one_practice_call_at_a_time(night: Night) -> None:
    practises(night)
    asks(night, "practice-7-b")
    assert [start.practice_id for start in night.wished(cmd.StartPractice)] == [CALL]


def test_hanging_up_ends_the_practice_call(night: Night) -> None:
    practises(night)
    night.happens(requests.AgentAskedHangup(at=night.now, agent_id=7))
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == [CALL]


def test_who_loses_his_telephone_practises_no_more(night: Night) -> None:
    practises(night)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.arrives(7)
    assert night.state_of(7) is AgentState.READY


def test_after_a_gap_practice_calls_are_ended(night: Night) -> None:
    practises(night)
    night.happens(ev.LinkWentDown(at=night.now))
    night.happens(ev.LinkCameUp(at=night.now, legs=()))
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == [CALL]
