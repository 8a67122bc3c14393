"""A person is put through to a third party: every order in which its facts may come."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Disposition, Outcome
from dialer.domain.transfer import DestinationKind, TransferDestination, TransferOutcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import CloseAttempt, SaveResult, SaveTransfer, StoreCommand
from dialer.engine.third_line import Stage
from dialer.engine.transfer import RING_GRACE_S, RING_TIMEOUT_S, WAITS_S
from dialer.engine.view import TransferView
from tests.unit.engine.test_rejoin import breaks_off, logs_in, picks_up_again, talking
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, Night, lead

OFFICE = TransferDestination(
    kind=DestinationKind.OFFICE, name="Senator Gray", number="+12025550100"
)
SHIFT_LEAD = TransferDestination(
    kind=DestinationKind.SHIFT_LEAD, name="Shift lead", number="200"
)
THEIRS = "PJSIP/trunk-main-office"


@pytest.fixture
def night() -> Night:
    return Night(replace(CAMPAIGN, destinations=(OFFICE, SHIFT_LEAD)))


def asks(night: Night, name: str = OFFICE.name) -> list[cmd.Command]:
    return night.happens(requests.TransferAsked(at=night.now, agent_id=7, destination=name))


def wishes(night: Night, kind: type[ev.AgentEvent]) -> list[cmd.Command]:
    return night.happens(kind(at=night.now, agent_id=7))


def puts_through(night: Night) -> list[cmd.Command]:
    return wishes(night, requests.AgentAskedPutThrough)


def consults(night: Night) -> list[cmd.Command]:
    return wishes(night, requests.AgentAskedConsult)


def cancels(night: Night) -> list[cmd.Command]:
    return wishes(night, requests.AgentCancelledTransfer)


def dialed(night: Night) -> cmd.DialThird:
    return night.wished(cmd.DialThird)[-1]


def answers(night: Night) -> list[cmd.Command]:
    return night.happens(
        ev.ThirdAnswered(at=night.now, transfer_id=dialed(night).transfer_id, channel=THEIRS)
    )


def joins(night: Night) -> list[cmd.Command]:
    return night.happens(ev.ThirdJoined(at=night.now, transfer_id=dialed(night).transfer_id))


def ends(night: Night, cause: int = 16, status: int | None = None) -> list[cmd.Command]:
    return night.happens(
        ev.ThirdEnded(
            at=night.now, transfer_id=dialed(night).transfer_id, cause=cause, sip_status=status
        )
    )


def parts(night: Night, call: cmd.Originate) -> None:
    night.happens(ev.CallParted(at=night.now, attempt_id=call.attempt_id))


def row(night: Night) -> SaveTransfer:
    """What is written of the transfer in the end."""
    return night.wished(SaveTransfer)[-1]


def shown(night: Night) -> TransferView | None:
    [agent] = night.engine.view(night.now).agents
    return agent.transfer


def refusal(wished: list[cmd.Command]) -> str:
    [only] = wished
    assert isinstance(only, cmd.RefuseAgent)
    return only.reason


def hung_up(night: Night) -> list[str]:
    return [one.attempt_id for one in night.wished(cmd.HangUp)]


def put_through(night: Night) -> cmd.Originate:
    """A person who talks with the office by now."""
    call = talking(night)
    asks(night)
    night.at(35)
    answers(night)
    night.at(40)
    puts_through(night)
    parts(night, call)
    joins(night)
    return call


def in_use(night: Night) -> int:
    [trunk] = night.engine.view(night.now).trunks
    return trunk.channels


# --- the way it should go ----------------------------------------------------------------------


def test_the_third_party_is_written_down_and_called_from_the_campaigns_number(
    night: Night,
) -> None:
    talking(night)
    saved, dial = asks(night)
    assert isinstance(saved, SaveTransfer) and isinstance(dial, cmd.DialThird)
    assert (saved.destination, saved.number) == (OFFICE.name, OFFICE.number)
    assert saved.trunk == "main"
    assert (dial.endpoint, dial.dial_string) == ("trunk-main", "12025550100")
    assert dial.caller_id == CAMPAIGN.caller_id
    assert night.state_of(7) is AgentState.TALKING
    assert shown(night) == TransferView(
        destination="Senator Gray", kind=DestinationKind.OFFICE, stage=Stage.CALLING, outcome=None
    )


def test_a_telephone_of_ours_needs_no_trunk(night: Night) -> None:
    talking(night)
    before = in_use(night)
    asks(night, SHIFT_LEAD.name)
    assert (dialed(night).endpoint, dialed(night).dial_string) == ("200", "")
    assert in_use(night) == before


def test_put_through_the_agent_is_free_for_the_next_person_while_the_two_talk_on(
    night: Night,
) -> None:
    call = put_through(night)
    assert night.state_of(7) is AgentState.WRAP_UP
    night.result(7, call, Disposition.SUPPORTS)
    night.at(41)
    following = night.call()
    assert following.attempt_id != call.attempt_id
    night.answers(following)
    night.is_connected(following, 7)
    night.at(100).is_gone(call)
    end = night.ending(call)
    assert end.outcome is Outcome.TALKED
    assert end.parted_at == row(night).through_at == night.now - 60.0
    assert hung_up(night) == [dialed(night).transfer_id]
    assert (row(night).outcome, row(night).ended_at) == (TransferOutcome.PUT_THROUGH, night.now)
    assert night.state_of(7) is AgentState.TALKING
    assert night.next_step(1).counted


def test_the_result_may_be_given_when_the_two_have_hung_up(night: Night) -> None:
    call = put_through(night)
    night.is_gone(call)
    assert not [one for one in night.wished(SaveResult)]
    night.result(7, call, Disposition.SUPPORTS)
    assert night.next_step(1).counted
    assert [one.disposition for one in night.wished(SaveResult)] == [Disposition.SUPPORTS]


def test_the_third_partys_end_ends_the_persons_line(night: Night) -> None:
    call = put_through(night)
    night.at(60)
    ends(night)
    assert hung_up(night) == [call.attempt_id]
    night.is_gone(call)
    assert night.ending(call).outcome is Outcome.TALKED
    assert row(night).outcome is TransferOutcome.PUT_THROUGH
    assert in_use(night) == 0


def test_a_line_whose_end_is_not_told_is_ended_soon_after_the_two_have_parted(
    night: Night,
) -> None:
    call = put_through(night)
    parts(night, call)
    night.at(70)
    assert hung_up(night) == [], "that was the parting from the agent, told twice"
    parts(night, call)
    night.at(82)
    assert hung_up(night) == [call.attempt_id]
    night.at(90)
    assert night.ending(call).outcome is Outcome.TALKED


def test_the_agent_may_talk_with_the_third_party_first_and_go_back(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    [consult] = consults(night)
    assert isinstance(consult, cmd.ConsultThird) and consult.attempt_id == call.attempt_id
    assert (consult.third_channel, consult.agent_channel) == (THEIRS, "PJSIP/v7-01")
    parts(night, call)
    [agent] = night.engine.view(night.now).agents
    assert agent.is_on_hold
    assert night.state_of(7) is AgentState.TALKING
    [connect] = wishes(night, requests.AgentAskedResume)
    assert isinstance(connect, cmd.ConnectCall)
    night.is_connected(call, 7)
    view = shown(night)
    assert view is not None and view.stage is Stage.ANSWERED


def test_after_talking_with_him_the_person_is_put_through(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    consults(night)
    parts(night, call)
    [through] = puts_through(night)
    assert isinstance(through, cmd.PutThrough)
    assert (through.attempt_id, through.third_channel) == (call.attempt_id, THEIRS)
    joins(night)
    assert night.state_of(7) is AgentState.WRAP_UP


def test_while_it_waits_for_the_bridge_the_parting_is_no_end(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    assert wishes(night, requests.AgentAskedHold) == [], "he is on his way"
    parts(night, call)
    assert "put through" in refusal(wishes(night, requests.AgentAskedResume))
    assert night.state_of(7) is AgentState.TALKING
    assert night.wished(CloseAttempt) == []


def test_an_agent_who_was_not_fetched_in_time_has_never_left_the_person(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    consults(night)
    ends(night)
    night.at(35)
    assert night.wished(cmd.ConnectCall) == [] and hung_up(night) == []
    parts(night, call)
    night.is_gone(call)
    assert night.state_of(7) is AgentState.WRAP_UP


# --- calling it off ----------------------------------------------------------------------------


def test_cancelling_ends_the_third_line_alone(night: Night) -> None:
    call = talking(night)
    asks(night)
    night.at(33)
    cancels(night)
    assert hung_up(night) == [dialed(night).transfer_id]
    assert (row(night).outcome, row(night).ended_at) == (TransferOutcome.CANCELLED, night.now)
    ends(night)
    assert hung_up(night) == [dialed(night).transfer_id]
    assert row(night).outcome is TransferOutcome.CANCELLED
    night.at(50).is_gone(call)
    assert night.ending(call).parted_at == night.now


def test_cancelling_while_the_person_is_on_hold_brings_him_back_when_the_third_line_is_gone(
    night: Night,
) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    consults(night)
    parts(night, call)
    assert [type(one) for one in cancels(night)] == [cmd.HangUp, SaveTransfer]
    night.at(33)
    assert night.wished(cmd.ConnectCall) == [], "the agent's leg is still with the third party"
    ends(night)
    night.at(34)
    assert [one.attempt_id for one in night.wished(cmd.ConnectCall)] == [call.attempt_id]


def test_a_person_is_brought_back_also_where_the_end_of_the_third_line_is_not_told(
    night: Night,
) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    consults(night)
    parts(night, call)
    cancels(night)
    night.at(40)
    assert [one.attempt_id for one in night.wished(cmd.ConnectCall)] == [call.attempt_id]
    assert in_use(night) == 1


def test_who_answers_as_it_is_called_off_changes_nothing(night: Night) -> None:
    talking(night)
    asks(night)
    cancels(night)
    assert answers(night) == []
    assert "waits" in refusal(puts_through(night))


def test_another_may_be_called_after_that(night: Night) -> None:
    talking(night)
    asks(night)
    first = dialed(night)
    cancels(night)
    asks(night, SHIFT_LEAD.name)
    assert dialed(night).transfer_id != first.transfer_id
    night.happens(ev.ThirdEnded(at=night.now, transfer_id=first.transfer_id, cause=16))
    view = shown(night)
    assert view is not None and (view.destination, view.stage) == ("Shift lead", Stage.CALLING)


@pytest.mark.parametrize(
    ("cause", "status", "outcome"),
    [
        (17, 486, TransferOutcome.BUSY),
        (19, 480, TransferOutcome.NO_ANSWER),
        (1, 404, TransferOutcome.FAILED),
        (0, None, TransferOutcome.FAILED),
    ],
)
def test_a_third_party_who_does_not_answer_leaves_the_conversation_as_it_is(
    night: Night, cause: int, status: int | None, outcome: TransferOutcome
) -> None:
    talking(night)
    asks(night)
    assert [type(one) for one in ends(night, cause, status)] == [SaveTransfer]
    assert row(night).outcome is outcome
    view = shown(night)
    assert view is not None and (view.stage, view.outcome) == (Stage.OVER, outcome)
    assert night.state_of(7) is AgentState.TALKING and in_use(night) == 1


def test_a_third_party_of_whom_nothing_is_heard_is_given_up(night: Night) -> None:
    talking(night)
    asks(night)
    night.at(30 + RING_TIMEOUT_S + RING_GRACE_S + 1)
    assert hung_up(night) == [dialed(night).transfer_id]
    assert row(night).outcome is TransferOutcome.NO_ANSWER
    night.at(90)
    assert in_use(night) == 1, "the line is counted no more"


def test_nobody_is_kept_waiting_for_an_agent_who_says_nothing(night: Night) -> None:
    talking(night)
    asks(night)
    answers(night)
    night.at(30 + WAITS_S + 1)
    assert hung_up(night) == [dialed(night).transfer_id]
    assert row(night).outcome is TransferOutcome.CANCELLED


def test_a_third_party_who_hangs_up_after_his_talk_with_the_agent_brings_the_person_back(
    night: Night,
) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    consults(night)
    parts(night, call)
    assert [type(one) for one in ends(night)] == [SaveTransfer]
    night.at(31)
    assert len(night.wished(cmd.ConnectCall)) == 1
    assert row(night).outcome is TransferOutcome.THIRD_LEFT
    night.is_connected(call, 7)
    assert night.state_of(7) is AgentState.TALKING


def test_a_third_party_who_hangs_up_as_the_person_comes_brings_him_back(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    parts(night, call)
    assert [type(one) for one in ends(night)] == [SaveTransfer]
    night.at(31)
    assert len(night.wished(cmd.ConnectCall)) == 1
    night.is_connected(call, 7)
    assert night.state_of(7) is AgentState.TALKING
    assert hung_up(night) == []


def test_two_who_do_not_come_together_in_time_are_given_up_and_the_person_is_back(
    night: Night,
) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    parts(night, call)
    night.at(36)
    [connect] = night.wished(cmd.ConnectCall)
    assert connect.agent_channel == "PJSIP/v7-01"
    assert hung_up(night) == [dialed(night).transfer_id]
    assert row(night).outcome is TransferOutcome.FAILED


@pytest.mark.parametrize("stage", ["calling", "answered", "consulting", "going"])
def test_a_person_who_hangs_up_ends_the_third_line_and_leaves_a_wrap_up(
    night: Night, stage: str
) -> None:
    call = talking(night)
    asks(night)
    if stage != "calling":
        answers(night)
    if stage == "consulting":
        consults(night)
    if stage == "going":
        puts_through(night)
    parts(night, call)
    night.is_gone(call)
    assert hung_up(night) == [dialed(night).transfer_id]
    assert row(night).outcome is TransferOutcome.PERSON_LEFT
    assert night.state_of(7) is AgentState.WRAP_UP
    ends(night)
    assert night.ending(call).outcome is Outcome.TALKED


# --- the agent's leg ---------------------------------------------------------------------------


def test_a_page_that_is_loaded_again_calls_the_third_party_off_and_keeps_the_person(
    night: Night,
) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    breaks_off(night, call)
    assert hung_up(night) == [dialed(night).transfer_id]
    assert row(night).outcome is TransferOutcome.AGENT_LEFT
    logs_in(night)
    picks_up_again(night)
    night.is_connected(call, 7)
    assert night.state_of(7) is AgentState.TALKING


def test_a_page_that_is_gone_as_the_two_are_put_together_does_not_part_them(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    breaks_off(night, call)
    assert hung_up(night) == []
    joins(night)
    night.at(100)
    assert hung_up(night) == []
    night.is_gone(call)
    assert night.ending(call).outcome is Outcome.TALKED


def test_a_person_is_not_left_alone_where_agent_and_third_party_are_gone(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    breaks_off(night, call)
    ends(night)
    night.at(31)
    assert hung_up(night) == [call.attempt_id]


def test_who_leaves_after_putting_through_ends_nothing(night: Night) -> None:
    put_through(night)
    assert refusal(wishes(night, requests.AgentAskedHangup))
    wishes(night, requests.AgentLoggedOut)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    night.at(100)
    assert hung_up(night) == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(range(10)), max_size=14))
def test_in_whatever_order_it_happens_nothing_is_left_behind(steps: list[int]) -> None:
    night = Night(replace(CAMPAIGN, destinations=(OFFICE, SHIFT_LEAD)))
    call = talking(night)
    asks(night)

    def goes_on() -> None:
        night.at((night.now - START) + 7)

    happens = (
        lambda: asks(night), lambda: answers(night), lambda: consults(night),
        lambda: puts_through(night), lambda: cancels(night), lambda: joins(night),
        lambda: ends(night), lambda: parts(night, call), lambda: night.is_connected(call, 7),
        goes_on,
    )  # fmt: skip
    for step in steps:
        happens[step]()
    night.is_gone(call)
    goes_on()
    last = {one.transfer_id: one for one in night.wished(SaveTransfer)}
    assert all(one.ended_at is not None and one.outcome is not None for one in last.values())
    assert in_use(night) <= 1, "only the next person's line is counted"
    assert night.ending(call).outcome is Outcome.TALKED
    assert night.state_of(7) is not AgentState.TALKING or len(night.wished(cmd.Originate)) > 1


# --- refusals ----------------------------------------------------------------------------------


def test_nobody_is_put_through_without_a_person_or_to_anybody_else(night: Night) -> None:
    logs_in(night)
    night.picks_up_leg(7)
    assert "nobody" in refusal(asks(night))
    for wish in (puts_through, consults, cancels):
        assert refusal(wish(night))


def test_only_the_campaigns_own_destinations_are_called_and_one_at_a_time(night: Night) -> None:
    talking(night)
    assert "puts nobody through" in refusal(asks(night, "+19005550100"))
    asks(night)
    assert "already" in refusal(asks(night))
    for wish in (puts_through, consults):
        assert "waits" in refusal(wish(night))


def test_in_a_practice_call_nobody_is_put_through(night: Night) -> None:
    logs_in(night)
    night.picks_up_leg(7)
    night.happens(
        requests.PracticeAsked(at=night.now, agent_id=7, practice_id="practice-7-x")
    )
    assert "practice" in refusal(asks(night))


def test_a_full_trunk_calls_nobody() -> None:
    night = Night(
        replace(CAMPAIGN, destinations=(OFFICE,)), trunks=(replace(TRUNK, channel_limit=1),)
    )
    talking(night)
    assert "trunk" in refusal(asks(night))


def test_with_the_store_or_the_link_away_nobody_is_called(night: Night) -> None:
    talking(night)
    night.happens(ev.StoreWentAway(at=night.now))
    assert "not reachable" in refusal(asks(night))


# --- gaps --------------------------------------------------------------------------------------


def leg(channel_id: str, bridge_id: str = "", **kind: bool) -> ev.LegSeen:
    values = {"is_up": True} | kind
    return ev.LegSeen(
        channel_id=channel_id, channel=f"PJSIP/x-{channel_id}", bridge_id=bridge_id, **values
    )


def gap(night: Night, *legs: ev.LegSeen) -> list[cmd.Command]:
    night.happens(ev.LinkWentDown(at=night.now))
    return night.happens(ev.LinkCameUp(at=night.now, legs=legs))


def agents_leg(night: Night, bridge_id: str = "held") -> ev.LegSeen:
    leg_id = night.wished(cmd.CallAgent)[-1].leg_id
    return ev.LegSeen(channel_id=leg_id, channel="PJSIP/v7-01", is_up=True, bridge_id=bridge_id)


def test_a_cut_link_leaves_a_transfer_under_way(night: Night) -> None:
    call = talking(night)
    asks(night)
    gap(night, agents_leg(night, "b"), leg(call.attempt_id, "b"), leg(dialed(night).transfer_id))
    view = shown(night)
    assert view is not None and view.stage is Stage.ANSWERED, "he picked up meanwhile"
    assert hung_up(night) == []
    [through] = puts_through(night)
    assert isinstance(through, cmd.PutThrough)


def test_what_came_together_in_a_gap_is_together(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    third = dialed(night).transfer_id
    gap(night, agents_leg(night), leg(call.attempt_id, "b"), leg(third, "b"))
    assert night.state_of(7) is AgentState.WRAP_UP
    assert row(night).outcome is TransferOutcome.PUT_THROUGH
    assert hung_up(night) == []


def test_what_did_not_come_together_in_a_gap_may_be_tried_again(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    puts_through(night)
    third = dialed(night).transfer_id
    gap(night, agents_leg(night), leg(call.attempt_id, is_on_hold=True), leg(third))
    assert night.state_of(7) is AgentState.TALKING and hung_up(night) == []
    assert isinstance(puts_through(night)[-1], cmd.PutThrough)


def test_a_third_line_that_ended_in_a_gap_is_over_and_the_person_is_back(night: Night) -> None:
    call = talking(night)
    asks(night)
    answers(night)
    consults(night)
    parts(night, call)
    gap(night, agents_leg(night), leg(call.attempt_id, is_on_hold=True))
    night.at(31)
    assert len(night.wished(cmd.ConnectCall)) == 1
    assert row(night).outcome is TransferOutcome.LOST


def test_a_third_line_whose_person_left_in_a_gap_is_ended(night: Night) -> None:
    talking(night)
    asks(night)
    answers(night)
    third = dialed(night).transfer_id
    gap(night, agents_leg(night), leg(third))
    assert set(hung_up(night)) == {third}
    assert row(night).outcome is TransferOutcome.PERSON_LEFT


def restarted(night: Night, call: cmd.Originate, *legs: ev.LegSeen) -> Night:
    """A new engine, with what the old one had written."""
    written = [one for one in night.wishes if isinstance(one, StoreCommand)]
    last = [one for one in written if isinstance(one, SaveTransfer)][-1]
    again = Night(replace(CAMPAIGN, destinations=(OFFICE, SHIFT_LEAD)))
    again.now = night.now
    attempt = ev.OpenAttempt(
        attempt_id=call.attempt_id,
        lead=lead(1),
        campaign_id=1,
        trunk="main",
        permit=call.permit,
        dialed_at=night.now - 30,
        answered_at=night.now - 25,
        connected_at=night.now - 25,
        agent_id=7,
    )
    left = ev.OpenTransfer(
        transfer_id=last.transfer_id,
        attempt_id=last.attempt_id,
        destination=OFFICE,
        trunk="main",
        asked_at=last.asked_at,
        answered_at=last.answered_at,
        through_at=last.through_at,
    )
    again.happens(
        ev.Restored(at=night.now, attempts=(attempt,), agents=(), transfers=(left,))
    )
    again.happens(ev.LinkCameUp(at=night.now, legs=legs))
    return again


def test_a_new_engine_leaves_the_two_together_and_ends_one_with_the_other(night: Night) -> None:
    call = put_through(night)
    third = dialed(night).transfer_id
    again = restarted(night, call, leg(call.attempt_id, "b"), leg(third, "b"))
    assert hung_up(again) == [] and in_use(again) == 2
    again.at(100).is_gone(call)
    assert hung_up(again) == [third]
    end = again.ending(call)
    assert (end.outcome, end.parted_at) == (Outcome.TALKED, row(night).through_at)
    assert row(again).outcome is TransferOutcome.PUT_THROUGH


def test_a_new_engine_ends_what_has_lost_its_other_half(night: Night) -> None:
    call = put_through(night)
    third = dialed(night).transfer_id
    alone = restarted(night, call, leg(call.attempt_id))
    assert hung_up(alone) == [call.attempt_id]
    apart = restarted(night, call, leg(call.attempt_id), leg(third))
    assert set(hung_up(apart)) == {call.attempt_id, third}
    left = restarted(night, call, leg(third))
    assert set(hung_up(left)) == {third}


def test_a_third_line_that_nobody_knows_is_ended(night: Night) -> None:
    wished = gap(night, leg("transfer-old-1", "held"))
    assert [one.attempt_id for one in wished if isinstance(one, cmd.HangUp)] == ["transfer-old-1"]
