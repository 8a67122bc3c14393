"""What an agent is told when his wish cannot be granted: sentences that several wishes share."""

from dialer.engine.commands import Command, RefuseAgent

NO_TRUNK_NOW = "Every trunk is busy or resting; try again shortly."
NO_TELEPHONE_NOW = "The telephone system is not reachable at the moment; try again shortly."


def refused(agent_id: int, reason: str) -> list[Command]:
    """Nothing is done but to tell him why, in a sentence."""
    return [RefuseAgent(agent_id=agent_id, reason=reason)]
