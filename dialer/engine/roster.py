"""What becomes of an agent: called, reserved, released, in wrap-up, on his way out, sent home.

The steps that several event handlers share. Handlers of what agents wish are in agents.py, who
gets whom is decided in matching.py.
"""

from dialer.domain.agent import AgentState
from dialer.domain.language import Language
from dialer.domain.outcome import Disposition
from dialer.domain.trunk import OverTrunk
from dialer.domain.value import changed
from dialer.engine import lessons
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import Attempt
from dialer.engine.commands import CallAgent, Command, DropAgent
from dialer.engine.floor import Floor, queue_name
from dialer.engine.followup import after_result
from dialer.engine.store_commands import AddDoNotCall, ReleaseLeads, SaveResult
from dialer.engine.trunk_choice import choose_trunk
from dialer.engine.trunks import TrunkState
from dialer.engine.visit import Call, is_visit
from dialer.engine.visit_result import visit_result

JOINING_TIMEOUT_S = 45.0
"""How long an agent's telephone may ring before he counts as not there."""

PAUSE_PATIENCE_S = 10.0
"""How long an agent who asks for a break while he is free may be kept for the lines that were
dialed counting on him. Few lines ring longer before somebody answers, and he asked to go."""


# --- coming and going ------------------------------------------------------------------------


