"""What is remembered of a shift, where no page is needed to see it."""

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.outcome import MACHINE_ANSWERED, Disposition
from dialer.engine.events import (
    AgentSpoke,
    AgentSpokeAlone,
    HelpRequest,
    LinkCameUp,
    Restored,
    Ticked,
)
from dialer.engine.requests import AgentAskedBreak, AgentAskedReady, ResultGiven
from dialer.engine.store_commands import SaveAgentState, SaveHelpRequest, SaveResult
from dialer.web.shift import BREATH_S, SHORT_CALLS, SILENT_CALLS, Shifts


def told(shifts: Shifts, at: float, state: AgentState, agent_id: int = 1) -> None:
    saved = SaveAgentState(
        agent_id=agent_id, campaign_id=1, state=state, at=at, attempt_id=f"cb-{at}"
    )
    shifts.observe(Ticked(at=at), (saved,))


def short_calls(shifts: Shifts) -> float:
    """As many as say that he is not heard; the instant after them."""
    at = 100.0
    for _ in range(SHORT_CALLS):
        told(shifts, at, AgentState.TALKING)
        told(shifts, at + 3, AgentState.WRAP_UP)
        at += 10
    return at


def test_a_minute_off_does_not_lead_past_the_check_of_the_microphone() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    at = short_calls(shifts)
    (asked,) = shifts.due(at)
    assert isinstance(asked, AgentAskedBreak)
    told(shifts, at, AgentState.BREAK)
    shifts.breathe(1, at, is_on_break=True)
    assert shifts.due(at + BREATH_S) == []
    assert shifts.must_check_audio(1)


def test_who_has_no_page_is_never_stopped() -> None:
    shifts = Shifts()
    at = short_calls(shifts)
    assert shifts.due(at) == [] and not shifts.must_check_audio(1)


def test_a_minute_off_is_over_once() -> None:
    shifts = Shifts()
    shifts.breathe(1, 0.0, is_on_break=True)
    assert shifts.due(BREATH_S - 1) == []
    assert shifts.due(BREATH_S) == [AgentAskedReady(at=BREATH_S, agent_id=1)]
    assert shifts.due(BREATH_S + 1) == []


def test_a_telephone_that_is_lost_ends_the_minute_off() -> None:
    shifts = Shifts()
    told(shifts, 0.0, AgentState.TALKING)
    shifts.breathe(1, 1.0, is_on_break=False)
    told(shifts, 2.0, AgentState.OFFLINE)
    told(shifts, 3.0, AgentState.BREAK)
    assert shifts.breath_until(1) is None


def test_who_leaves_makes_room_among_those_who_wait() -> None:
    shifts = Shifts()
    told(shifts, 0.0, AgentState.READY, agent_id=2)
    at = 0.0
    for agent_id in range(10, 50):
        told(shifts, at, AgentState.READY, agent_id=agent_id)
        told(shifts, at + 20, AgentState.TALKING, agent_id=agent_id)
        at += 20
    shifts.forget(2, at)
    told(shifts, at, AgentState.READY, agent_id=3)
    assert shifts.wait(2, at) is None
    estimate = shifts.wait(3, at)
    assert estimate is not None and estimate.estimate_s == 20.0


def conversations(shifts: Shifts, many: int, *, length_s: float = 40.0, at: float = 100.0) -> float:
    """Conversations in which nothing is heard of him, but of others; the instant after them."""
    shifts.observe(AgentSpoke(at=at, agent_id=2), ())
    for _ in range(many):
        told(shifts, at, AgentState.TALKING)
        told(shifts, at + length_s, AgentState.WRAP_UP)
        told(shifts, at + length_s + 5, AgentState.READY)
        at += length_s + 20
    return at


def test_who_is_heard_in_none_of_several_conversations_checks_his_microphone() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    at = conversations(shifts, SILENT_CALLS - 1)
    assert not shifts.must_check_audio(1)
    at = conversations(shifts, 1, at=at)
    assert shifts.must_check_audio(1)
    shifts.audio_checked(1)
    conversations(shifts, SILENT_CALLS - 1, at=at)
    assert not shifts.must_check_audio(1), "counted anew"


