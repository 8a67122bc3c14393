"""Predictive pacing: what it dials on floors that a test writes down."""

from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.lead import LineType
from dialer.pacing.floor import (
    Arrival,
    LeadClass,
    LeadSeen,
    Line,
    LineFailed,
    LineKind,
    PersonArrived,
    Seat,
)
from dialer.pacing.predictive import Predictive
from tests.unit.pacing.a_floor import AFloor, lines, ready

NOW = 1000.0
LEAD = LeadSeen(
    line_type=LineType.LANDLINE,
    area="+1919",
    attempt_count=0,
    last_outcome=None,
    hour=12,
    weekday=2,
)


def talking(count: int, since: float) -> list[Seat]:
    return [
        Seat(agent_id=100 + number, state=AgentState.TALKING, since=since)
        for number in range(count)
    ]


def old_lines(count: int, rang_s: float) -> list[Line]:
    return [
        Line(
            attempt_id=f"old-{number}",
            dialed_at=NOW - rang_s - 2.0,
            rang_at=NOW - rang_s,
            odds=0.2,
            agent_id=None,
        )
        for number in range(count)
    ]


def floor_of(**values: object) -> AFloor:
    defaults: dict[str, object] = {"odds": {LeadClass.OVER_DIALABLE: 0.2}}
    return AFloor(**{**defaults, **values})


def test_each_agent_who_waits_gets_a_line_and_more_are_dialed_as_few_are_answered() -> None:
    decision = Predictive().decide(floor_of(its_seats=ready(5)))
    assert decision.kind is LineKind.SHARED
    assert decision.count >= 5


def test_nothing_is_dialed_while_everybody_has_just_begun_to_talk() -> None:
    decision = Predictive().decide(floor_of(its_seats=talking(5, since=NOW)))
    assert decision.count == 0
    assert "allowed" in decision.reason


def test_lines_are_dialed_ahead_on_a_large_floor_where_nobody_waits() -> None:
    wrapping_up = [
        Seat(agent_id=n, state=AgentState.WRAP_UP, since=NOW - 8.0, free_by=NOW + 4.0)
        for n in range(20)
    ]
    decision = Predictive().decide(floor_of(its_seats=talking(60, NOW - 90.0) + wrapping_up))
    assert decision.count > 0


def test_over_dialing_rests_while_the_budget_forbids_it() -> None:
    floor = floor_of(its_seats=ready(3), may_over_dial=False)
    decision = Predictive().decide(floor)
    assert (decision.kind, decision.count) == (LineKind.RESERVED, 3)


def test_one_to_one_numbers_are_never_over_dialed() -> None:
    floor = floor_of(its_seats=ready(3), odds={LeadClass.ONE_TO_ONE: 0.9})
    decision = Predictive().decide(floor)
    assert (decision.kind, decision.count) == (LineKind.RESERVED, 3)


def test_an_agent_who_is_leaving_is_not_reckoned_with() -> None:
    leaving = [
        Seat(agent_id=n, state=AgentState.TALKING, since=NOW - 90.0, is_leaving=True)
        for n in range(50)
    ]
    assert Predictive().decide(floor_of(its_seats=leaving)).count == 0


def test_old_lines_are_withdrawn_when_nobody_is_left_to_take_them() -> None:
    floor = floor_of(its_seats=talking(1, since=NOW), its_lines=old_lines(3, rang_s=16.0))
    assert set(Predictive().decide(floor).withdraw) == {"old-1", "old-2"}, "one shows the rest"


def test_lines_that_have_not_rung_their_lawful_time_are_never_withdrawn() -> None:
    floor = floor_of(its_seats=talking(1, since=NOW), its_lines=old_lines(3, rang_s=14.9))
    assert Predictive().decide(floor).withdraw == ()


def test_a_person_who_waits_takes_the_agent_who_waits() -> None:
    arrival = Arrival(answered_at=NOW - 0.5, connect_by=NOW + 1.5)
    busy = Predictive().decide(floor_of(its_seats=ready(1), its_arrivals=[arrival]))
    free = Predictive().decide(floor_of(its_seats=ready(1)))
    assert busy.count < free.count


