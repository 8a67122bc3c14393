"""The pump: takes events from one inbox, asks the engine what follows, has it carried out.

The only place where engine, telephone and store meet, and the only writer of the engine's
state. Three lanes: answers to call scripts at once; telephone commands at once, in order; store
commands and Originates through the store lane (lane.py). Adapters put events into `sink`; call
scripts and browsers come in through `route` and `post` (the `FrontDesk` port).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from dialer.domain.lead import Lead
from dialer.engine import events
from dialer.engine.commands import (
    ClaimLeads,
    Command,
    Destination,
    Originate,
    RescoreLeads,
    RouteCall,
    TelephoneCommand,
)
from dialer.engine.engine import Engine
from dialer.engine.store_commands import StoreCommand
from dialer.engine.view import FloorView
from dialer.runtime.clock import by_new_clock, no_jumps
from dialer.runtime.lane import StoreLane
from dialer.runtime.ports import Sink, Store, StoreAway, Telephony, TelephonyAway

log = logging.getLogger(__name__)

TICK_S = 0.1
COMMIT_PATIENCE_S = 5.0
LOOK_UP_PATIENCE_S = 0.5
LAST_TASKS_S = 1.0
"""How long what is under way at the end may take; going over a long list may take a minute."""

Observer = Callable[[events.Event, Sequence[Command]], None]

Note = Callable[[events.Event, float, Sequence[Command] | None], None]
"""Takes down an event, when it was handled and what was wished; None when handling it failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Everything outside that the pump needs."""

    telephony: Telephony
    store: Store
    clock: Callable[[], float]
    note: Note | None = None  # the transcript
    jumped_by_s: Callable[[], float] = no_jumps  # the wall clock, since it was last asked
    hear_commit: Callable[[float], None] = lambda seconds: None  # how long each took


class Pump:
    """Runs one engine. `run` returns after `stop`, when everything wished for is written."""

    def __init__(self, engine: Engine, world: World, observers: Sequence[Observer] = ()) -> None:
        self._engine = engine
        self._world = world
        self._observers = observers
        self._inbox: deque[tuple[events.Event, asyncio.Future[Any] | None]] = deque()
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._routes: dict[str, asyncio.Future[RouteCall]] = {}
        self._lane = StoreLane(
            world.store, self._telephone, self.sink, world.clock, world.hear_commit
        )

    @property
    def sink(self) -> Sink:
        """Where adapters put what happened."""
        return self._take

    def _take(self, event: events.Event) -> None:
        self._inbox.append((event, None))
        self._wake.set()

    async def run(self) -> None:
        """Pump until stopped."""
        lane = asyncio.create_task(self._lane.run(), name="store lane")
        ticker = asyncio.create_task(self._tick(), name="ticker")
        lane.add_done_callback(self._lane_ended)
        try:
            while not self._is_stopping:
                await self._wake.wait()
                self._wake.clear()
                self._drain()
        finally:
            ticker.cancel()
            self._lane.close()
            await asyncio.wait([lane], timeout=COMMIT_PATIENCE_S)
            lane.cancel()
            await self._leave_nothing_behind()

    async def _leave_nothing_behind(self) -> None:
        """See out what was begun: the store is closed next, and nobody may be in it then."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_TASKS_S)
        unfinished = tuple(self._tasks)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def stop(self) -> None:
        """Let `run` return."""
        self._is_stopping = True
        self._wake.set()

    async def route(self, asked: events.RouteAsked) -> RouteCall:
        """Where an answered call goes; decided at once, before anything else in the inbox."""
        return self._answer(asked, Destination.QUEUE)

    async def incoming(self, asked: events.VisitAsked) -> RouteCall:
        """Where somebody goes who calls us. Without a store he has no name."""
        leads: tuple[Lead, ...] = ()
        if asked.caller:
            with suppress(StoreAway, TimeoutError):
                look_up = self._world.store.leads_of_caller(asked.caller)
                leads = await asyncio.wait_for(look_up, LOOK_UP_PATIENCE_S)
        return self._answer(replace(asked, leads=leads), Destination.MESSAGE)

    def _answer(
        self, asked: events.RouteAsked | events.VisitAsked, otherwise: Destination
    ) -> RouteCall:
        answer: asyncio.Future[RouteCall] = asyncio.get_running_loop().create_future()
        self._routes[asked.request_id] = answer
        try:
            self._drain()
            self._handle(asked, None)
            if not answer.done():  # a defect of ours, which the person must not hear as silence
                return RouteCall(request_id=asked.request_id, destination=otherwise)
            return answer.result()
        finally:
            self._routes.pop(asked.request_id, None)

    async def post(self, event: events.Event) -> tuple[Command, ...]:
        """Hand the engine an event; returns its wishes once they are committed."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._inbox.append((event, done))
        self._wake.set()
        commands: tuple[Command, ...] = await done
        if any(isinstance(command, StoreCommand) for command in commands):
            committed = self._lane.mark()
            try:
                await asyncio.wait_for(committed, COMMIT_PATIENCE_S)
            except TimeoutError:
                raise StoreAway(
                    "The database cannot be reached; what you sent is kept and will be written."
                ) from None
        return commands

    @property
    def inbox_events(self) -> int:
        """How many events wait for the engine."""
        return len(self._inbox)

    @property
    def store_commands(self) -> int:
        """How many wishes wait to be committed."""
        return self._lane.waiting

    def now(self) -> float:
        """The engine's instant."""
        return self._world.clock()

    def view(self) -> FloorView:
        """What is going on at this moment."""
        return self._engine.view(self._world.clock())

    def _drain(self) -> None:
        while self._inbox:
            self._handle(*self._inbox.popleft())

    def _handle(self, event: events.Event, done: asyncio.Future[Any] | None) -> None:
        by_s = self._world.jumped_by_s()
        if by_s:
            event = self._clock_jumped(event, by_s)
        self._engine_handles(event, done)

    def _clock_jumped(self, event: events.Event, by_s: float) -> events.Event:
        """The engine hears of it before all else; what waits in the inbox is of the old clock."""
        now = self._world.clock()
        self._engine_handles(events.ClockJumped(at=now, by_s=by_s), None)
        waiting = [(by_new_clock(one, by_s, now), done) for one, done in self._inbox]
        self._inbox = deque(waiting)
        return by_new_clock(event, by_s, now)

    def _engine_handles(self, event: events.Event, done: asyncio.Future[Any] | None) -> None:
        now = self._world.clock()
        try:
            commands = self._engine.handle(event, now)
        except Exception as error:
            # The one broad except: a defect in handling one event must not stop the floor.
            log.exception("handling %s failed", type(event).__name__)
            self._note(event, now, None)
            if done is not None and not done.done():
                done.set_exception(error)
            return
        self._note(event, now, commands)
        for command in commands:
            self._carry_out(command)
        if done is not None and not done.done():
            done.set_result(tuple(commands))
        for observe in self._observers:
            observe(event, commands)

    def _note(
        self, event: events.Event, now: float, commands: Sequence[Command] | None
    ) -> None:
        if self._world.note is not None:
            self._world.note(event, now, commands)

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, StoreCommand | Originate):
            self._lane.put(command)
        elif isinstance(command, TelephoneCommand):
            self._begin(self._telephone(command), type(command).__name__)
        elif isinstance(command, RouteCall):
            answer = self._routes.get(command.request_id)
            if answer is not None and not answer.done():
                answer.set_result(command)
        elif isinstance(command, ClaimLeads):
            self._begin(self._claim(command), "claim leads")
        elif isinstance(command, RescoreLeads):
            self._begin(self._rescore(command), "order the list")
        # RefuseAgent and ShowPreview are answers: `post` hands them to whoever asked.

    async def _telephone(self, command: TelephoneCommand) -> None:
        try:
            await self._world.telephony.execute(command)
        except TelephonyAway as error:
            if isinstance(command, Originate):
                self._take(
                    events.OriginateUnsent(
                        at=self._world.clock(), attempt_id=command.attempt_id, reason=str(error)
                    )
                )

    async def _claim(self, command: ClaimLeads) -> None:
        now = self._world.clock()
        try:
            leads = await self._world.store.claim_leads(
                command.campaign_id, command.count, now, command.leads, command.languages
            )
        except StoreAway:
            return  # the hopper asks again by itself
        self._take(
            events.LeadsClaimed(
                at=self._world.clock(),
                campaign_id=command.campaign_id,
                leads=leads,
                languages=command.languages,
            )
        )

    async def _rescore(self, command: RescoreLeads) -> None:
        with suppress(StoreAway):  # the engine orders the list anew some time later
            await self._world.store.rescore_leads(command.campaign_id, command.order)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._take(events.Ticked(at=self._world.clock()))

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s failed", task.get_name(), exc_info=task.exception())

    def _lane_ended(self, task: asyncio.Task[None]) -> None:
        """Without the lane nothing is written: better to stop than to dial blindly."""
        if not task.cancelled() and task.exception() is not None:
            log.critical("the store lane broke", exc_info=task.exception())
            self.stop()
