"""What the engine does when an agent wishes something or something happens to his leg."""

from collections.abc import Callable

from dialer.compliance.gate import UNTIL_SOMEONE_ACTS, Refusal
from dialer.domain.agent import AgentState
from dialer.domain.campaign import DialMethod
from dialer.domain.outcome import Disposition
from dialer.engine import events, languages, rejoin, requests
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import HANGUP_PATIENCE_S, Attempt, State
from dialer.engine.commands import Command, HangUp, RefuseAgent, ShowPreview
from dialer.engine.dispatch import (
    LEADS_LOOKED_AT,
    defer,
    judge,
    judged_claim,
    note_refusal,
    place_call,
)
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.hopper import Claim
from dialer.engine.refusals import NO_TELEPHONE_NOW, NO_TRUNK_NOW, refused
from dialer.engine.roster import (
    call_agent,
    drop_preview,
    finish_wrap_up,
    give_result,
    leave_when_not_needed,
    send_home,
    settle,
    stays_no_longer,
)
from dialer.engine.store_commands import ReleaseLeads
from dialer.engine.trunk_choice import choose_trunk

READY_FIRST = "Say that you are ready first."

PREVIEW_TIMEOUT_S = 600.0
"""How long a lead is shown. With CLAIM_TRUSTED_S in the hopper before it, that is less than the
store's claim of 15 minutes, so nobody else is shown or dials the same lead meanwhile."""


def logged_in(floor: Floor, event: events.AgentLoggedIn, now: float) -> list[Command]:
    """Call the agent's telephone, to be held up until he goes home."""
    duty = floor.agents.get(event.agent_id)
    wanted = dict.fromkeys((event.campaign_id, *event.also))
    if duty is not None and duty.state is not AgentState.OFFLINE:
        if wanted.keys() == set(duty.serves()):
            return []
        reason = "You are at work for another campaign: log out there first."
        return refused(event.agent_id, reason)
    if not all(campaign_id in floor.campaigns for campaign_id in wanted):
        return refused(event.agent_id, "That campaign is not open.")
    also = tuple(wanted) if len(wanted) > 1 else ()
    again = Duty(agent=event.agent, campaign_id=event.campaign_id, also=also)
    if duty is not None:  # his telephone or browser failed him: he may still report on that call
        again.last_attempt_id, again.last_lead = duty.last_attempt_id, duty.last_lead
        again.reported_id, again.skipped = duty.reported_id, duty.skipped
        rejoin.keeps_call(floor, duty, again)
    floor.add_agent(again)
    return call_agent(floor, again, now) or refused(event.agent_id, NO_TRUNK_NOW)


def leg_up(floor: Floor, event: events.AgentLegUp, now: float) -> list[Command]:
    """The agent's telephone is held; he works as soon as he says he is ready."""
    duty = floor.agents.get(event.agent_id)
    if duty is None:
        return []
    duty.channel = event.channel
    if rejoin.is_waited_for(floor, duty):
        return rejoin.leg_is_back(floor, duty, now)
    if duty.state is AgentState.JOINING:
        duty.take(Step.ARRIVE, now)
        duty.deadline = None
        if duty.wants is AgentState.READY:
            duty.wants = None
            # Whoever picked up a telephone of the network must say so first: it may be a machine.
            return [] if duty.agent.number else settle(floor, duty, now)
    return []


def leg_down(floor: Floor, event: events.AgentLegDown, now: float) -> list[Command]:
    """The agent is gone; a line that was dialed for him will find another when answered, and the
    person with whom he talks is kept for him a moment where his page may bring him back."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is AgentState.OFFLINE:
        return []
    attempt = rejoin.broken_off(floor, duty, event.at)
    if attempt is not None:
        return rejoin.keep(floor, duty, attempt, event.at, now)
    return rejoin.let_person_go(floor, duty, now) + send_home(floor, duty, now)


def spoke(
    _floor: Floor, _event: events.AgentSpoke | events.AgentSpokeAlone, _now: float
) -> list[Command]:
    """Nothing is decided by it here; who is never heard is noticed by web/shift.py."""
    return []


def asked_ready(floor: Floor, event: requests.AgentAskedReady, now: float) -> list[Command]:
    """The agent wants the next call."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is AgentState.OFFLINE:
        return refused(event.agent_id, "Log in first.")
    if duty.practice_id is not None:
        return refused(event.agent_id, "You are in a practice call: end it first.")
    duty.wants = AgentState.READY if duty.state is AgentState.JOINING else None
    if duty.agent.id in floor.staying:
        stays_no_longer(floor, duty)
        duty.deadline = None
    return settle(floor, duty, now) if duty.state is AgentState.BREAK else []


