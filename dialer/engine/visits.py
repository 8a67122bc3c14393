"""What the engine does when somebody calls the number that a campaign shows.

A ready agent takes the call, whatever the dial method; else the caller hears who called him, and
may opt out. The dialplan plays that message by itself, also when we are not there to be asked.
"""

from math import inf

from dialer.domain.agent import AgentState
from dialer.domain.campaign import CampaignState
from dialer.domain.lead import Lead
from dialer.engine import events
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import HANGUP_PATIENCE_S
from dialer.engine.commands import Command, Destination, HangUp, RouteCall
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.matching import BRIDGING_TIMEOUT_S
from dialer.engine.roster import begin_wrap_up, connect, drop_preview, release, reserve, settle
from dialer.engine.store_commands import AddDoNotCall, ReleaseLeads
from dialer.engine.visit import Visit

HEARS_MESSAGE_TIMEOUT_S = 180.0
VISIT_TIMEOUT_S = 4 * 3600.0
PARTED_TIMEOUT_S = 10.0
TRIES = 2
"""Agents to whom a caller is sent before he hears the message."""


def asked(floor: Floor, event: events.VisitAsked, now: float) -> list[Command]:
    """A call has come in, or could not be put through to the agent whom we named."""
    visit = floor.visits.get(event.visit_id)
    commands: list[Command] = []
    if visit is None:
        place = _campaign_called(floor, event.called)
        if place is None:
            return [RouteCall(request_id=event.request_id, destination=Destination.MESSAGE)]
        visit = Visit(
            id=event.visit_id,
            campaign_id=place.campaign.id,
            came_at=event.at,
            deadline=now + HEARS_MESSAGE_TIMEOUT_S,
            channel=event.channel,
            e164=event.caller,
            lead=_lead_of(event.leads, place.campaign.id),
        )
        floor.add_visit(visit)
    elif visit.connected_at is not None:
        # He has talked: whoever is hung up in the bridge may still be led to the question.
        return [RouteCall(request_id=event.request_id, destination=Destination.MESSAGE)]
    else:
        commands += _leave_agent(floor, visit, now)
    duty = _taker(floor, visit)
    if duty is None:
        visit.deadline = now + HEARS_MESSAGE_TIMEOUT_S
        answer = RouteCall(request_id=event.request_id, destination=Destination.MESSAGE)
        return [*commands, visit.row(), answer]
    commands += drop_preview(duty)
    reserve(duty, visit, now)
    visit.tried_agents.add(duty.agent.id)
    visit.deadline = now + BRIDGING_TIMEOUT_S
    answer = RouteCall(
        request_id=event.request_id, destination=Destination.BRIDGE, agent_channel=duty.channel
    )
    return [*commands, visit.row(), answer]


def _campaign_called(floor: Floor, called: str) -> CampaignFloor | None:
    """The open campaign that shows the number: with a ready agent if there is one, else running."""
    its = [
        place
        for place in floor.campaigns.values()
        if called
        and place.campaign.caller_id.lstrip("+") == called.lstrip("+")
        and place.campaign.state is not CampaignState.FINISHED
    ]
    its.sort(
        key=lambda place: (not floor.ready_agents(place.campaign.id), not place.is_running())
    )
    return its[0] if its else None


def _lead_of(leads: tuple[Lead, ...], campaign_id: int) -> Lead | None:
    return next((lead for lead in leads if lead.campaign_id == campaign_id), None)


def _taker(floor: Floor, visit: Visit) -> Duty | None:
    """Whoever has waited longest. While the link is down we would not see what comes of it."""
    if not floor.is_link_up or len(visit.tried_agents) >= TRIES:
        return None
    takers = floor.ready_agents(visit.campaign_id)
    return next((duty for duty in takers if duty.agent.id not in visit.tried_agents), None)


def _leave_agent(floor: Floor, visit: Visit, now: float) -> list[Command]:
    """The bridge to him failed: he is offered nobody until something new is heard of his leg."""
    duty = floor.agents.get(visit.agent_id) if visit.agent_id is not None else None
    visit.agent_id = None
    if duty is None or duty.attempt_id != visit.id or duty.state is not AgentState.RESERVED:
        return []
    duty.wants = duty.wants or AgentState.BREAK
    duty.take(Step.RELEASE, duty.since)
    duty.attempt_id = duty.lead = None
    return settle(floor, duty, now)


