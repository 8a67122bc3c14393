"""A line may be dialed for an agent while his wrap-up runs out; nobody waits for that."""

from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.lead import LeadState
from dialer.domain.number import Consent, ConsentKind, NumberFacts
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import SaveAttempt, SaveResult
from tests.unit.engine.test_gaps import left_behind, leg, restarted
from tests.unit.engine.told import Told, night_of
from tests.unit.engine.transcript import START, Night, lead

CONSENTING = NumberFacts(
    consents=(Consent(reference=1, kind=ConsentKind.EXPRESS, given_at=START - 3600.0),)
)
"""A recorded voice may be played to this person."""


def wrapping_up(told: Told) -> tuple[Night, cmd.Originate]:
    """Agent 7 has been in wrap-up since second 60, until second 90 at the latest."""
    night = night_of(told)
    night.arrives(7)
    told.reserved(7)
    night.claims(lead(1))
    first = night.call()
    night.at(5).answers(first)
    night.is_connected(first, 7)
    night.at(60).is_gone(first)
    assert night.state_of(7) is AgentState.WRAP_UP
    return night, first


def dialed_ahead(told: Told) -> tuple[Night, cmd.Originate, cmd.Originate]:
    """At second 86 a line is dialed for him; it reports ringing at 88."""
    night, first = wrapping_up(told)
    night.at(86)
    told.reserved(7)
    night.claims(lead(2))
    second = night.call()
    assert second.attempt_id != first.attempt_id
    night.at(88).happens(ev.LineRang(at=night.now, attempt_id=second.attempt_id))
    return night, first, second


def test_the_wrap_up_goes_on_while_the_line_is_dialed_and_then_he_is_reserved_for_it() -> None:
    told = Told()
    night, _, second = dialed_ahead(told)
    assert night.state_of(7) is AgentState.WRAP_UP
    assert second.agent_channel == "PJSIP/v7-01"
    assert night.wished(SaveAttempt)[-1].agent_id == 7
    night.at(90.2)
    assert night.state_of(7) is AgentState.RESERVED
    assert night.wished(SaveResult)[-1].disposition is Disposition.NO_RESULT
    assert night.at(95).answers(second).agent_channel == "PJSIP/v7-01"


def test_pacing_sees_whom_a_line_is_dialed_for_in_wrap_up() -> None:
    told = Told()
    night, _, second = dialed_ahead(told)
    night.at(88.2)
    assert told.saw is not None
    [seat] = told.saw.seats()
    assert (seat.state, seat.attempt_id) == (AgentState.WRAP_UP, second.attempt_id)
    assert told.saw.shared_lines == 0


def test_a_result_given_meanwhile_makes_him_free_for_the_line() -> None:
    night, first, _ = dialed_ahead(Told())
    night.result(7, first, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.RESERVED
    assert night.next_step(1).state is LeadState.FINAL


def test_a_person_who_answers_before_the_wrap_up_is_over_ends_it() -> None:
    night, first, second = dialed_ahead(Told())
    answer = night.answers(second)
    assert (answer.destination, answer.agent_channel) == (cmd.Destination.BRIDGE, "PJSIP/v7-01")
    night.is_connected(second, 7)
    assert night.state_of(7) is AgentState.TALKING
    night.result(7, first, Disposition.SUPPORTS)
    assert night.next_step(1).state is LeadState.FINAL, "the last call may still be corrected"
    assert not night.next_step(1).counted
    night.at(150).is_gone(second)
    night.result(7, second, Disposition.OPPOSES)
    assert night.next_step(2).state is LeadState.FINAL


def test_a_ready_agent_takes_the_call_rather_than_end_a_wrap_up() -> None:
    night, _, second = dialed_ahead(Told())
    night.arrives(8)
    assert night.answers(second).agent_channel == "PJSIP/v8-01"
    assert night.state_of(7) is AgentState.WRAP_UP
    night.at(91)
    assert night.state_of(7) is AgentState.READY


def test_else_the_agent_of_the_line_dialed_last_swaps_his_line_for_the_call() -> None:
    told = Told()
    night, first, second = dialed_ahead(told)
    night.arrives(8)
    night.arrives(9)
    told.reserved(8, 9)
    night.claims(lead(3), lead(4))
    third, fourth = night.wished(cmd.Originate)[-2:]
    assert night.answers(second).agent_channel == "PJSIP/v9-01"
    night.is_connected(second, 9)
    assert night.state_of(7) is AgentState.WRAP_UP
    night.result(7, first, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.RESERVED
    assert night.answers(fourth).agent_channel == "PJSIP/v7-01"
    assert night.answers(third).agent_channel == "PJSIP/v8-01"


def test_a_line_that_fails_meanwhile_leaves_only_the_wrap_up() -> None:
    night, _, second = dialed_ahead(Told())
    night.is_gone(second, 17, 486)
    assert night.state_of(7) is AgentState.WRAP_UP
    night.at(91)
    assert night.state_of(7) is AgentState.READY


def test_he_is_not_reserved_twice() -> None:
    told = Told()
    night, _, _ = dialed_ahead(told)
    told.reserved(7)
    night.claims(lead(3))
    assert len(night.wished(cmd.Originate)) == 2


def test_one_who_goes_on_break_after_his_wrap_up_gets_no_line() -> None:
    told = Told()
    night, _ = wrapping_up(told)
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=7))
    told.reserved(7)
    night.claims(lead(2))
    assert len(night.wished(cmd.Originate)) == 1