def asked_break(floor: Floor, event: requests.AgentAskedBreak, now: float) -> list[Command]:
    """The agent wants no further call; one that is under way is finished first."""
    return _wish(floor, event.agent_id, AgentState.BREAK, now)


def logged_out(floor: Floor, event: requests.AgentLoggedOut, now: float) -> list[Command]:
    """The agent goes home, after the call that is under way."""
    return _wish(floor, event.agent_id, AgentState.OFFLINE, now)


def _wish(floor: Floor, agent_id: int, wish: AgentState, now: float) -> list[Command]:
    duty = floor.agents.get(agent_id)
    if duty is None or duty.state is AgentState.OFFLINE:
        return []
    duty.wants = wish
    if duty.state is AgentState.READY and agent_id not in floor.staying:
        return drop_preview(duty) + leave_when_not_needed(floor, duty, now)
    is_idle = duty.state in (AgentState.BREAK, AgentState.JOINING)
    return send_home(floor, duty, now) if is_idle and wish is AgentState.OFFLINE else []


def asked_hangup(floor: Floor, event: requests.AgentAskedHangup, now: float) -> list[Command]:
    """The agent ends the conversation (or gives up a line dialed for him by hand)."""
    duty = floor.agents.get(event.agent_id)
    if duty is not None and duty.practice_id is not None:
        return [HangUp(attempt_id=duty.practice_id, channel="")]
    attempt = floor.call(duty.attempt_id) if duty else None
    if attempt is None or (isinstance(attempt, Attempt) and attempt.state is State.THROUGH):
        return refused(event.agent_id, "There is no call to end.")
    attempt.is_hanging_up = True
    # Where its end was never reported (a lost fact), he must not sit in a dead call for hours.
    attempt.deadline = min(attempt.deadline, now + HANGUP_PATIENCE_S)
    return [HangUp(attempt_id=attempt.id, channel=attempt.channel)]


def result_given(floor: Floor, event: requests.ResultGiven, now: float) -> list[Command]:
    """The agent says how it went; a later word corrects an earlier one."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or event.attempt_id not in (duty.attempt_id, duty.last_attempt_id):
        return refused(event.agent_id, "That call is not yours to report on any more.")
    if event.disposition is Disposition.LEFT_MESSAGE:
        return refused(event.agent_id, "That result comes by itself when a message is left.")
    commands = give_result(
        floor, duty, event.attempt_id, event.disposition, event.callback_at, now, event.language
    )
    if duty.state is AgentState.WRAP_UP and duty.attempt_id == event.attempt_id:
        commands += finish_wrap_up(floor, duty, now)
    return commands


# --- preview and manual dialing ----------------------------------------------------------

BY_HAND = (DialMethod.MANUAL, DialMethod.PREVIEW)
DIALS_BY_ITSELF = "This campaign dials by itself: wait for the next call."


def preview_asked(floor: Floor, event: requests.PreviewAsked, now: float) -> list[Command]:
    """Show the agent the next lead that may be dialed now."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is not AgentState.READY:
        return refused(event.agent_id, READY_FIRST)
    place = floor.campaigns[duty.campaign_id]
    if duty.lead is not None:
        return [ShowPreview(agent_id=event.agent_id, lead=duty.lead)]
    if place.campaign.dial_method not in BY_HAND:
        return refused(event.agent_id, DIALS_BY_ITSELF)
    commands = _show_next(floor, place, duty, now) if place.is_running() else []
    if commands and isinstance(commands[-1], RefuseAgent):
        return commands
    return [*commands, ShowPreview(agent_id=event.agent_id, lead=duty.lead)]


def _show_next(floor: Floor, place: CampaignFloor, duty: Duty, now: float) -> list[Command]:
    """Find a lead that the gate lets pass; the others go back with its reasons."""
    stale = place.hopper.expired(now)
    commands: list[Command] = [ReleaseLeads(lead_ids=stale)] if stale else []
    trunk = choose_trunk(floor, place, now)
    for _ in range(LEADS_LOOKED_AT):
        claim = _next_for(place, duty)
        if claim is None:
            break
        lead = claim.lead
        # With every trunk busy it is judged when it is dialed, which is done in any case.
        verdict = judge(floor, place, lead, trunk, now) if trunk is not None else None
        if not isinstance(verdict, Refusal):
            duty.lead, duty.deadline = lead, now + PREVIEW_TIMEOUT_S
            break
        if UNTIL_SOMEONE_ACTS.intersection(verdict.reasons):
            place.put_back(claim)
            noted = note_refusal(place, lead, verdict, now)
            return [*commands, *noted, *refused(duty.agent.id, _barred(verdict))]
        commands.append(defer(place, lead, verdict, now))
    return commands


