"""Ringing lines are taken back lawfully, and who answers all the same is treated rightly."""

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.lead import LineType
from dialer.domain.outcome import Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from tests.unit.engine.told import Told, night_of
from tests.unit.engine.transcript import Night, lead


def ringing(told: Told, *, reported_at: float | None = 2.0) -> tuple[Night, cmd.Originate]:
    """A shared line that was dialed at second 0; agent 7 is ready."""
    night = night_of(told)
    night.arrives(7)
    told.shared(1)
    night.claims(lead(1, LineType.LANDLINE))
    call = night.call()
    if reported_at is not None:
        night.at(reported_at).happens(ev.LineRang(at=night.now, attempt_id=call.attempt_id))
    return night, call


def taken_back(told: Told) -> tuple[Night, cmd.Originate]:
    """The same line, withdrawn at second 20."""
    night, call = ringing(told)
    told.take_back(call.attempt_id)
    night.at(20)
    told.take_back(call.attempt_id)
    night.at(20.2)
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == [call.attempt_id]
    return night, call


def test_a_line_taken_back_rests_and_counts_as_an_attempt() -> None:
    night, call = taken_back(Told())
    night.is_gone(call)
    assert night.ending(call).outcome is Outcome.WITHDRAWN
    step = night.next_step(1)
    assert step.counted and step.next_at == pytest.approx(night.now + 4 * 3600)


def test_a_line_is_hung_up_once_however_often_it_is_taken_back() -> None:
    told = Told()
    night, call = taken_back(told)
    told.take_back(call.attempt_id, call.attempt_id)
    night.at(21)
    assert len(night.wished(cmd.HangUp)) == 1


def test_a_line_that_never_reported_ringing_is_not_taken_back() -> None:
    told = Told()
    night, call = ringing(told, reported_at=None)
    for second in (16, 20, 24):
        told.take_back(call.attempt_id)
        night.at(second)
    assert night.wished(cmd.HangUp) == []


def test_ringing_counts_from_when_we_heard_of_it_whatever_the_other_clock_says() -> None:
    told = Told()
    night, call = ringing(told, reported_at=None)
    night.at(2).happens(ev.LineRang(at=night.now - 8, attempt_id=call.attempt_id))
    told.take_back(call.attempt_id)
    night.at(16.9)
    assert night.wished(cmd.HangUp) == []


def test_an_answered_line_is_not_taken_back() -> None:
    told = Told()
    night, call = ringing(told)
    night.at(18).answers(call)
    told.take_back(call.attempt_id)
    night.at(19)
    assert night.wished(cmd.HangUp) == []


def test_a_person_who_answers_while_we_hang_up_is_served_while_his_line_stands() -> None:
    night, call = taken_back(Told())
    answer = night.answers(call)
    assert (answer.destination, answer.agent_channel) == (cmd.Destination.BRIDGE, "PJSIP/v7-01")
    night.is_connected(call, 7)
    night.at(80)
    assert night.state_of(7) is AgentState.TALKING
    night.is_gone(call)
    assert night.ending(call).outcome is Outcome.TALKED


def test_a_person_whose_answer_crossed_our_hang_up_counts_as_abandoned() -> None:
    night, call = taken_back(Told())
    night.answers(call)
    night.at(20.5).is_gone(call)
    assert night.ending(call).outcome is Outcome.ABANDONED
    assert night.state_of(7) is AgentState.READY


def test_a_crossed_answer_that_nobody_can_take_ends_by_the_clock() -> None:
    night, call = taken_back(Told())
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    assert night.answers(call).destination is cmd.Destination.QUEUE
    night.at(23)
    assert [wish.attempt_id for wish in night.wished(cmd.PlayMessage)] == [call.attempt_id]


def test_a_taken_back_line_whose_end_is_never_reported_is_lost() -> None:
    night, call = taken_back(Told())
    night.at(26)
    assert night.ending(call).outcome is Outcome.LOST


def test_the_agent_of_a_reserved_line_is_kept_until_its_end_is_reported() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    told.reserved(7)
    night.claims(lead(1))
    call = night.call()
    night.at(1).happens(ev.LineRang(at=night.now, attempt_id=call.attempt_id))
    night.at(17)
    told.take_back(call.attempt_id)
    night.at(17.1)
    assert night.state_of(7) is AgentState.RESERVED
    night.is_gone(call)
    assert night.state_of(7) is AgentState.READY


def test_a_line_that_is_being_taken_back_is_no_line_to_count_on() -> None:
    told = Told()
    night, _ = taken_back(told)
    night.at(20.5)
    assert told.saw is not None
    assert list(told.saw.lines()) == []
    assert told.saw.shared_lines == 0
