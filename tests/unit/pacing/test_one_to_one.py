"""One-to-one numbers: who is reserved for a line, what is lent, and which old lines make room."""

from hypothesis import given, settings
from hypothesis import strategies as some

from dialer.domain.agent import AgentState
from dialer.domain.campaign import LAWFUL_RING_TIME_S
from dialer.domain.lead import LineType
from dialer.pacing.floor import LeadClass, LeadSeen, Line, LineFailed, PersonArrived, Seat
from dialer.pacing.learning import Learning
from dialer.pacing.one_to_one import OneToOne
from tests.unit.pacing.a_floor import AFloor

NOW = 1000.0
CELLS = {LeadClass.ONE_TO_ONE: 0.2}
A_LEAD = LeadSeen(
    line_type=LineType.WIRELESS,
    area="+1919",
    attempt_count=0,
    last_outcome=None,
    hour=18,
    weekday=2,
)


def seat(agent_id: int, state: AgentState, **more: bool) -> Seat:
    return Seat(agent_id=agent_id, state=state, since=NOW - 20 + agent_id, **more)


def line(number: int, agent_id: int | None, *, rung_s: float | None = 5.0) -> Line:
    """A line that took three seconds to ring, or does not ring yet."""
    rang_at = None if rung_s is None else NOW - rung_s
    dialed_at = NOW - 1.0 if rang_at is None else rang_at - 3.0
    return Line(
        attempt_id=f"cb-{number}", dialed_at=dialed_at, rang_at=rang_at, odds=0.2, agent_id=agent_id
    )


def floor(seats: list[Seat], lines: list[Line], odds: dict[LeadClass, float] = CELLS) -> AFloor:
    return AFloor(now=NOW, its_seats=seats, its_lines=lines, odds=odds)


