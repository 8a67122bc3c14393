"""Care: asks the engine in agents' names for what they were promised, when it is due.

A volunteer who was given a minute off is ready again after it, though his page may be closed; one
whom people do not seem to hear is on break before anybody else is put through.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from dialer.engine.commands import Command
from dialer.engine.events import Event
from dialer.runtime.ports import FrontDesk, StoreAway
from dialer.web.shift import Shifts

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
"""How late what time alone makes due may be done."""


class Care:
    """For the whole floor."""

    def __init__(self, desk: FrontDesk, shifts: Shifts) -> None:
        self._desk = desk
        self._shifts = shifts
        self._hurried = asyncio.Event()

    def observe(self, event: Event, commands: Sequence[Command]) -> None:
        """Called for each handled event; cheap, never raises."""
        self._shifts.observe(event, commands)
        if self._shifts.is_one_to_stop:
            self._hurried.set()

    async def run(self) -> None:
        """See to it until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._hurried.wait()
            self._hurried.clear()
            if self._shifts.is_anything_promised:
                await self.look(self._desk.now())

    async def look(self, now: float) -> None:
        """Ask for what is due at an instant."""
        for event in self._shifts.due(now):
            logger.info("agent %d: %s, by itself", event.agent_id, type(event).__name__)
            try:
                await self._desk.post(event)
            except StoreAway:
                logger.info("agent %d: kept until the database is back", event.agent_id)