def call_agent(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """(Re)build an agent's held leg; nothing where no trunk can take it."""
    place = floor.campaigns[duty.campaign_id]
    over = choose_trunk(floor, place, now) if duty.agent.number else None
    if duty.agent.number and over is None:
        duty.wants = None
        floor.lead_leg_over(duty, "")
        return []
    duty.take(Step.LOG_IN, now)
    duty.leg_id = floor.new_id(f"agent-{duty.agent.id}")
    duty.channel = ""
    duty.deadline = now + JOINING_TIMEOUT_S
    return [
        CallAgent(
            agent_id=duty.agent.id,
            leg_id=duty.leg_id,
            extension=duty.agent.extension,
            queues=queues_of(duty),
            dials_in=duty.agent.dials_in,
            may_break_off=duty.agent.is_browser,
            over=None if over is None else _over(floor, duty, over),
        )
    ]


def _over(floor: Floor, duty: Duty, trunk: TrunkState) -> OverTrunk:
    trunk.spend()
    floor.lead_leg_over(duty, trunk.trunk.name)
    campaign = floor.campaigns[duty.campaign_id].campaign
    return OverTrunk(
        endpoint=trunk.trunk.endpoint,
        dial_string=trunk.trunk.dial_string(duty.agent.number),
        caller_id=campaign.caller_id,
        caller_name=campaign.caller_name,
    )


def send_home(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """End an agent's duty. A conversation without a result gets NO_RESULT."""
    commands: list[Command] = []
    leave_reservation(floor, duty)
    if duty.state in (AgentState.TALKING, AgentState.WRAP_UP):
        commands += give_result(floor, duty, duty.attempt_id, Disposition.NO_RESULT, None, now)
        duty.last_attempt_id, duty.last_lead = duty.attempt_id, duty.lead
    commands.append(
        DropAgent(agent_id=duty.agent.id, leg_id=duty.leg_id, queues=queues_of(duty))
    )
    commands += drop_preview(duty)
    duty.take(Step.LEAVE, now)
    stays_no_longer(floor, duty)
    duty.attempt_id = duty.lead = duty.wants = duty.deadline = duty.practice_id = None
    duty.channel = duty.leg_id = ""
    floor.lead_leg_over(duty, "")
    return commands


def queues_of(duty: Duty) -> tuple[str, ...]:
    """The queues of all campaigns that he serves."""
    return tuple(queue_name(campaign_id) for campaign_id in duty.serves())


def drop_preview(duty: Duty) -> list[Command]:
    """Give back the lead he was only looking at, if there is one."""
    if duty.lead is None or duty.attempt_id is not None:
        return []
    lead, duty.lead, duty.deadline = duty.lead, None, None
    return [ReleaseLeads(lead_ids=(lead.id,))]


def settle(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """Decide what an agent who is free does next: his own wish first, then the next call."""
    if duty.is_leaving():
        if duty.may(Step.PAUSE):
            duty.take(Step.PAUSE, now)
        if duty.wants is AgentState.OFFLINE:
            return send_home(floor, duty, now)
        duty.wants = None
    elif duty.state in (AgentState.WRAP_UP, AgentState.BREAK):
        duty.take(Step.BECOME_READY, now)
    return []


# --- leaving without stranding a line ------------------------------------------------------------


def leave_when_not_needed(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """A free agent wants to go: at once, or when the lines that counted on him are resolved."""
    duty.owed = frozenset(
        attempt.id for attempt in floor.attempts.values() if _counts_on(attempt, duty)
    )
    duty.deadline = now + PAUSE_PATIENCE_S
    floor.staying.add(duty.agent.id)
    return let_go(floor, now)


def let_go(floor: Floor, now: float) -> list[Command]:
    """Those who stay only for lines that counted on them go when these need them no more."""
    commands: list[Command] = []
    for agent_id in sorted(floor.staying):
        duty = floor.agents[agent_id]
        if duty.state is AgentState.READY and _is_needed(floor, duty, now):
            continue
        stays_no_longer(floor, duty)
        if duty.state is AgentState.READY:
            duty.deadline = None
            commands += settle(floor, duty, now)
    return commands


def stays_no_longer(floor: Floor, duty: Duty) -> None:
    """He goes, has a call, or has thought better of it."""
    floor.staying.discard(duty.agent.id)
    duty.owed = frozenset()


def _is_needed(floor: Floor, duty: Duty, now: float) -> bool:
    """Whether more of the lines that counted on him are open than others are free for."""
    if duty.deadline is not None and now >= duty.deadline:
        return False
    known = (floor.attempts.get(attempt_id) for attempt_id in duty.owed)
    still_open = sum(attempt is not None and _counts_on(attempt, duty) for attempt in known)
    others = {one.agent.id for its in duty.serves() for one in floor.ready_agents(its)}
    return still_open > len(others)


def _counts_on(attempt: Attempt, duty: Duty) -> bool:
    return (
        attempt.agent_id is None
        and duty.may_serve(attempt.campaign_id)
        and attempt.may_want_agent()
    )


# --- reservations ----------------------------------------------------------------------------


def reserve(duty: Duty, attempt: Call, now: float) -> None:
    """Keep an agent for one call: from now on, or from the end of his wrap-up."""
    attempt.agent_id = duty.agent.id
    if duty.state is AgentState.WRAP_UP:
        duty.next_attempt_id = attempt.id
        return
    duty.take(Step.RESERVE, now)
    duty.campaign_id = attempt.campaign_id
    duty.attempt_id, duty.lead, duty.deadline = attempt.id, attempt.lead, None


def release(floor: Floor, attempt: Call, now: float) -> list[Command]:
    """Free the agent who was reserved for a call that did not become a conversation."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None:
        return []
    if duty.next_attempt_id == attempt.id:
        duty.next_attempt_id = None
        return []
    if not is_kept_for(duty, attempt):
        return []
    waited_since = duty.since
    duty.take(Step.RELEASE, now)
    duty.since = waited_since  # being dialed for is still waiting
    duty.attempt_id = duty.lead = None
    return settle(floor, duty, now)


def leave_reservation(floor: Floor, duty: Duty) -> None:
    """The line that was dialed for him has nobody now."""
    kept_for = duty.attempt_id if duty.state is AgentState.RESERVED else duty.next_attempt_id
    duty.next_attempt_id = None
    line = floor.call(kept_for)
    if line is not None and line.agent_id == duty.agent.id and line.connected_at is None:
        line.agent_id = None


def is_kept_for(duty: Duty, attempt: Call) -> bool:
    """Whether he is free for this call and for no other."""
    return duty.attempt_id == attempt.id and duty.state is AgentState.RESERVED


def connect(floor: Floor, duty: Duty, attempt: Call, now: float) -> list[Command]:
    """He hears the person, whomever he was kept for and whatever he was doing."""
    commands: list[Command] = []
    if attempt.id not in (duty.attempt_id, duty.next_attempt_id):
        leave_reservation(floor, duty)
    if duty.state is AgentState.WRAP_UP and duty.attempt_id != attempt.id:
        commands += _close_wrap_up(floor, duty, now)
    if duty.may(Step.CONNECT):
        duty.take(Step.CONNECT, now)
    duty.campaign_id = attempt.campaign_id
    duty.attempt_id, duty.lead = attempt.id, attempt.lead
    duty.next_attempt_id = duty.deadline = None
    return commands


# --- wrap-up ---------------------------------------------------------------------------------


def begin_wrap_up(floor: Floor, attempt: Call, now: float) -> None:
    """The agent notes the result; a result given during the call frees him at once."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or duty.attempt_id != attempt.id or duty.state is not AgentState.TALKING:
        return
    if isinstance(attempt, Attempt):
        lessons.talk_ended(floor, attempt)
    duty.take(Step.PART, now)
    duty.last_attempt_id, duty.last_lead = attempt.id, attempt.lead
    wrap_up_s = floor.campaigns[attempt.campaign_id].campaign.wrap_up_s
    duty.deadline = now if attempt.disposition is not None else now + wrap_up_s


def finish_wrap_up(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """The agent is free again, for the line that was dialed for him meanwhile if there is one."""
    commands = _close_wrap_up(floor, duty, now)
    line = floor.attempts.get(duty.next_attempt_id) if duty.next_attempt_id else None
    duty.next_attempt_id = None
    if line is not None and line.agent_id == duty.agent.id:
        duty.take(Step.BECOME_READY, now)
        reserve(duty, line, now)
        return commands
    if duty.wants is not AgentState.OFFLINE and not duty.channel:
        # Asterisk lost his leg during the wrap-up.
        duty.take(Step.LEAVE, now)
        duty.wants = duty.wants or AgentState.READY
        return commands + call_agent(floor, duty, now)
    return commands + settle(floor, duty, now)


def _close_wrap_up(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """His last call is behind him: without a result if he gave none, though he may correct it."""
    commands = give_result(floor, duty, duty.attempt_id, Disposition.NO_RESULT, None, now)
    lessons.wrap_up_ended(floor, duty, now)
    duty.last_attempt_id, duty.last_lead = duty.attempt_id, duty.lead
    duty.attempt_id = duty.lead = duty.deadline = None
    return commands


def give_result(
    floor: Floor,
    duty: Duty,
    attempt_id: str | None,
    disposition: Disposition,
    callback_at: float | None,
    now: float,
    language: Language | None = None,
) -> list[Command]:
    """Write a result and, where the attempt is already over, the lead's next step."""
    if attempt_id is None:
        return []
    was_reported = duty.reported_id == attempt_id
    if was_reported and disposition is Disposition.NO_RESULT:
        return []
    duty.reported_id = attempt_id
    if is_visit(attempt_id):
        visit = floor.visits.get(attempt_id)
        return visit_result(floor, visit, disposition, callback_at, now) if visit else []
    live = floor.attempts.get(attempt_id)
    lead = duty.lead if attempt_id == duty.attempt_id else duty.last_lead
    commands: list[Command] = [
        SaveResult(
            attempt_id=attempt_id, agent_id=duty.agent.id, disposition=disposition, at=now
        )
    ]
    if disposition is Disposition.DO_NOT_CALL and lead is not None:
        floor.do_not_call.add(lead.e164)
        commands.append(
            AddDoNotCall(e164=lead.e164, reason="told the agent", at=now, attempt_id=attempt_id)
        )
    if live is not None:
        live.disposition, live.callback_at = disposition, callback_at
        live.wanted_language = language
    elif lead is not None:
        place = floor.campaigns[lead.campaign_id]
        rules = place.campaign.recycle
        update = after_result(lead, rules, disposition, callback_at, now, language)
        update = place.ordering.placed(update, lead)
        # The attempt was counted with its first result; a correction only moves the lead.
        commands.append(changed(update, counted=False) if was_reported else update)
    return commands
