"""Picking up after a gap: a restarted daemon, a lost AMI link, a restarted Asterisk.

First `Restored` says what an earlier engine left in the store, then `LinkCameUp` says which of
our legs are really up. Every attempt is adopted or closed; nothing in flight is dialed again.
"""

from math import inf

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.outcome import Outcome
from dialer.engine import (
    events,
    help_requests,
    practice,
    recording,
    rejoin,
    transfer,
    visits,
    voicemail,
)
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import TALK_TIMEOUT_S, Attempt, Fact, State
from dialer.engine.commands import Command, HangUp
from dialer.engine.dispatch import RING_GRACE_S
from dialer.engine.floor import Floor
from dialer.engine.lines import close
from dialer.engine.roster import connect, reserve, settle
from dialer.engine.store_commands import SaveProgress
from dialer.engine.third_line import is_transfer
from dialer.engine.visit import Visit, is_visit

ADOPTED_TIMEOUT_S = 15.0
"""How long an answered call found after a gap may stay where it is without news."""


def restored(floor: Floor, event: events.Restored, now: float) -> list[Command]:
    """Remember what an earlier engine left behind, before the link says what is still up."""
    named = {item.campaign_id for item in (*event.agents, *event.attempts, *event.visits)}
    for campaign_id in named.union(*(known.also for known in event.agents)):
        # A campaign that was finished meanwhile still has to see its calls end.
        if campaign_id not in floor.campaigns:
            floor.open_campaign(
                Campaign(id=campaign_id, name="(finished)", state=CampaignState.FINISHED)
            )
    for known in event.agents:
        duty = Duty(
            agent=known.agent,
            campaign_id=known.campaign_id,
            also=known.also,
            state=known.state,
            since=now,
            attempt_id=known.attempt_id,
            lead=known.lead,
            last_attempt_id=known.attempt_id,
            last_lead=known.lead,
            kept_state=known.state,
        )
        if known.state is AgentState.WRAP_UP:
            duty.deadline = now + floor.campaigns[known.campaign_id].campaign.wrap_up_s
        floor.add_agent(duty)
    for seen in event.visits:
        floor.add_visit(_remembered_visit(seen, now))
    for left in event.attempts:
        attempt = _remembered(floor, left, now)
        floor.add_attempt(attempt)
        _keep_reserved(floor, attempt, now)
        _keep_reported(floor, attempt)
    for handing_over in event.transfers:
        transfer.restored(floor, handing_over, now)
    help_requests.restored(floor, event.help_requests)
    return []


def _keep_reserved(floor: Floor, attempt: Attempt, now: float) -> None:
    """The agent for whom an earlier engine dialed the line is still his, if he is free."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or attempt.answered_at is not None:
        return
    if duty.state in (AgentState.READY, AgentState.WRAP_UP):
        reserve(duty, attempt, now)
    else:
        attempt.agent_id = None


def _keep_reported(floor: Floor, attempt: Attempt) -> None:
    """Who has given the result of the call that he is still in need not give it again."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is not None and duty.attempt_id == attempt.id and attempt.disposition is not None:
        duty.reported_id = attempt.id


def _remembered(floor: Floor, left: events.OpenAttempt, now: float) -> Attempt:
    ring_s = floor.campaigns[left.campaign_id].campaign.ring_timeout_s
    attempt = Attempt(
        id=left.attempt_id,
        lead=left.lead,
        campaign_id=left.campaign_id,
        trunk=left.trunk,
        permit=left.permit,
        dialed_at=left.dialed_at,
        deadline=max(now + ADOPTED_TIMEOUT_S, left.dialed_at + ring_s + RING_GRACE_S),
        agent_id=left.agent_id,
        answered_at=left.answered_at,
        connected_at=left.connected_at,
        disposition=left.disposition,
    )
    if left.connected_at is not None:
        attempt.state = State.TALKING
        attempt.deadline = now + TALK_TIMEOUT_S
    elif left.answered_at is not None:
        attempt.state = State.ANSWERED
    return attempt


def _remembered_visit(left: events.OpenVisit, now: float) -> Visit:
    return Visit(
        id=left.visit_id,
        campaign_id=left.campaign_id,
        came_at=left.came_at,
        deadline=now + ADOPTED_TIMEOUT_S if left.ended_at is None else inf,
        e164=left.e164,
        lead=left.lead,
        agent_id=left.agent_id,
        connected_at=left.connected_at,
        parted_at=left.parted_at,
        ended_at=left.ended_at,
    )


def link_down(floor: Floor, _event: events.LinkWentDown, _now: float) -> list[Command]:
    """Facts may be missed from now on: no call is placed until all is known again."""
    floor.is_link_up = floor.is_resynced = False
    for attempt in floor.attempts.values():
        attempt.is_message_awaited = False  # nobody will tell us whether it began
    return []


def link_up(floor: Floor, event: events.LinkCameUp, now: float) -> list[Command]:
    """Adopt what is really up; close what is not."""
    floor.is_link_up = floor.is_resynced = True
    legs = {leg.channel_id: leg for leg in event.legs}
    agent_legs = {
        leg.channel_id: leg for leg in event.legs if leg.channel_id.startswith("agent-")
    }
    commands: list[Command] = practice.end_all(floor)
    for attempt in list(floor.attempts.values()):
        leg = legs.get(attempt.id)
        if leg is None:
            commands += _gone(floor, attempt, now)
        else:
            commands += _adopt(floor, attempt, leg, agent_legs, now)
    for third in list(floor.transfers.values()):
        commands += transfer.adopted(floor, third, legs, now)
    for visit in list(floor.visits.values()):
        leg = legs.get(visit.id)
        partner = _partner(leg, agent_legs)
        agent_id = agent_of_leg(partner.channel_id) if partner is not None else None
        commands += visits.adopted(floor, visit, leg, agent_id, now)
    for duty in list(floor.agents.values()):
        if duty.state is not AgentState.OFFLINE:
            commands += _adopt_agent(floor, duty, agent_legs, now)
    known = set(floor.attempts) | {duty.leg_id for duty in floor.agents.values()}
    known |= recording.running_legs(floor) | set(floor.transfers)
    strays = (leg for leg in event.legs if leg.channel_id not in known and _is_stray(leg))
    commands += [HangUp(attempt_id=leg.channel_id, channel=leg.channel) for leg in strays]
    return commands


