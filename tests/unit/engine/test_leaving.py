"""A break or the way home takes effect without stranding the people who are being called."""

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.lead import LineType
from dialer.domain.outcome import AmdVerdict, Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from tests.unit.engine.told import Told, night_of
from tests.unit.engine.transcript import Night, lead

LANDLINES = tuple(lead(number, LineType.LANDLINE) for number in range(1, 9))


def lines_out(told: Told, *, agents: int, lines: int) -> Night:
    """Agents 1..n are ready, and shared lines ring; nobody has answered."""
    night = night_of(told)
    for agent_id in range(1, agents + 1):
        night.arrives(agent_id)
    told.shared(lines)
    night.claims(*LANDLINES[:lines])
    return night.at(1)


def wants_break(night: Night, agent_id: int = 1) -> None:
    night.happens(requests.AgentAskedBreak(at=night.now, agent_id=agent_id))


def test_with_nobody_in_flight_a_break_begins_at_once() -> None:
    night = lines_out(Told(), agents=1, lines=0)
    wants_break(night)
    assert night.state_of(1) is AgentState.BREAK


def test_an_agent_whom_a_line_counts_on_stays_until_it_has_ended_and_his_page_says_so() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    wants_break(night)
    assert night.state_of(1) is AgentState.READY
    assert night.engine.view(night.now).agents[0].wants == "break"
    night.at(6).is_gone(night.call(), 17, 486)
    assert night.state_of(1) is AgentState.BREAK
    assert night.engine.view(night.now).agents[0].wants == ""


def test_who_answers_meanwhile_still_gets_him_and_his_break_follows_the_call() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    wants_break(night)
    call = night.call()
    assert night.at(6).answers(call).destination is cmd.Destination.BRIDGE
    night.is_connected(call, 1)
    night.at(60).is_gone(call)
    night.result(1, call, Disposition.SUPPORTS)
    assert night.state_of(1) is AgentState.BREAK


def test_his_patience_ends_after_ten_seconds() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    wants_break(night)
    night.at(10.9)
    assert night.state_of(1) is AgentState.READY
    night.at(11.1)
    assert night.state_of(1) is AgentState.BREAK


def test_lines_dialed_after_his_wish_do_not_keep_him() -> None:
    told = Told()
    night = lines_out(told, agents=1, lines=1)
    wants_break(night)
    told.shared(1)
    night.claims(LANDLINES[7])
    assert len(night.wished(cmd.Originate)) == 2
    night.at(3).is_gone(night.call(0), 17, 486)
    assert night.state_of(1) is AgentState.BREAK


def test_he_is_not_needed_where_enough_others_are_free() -> None:
    night = lines_out(Told(), agents=3, lines=2)
    wants_break(night, 1)
    assert night.state_of(1) is AgentState.BREAK
    wants_break(night, 2)
    assert night.state_of(2) is AgentState.READY, "two lines, and one agent besides him"
    night.is_gone(night.call(0), 17, 486)
    assert night.state_of(2) is AgentState.BREAK


def test_people_go_to_those_who_stay_before_those_who_want_to_go() -> None:
    night = lines_out(Told(), agents=2, lines=2)
    wants_break(night, 1)
    assert night.answers(night.call(0)).agent_channel == "PJSIP/v2-01"
    assert night.answers(night.call(1)).agent_channel == "PJSIP/v1-01"


def test_nothing_is_dialed_for_an_agent_who_wants_to_go() -> None:
    told = Told()
    night = lines_out(told, agents=1, lines=1)
    wants_break(night)
    assert told.saw is not None
    [seat] = told.saw.seats()
    assert (told.saw.ready, seat.is_leaving) == (0, True)
    told.reserved(1)
    night.claims(lead(20))
    assert len(night.wished(cmd.Originate)) == 1


def test_an_agent_who_goes_home_stays_for_the_line_too() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    night.happens(requests.AgentLoggedOut(at=night.now, agent_id=1))
    assert night.wished(cmd.DropAgent) == []
    night.at(11.2)
    assert night.state_of(1) is AgentState.OFFLINE
    assert len(night.wished(cmd.DropAgent)) == 1


def test_he_may_think_better_of_it() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    wants_break(night)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=1))
    night.at(20)
    assert night.state_of(1) is AgentState.READY
    assert night.engine.view(night.now).agents[0].wants == ""


def test_a_machine_on_the_line_lets_him_go() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    wants_break(night)
    night.at(4).answers(night.call(), AmdVerdict.MACHINE)
    assert night.state_of(1) is AgentState.BREAK


@pytest.mark.parametrize("wish", [requests.AgentAskedBreak, requests.AgentLoggedOut])
def test_one_who_vanishes_while_he_stays_is_gone(wish: type[ev.AgentEvent]) -> None:
    night = lines_out(Told(), agents=1, lines=1)
    night.happens(wish(at=night.now, agent_id=1))
    night.happens(ev.AgentLegDown(at=night.now, agent_id=1))
    assert night.at(15).state_of(1) is AgentState.OFFLINE
    assert len(night.wished(cmd.DropAgent)) == 1


def test_one_whose_leg_asterisk_lost_is_called_back_to_his_break() -> None:
    night = lines_out(Told(), agents=1, lines=1)
    wants_break(night)
    night.happens(ev.LinkWentDown(at=night.now))
    night.happens(ev.LinkCameUp(at=night.now, legs=()))
    night.picks_up_leg(1)
    assert night.state_of(1) is AgentState.BREAK


def test_going_home_after_a_bridge_that_failed_is_going_home() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(1)
    told.reserved(1)
    night.claims(lead(1))
    night.happens(requests.AgentLoggedOut(at=night.now, agent_id=1))
    night.at(4).answers(night.call())
    assert night.asks_route(night.call()).destination is cmd.Destination.QUEUE
    assert night.state_of(1) is AgentState.OFFLINE
