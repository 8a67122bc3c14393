"""Who gets whom: answered people to agents, and agents who become free to waiting people.

One dispatcher at a time. While the daemon lives, the engine alone gives people to agents: the
queue only holds them, and is shown an agent as free only while nobody waits for him. With the
daemon away, Asterisk's queue gives waiting people to those it was last told are free.
"""

from dialer.domain.agent import AgentState
from dialer.engine.agent import Duty, Step
from dialer.engine.attempt import Attempt, Fact
from dialer.engine.commands import Command, ConnectCall, Destination, RouteCall
from dialer.engine.floor import Floor, waiting
from dialer.engine.roster import finish_wrap_up, is_kept_for, reserve, settle

BRIDGING_TIMEOUT_S = 5.0
SCREENED_OUT_TIMEOUT_S = 10.0


def route(floor: Floor, attempt: Attempt, request_id: str, now: float) -> list[Command]:
    """Send an answered person on: to his reserved agent, a ready one, or the queue."""
    commands = _leave_tried_agent(floor, attempt, now)
    commands += _find_present_agent(floor, attempt, now)
    duty = _agent_for(floor, attempt)
    if duty is None:
        attempt.take(Fact.SENT_TO_QUEUE)
        attempt.deadline = attempt.must_be_connected_by()
        return [*commands, RouteCall(request_id=request_id, destination=Destination.QUEUE)]
    if duty.state is AgentState.READY:
        reserve(duty, attempt, now)
    _send_to(attempt, duty, now)
    answer = RouteCall(
        request_id=request_id, destination=Destination.BRIDGE, agent_channel=duty.channel
    )
    return [*commands, answer]


def _leave_tried_agent(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """An agent to whom the bridge failed: his leg is not what it seems, so he is not offered
    anyone until something new is heard of it."""
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or duty.agent.id not in attempt.tried_agents or not is_kept_for(duty, attempt):
        return []
    attempt.agent_id = None
    duty.wants = duty.wants or AgentState.BREAK
    duty.take(Step.RELEASE, duty.since)
    duty.attempt_id = duty.lead = None
    return settle(floor, duty, now)


def _find_present_agent(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """The person is there before his agent's wrap-up is over, and is not kept waiting for that.

    A ready agent takes the call; else the agent of the line that was dialed last, which then has
    the one in wrap-up. Only where there is neither does the call end the wrap-up.
    """
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or duty.next_attempt_id != attempt.id:
        return []
    if floor.ready_agents(attempt.campaign_id):
        duty.next_attempt_id = attempt.agent_id = None
        return []
    youngest = _youngest_reserved_line(floor, attempt)
    if youngest is None:
        return finish_wrap_up(floor, duty, now)
    assert youngest.agent_id is not None
    stand_in = floor.agents[youngest.agent_id]
    attempt.agent_id = stand_in.agent.id
    stand_in.attempt_id, stand_in.lead = attempt.id, attempt.lead
    youngest.agent_id, duty.next_attempt_id = duty.agent.id, youngest.id
    return []


def _youngest_reserved_line(floor: Floor, answered: Attempt) -> Attempt | None:
    """Of the campaign's other lines in flight whose agent is free, the one dialed last."""
    youngest: Attempt | None = None
    for line in floor.campaigns[answered.campaign_id].attempts.values():
        duty = floor.agents.get(line.agent_id) if line.agent_id is not None else None
        # Who speaks the language of somebody is not taken from his line.
        if duty is not None and line.is_in_flight() and not line.lead.wanted_language:
            youngest = line if is_kept_for(duty, line) else youngest
    return youngest


def _agent_for(floor: Floor, attempt: Attempt) -> Duty | None:
    """The reserved agent if he is still there, else whoever has waited longest."""
    reserved = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if reserved is not None and is_kept_for(reserved, attempt):
        return reserved
    attempt.agent_id = None
    return _taker_for(floor, attempt)


def _taker_for(floor: Floor, attempt: Attempt) -> Duty | None:
    """Who has waited longest, of those who speak the person's language if there are any."""
    takers = floor.takers(attempt.campaign_id)
    untried = [duty for duty in takers if duty.agent.id not in attempt.tried_agents]
    return min(untried, key=lambda duty: not duty.speaks(attempt.lead), default=None)


def serve_waiting(floor: Floor, now: float) -> list[Command]:
    """Give every waiting person a ready agent, longest wait first on both sides."""
    commands: list[Command] = []
    if not floor.roll.by_state[AgentState.READY]:
        return commands
    for attempt in waiting(floor.campaigns.values()):
        duty = _taker_for(floor, attempt)
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