@pytest.mark.parametrize(
    ("wish", "then"),
    [(requests.AgentAskedBreak, AgentState.BREAK), (requests.AgentLoggedOut, AgentState.OFFLINE)],
)
def test_one_who_wants_to_go_still_takes_the_line_dialed_for_him(
    wish: type[ev.AgentEvent], then: AgentState
) -> None:
    night, first, second = dialed_ahead(Told())
    night.happens(wish(at=night.now, agent_id=7))
    night.result(7, first, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.RESERVED
    night.is_gone(second, 17, 486)
    assert night.state_of(7) is then


def test_when_he_vanishes_the_line_finds_another_agent() -> None:
    night, _, second = dialed_ahead(Told())
    night.arrives(8)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    assert night.answers(second).agent_channel == "PJSIP/v8-01"
    assert night.state_of(7) is AgentState.OFFLINE


def test_the_dialplan_may_have_brought_him_the_person_by_itself() -> None:
    night, first, second = dialed_ahead(Told())
    night.is_connected(second, 7)
    assert night.state_of(7) is AgentState.TALKING
    results = [(wish.attempt_id, wish.disposition) for wish in night.wished(SaveResult)]
    assert results == [(first.attempt_id, Disposition.NO_RESULT)]
    night.at(150).is_gone(second)
    assert night.ending(second).outcome is Outcome.TALKED


def test_one_who_was_brought_somebody_else_leaves_the_line_to_others() -> None:
    told = Told()
    night, _, second = dialed_ahead(told)
    told.shared(1)
    night.claims(replace(lead(3), number=CONSENTING))
    other = night.call()
    assert other.attempt_id != second.attempt_id
    night.is_connected(other, 7)
    night.arrives(8)
    assert night.answers(second).agent_channel == "PJSIP/v8-01"


def test_a_lost_leg_ends_the_reservation_and_not_the_wrap_up() -> None:
    night, first, second = dialed_ahead(Told())
    night.happens(ev.LinkWentDown(at=night.now))
    ringing = replace(leg(second.attempt_id), is_up=False)
    night.happens(ev.LinkCameUp(at=night.now, legs=(ringing,)))
    assert night.state_of(7) is AgentState.WRAP_UP
    night.result(7, first, Disposition.SUPPORTS)
    assert night.state_of(7) is AgentState.JOINING
    assert night.answers(second).destination is cmd.Destination.QUEUE


@pytest.mark.parametrize("state", [AgentState.WRAP_UP, AgentState.READY])
def test_a_restart_keeps_the_line_for_its_agent(state: AgentState) -> None:
    line = left_behind("cb-old-2", agent_id=7)
    night = restarted((line,), state)
    ringing = replace(leg("cb-old-2"), is_up=False)
    night.happens(ev.LinkCameUp(at=night.now, legs=(ringing, leg("agent-7-old-00000001"))))
    night.claims(lead(5), lead(6))
    assert night.wished(cmd.Originate) == [], "he is not free for another one"
    wished = night.happens(
        ev.RouteAsked(at=night.now, attempt_id="cb-old-2", request_id="r", channel="PJSIP/x")
    )
    [answer] = [wish for wish in wished if isinstance(wish, cmd.RouteCall)]
    assert answer.destination is cmd.Destination.BRIDGE
    assert night.state_of(7) is AgentState.RESERVED