def _is_stray(leg: events.LegSeen) -> bool:
    """Whether nobody would miss it; of an unknown third party nobody knows for whom he waits."""
    return is_transfer(leg.channel_id) or not (leg.bridge_id or is_visit(leg.channel_id))


def _gone(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """The line ended while we were not looking."""
    if attempt.connected_at is not None:
        outcome = Outcome.TALKED
    elif attempt.answered_at is not None:
        outcome = Outcome.ABANDONED  # nobody can prove that he was connected in time
    else:
        outcome = Outcome.LOST
    return close(floor, attempt, outcome, now, now)


def _adopt(
    floor: Floor,
    attempt: Attempt,
    leg: events.LegSeen,
    agent_legs: dict[str, events.LegSeen],
    now: float,
) -> list[Command]:
    """Believe what is seen, and write it down in case we end before the call does."""
    attempt.channel = leg.channel
    if leg.is_up and attempt.answered_at is None:
        attempt.answered_at = now
        attempt.take(Fact.ANSWERED)
        attempt.deadline = now + ADOPTED_TIMEOUT_S
    if leg.is_on_hold:
        attempt.take(Fact.PUT_ON_HOLD)
    partner = _partner(leg, agent_legs)
    commands = voicemail.adopted(floor, attempt, now) if leg.is_voicemail else []
    if partner is not None:
        commands = _adopt_conversation(floor, attempt, agent_of_leg(partner.channel_id), now)
    if attempt.answered_at is None:
        return commands
    return [
        *commands,
        SaveProgress(
            attempt_id=attempt.id,
            answered_at=attempt.answered_at,
            connected_at=attempt.connected_at,
            agent_id=attempt.agent_id if partner is not None else None,
        )
    ]


def _partner(
    leg: events.LegSeen | None, agent_legs: dict[str, events.LegSeen]
) -> events.LegSeen | None:
    """The agent's leg that shares a bridge with this one."""
    if leg is None or not leg.bridge_id:
        return None
    together = (other for other in agent_legs.values() if other.bridge_id == leg.bridge_id)
    return next(together, None)


def _adopt_conversation(
    floor: Floor, attempt: Attempt, agent_id: int, now: float
) -> list[Command]:
    """Person and agent are together, whoever brought them together. Since when is not known but for
    the dialplan's note; without it he counts as connected only now, which is late."""
    if attempt.connected_at is None:
        noted_at = attempt.bridged_alone_at
        attempt.connected_at = now if noted_at is None else min(now, noted_at)
        attempt.take(Fact.CONNECTED)
    commands: list[Command] = []
    if attempt.state is State.VOICEMAIL:
        commands = voicemail.never_began(attempt, now)
    if attempt.state in (State.KEPT, State.ON_HOLD):
        attempt.take(Fact.CONNECTED)
        attempt.parted_at = None
    attempt.agent_id = agent_id
    attempt.deadline = now + TALK_TIMEOUT_S
    duty = floor.agents.get(agent_id)
    return commands + (connect(floor, duty, attempt, now) if duty is not None else [])


def agent_of_leg(leg_id: str) -> int:
    """The agent's id in a leg id (`agent-<id>-<run>-<n>`)."""
    return int(leg_id.split("-")[1])


def _adopt_agent(
    floor: Floor, duty: Duty, agent_legs: dict[str, events.LegSeen], now: float
) -> list[Command]:
    leg = next(
        (leg for leg in agent_legs.values() if agent_of_leg(leg.channel_id) == duty.agent.id),
        None,
    )
    attempt = floor.call(duty.attempt_id)
    if attempt is not None and isinstance(attempt, Visit) and attempt.ended_at is not None:
        attempt = None  # remembered only to be reported on
    if leg is None:
        return rejoin.rebuild_leg(floor, duty, attempt, now)
    duty.leg_id, duty.channel = leg.channel_id, leg.channel
    if duty.agent.number:
        floor.lead_leg_over(duty, _trunk_of(floor, leg.channel))
    if leg.is_up and rejoin.is_waited_for(floor, duty):
        return rejoin.leg_is_back(floor, duty, now)
    if duty.state is AgentState.JOINING and leg.is_up:
        duty.take(Step.ARRIVE, now)
        duty.deadline = None
    if duty.state is AgentState.TALKING and attempt is None:
        duty.take(Step.PART, now)
        duty.deadline = now + floor.campaigns[duty.campaign_id].campaign.wrap_up_s
    if duty.state is AgentState.RESERVED and attempt is None:
        duty.take(Step.RELEASE, now)
        duty.attempt_id = duty.lead = None
        return settle(floor, duty, now)
    return []


def _trunk_of(floor: Floor, channel: str) -> str:
    """The trunk of a channel, whose name begins with that of its endpoint."""
    names = (
        name
        for name, state in floor.trunks.items()
        if channel.startswith(f"PJSIP/{state.trunk.endpoint}-")
    )
    return max(names, key=len, default="")