def as_in_the_reference_model() -> Learning:
    """Learned from 400 calls: the shape of pacing-and-amd.md A2a in round figures."""
    learning = Learning(0.2)
    for number in range(400):
        at = number * 2.0
        answered = (5.0, 7.0, 9.0, 12.0, 16.0)[number // 5 % 5]
        failed = (3.0, 4.0, 21.0, 25.0, 25.0)[number % 5]
        if number % 5 == 0:
            fact = PersonArrived(
                dialed_at=at, answered_at=at + answered, ready_at=at + answered, lead=A_LEAD
            )
            learning.learn(fact, 0.2)
        else:
            learning.learn(LineFailed(dialed_at=at, ended_at=at + failed, lead=A_LEAD), 0.2)
    learning.advance(1e6)
    return learning


def a_policy() -> OneToOne:
    return OneToOne(as_in_the_reference_model())


def test_every_agent_who_waits_gets_one_line() -> None:
    decision = a_policy().decide(floor([seat(1, AgentState.READY), seat(2, AgentState.READY)], []))
    assert decision.agents == (1, 2)
    assert decision.count == 2


def test_agents_whom_shared_lines_and_people_need_are_kept_for_them() -> None:
    seats = [seat(number, AgentState.READY) for number in (1, 2, 3)]
    decision = a_policy().decide(floor(seats, [line(1, None), line(2, None)]))
    assert decision.count == 1


def test_an_agent_in_wrap_up_is_reserved_ahead_when_another_could_stand_in() -> None:
    seats = [seat(1, AgentState.RESERVED), seat(2, AgentState.WRAP_UP)]
    decision = a_policy().decide(floor(seats, [line(1, 1)]))
    assert decision.agents == (2,)


def test_no_wrap_up_is_counted_on_when_nobody_could_stand_in() -> None:
    seats = [seat(1, AgentState.TALKING), seat(2, AgentState.WRAP_UP)]
    assert a_policy().decide(floor(seats, [])).count == 0


def test_whoever_has_been_in_wrap_up_longest_lends_first_and_only_once() -> None:
    seats = [
        seat(1, AgentState.WRAP_UP),
        seat(2, AgentState.WRAP_UP),
        seat(3, AgentState.WRAP_UP),
        seat(4, AgentState.RESERVED),
    ]
    decision = a_policy().decide(floor(seats, [line(1, 4), line(2, 1)]))
    assert decision.agents == (2,)


def test_agents_about_to_go_take_no_new_line() -> None:
    seats = [
        seat(1, AgentState.READY),
        seat(2, AgentState.READY, is_leaving=True),
        seat(3, AgentState.WRAP_UP, is_leaving=True),
    ]
    assert a_policy().decide(floor(seats, [])).agents == (1,)


def test_a_line_that_has_rung_its_lawful_time_makes_room_for_a_new_one() -> None:
    lines = [line(1, 1, rung_s=15.0), line(2, 2, rung_s=14.9), line(3, 3, rung_s=None)]
    seats = [seat(number, AgentState.RESERVED) for number in (1, 2, 3)]
    assert a_policy().decide(floor(seats, lines)).withdraw == ("cb-1",)


def test_an_old_line_rings_on_when_there_is_no_lead_to_dial_instead() -> None:
    decision = a_policy().decide(
        floor([seat(1, AgentState.RESERVED)], [line(1, 1, rung_s=18.0)], {})
    )
    assert decision.withdraw == ()


def test_an_old_line_rings_on_when_the_next_lead_is_hardly_ever_answered() -> None:
    decision = a_policy().decide(
        floor(
            [seat(1, AgentState.RESERVED)],
            [line(1, 1, rung_s=15.0)],
            {LeadClass.ONE_TO_ONE: 0.004},
        )
    )
    assert decision.withdraw == ()


def test_an_old_line_rings_on_while_an_agent_waits_anyhow() -> None:
    seats = [seat(1, AgentState.RESERVED), seat(2, AgentState.READY)]
    assert a_policy().decide(floor(seats, [line(1, 1, rung_s=18.0)])).withdraw == ()


def test_a_line_whose_agent_goes_home_after_it_rings_on() -> None:
    seats = [seat(1, AgentState.RESERVED, is_leaving=True)]
    assert a_policy().decide(floor(seats, [line(1, 1, rung_s=18.0)])).withdraw == ()


STATES = (AgentState.READY, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP)


@some.composite
def a_lawful_floor(draw: some.DrawFn) -> AFloor:
    """Any floor on which each one-to-one line has an agent of its own."""
    seats, lines = [], []
    for agent_id in range(1, draw(some.integers(1, 12)) + 1):
        state = draw(some.sampled_from(STATES))
        seats.append(seat(agent_id, state, is_leaving=draw(some.booleans())))
        is_lent = state is AgentState.WRAP_UP and draw(some.booleans())
        if state is AgentState.RESERVED or is_lent:
            rung_s = draw(some.none() | some.floats(0.0, 24.0))
            lines.append(line(agent_id, agent_id, rung_s=rung_s))
    shared = draw(some.integers(0, 4))
    lines += [line(100 + number, None) for number in range(shared)]
    return floor(seats, lines, draw(some.sampled_from(({}, CELLS, {LeadClass.ONE_TO_ONE: 0.6}))))


POLICY = a_policy()


@settings(deadline=None)
@given(a_lawful_floor())
def test_each_new_line_has_an_agent_at_hand_of_its_own(before: AFloor) -> None:
    decision = POLICY.decide(before)
    booked = {each.agent_id for each in before.its_lines}
    states = {each.agent_id: each.state for each in before.its_seats}
    assert decision.count == len(decision.agents) == len(set(decision.agents))
    assert not booked.intersection(decision.agents)
    assert {states[each] for each in decision.agents} <= {AgentState.READY, AgentState.WRAP_UP}


@settings(deadline=None)
@given(a_lawful_floor())
def test_there_are_at_most_two_loans_for_each_agent_free_to_stand_in(before: AFloor) -> None:
    decision = POLICY.decide(before)
    states = {each.agent_id: each.state for each in before.its_seats if not each.is_leaving}
    booked = {each.agent_id for each in before.its_lines}
    in_wrap_up = {one for one, state in states.items() if state is AgentState.WRAP_UP}
    lent = len(in_wrap_up & booked)
    new = len(in_wrap_up.intersection(decision.agents))
    free = sum(state in (AgentState.READY, AgentState.RESERVED) for state in states.values())
    assert new == 0 or lent + new <= 2 * (free - before.shared_lines)


@settings(deadline=None)
@given(a_lawful_floor())
def test_only_lines_with_an_agent_that_rang_their_lawful_time_are_taken_back(
    before: AFloor,
) -> None:
    known = {each.attempt_id: each for each in before.its_lines}
    for attempt_id in POLICY.decide(before).withdraw:
        taken = known[attempt_id]
        assert taken.agent_id is not None
        assert taken.rang_at is not None
        assert NOW - taken.rang_at >= LAWFUL_RING_TIME_S


@settings(deadline=None)
@given(a_lawful_floor())
def test_the_same_floor_gives_the_same_decision(before: AFloor) -> None:
    assert POLICY.decide(before) == a_policy().decide(before)