def test_a_telephone_is_known_to_be_heard_until_it_is_another_or_has_to_be_checked() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    told(shifts, 0.0, AgentState.JOINING)
    told(shifts, 5.0, AgentState.BREAK)
    assert not shifts.is_heard(1)
    shifts.observe(AgentSpokeAlone(at=8.0, agent_id=1), ())
    told(shifts, 9.0, AgentState.READY)
    assert shifts.is_heard(1)
    conversations(shifts, SILENT_CALLS)
    assert shifts.must_check_audio(1) and not shifts.is_heard(1)
    shifts.observe(AgentSpokeAlone(at=900.0, agent_id=1), ())
    assert shifts.is_heard(1)
    told(shifts, 999.0, AgentState.OFFLINE)
    assert not shifts.is_heard(1)


def test_who_is_heard_once_in_a_while_is_heard() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    at = conversations(shifts, SILENT_CALLS - 1)
    told(shifts, at, AgentState.TALKING)
    shifts.observe(AgentSpoke(at=at + 1, agent_id=1), ())
    told(shifts, at + 40, AgentState.WRAP_UP)
    conversations(shifts, SILENT_CALLS - 1, at=at + 60)
    assert not shifts.must_check_audio(1)


def test_conversations_too_short_to_say_much_do_not_count_as_silent() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    conversations(shifts, SHORT_CALLS + 2, length_s=9.0)
    assert not shifts.must_check_audio(1)


@pytest.mark.parametrize("disposition", sorted(MACHINE_ANSWERED))
def test_to_machines_nobody_needs_to_speak(disposition: Disposition) -> None:
    shifts = Shifts()
    shifts.has_page(1)
    shifts.observe(AgentSpoke(at=0.0, agent_id=2), ())
    at = 100.0
    for _ in range(SILENT_CALLS + 1):
        told(shifts, at, AgentState.TALKING)
        told(shifts, at + 40, AgentState.WRAP_UP)
        its = {"agent_id": 1, "attempt_id": f"cb-{at}", "disposition": disposition}
        shifts.observe(ResultGiven(at=at + 41, **its), (SaveResult(at=at + 41, **its),))
        at += 60
    assert not shifts.must_check_audio(1)


def test_while_asterisk_was_not_reachable_nobody_could_be_heard() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    at = conversations(shifts, SILENT_CALLS - 1)
    told(shifts, at, AgentState.TALKING)
    shifts.observe(LinkCameUp(at=at + 5, legs=()), ())
    told(shifts, at + 40, AgentState.WRAP_UP)
    assert not shifts.must_check_audio(1)


def test_where_asterisk_tells_of_no_voice_at_all_nobody_is_taken_for_silent() -> None:
    shifts = Shifts()
    shifts.has_page(1)
    at = 100.0
    for _ in range(SILENT_CALLS + 1):
        told(shifts, at, AgentState.TALKING)
        told(shifts, at + 40, AgentState.WRAP_UP)
        at += 60
    assert not shifts.must_check_audio(1)


def test_who_asked_for_help_before_a_restart_still_asks_after_it() -> None:
    shifts = Shifts()
    left = (
        HelpRequest(help_id="help-x-1", agent_id=1, asked_at=5.0),
        HelpRequest(help_id="help-x-2", agent_id=2, asked_at=3.0),
    )
    shifts.observe(Restored(at=9.0, attempts=(), agents=(), help_requests=left), ())
    assert shifts.asking_help() == [(2, 3.0), (1, 5.0)]
    over = SaveHelpRequest(help_id="help-x-2", agent_id=2, asked_at=3.0, over_at=10.0)
    shifts.observe(Ticked(at=10.0), (over,))
    assert shifts.asking_help() == [(1, 5.0)]
