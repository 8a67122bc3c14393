"""What the engine does when time goes on: every line and every wish has a deadline."""

from math import inf

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Outcome
from dialer.engine import events, transfer, visits
from dialer.engine.attempt import HANGUP_PATIENCE_S, UNANSWERED, Attempt, Fact, State
from dialer.engine.commands import Command, HangUp, PlayMessage, RescoreLeads
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.lines import close
from dialer.engine.roster import drop_preview, finish_wrap_up, let_go, release, send_home

MESSAGE_LEAD_S = 0.15
"""The message is ordered this much before the legal clock runs out, so that it begins in time."""

MAY_HAVE_DEADLINE = tuple(
    state for state in AgentState if state not in (AgentState.RESERVED, AgentState.TALKING)
)
"""Of an agent who is kept for a line or talks, only the line has one (roster.reserve, connect)."""
MESSAGE_PATIENCE_S = 5.0
"""How long the message may take to begin; then it is taken for one that cannot be played."""

LONG_GREETING_S = 8.0
"""A greeting that never ends is a machine or noise: the clock no longer waits for it."""


def ticked(floor: Floor, _event: events.Ticked, now: float) -> list[Command]:
    """See to everything that is due."""
    floor.waits_for_tick = False
    if not is_anything_due(floor, now):
        return []
    commands: list[Command] = []
    for attempt in list(floor.attempts.values()):
        if now >= attempt.deadline - MESSAGE_LEAD_S:
            commands += _overdue_line(floor, attempt, now)
    for visit in list(floor.visits.values()):
        if now >= visit.deadline:
            commands += visits.overdue(floor, visit, now)
    for third in list(floor.transfers.values()):
        if now >= third.deadline:
            commands += transfer.overdue(floor, third, now)
    for duty in list(floor.agents.values()):
        if duty.deadline is not None and now >= duty.deadline:
            commands += _overdue_agent(floor, duty.agent.id, now)
    for place in filter(CampaignFloor.is_running, floor.campaigns.values()):
        order = place.ordering.next_order(place.pacer, now)
        if order is not None:
            commands.append(RescoreLeads(campaign_id=place.campaign.id, order=order))
    floor.next_due = 0.0
    return commands


def is_anything_due(floor: Floor, now: float) -> bool:
    """Whether a tick has anything to see to. The earliest deadline of all is worked out once after
    each event."""
    if floor.next_due == 0.0:
        floor.next_due = _next_due(floor)
    return now >= floor.next_due


def _next_due(floor: Floor) -> float:
    # Lists, not generators: this is the hottest loop of a large floor.
    lines = [attempt.deadline for attempt in floor.attempts.values()]
    by_state = floor.roll.by_state
    due = [
        duty.deadline
        for state in MAY_HAVE_DEADLINE
        for duty in by_state[state].values()
        if duty.deadline is not None
    ]
    if lines:
        due.append(min(lines) - MESSAGE_LEAD_S)
    if floor.visits:
        due += [visit.deadline for visit in floor.visits.values()]
    if floor.transfers:
        due += [third.deadline for third in floor.transfers.values()]
    for place in floor.campaigns.values():
        if place.is_running():
            due += (place.ordering.look_at, place.hopper.next_look())
            if floor.roll.speakers:
                due.append(place.wishes.next_look())
    return min(due, default=inf)


def _overdue_line(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    if attempt.state is State.WAITING:
        return _clock_ran_out(floor, attempt, now)
    if now < attempt.deadline or not floor.is_link_up:
        return []
    if attempt.is_hanging_up:
        return close(floor, attempt, _unseen_end(attempt), now, now)
    if attempt.is_message_awaited and attempt.state is State.MESSAGE:
        floor.fail_message(attempt.campaign_id)
    attempt.is_hanging_up = True
    attempt.deadline = now + HANGUP_PATIENCE_S
    return [HangUp(attempt_id=attempt.id, channel=attempt.channel)]


def _unseen_end(attempt: Attempt) -> Outcome:
    """The outcome of a line whose end was never reported."""
    if attempt.state in UNANSWERED:
        return Outcome.LOST
    return attempt.outcome(attempt.deadline, 0, None)


def _clock_ran_out(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """Nobody was there in time: the message, or the end where no recorded voice is lawful."""
    assert attempt.answered_at is not None
    if attempt.is_speaking() and now < attempt.answered_at + LONG_GREETING_S:
        attempt.deadline = now + MESSAGE_LEAD_S + 0.1  # still greeting: the clock has not begun
        return []
    campaign = floor.campaigns[attempt.campaign_id].campaign
    attempt.take(Fact.SENT_TO_MESSAGE)
    commands = release(floor, attempt, now)
    if attempt.permit.may_play_recording and campaign.message_text:
        attempt.is_message_awaited = True
        attempt.deadline = now + MESSAGE_PATIENCE_S
        return [*commands, PlayMessage(attempt_id=attempt.id, channel=attempt.channel)]
    attempt.is_hanging_up = True
    attempt.deadline = now + HANGUP_PATIENCE_S
    return [*commands, HangUp(attempt_id=attempt.id, channel=attempt.channel)]


def _overdue_agent(floor: Floor, agent_id: int, now: float) -> list[Command]:
    duty = floor.agents[agent_id]
    if duty.state is AgentState.WRAP_UP:
        return finish_wrap_up(floor, duty, now)
    if duty.state is AgentState.JOINING:
        return send_home(floor, duty, now)
    if duty.agent.id in floor.staying:
        return let_go(floor, now)
    duty.deadline = None
    return drop_preview(duty) if duty.state is AgentState.READY else []
