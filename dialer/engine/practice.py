"""Practice calls: an agent on a break talks to a simulated person.

Nobody is dialed and nothing is written down: for store and queue he is on a break all the time, and
he cannot become ready before the practice call has ended. The person's words are dialer/practice.
"""

from dialer.domain.agent import AgentState
from dialer.engine import events, requests
from dialer.engine.commands import Command, HangUp, StartPractice
from dialer.engine.floor import Floor
from dialer.engine.refusals import refused


def practice_id_of(agent_id: int, mark: str) -> str:
    """The id of a practice call of that agent; `mark` makes it unlike all others."""
    return f"practice-{agent_id}-{mark}"


def is_of(practice_id: str, agent_id: int) -> bool:
    """Whether it is a practice call of that agent."""
    return practice_id.startswith(practice_id_of(agent_id, ""))


def asked(floor: Floor, event: requests.PracticeAsked, _now: float) -> list[Command]:
    """Begin one, where the agent is on a break with his telephone up."""
    duty = floor.agents.get(event.agent_id)
    reason = ""
    if duty is None or duty.state is not AgentState.BREAK:
        reason = "You can practise during a break only."
    elif duty.practice_id is not None:
        reason = "You are in a practice call already."
    elif not floor.is_link_up:
        reason = "The telephone system is not reachable at the moment; try again shortly."
    if duty is None or reason:
        return refused(event.agent_id, reason)
    duty.practice_id = event.practice_id
    return [
        StartPractice(
            practice_id=event.practice_id, agent_id=event.agent_id, agent_channel=duty.channel
        )
    ]


def ended(floor: Floor, event: events.PracticeEnded, _now: float) -> list[Command]:
    """The call is over. A late word about an earlier one is ignored."""
    duty = floor.agents.get(event.agent_id)
    if duty is not None and duty.practice_id == event.practice_id:
        duty.practice_id = None
    return []


def end_all(floor: Floor) -> list[Command]:
    """After a gap nobody knows which of them still last: those that do are ended."""
    commands: list[Command] = []
    for duty in floor.agents.values():
        if duty.practice_id is not None:
            commands.append(HangUp(attempt_id=duty.practice_id, channel=""))
            duty.practice_id = None
    return commands