def test_a_smaller_target_dials_fewer_lines() -> None:
    seats = talking(25, since=NOW - 60.0) + ready(3)
    high = Predictive().decide(floor_of(its_seats=seats, target=0.03, limit=0.05))
    low = Predictive().decide(floor_of(its_seats=seats, target=0.005))
    assert low.count < high.count


def test_a_debt_of_abandoned_people_dials_fewer_lines() -> None:
    seats = talking(25, since=NOW - 60.0) + ready(3)
    debt = (BudgetWindow(name="block", answered=1000, abandoned=28),)
    calm = Predictive().decide(floor_of(its_seats=seats, target=0.025))
    careful = Predictive().decide(floor_of(its_seats=seats, target=0.02, windows=debt))
    assert careful.count < calm.count


def test_the_share_of_answers_is_learned_from_calls_that_are_of_age() -> None:
    pacer = Predictive()
    for number in range(400):
        if number % 2:
            pacer.learn(
                PersonArrived(dialed_at=0.0, answered_at=9.0, ready_at=9.0, lead=LEAD)
            )
        else:
            pacer.learn(LineFailed(dialed_at=0.0, ended_at=20.0, lead=LEAD))
    seats = talking(25, since=NOW - 60.0) + ready(3)
    assert pacer.decide(floor_of(its_seats=seats, now=20.0)).figures["answer_chance"] == 0.2
    learned = pacer.decide(floor_of(its_seats=seats, now=NOW, its_lines=lines(1)))
    assert 0.45 < float(learned.figures["answer_chance"]) < 0.5


def test_equal_facts_and_floors_give_equal_decisions() -> None:
    floor = floor_of(its_seats=talking(25, since=NOW - 60.0) + ready(3))
    assert Predictive().decide(floor) == Predictive().decide(floor)


def both(over_dialable: float, one_to_one: float) -> dict[LeadClass, float]:
    return {LeadClass.OVER_DIALABLE: over_dialable, LeadClass.ONE_TO_ONE: one_to_one}


def test_of_two_equal_leads_the_one_on_a_shared_line_is_dialed() -> None:
    decision = Predictive().decide(floor_of(its_seats=ready(5), odds=both(0.2, 0.2)))
    assert decision.kind is LineKind.SHARED


def test_who_will_very_probably_answer_gets_an_agent_of_his_own() -> None:
    decision = Predictive().decide(floor_of(its_seats=ready(5), odds=both(0.05, 0.9)))
    assert (decision.kind, decision.leads) == (LineKind.RESERVED, LeadClass.ONE_TO_ONE)
    assert decision.count == 5


def test_agents_stand_by_for_shared_lines_that_ring_when_the_budget_is_used_up() -> None:
    few = floor_of(its_seats=ready(6), its_lines=lines(4), may_over_dial=False)
    many = floor_of(its_seats=ready(6), its_lines=lines(40), may_over_dial=False)
    assert 2 <= Predictive().decide(few).count < 6
    assert Predictive().decide(many).count == 0


def test_a_floor_of_hundreds_is_filled_in_steps() -> None:
    decision = Predictive().decide(floor_of(its_seats=ready(300)))
    assert 0 < decision.count <= 24


def test_whoever_begins_his_wrap_up_this_instant_is_reckoned_with() -> None:
    def wrapping_up(since: float) -> list[Seat]:
        return [Seat(agent_id=n, state=AgentState.WRAP_UP, since=since) for n in range(40)]

    begun = Predictive().decide(floor_of(its_seats=wrapping_up(NOW)))
    a_moment_ago = Predictive().decide(floor_of(its_seats=wrapping_up(NOW - 0.25)))
    assert begun.count == a_moment_ago.count > 0


def test_no_odds_and_no_target_break_it() -> None:
    for odds in (0.0, 1.0):
        its_lines = [
            Line(attempt_id="a", dialed_at=NOW - 3, rang_at=None, odds=odds, agent_id=None)
        ]
        seats = ready(3) + talking(5, NOW - 30.0)
        floor = floor_of(
            its_seats=seats, its_lines=its_lines, target=0.0, odds=both(odds, 0.5)
        )
        assert Predictive().decide(floor).count >= 2