def connected(floor: Floor, event: events.VisitConnected, now: float) -> list[Command]:
    """Caller and agent hear each other. His number is not dialed meanwhile."""
    visit, duty = floor.visits.get(event.visit_id), floor.agents.get(event.agent_id)
    if visit is None or duty is None or visit.connected_at is not None:
        return []
    commands: list[Command] = []
    if visit.agent_id != event.agent_id:
        commands += release(floor, visit, now)
    visit.agent_id, visit.connected_at = event.agent_id, event.at
    visit.deadline = now + VISIT_TIMEOUT_S
    commands += connect(floor, duty, visit, now)
    held = [
        lead_id
        for place in floor.campaigns.values()
        for hopper in place.hoppers()
        for lead_id in (hopper.drop_number(visit.e164) if visit.e164 else ())
    ]
    commands += [ReleaseLeads(lead_ids=tuple(held))] if held else []
    return [*commands, visit.row()]


def parted(floor: Floor, event: events.VisitParted, now: float) -> list[Command]:
    """The conversation is over."""
    visit = floor.visits.get(event.visit_id)
    if visit is None or visit.connected_at is None or visit.parted_at is not None:
        return []
    visit.parted_at = event.at
    visit.deadline = now + PARTED_TIMEOUT_S
    begin_wrap_up(floor, visit, now)
    return [visit.row()]


def ended(floor: Floor, event: events.VisitEnded, now: float) -> list[Command]:
    """The line is gone."""
    visit = floor.visits.get(event.visit_id)
    return [] if visit is None else close(floor, visit, event.at, now)


def close(floor: Floor, visit: Visit, at: float, now: float) -> list[Command]:
    """End a visit and free its agent, for the wrap-up if there was a conversation."""
    if visit.ended_at is not None:
        return []
    visit.ended_at, visit.deadline = at, inf
    commands: list[Command] = []
    if visit.connected_at is None:
        commands += release(floor, visit, now)
        visit.agent_id = None
    elif visit.parted_at is None:
        visit.parted_at = at
        begin_wrap_up(floor, visit, now)
    floor.visit_over(visit)
    return [*commands, visit.row()]


def opted_out(floor: Floor, event: events.OptOutPressed, _now: float) -> list[Command]:
    """The caller pressed the key: on the list before he hears that he is."""
    visit = floor.visits.get(event.attempt_id)
    if visit is None or not visit.e164:
        return []
    visit.opted_out_at = event.at
    floor.do_not_call.add(visit.e164)
    told = AddDoNotCall(e164=visit.e164, reason="opt-out key, when he called us", at=event.at)
    return [told, visit.row()]


def overdue(floor: Floor, visit: Visit, now: float) -> list[Command]:
    """Nothing was heard of the visit for too long."""
    if visit.connected_at is None and visit.agent_id is not None:
        commands = release(floor, visit, now)
        visit.agent_id, visit.deadline = None, now + HEARS_MESSAGE_TIMEOUT_S
        return commands
    if not floor.is_link_up:
        return []
    if visit.is_hanging_up:
        return close(floor, visit, now, now)
    visit.is_hanging_up, visit.deadline = True, now + HANGUP_PATIENCE_S
    return [HangUp(attempt_id=visit.id, channel=visit.channel)]


def adopted(
    floor: Floor, visit: Visit, leg: events.LegSeen | None, agent_id: int | None, now: float
) -> list[Command]:
    """After a gap: believe what is up. `agent_id` is who was seen in one bridge with him."""
    if visit.ended_at is not None:
        return []
    if leg is None:
        return close(floor, visit, now, now)
    visit.channel = leg.channel
    duty = floor.agents.get(agent_id) if agent_id is not None else None
    if duty is None:
        return []
    visit.agent_id, visit.deadline = duty.agent.id, now + VISIT_TIMEOUT_S
    visit.connected_at = visit.connected_at or now
    return [*connect(floor, duty, visit, now), visit.row()]
