"""The pump of the simulator: feeds the real engine and has its wishes carried out.

Keeps the promises of runtime/pump.py and runtime/lane.py without asyncio: one inbox; call scripts
are answered at once; rows are written before INVITEs leave; Originates are dropped, and said to be
unsent, while store or link are away. The store's methods never wait, so `at_once` runs them.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import store_commands
from dialer.engine.engine import Engine
from dialer.engine.store_commands import SaveAgentState, StoreCommand
from dialer.runtime.ports import StoreAway
from dialer.runtime.watch import Configuration, Watch
from dialer.sim.agenda import Agenda
from dialer.sim.line import Line
from dialer.sim.network import Network
from dialer.sim.people import SimStore
from dialer.sim.world import Faults

RETRY_S = 0.75
LEDGER_EVERY_S = 15.0

_WRITTEN = frozenset(
    kind
    for kind in vars(store_commands).values()
    if isinstance(kind, type) and issubclass(kind, StoreCommand)
)

T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    work.close()
    raise AssertionError("a store of the simulator must never wait")


class Observer(Protocol):
    """Sees all that passes the desk."""

    def happened(self, event: ev.Event, commands: Sequence[cmd.Command]) -> None:
        """The engine was told something, and wished this; nothing of it is carried out yet.

        Not told of ticks that led to nothing.
        """

    def dials(self, wish: cmd.Originate) -> None:
        """A call is about to leave."""

    def written(self, batch: Sequence[StoreCommand]) -> None:
        """Rows are committed."""


class Desk:
    """One engine at a time, with its store and its wires."""

    def __init__(
        self,
        agenda: Agenda,
        store: SimStore,
        faults: Faults,
        make_engine: Callable[[int], Engine],
        make_watch: Callable[[Callable[[ev.Event], None]], Watch],
    ) -> None:
        self._agenda = agenda
        self._store = store
        self._commit_s = faults.commit_s
        self._make_engine, self._make_watch = make_engine, make_watch
        self._inbox: deque[ev.Event] = deque()
        self._asking: dict[str, Line] = {}
        self._held: list[ev.Event] = []  # what browsers send while nobody listens
        self._unwritten: list[StoreCommand] = []
        self._calls: list[cmd.Originate] = []
        self._is_writing = self._is_store_away = False
        self._watch: Watch | None = None
        self.engine: Engine | None = None
        self.engines = 0
        self.events = self.commands = 0
        self.network: Network | None = None
        self.link_is_up: Callable[[], bool] = lambda: True
        self.hears_state: Callable[[SaveAgentState], None] = lambda told: None
        self.observer: Observer | None = None
        self.look_after_s: Callable[[], float] = lambda: LEDGER_EVERY_S

    # --- the inbox ------------------------------------------------------------------------------

    def take(self, event: ev.Event) -> None:
        """Something happened; lost when no engine is there."""
        if self.engine is not None:
            self._inbox.append(event)

    def tick(self) -> None:
        """Time went on. Handled at once: whenever something begins, the inbox is empty."""
        engine, now = self.engine, self._agenda.now
        if engine is None:
            return
        if engine.is_asleep(now):
            self.events += 1  # the engine was asked; nine of ten end here, so no event is made
        else:
            self._handle(ev.Ticked(at=now))

    def post(self, event: ev.Event) -> None:
        """A browser sends something, again and again until an engine answers."""
        if self.engine is not None:
            self._inbox.append(event)
        else:
            self._held.append(event)

    def ask(self, event: ev.RouteAsked, line: Line) -> None:
        """A call script asks where to go."""
        if self.engine is None:
            line.network.switch.route_alone(line)
        else:
            self._asking[event.request_id] = line
            self._inbox.append(event)

    def drain(self) -> None:
        """Handle everything that has happened."""
        inbox = self._inbox
        while inbox:
            self._handle(inbox.popleft())

    def _handle(self, event: ev.Event) -> None:
        assert self.engine is not None
        commands = self.engine.handle(event, self._agenda.now)
        self.events += 1
        if not commands and type(event) is ev.Ticked:
            return
        assert self.observer is not None
        self.observer.happened(event, commands)
        if commands:
            self.commands += len(commands)
            self._sort_out(commands)

    def _sort_out(self, commands: Sequence[cmd.Command]) -> None:
        """Telephone commands and answers at once, rows and calls through the store's lane."""
        writes: list[StoreCommand] = []
        calls: list[cmd.Originate] = []
        for command in commands:
            kind = type(command)
            if kind in _WRITTEN:
                writes.append(command)  # type: ignore[arg-type]
                if kind is SaveAgentState:
                    self.hears_state(command)  # type: ignore[arg-type]
            elif kind is cmd.Originate:
                calls.append(command)  # type: ignore[arg-type]
            else:
                self._carry_out(command)
        if writes or calls:
            self._put(writes, calls)

    def _carry_out(self, command: cmd.Command) -> None:
        assert self.network is not None
        if isinstance(command, cmd.TelephoneCommand):
            if self.link_is_up():
                self.network.execute(command)
        elif isinstance(command, cmd.RouteCall):
            line = self._asking.pop(command.request_id, None)
            if line is not None:
                self.network.switch.route(line, command)
        elif isinstance(command, cmd.ClaimLeads):
            self._claim(command)
        elif isinstance(command, cmd.RescoreLeads):
            with suppress(StoreAway):
                at_once(self._store.rescore_leads(command.campaign_id, command.order))

    def _claim(self, command: cmd.ClaimLeads) -> None:
        now = self._agenda.now
        try:
            claiming = self._store.claim_leads(
                command.campaign_id, command.count, now, command.leads, command.languages
            )
            leads = at_once(claiming)
        except StoreAway:
            return
        self.take(
            ev.LeadsClaimed(
                at=now,
                campaign_id=command.campaign_id,
                leads=leads,
                languages=command.languages,
            )
        )

    # --- the store lane -------------------------------------------------------------------------

    def _put(self, writes: list[StoreCommand], calls: list[cmd.Originate]) -> None:
        if self._is_store_away:
            self._unwritten += writes
            self._drop(calls, "store away")
        elif self._commit_s > 0.0:
            self._unwritten += writes
            self._calls += calls
            if not self._is_writing:
                self._is_writing = True
                self._agenda.after(self._commit_s, self._write, self.engines)
        else:
            self._commit(writes, calls)

    def _write(self, engine: int) -> None:
        if engine != self.engines or self.engine is None:
            return
        self._is_writing = False
        writes, calls = self._unwritten, self._calls
        self._unwritten, self._calls = [], []
        self._commit(writes, calls)

    def _commit(self, writes: list[StoreCommand], calls: list[cmd.Originate]) -> None:
        try:
            if writes:
                at_once(self._store.write(writes))
        except StoreAway:
            self._drop(calls, "store away")
            self._unwritten = writes + self._unwritten
            if not self._is_store_away:
                self._is_store_away = True
                self.take(ev.StoreWentAway(at=self._agenda.now))
            self._agenda.after(RETRY_S, self._write, self.engines)
            return
        assert self.observer is not None
        if writes:
            self.observer.written(writes)
        if self._is_store_away:
            self._is_store_away = False
            self.take(ev.StoreCameBack(at=self._agenda.now))
        for call in calls:
            self._place(call)

    def _place(self, call: cmd.Originate) -> None:
        assert self.network is not None
        if not self.link_is_up():
            self._drop([call], "the link is down")
        elif self._agenda.now >= call.permit.expires_at:
            self._drop([call], "the permit ran out before the call could be placed")
        else:
            assert self.observer is not None
            self.observer.dials(call)
            self.network.originate(call)

    def _drop(self, calls: list[cmd.Originate], reason: str) -> None:
        for call in calls:
            self.take(
                ev.OriginateUnsent(
                    at=self._agenda.now, attempt_id=call.attempt_id, reason=reason
                )
            )

    # --- starting and ending --------------------------------------------------------------------

    def start(self, _: object = None) -> bool:
        """Start an engine on what the store holds, as app.py does. False while the store is away.

        The link comes up next, by whoever holds the wire.
        """
        watch = self._make_watch(self.take)
        self.engine = self._make_engine(self.engines)
        self.engines += 1
        try:
            at_once(watch.look(with_ledger=True))
            self.take(at_once(self._store.restore(self._agenda.now)))
        except StoreAway:
            self.engine = None
            self._inbox.clear()
            return False
        self._watch = watch
        self._agenda.after(LEDGER_EVERY_S, self._look, self.engines)
        return True

    def is_settled(self) -> bool:
        """Whether an engine runs, the store is there, and nothing waits to be written."""
        return self.engine is not None and not (self._is_store_away or self._unwritten)

    def let_browsers_in(self) -> None:
        """What volunteers clicked meanwhile."""
        held, self._held = self._held, []
        self._inbox.extend(held)

    def crash(self) -> None:
        """The engine is gone, with everything that it had not written."""
        self.engine = self._watch = None
        self._inbox.clear()
        self._unwritten, self._calls = [], []
        self._is_writing = self._is_store_away = False
        asking, self._asking = self._asking, {}
        for line in asking.values():
            line.network.switch.route_alone(line)

    def _look(self, engine: int) -> None:
        if engine != self.engines or self._watch is None:
            return
        with suppress(StoreAway):
            at_once(self._watch.look(with_ledger=True))
        self._agenda.after(self.look_after_s(), self._look, engine)


async def as_it_is(now: Configuration) -> Configuration:
    """What the engine may count on is what is configured."""
    return now
