"""A leg that breaks off in mid-conversation: the person is kept on the line until it is back.

Only the telephone of a volunteer's page breaks off by itself: when the page is loaded again, its
browser dies or its network is gone. He is *waited for* then: his call stays his, the person hears
that the line is open, and when his telephone is called again the two are put together. After
`KEPT_S` the line ends. He was connected in time, so whatever follows, nobody was abandoned (the law
asks whether a person who answers gets a representative: 47 CFR 64.1200(a)(7)). Called by agents.py,
lines.py and recovery.py.
"""

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Disposition
from dialer.engine import events, recording, transfer
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import HANGUP_PATIENCE_S, Attempt, Fact, State
from dialer.engine.commands import Command, ConnectCall, DropAgent, HangUp
from dialer.engine.floor import Floor
from dialer.engine.matching import BRIDGING_TIMEOUT_S
from dialer.engine.roster import (
    begin_wrap_up,
    call_agent,
    connect,
    drop_preview,
    give_result,
    leave_reservation,
    queues_of,
    send_home,
)
from dialer.engine.visit import Call

KEPT_S = 12.0
"""How long a person waits for a leg that broke off. A page that is loaded again needs 2 to 4 s."""

PARTED_JUST_NOW_S = 2.0
"""Who parted so lately and is still on the line did not hang up: the leg was the one that went."""


def broken_off(floor: Floor, duty: Duty, at: float) -> Attempt | None:
    """The person whose conversation with this agent the end of his leg broke off."""
    attempt = floor.attempts.get(duty.attempt_id or "")
    if attempt is None or not duty.agent.is_browser or duty.wants is AgentState.OFFLINE:
        return None
    if attempt.is_hanging_up or attempt.agent_id != duty.agent.id:
        return None
    if transfer.needs_no_agent(attempt):
        return None
    if attempt.state is State.PARTED:
        assert attempt.parted_at is not None
        return attempt if at - attempt.parted_at <= PARTED_JUST_NOW_S else None
    return attempt if attempt.state in (State.TALKING, State.ON_HOLD, State.KEPT) else None


def keep(floor: Floor, duty: Duty, attempt: Attempt, at: float, now: float) -> list[Command]:
    """Keep the person on the line, and the call with its agent, who is offline meanwhile."""
    commands = transfer.agent_left(attempt, now)
    if attempt.state is not State.KEPT:
        commands += recording.stop(attempt, at)
        attempt.parted_at = at if attempt.parted_at is None else attempt.parted_at
        attempt.take(Fact.LEG_BROKE_OFF)
        attempt.deadline = now + KEPT_S
    leave_reservation(floor, duty)
    commands.append(DropAgent(agent_id=duty.agent.id, leg_id=duty.leg_id, queues=queues_of(duty)))
    duty.take(Step.LEAVE, now)
    duty.lead, duty.deadline = attempt.lead, None
    duty.channel = duty.leg_id = ""
    return commands


def keeps_call(floor: Floor, before: Duty, again: Duty) -> None:
    """He logs in again: the person who is kept for him is still his."""
    attempt = floor.attempts.get(before.attempt_id or "")
    if attempt is not None and attempt.state is State.KEPT:
        again.attempt_id, again.lead = attempt.id, attempt.lead
        again.campaign_id, again.wants = attempt.campaign_id, before.wants


def is_waited_for(floor: Floor, duty: Duty) -> bool:
    """Whether a person is kept until this agent's telephone has answered."""
    attempt = floor.attempts.get(duty.attempt_id or "")
    is_kept = attempt is not None and attempt.state is State.KEPT and not attempt.is_hanging_up
    return is_kept and duty.state is AgentState.JOINING


