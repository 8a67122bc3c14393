"""How long agents wait: from being ready until a conversation. Reserved is waiting.

Told of every state of an agent that the engine has saved; kept by the observer.
"""

from dialer.domain.agent import AgentState
from dialer.engine.store_commands import SaveAgentState
from dialer.metrics.directory import Directory


class AgentWaits:
    """The waits that go on, by agent."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._since: dict[int, tuple[int, float]] = {}  # campaign and instant

    def note(self, told: SaveAgentState) -> None:
        """An agent is in another state."""
        if told.state is AgentState.READY:
            self._since[told.agent_id] = (told.campaign_id, told.at)
            return
        waited = self._since.pop(told.agent_id, None)
        if waited is None or told.state is not AgentState.TALKING:
            return
        campaign_id, since = waited
        series = self._directory.campaigns.get(campaign_id)
        if series is not None:
            series.agent_wait.observe(max(0.0, told.at - since))

    def look(self, at: float) -> None:
        """Set each campaign's longest wait as of an instant."""
        longest: dict[int, float] = {}
        for campaign_id, since in self._since.values():
            longest[campaign_id] = max(longest.get(campaign_id, 0.0), at - since)
        for campaign_id, series in self._directory.campaigns.items():
            series.agents_longest_wait.set(longest.get(campaign_id, 0.0))
