"""What the engine does when an agent wishes something or something happens to his leg."""

from dataclasses import replace

from dialer.compliance.gate import Refusal
from dialer.domain.agent import AgentState
from dialer.domain.campaign import DialMethod
from dialer.domain.outcome import Disposition
from dialer.engine import events
from dialer.engine.agent import Duty, Step
from dialer.engine.commands import (
    AddDoNotCall,
    CallAgent,
    Command,
    DropAgent,
    HangUp,
    RefuseAgent,
    ReleaseLeads,
    SaveResult,
    ShowPreview,
)
from dialer.engine.dispatch import choose_trunk, judge, place_call
from dialer.engine.floor import Floor, queue_name
from dialer.engine.followup import after_result
from dialer.engine.matching import settle

JOINING_TIMEOUT_S = 45.0
"""How long an agent's telephone may ring before he counts as not there."""


def logged_in(floor: Floor, event: events.AgentLoggedIn, now: float) -> list[Command]:
    """Call the agent's telephone, to be held up until he goes home."""
    duty = floor.agents.get(event.agent_id)
    if duty is not None and duty.state is not AgentState.OFFLINE:
        return [] if duty.campaign_id == event.campaign_id else [
            _refusal(event.agent_id, "You are at work for another campaign: log out there first.")
        ]
    if event.campaign_id not in floor.campaigns:
        return [_refusal(event.agent_id, "That campaign is not open.")]
    duty = Duty(agent=event.agent, campaign_id=event.campaign_id)
    floor.agents[event.agent_id] = duty
    return call_agent(floor, duty, now)


