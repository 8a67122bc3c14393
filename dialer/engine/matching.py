"""Who gets whom: answered people to agents, and agents who become free to waiting people.

One dispatcher at a time. While the daemon lives, the engine alone gives people to agents: the
queue only holds them, and is shown an agent as free only while nobody waits for him. With the
daemon away, Asterisk's queue gives waiting people to those it was last told are free.
"""

from dialer.domain.agent import AgentState
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import Attempt, Fact
from dialer.engine.commands import Command, ConnectCall, Destination, RouteCall
from dialer.engine.floor import Floor

BRIDGING_TIMEOUT_S = 5.0
SCREENED_OUT_TIMEOUT_S = 10.0


def route(floor: Floor, attempt: Attempt, request_id: str, now: float) -> list[Command]:
    """Send an answered person on: to his reserved agent, a ready one, or the queue."""
    duty = _agent_for(floor, attempt)
    if duty is None:
        attempt.take(Fact.SENT_TO_QUEUE)
        attempt.deadline = attempt.must_be_connected_by()
        return [RouteCall(request_id=request_id, destination=Destination.QUEUE)]
    if duty.state is AgentState.READY:
        reserve(duty, attempt, now)
    _send_to(attempt, duty, now)
    return [
        RouteCall(request_id=request_id, destination=Destination.BRIDGE, agent_channel=duty.channel)
    ]


def _agent_for(floor: Floor, attempt: Attempt) -> Duty | None:
    """The reserved agent if he is still there, else whoever has waited longest."""
    reserved = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if reserved is not None:
        is_his = reserved.attempt_id == attempt.id and reserved.state is AgentState.RESERVED
        if is_his and reserved.agent.id not in attempt.tried_agents:
            return reserved
        attempt.agent_id = None
        # He was tried and the bridge failed: his leg is not what it seems, so he is not offered
        # anyone until something new is heard of it.
        if is_his:
            reserved.take(Step.RELEASE, reserved.since)
            reserved.take(Step.PAUSE, reserved.since)
            reserved.attempt_id = reserved.lead = None
    ready = floor.ready_agents(attempt.campaign_id)
    return next((duty for duty in ready if duty.agent.id not in attempt.tried_agents), None)


def reserve(duty: Duty, attempt: Attempt, now: float) -> None:
    """Keep an agent for one attempt."""
    duty.take(Step.RESERVE, now)
    duty.attempt_id = attempt.id
    duty.lead = attempt.lead
    attempt.agent_id = duty.agent.id


def release(floor: Floor, attempt: Attempt, now: float) -> None:
    """Free the agent who was reserved for an attempt that did not become a conversation."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or duty.attempt_id != attempt.id or duty.state is not AgentState.RESERVED:
        return
    waited_since = duty.since
    duty.take(Step.RELEASE, now)
    duty.since = waited_since  # being dialed for is still waiting
    duty.attempt_id = duty.lead = None
    settle(duty, now)


def settle(duty: Duty, now: float) -> None:
    """Decide what an agent who is free does next: his own wish first, then the next call."""
    if duty.wants in (AgentState.BREAK, AgentState.OFFLINE):
        if duty.may(Step.PAUSE):
            duty.take(Step.PAUSE, now)
        if duty.wants is AgentState.BREAK:
            duty.wants = None
        return
    if duty.state in (AgentState.WRAP_UP, AgentState.BREAK):
        duty.take(Step.BECOME_READY, now)


def serve_waiting(floor: Floor, now: float) -> list[Command]:
    """Give every waiting person a ready agent, longest wait first on both sides."""
    commands: list[Command] = []
    for campaign_id in floor.campaigns:
        for attempt in floor.waiting_attempts(campaign_id):
            ready = floor.ready_agents(campaign_id)
            duty = next((one for one in ready if one.agent.id not in attempt.tried_agents), None)
            if duty is not None:
                reserve(duty, attempt, now)
                _send_to(attempt, duty, now)
                commands.append(
                    ConnectCall(
                        attempt_id=attempt.id,
                        channel=attempt.channel,
                        agent_channel=duty.channel,
                    )
                )
    return commands


def _send_to(attempt: Attempt, duty: Duty, now: float) -> None:
    attempt.tried_agents.add(duty.agent.id)
    attempt.take(Fact.SENT_TO_AGENT)
    attempt.deadline = now + BRIDGING_TIMEOUT_S