def leg_is_back(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """His telephone has answered: put the two together again."""
    attempt = floor.attempts[duty.attempt_id or ""]
    duty.take(Step.REJOIN, now)
    duty.deadline = None
    attempt.deadline = now + BRIDGING_TIMEOUT_S
    duty.wants = None if duty.wants is AgentState.READY else duty.wants
    return [ConnectCall(attempt_id=attempt.id, channel=attempt.channel, agent_channel=duty.channel)]


def is_together_again(attempt: Attempt, duty: Duty) -> bool:
    """Whether they were put together anew, and this is no late word of their first meeting."""
    is_back = duty.state is AgentState.TALKING and duty.attempt_id == attempt.id
    return attempt.state in (State.KEPT, State.ON_HOLD) and is_back


def together_again(floor: Floor, attempt: Attempt, duty: Duty, now: float) -> list[Command]:
    """The conversation goes on, and is recorded anew where that was broken off."""
    attempt.take(Fact.CONNECTED)
    attempt.parted_at, attempt.agent_id = None, duty.agent.id
    return connect(floor, duty, attempt, now) + recording.begin_again(floor, attempt, duty)


def let_person_go(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """He went home, and a person would be kept for him, or is on hold: that line is ended."""
    attempt = floor.attempts.get(duty.attempt_id or "")
    if attempt is None or attempt.connected_at is None or transfer.needs_no_agent(attempt):
        return []
    if attempt.state is State.VOICEMAIL:
        return []
    commands = transfer.agent_left(attempt, now)
    if not duty.agent.is_browser and attempt.state is not State.ON_HOLD:
        return commands  # the dialplan ends his line by itself
    attempt.is_hanging_up = True
    attempt.deadline = min(attempt.deadline, now + HANGUP_PATIENCE_S)
    return [*commands, HangUp(attempt_id=attempt.id, channel=attempt.channel)]


def person_gone(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """The kept person's line is over before the two were together again. Its agent may correct the
    result that he could not give, and gives one if his telephone is there already."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or duty.attempt_id != attempt.id:
        return []
    if duty.state is AgentState.TALKING:
        begin_wrap_up(floor, attempt, now)
        return []
    commands = give_result(floor, duty, attempt.id, Disposition.NO_RESULT, None, now)
    duty.last_attempt_id, duty.last_lead = attempt.id, attempt.lead
    duty.attempt_id = duty.lead = None
    return commands


def misses_leg(floor: Floor, event: events.AgentMissesLeg, now: float) -> list[Command]:
    """The leg that we hold leads to a page that is gone: call his new one."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or not duty.channel or not duty.agent.is_browser:
        return []
    attempt = broken_off(floor, duty, event.at)
    if attempt is not None:
        return keep(floor, duty, attempt, event.at, now) + call_agent(floor, duty, now)
    old = DropAgent(agent_id=duty.agent.id, leg_id=duty.leg_id, queues=queues_of(duty))
    return [old, *rebuild_leg(floor, duty, floor.call(duty.attempt_id), now)]


def rebuild_leg(floor: Floor, duty: Duty, attempt: Call | None, now: float) -> list[Command]:
    """An agent's leg is lost but he did not go home: call his telephone again."""
    kept = broken_off(floor, duty, now)
    if kept is not None and duty.state is AgentState.JOINING:
        duty.take(Step.LEAVE, now)
        return call_agent(floor, duty, now)
    if kept is not None:
        return keep(floor, duty, kept, now, now) + call_agent(floor, duty, now)
    if attempt is not None and attempt.connected_at is not None:
        begin_wrap_up(floor, attempt, now)
    leave_reservation(floor, duty)
    if duty.state is AgentState.WRAP_UP:
        duty.leg_id = duty.channel = ""  # called again when he has given the result
        return []
    if duty.wants is AgentState.OFFLINE:
        return send_home(floor, duty, now)
    floor.lead_leg_over(duty, "")
    was_working = duty.state in (AgentState.READY, AgentState.RESERVED)
    commands = drop_preview(duty)
    duty.take(Step.LEAVE, now)
    duty.attempt_id = duty.lead = None
    if was_working and not duty.is_leaving():
        duty.wants = AgentState.READY
    return commands + call_agent(floor, duty, now)