def call_agent(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """(Re)build an agent's held leg."""
    duty.take(Step.LOG_IN, now)
    duty.leg_id = floor.new_id(f"agent-{duty.agent.id}")
    duty.channel = ""
    duty.deadline = now + JOINING_TIMEOUT_S
    return [
        CallAgent(
            agent_id=duty.agent.id,
            leg_id=duty.leg_id,
            extension=duty.agent.extension,
            queue=queue_name(duty.campaign_id),
        )
    ]


def leg_up(floor: Floor, event: events.AgentLegUp, now: float) -> list[Command]:
    """The agent's telephone is held; he works as soon as he says he is ready."""
    duty = floor.agents.get(event.agent_id)
    if duty is None:
        return []
    duty.channel = event.channel
    if duty.state is AgentState.JOINING:
        duty.take(Step.ARRIVE, now)
        duty.deadline = None
        if duty.wants is AgentState.READY:
            duty.wants = None
            settle(duty, now)
    return []


def leg_down(floor: Floor, event: events.AgentLegDown, now: float) -> list[Command]:
    """The agent is gone; a line that was dialed for him will find another when answered."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is AgentState.OFFLINE:
        return []
    return send_home(floor, duty, now)


def send_home(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """End an agent's duty. A conversation without a result gets NO_RESULT."""
    commands: list[Command] = []
    attempt = floor.attempts.get(duty.attempt_id) if duty.attempt_id else None
    if duty.state is AgentState.RESERVED and attempt is not None:
        attempt.agent_id = None
    if duty.state in (AgentState.TALKING, AgentState.WRAP_UP):
        commands += _result(floor, duty, duty.attempt_id, Disposition.NO_RESULT, None, now)
    commands.append(
        DropAgent(
            agent_id=duty.agent.id, leg_id=duty.leg_id, queue=queue_name(duty.campaign_id)
        )
    )
    commands += _drop_preview(duty)
    duty.take(Step.LEAVE, now)
    duty.attempt_id = duty.lead = duty.wants = duty.deadline = None
    duty.channel = duty.leg_id = ""
    return commands


def _drop_preview(duty: Duty) -> list[Command]:
    """Give back the lead he was only looking at."""
    if duty.lead is None or duty.attempt_id is not None:
        return []
    lead, duty.lead = duty.lead, None
    return [ReleaseLeads(lead_ids=(lead.id,))]


def asked_ready(floor: Floor, event: events.AgentAskedReady, now: float) -> list[Command]:
    """The agent wants the next call."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is AgentState.OFFLINE:
        return [_refusal(event.agent_id, "Log in first.")]
    duty.wants = AgentState.READY if duty.state is AgentState.JOINING else None
    if duty.state is AgentState.BREAK:
        settle(duty, now)
    return []


def asked_break(floor: Floor, event: events.AgentAskedBreak, now: float) -> list[Command]:
    """The agent wants no further call; one that is under way is finished first."""
    return _wish(floor, event.agent_id, AgentState.BREAK, now)


def logged_out(floor: Floor, event: events.AgentLoggedOut, now: float) -> list[Command]:
    """The agent goes home, after the call that is under way."""
    return _wish(floor, event.agent_id, AgentState.OFFLINE, now)


def _wish(floor: Floor, agent_id: int, wish: AgentState, now: float) -> list[Command]:
    duty = floor.agents.get(agent_id)
    if duty is None or duty.state is AgentState.OFFLINE:
        return []
    duty.wants = wish
    if duty.state is AgentState.READY:
        settle(duty, now)
    is_idle = duty.state in (AgentState.BREAK, AgentState.JOINING)
    if is_idle and duty.wants is AgentState.OFFLINE:
        return send_home(floor, duty, now)
    return []


def asked_hangup(floor: Floor, event: events.AgentAskedHangup, _now: float) -> list[Command]:
    """The agent ends the conversation (or gives up a line dialed for him by hand)."""
    duty = floor.agents.get(event.agent_id)
    attempt = floor.attempts.get(duty.attempt_id) if duty and duty.attempt_id else None
    if attempt is None:
        return [_refusal(event.agent_id, "There is no call to end.")]
    attempt.is_hanging_up = True
    return [HangUp(attempt_id=attempt.id, channel=attempt.channel)]


def result_given(floor: Floor, event: events.ResultGiven, now: float) -> list[Command]:
    """The agent says how it went; a later word corrects an earlier one."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or event.attempt_id not in (duty.attempt_id, duty.last_attempt_id):
        return [_refusal(event.agent_id, "That call is not yours to report on any more.")]
    commands = _result(
        floor, duty, event.attempt_id, event.disposition, event.callback_at, now
    )
    if duty.state is AgentState.WRAP_UP and duty.attempt_id == event.attempt_id:
        commands += finish_wrap_up(floor, duty, now)
    return commands


def _result(
    floor: Floor,
    duty: Duty,
    attempt_id: str | None,
    disposition: Disposition,
    callback_at: float | None,
    now: float,
) -> list[Command]:
    """Write a result and, where the attempt is already over, the lead's next step."""
    if attempt_id is None:
        return []
    was_reported = duty.reported_id == attempt_id
    if was_reported and disposition is Disposition.NO_RESULT:
        return []
    duty.reported_id = attempt_id
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
    elif lead is not None:
        rules = floor.campaigns[duty.campaign_id].campaign.recycle
        update = after_result(lead, rules, disposition, callback_at, now)
        # The attempt was counted with its first result; a correction only moves the lead.
        commands.append(replace(update, counted=False) if was_reported else update)
    return commands


def finish_wrap_up(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """The agent is free again."""
    duty.last_attempt_id, duty.last_lead = duty.attempt_id, duty.lead
    duty.attempt_id = duty.lead = duty.deadline = None
    if duty.wants is AgentState.OFFLINE:
        return send_home(floor, duty, now)
    if not duty.channel:  # Asterisk lost his leg during the wrap-up
        duty.take(Step.LEAVE, now)
        duty.wants = duty.wants or AgentState.READY
        return call_agent(floor, duty, now)
    settle(duty, now)
    return []


def wrap_up_ran_out(floor: Floor, duty: Duty, now: float) -> list[Command]:
    """The agent gave no result in time."""
    unreported = _result(floor, duty, duty.attempt_id, Disposition.NO_RESULT, None, now)
    return unreported + finish_wrap_up(floor, duty, now)


# --- preview and manual dialing ----------------------------------------------------------


def preview_asked(floor: Floor, event: events.PreviewAsked, now: float) -> list[Command]:
    """Show the agent the next lead that may be dialed now."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is not AgentState.READY:
        return [_refusal(event.agent_id, "Say that you are ready first.")]
    if duty.lead is not None:
        return [ShowPreview(agent_id=event.agent_id, lead=duty.lead)]
    place = floor.campaigns[duty.campaign_id]
    duty.lead = place.hopper.next_lead() if place.is_running() else None
    return [ShowPreview(agent_id=event.agent_id, lead=duty.lead)]


def preview_skipped(floor: Floor, event: events.PreviewSkipped, now: float) -> list[Command]:
    """The lead goes back as it was."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.lead is None or duty.lead.id != event.lead_id or duty.attempt_id:
        return [_refusal(event.agent_id, "You are not looking at that lead.")]
    return _drop_preview(duty)


def dial_asked(floor: Floor, event: events.DialAsked, now: float) -> list[Command]:
    """Dial one lead for this agent alone, if the gate agrees."""
    duty = floor.agents.get(event.agent_id)
    give_back = ReleaseLeads(lead_ids=(event.lead.id,))
    if duty is None or duty.state is not AgentState.READY:
        return [give_back, _refusal(event.agent_id, "Say that you are ready first.")]
    place = floor.campaigns[duty.campaign_id]
    trunk = choose_trunk(floor, place, now)
    reason = _why_not_by_hand(floor, place.campaign.dial_method, trunk is None)
    if reason or trunk is None:
        return [give_back, _refusal(event.agent_id, reason)]
    verdict = judge(floor, place, event.lead, trunk, now)
    if isinstance(verdict, Refusal):
        duty.lead = None
        why = ", ".join(verdict.reasons)
        return [give_back, _refusal(event.agent_id, f"This number may not be dialed now: {why}.")]
    return place_call(floor, place, event.lead, verdict, trunk, duty, now)


def _why_not_by_hand(floor: Floor, method: DialMethod, has_no_trunk: bool) -> str:
    if method not in (DialMethod.MANUAL, DialMethod.PREVIEW):
        return "This campaign dials by itself: wait for the next call."
    if not floor.may_dial():
        return "The telephone system is not reachable at the moment; try again shortly."
    return "Every trunk is busy or resting; try again shortly." if has_no_trunk else ""


def _refusal(agent_id: int, reason: str) -> RefuseAgent:
    return RefuseAgent(agent_id=agent_id, reason=reason)
