"""The store lane: rows first, then INVITEs, in the order in which the engine wished for them.

Everything wished for since the last commit goes into one transaction (group commit), so fifty
calls a second cost a handful of commits. The Originates among it are sent only after that
commit. When the store is away, its commands stay queued and are retried until they are written;
Originates are dropped at once and reported as unsent: a call is never placed late.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dialer.engine import events
from dialer.engine.commands import Command, Originate
from dialer.engine.store_commands import StoreCommand
from dialer.runtime.ports import Sink, Store, StoreAway

log = logging.getLogger(__name__)

RETRY_S = 0.5
GATHER_S = 0.015
"""How long the first command waits for company: at most so many commits a second, however many
calls there are. Nobody's ear is at this lane: answered calls are routed without it."""

BATCH_MAX = 2000
"""Commands in one transaction, so that a long outage is written back in digestible pieces."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Somebody waits until everything before this place is committed."""

    reached: asyncio.Future[None]


class StoreLane:
    """Carries store commands and Originates; one task, started by `run`."""

    def __init__(
        self,
        store: Store,
        place: Callable[[Originate], Awaitable[None]],
        sink: Sink,
        clock: Callable[[], float],
        hear_commit: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._store = store
        self._place = place
        self._sink = sink
        self._clock = clock
        self._hear_commit = hear_commit
        self._queue: deque[Command | _Mark] = deque()
        self._wake = asyncio.Event()
        self._is_away = False
        self._is_closing = False

    @property
    def waiting(self) -> int:
        """How much waits to be written and placed."""
        return len(self._queue)

    def put(self, command: Command) -> None:
        """Queue a store command or an Originate."""
        if isinstance(command, Originate) and self._is_away:
            self._drop([command])
            return
        self._queue.append(command)
        self._wake.set()

    def mark(self) -> asyncio.Future[None]:
        """A future that is done when everything queued so far has been committed."""
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(_Mark(reached))
        self._wake.set()
        return reached

    def close(self) -> None:
        """Let `run` return as soon as the queue is empty."""
        self._is_closing = True
        self._wake.set()

    async def run(self) -> None:
        """Write and place until closed."""
        while not (self._is_closing and not self._queue):
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            if not self._is_closing:
                await asyncio.sleep(GATHER_S)
            await self._step()

    async def _step(self) -> None:
        batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH_MAX))]
        writes = [item for item in batch if isinstance(item, StoreCommand)]
        calls = [item for item in batch if isinstance(item, Originate)]
        try:
            if writes:
                await self._write(writes)
        except StoreAway as error:
            self._went_away(str(error))
            self._drop(calls)
            self._queue.extendleft(
                reversed([item for item in batch if not isinstance(item, Originate)])
            )
            await asyncio.sleep(RETRY_S * (1 + random.random()))
            return
        if writes:
            self._came_back()
        for item in batch:
            if isinstance(item, _Mark) and not item.reached.done():
                item.reached.set_result(None)
        for call in calls:
            await self._place(call)

    async def _write(self, writes: list[StoreCommand]) -> None:
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        await self._store.write(writes)
        self._hear_commit(loop.time() - began_at)

    def _went_away(self, why: str) -> None:
        if not self._is_away:
            self._is_away = True
            log.warning("The database cannot be reached; no calls are placed. (%s)", why)
            self._sink(events.StoreWentAway(at=self._clock()))
            stale = [item for item in self._queue if isinstance(item, Originate)]
            self._queue = deque(item for item in self._queue if item not in stale)
            self._drop(stale)

    def _came_back(self) -> None:
        if self._is_away:
            self._is_away = False
            log.warning("The database is back.")
            self._sink(events.StoreCameBack(at=self._clock()))

    def _drop(self, calls: list[Originate]) -> None:
        for call in calls:
            self._sink(
                events.OriginateUnsent(
                    at=self._clock(), attempt_id=call.attempt_id, reason="store away"
                )
            )
