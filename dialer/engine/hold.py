"""A person whom his agent lets wait: he hears music, and the agent's voice goes nowhere.

The agent stays with his call; leaving the bridge for it is no parting. Called by the engine for
what agents wish; transfer.py asks who is on the line.
"""

from dialer.domain.agent import AgentState
from dialer.engine import requests
from dialer.engine.attempt import Attempt, Fact, State
from dialer.engine.commands import Command, ConnectCall, HoldCall
from dialer.engine.floor import Floor
from dialer.engine.refusals import refused
from dialer.engine.third_line import LEAVES_HIM_WAITING, Stage


def asked_hold(floor: Floor, event: requests.AgentAskedHold, _now: float) -> list[Command]:
    """Nothing happens to somebody who waits already."""
    attempt = person_of(floor, event.agent_id)
    if attempt is None or attempt.state not in (State.TALKING, State.ON_HOLD):
        return refused(event.agent_id, "There is nobody to put on hold.")
    if floor.agents[event.agent_id].agent.dials_in:
        return refused(event.agent_id, "By telephone nobody can be put on hold.")
    is_leaving = attempt.transfer is not None and attempt.transfer.stage in LEAVES_HIM_WAITING
    if is_leaving or not attempt.take(Fact.PUT_ON_HOLD):
        return []
    return [HoldCall(attempt_id=attempt.id, channel=attempt.channel)]


def asked_resume(floor: Floor, event: requests.AgentAskedResume, _now: float) -> list[Command]:
    """Put the two together again."""
    attempt, duty = person_of(floor, event.agent_id), floor.agents.get(event.agent_id)
    if attempt is None or duty is None or attempt.state is not State.ON_HOLD:
        return refused(event.agent_id, "Nobody is on hold.")
    transfer = attempt.transfer
    if transfer is not None and transfer.stage is Stage.GOING:
        return refused(event.agent_id, "The person is being put through.")
    if transfer is not None and transfer.stage is Stage.CONSULTING:
        transfer.stage = Stage.ANSWERED
    return [
        ConnectCall(
            attempt_id=attempt.id, channel=attempt.channel, agent_channel=duty.channel
        )
    ]


def person_of(floor: Floor, agent_id: int) -> Attempt | None:
    """Of a call that we placed, and that nobody is ending."""
    duty = floor.agents.get(agent_id)
    if duty is None or duty.state is not AgentState.TALKING:
        return None
    attempt = floor.attempts.get(duty.attempt_id or "")
    return None if attempt is None or attempt.is_hanging_up else attempt