def _next_for(place: CampaignFloor, duty: Duty) -> Claim | None:
    """Take out the lead whose turn it is; with none here that he has not passed over, the one that
    he passed over longest ago."""
    if not duty.skipped:
        return languages.next_wish(place, duty) or place.hopper.next_claim()
    claim = _first_of(place, duty, lambda one: one.lead.id not in duty.skipped)
    for lead_id in duty.skipped:
        if claim is not None:
            break
        claim = _first_of(place, duty, lambda one, its=lead_id: one.lead.id == its)
    return claim


def _first_of(
    place: CampaignFloor, duty: Duty, is_meant: Callable[[Claim], bool]
) -> Claim | None:
    return languages.next_wish(place, duty, is_meant) or place.hopper.next_of(is_meant)


def preview_skipped(floor: Floor, event: requests.PreviewSkipped, now: float) -> list[Command]:
    """The lead goes back as it was, and is not shown to him again while there are others."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.lead is None or duty.lead.id != event.lead_id or duty.attempt_id:
        return refused(event.agent_id, "You are not looking at that lead.")
    duty.skipped.pop(event.lead_id, None)
    duty.skipped[event.lead_id] = None
    return drop_preview(duty)


def number_sought(floor: Floor, event: requests.NumberSought, now: float) -> list[Command]:
    """Dial a number whose lead our hopper holds. Shows the lead then; else wishes nothing."""
    duty = floor.agents.get(event.agent_id)
    if duty is None or duty.state is not AgentState.READY:
        return refused(event.agent_id, READY_FIRST)
    places = (floor.campaigns[campaign_id] for campaign_id in duty.serves())
    hoppers = (hopper for place in places for hopper in place.hoppers())
    lead = next(filter(None, (hopper.take_number(event.e164) for hopper in hoppers)), None)
    if lead is None:
        return []
    wish = requests.DialAsked(at=event.at, agent_id=event.agent_id, lead=lead)
    return [ShowPreview(agent_id=event.agent_id, lead=lead), *dial_asked(floor, wish, now)]


def dial_asked(floor: Floor, event: requests.DialAsked, now: float) -> list[Command]:
    """Dial one lead for this agent alone, if the gate agrees."""
    duty, lead = floor.agents.get(event.agent_id), event.lead
    if duty is None or duty.state is not AgentState.READY:
        return _not_dialed(floor, duty, event, READY_FIRST)
    is_of_another = lead.campaign_id in duty.serves()
    place = floor.campaigns[lead.campaign_id if is_of_another else duty.campaign_id]
    trunk = choose_trunk(floor, place, now)
    reason = _why_not_by_hand(floor, place, trunk is None)
    if reason or trunk is None:
        return _not_dialed(floor, duty, event, reason)
    verdict = judge(floor, place, lead, trunk, now)
    if isinstance(verdict, Refusal) and UNTIL_SOMEONE_ACTS.intersection(verdict.reasons):
        told = _not_dialed(floor, duty, event, _barred(verdict))
        return [*note_refusal(place, lead, verdict, now), *told]
    if duty.lead is not None and duty.lead.id == lead.id:
        duty.lead = duty.deadline = None  # not only looked at any more
    if isinstance(verdict, Refusal):
        return [defer(place, lead, verdict, now), *refused(event.agent_id, _barred(verdict))]
    commands = drop_preview(duty)
    claim = judged_claim(floor, place, lead, now)
    return commands + place_call(floor, place, claim, verdict, trunk, duty, now)


def _not_dialed(
    floor: Floor, duty: Duty | None, event: requests.DialAsked, reason: str
) -> list[Command]:
    """Say why, and give the lead back unless he still has it (he asked twice, or may try again)."""
    told = refused(event.agent_id, reason)
    is_his = duty is not None and duty.lead is not None and duty.lead.id == event.lead.id
    if is_his or event.lead.e164 in floor.numbers_in_flight:
        return told
    return [ReleaseLeads(lead_ids=(event.lead.id,)), *told]


def _why_not_by_hand(floor: Floor, place: CampaignFloor, has_no_trunk: bool) -> str:
    if place.campaign.dial_method not in BY_HAND:
        return DIALS_BY_ITSELF
    if not place.is_running():
        return "The campaign is not running: nobody is dialed until it is started."
    if not floor.may_dial():
        return NO_TELEPHONE_NOW
    return NO_TRUNK_NOW if has_no_trunk else ""


def _barred(refusal: Refusal) -> str:
    return f"This number may not be dialed now: {', '.join(refusal.reasons)}."
