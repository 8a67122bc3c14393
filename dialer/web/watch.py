"""The watch: tells each open event stream when its agent's state has changed.

app.py registers `observe` with the pump, so that a change is seen at once; a slow poll covers
whatever the pump did not mention. One view of the floor serves all streams, and changes that
come close together are told once: a stream carries the newest state, not every state between.
"""

import asyncio
from collections.abc import Sequence

from dialer.engine.commands import Command, ShowAgentToQueue
from dialer.engine.events import AgentEvent, AgentSpokeAlone, Event, LinkCameUp, Restored
from dialer.engine.store_commands import StoreCommand
from dialer.engine.view import AgentView, FloorView
from dialer.runtime.ports import FrontDesk

POLL_S = 1.0
"""How late a change that the pump did not announce may be told."""

REST_S = 0.05
"""Shortest time between two views, so that a busy floor does not view itself all the time."""


class Subscription:
    """One stream's slot for its agent's newest state."""

    def __init__(self, agent_id: int) -> None:
        self.agent_id = agent_id
        self.latest: AgentView | None = None
        self.is_closed = False
        self._changed = asyncio.Event()

    def tell(self, agent: AgentView | None) -> None:
        """Take over the newest state; wakes the stream when it differs."""
        if agent != self.latest:
            self.latest = agent
            self._changed.set()

    def wake(self) -> None:
        """Have the state told though the engine's part of it is the same."""
        self._changed.set()

    def close(self) -> None:
        """End the stream."""
        self.is_closed = True
        self._changed.set()

    async def has_changed(self, timeout_s: float) -> bool:
        """Wait until there is news (True) or nothing came for `timeout_s` (False)."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True


class FloorWatch:
    """Watches the floor for all streams together."""

    def __init__(self, desk: FrontDesk) -> None:
        self._desk = desk
        self._subscriptions: set[Subscription] = set()
        self._stirred = asyncio.Event()

    def observe(
        self, event: Event, commands: Sequence[Command], view: FloorView | None = None
    ) -> None:
        """Called by the pump for each handled event; cheap, never raises."""
        if isinstance(event, AgentSpokeAlone):
            self.wake(event.agent_id)  # his page waits for it, and no view of the floor has it
        may_move_agents = isinstance(event, AgentEvent | LinkCameUp | Restored) or any(
            isinstance(command, StoreCommand | ShowAgentToQueue) for command in commands
        )
        if may_move_agents:
            self.stir()

    def stir(self) -> None:
        """Have the floor looked at again."""
        self._stirred.set()

    def subscribe(self, agent_id: int) -> Subscription:
        """Open a slot, already holding the agent's present state."""
        subscription = Subscription(agent_id)
        subscription.latest = agent_in(self._desk.view(), agent_id)
        self._subscriptions.add(subscription)
        return subscription

    def wake(self, agent_id: int) -> None:
        """Something else of this agent's state has changed."""
        for subscription in self._subscriptions:
            if subscription.agent_id == agent_id:
                subscription.wake()

    def unsubscribe(self, subscription: Subscription) -> None:
        """Give the slot up."""
        self._subscriptions.discard(subscription)

    async def run(self) -> None:
        """Look whenever something stirred, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(POLL_S):
                    await self._stirred.wait()
            except TimeoutError:
                pass
            self._stirred.clear()
            if self._subscriptions:
                self._tell_all(self._desk.view())
            await asyncio.sleep(REST_S)

    def close(self) -> None:
        """End all streams (the daemon stops)."""
        for subscription in self._subscriptions:
            subscription.close()

    def _tell_all(self, view: FloorView) -> None:
        agents = {agent.agent_id: agent for agent in view.agents}
        for subscription in self._subscriptions:
            subscription.tell(agents.get(subscription.agent_id))


def agent_in(view: FloorView, agent_id: int) -> AgentView | None:
    """The agent's line in a view, or None when he is not on the floor."""
    return next((agent for agent in view.agents if agent.agent_id == agent_id), None)
