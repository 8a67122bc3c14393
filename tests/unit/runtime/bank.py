"""A phone bank without Asterisk and PostgreSQL: pump and watch between the shipped doubles.

`open_bank` runs one for the length of a block. Time is the engine transcripts' evening, going on
at its own pace; tests wait for what must happen (`until`) and never for a while.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.domain.trunk import Trunk
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.engine import Engine
from dialer.engine.store_commands import SaveAttempt, StoreCommand
from dialer.runtime.clock import no_jumps
from dialer.runtime.pump import Note, Pump, World
from dialer.runtime.watch import Configuration, Watch
from dialer.storage.memory import MemoryStore
from dialer.telephony.fake import FakeTelephony
from dialer.telephony.fake_lines import FarEnd
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, lead

SIM_TRUNK = replace(TRUNK, endpoint="sim", calls_per_second=1000.0)

RINGS_ON = FarEnd(rings=True)
PICKS_UP = FarEnd(rings=True, answers=True, says_hello=True)


class SlowStore(MemoryStore):
    """Memory that takes its time, and tells in which order it wrote. `hold` stops every write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[StoreCommand] = []
        self.refused_writes = 0
        self._may_write = asyncio.Event()
        self._may_write.set()

    def hold(self) -> None:
        """Writes hang from now on, as they do while a database fails over."""
        self._may_write.clear()

    def let_go(self) -> None:
        """What hangs goes on."""
        self._may_write.set()

    async def write(self, batch: Sequence[StoreCommand]) -> None:
        await asyncio.sleep(0)
        await self._may_write.wait()
        try:
            await super().write(batch)
        except Exception:
            self.refused_writes += 1
            raise
        self.written += batch


class WitnessedTelephony(FakeTelephony):
    """The telephone world in memory, with a witness who looks into the store at each INVITE."""

    rows_missing: list[str]

    def watch_rows(self, store: MemoryStore) -> None:
        """Look there from now on."""
        self.rows_missing = []
        self._store = store

    async def execute(self, command: cmd.TelephoneCommand) -> None:
        rows = self._store.tables.attempts
        if isinstance(command, cmd.Originate) and command.attempt_id not in rows:
            self.rows_missing.append(command.attempt_id)
        await super().execute(command)


@dataclass(kw_only=True)
class Bank:
    """Everything a test looks at."""

    store: SlowStore
    telephony: WitnessedTelephony
    pump: Pump
    watch: Watch
    campaign: Campaign
    agents: tuple[Agent, ...]
    time_now: Callable[[], float]
    heard: list[ev.Event] = field(default_factory=list)
    wished: list[cmd.Command] = field(default_factory=list)

    def now(self) -> float:
        """The evening's time."""
        return self.time_now()

    async def everybody_ready(self) -> None:
        """Every agent logs in, is held, and wants calls."""
        for agent in self.agents:
            await self.pump.post(
                ev.AgentLoggedIn(
                    at=self.now(),
                    agent_id=agent.id,
                    agent=agent,
                    campaign_id=self.campaign.id,
                )
            )
            await self.pump.post(requests.AgentAskedReady(at=self.now(), agent_id=agent.id))

    async def hears_ticks(self, count: int) -> None:
        """The engine has been told of the time so many times more."""
        before = self._ticks()
        await until(lambda: self._ticks() >= before + count)

    def attempts(self) -> list[str]:
        """The ids of all attempts that were wished for."""
        return [one.attempt_id for one in self.wished if isinstance(one, SaveAttempt)]

    def observe(self, event: ev.Event, commands: Sequence[cmd.Command]) -> None:
        """The pump's observer."""
        self.heard.append(event)
        self.wished += commands

    def _ticks(self) -> int:
        return sum(isinstance(event, ev.Ticked) for event in self.heard)


class _Trunks:
    """Implements runtime.ports.TrunkSource."""

    def trunks(self) -> tuple[Trunk, ...]:
        return (SIM_TRUNK,)


async def _no_asterisk(now: Configuration) -> Configuration:
    """Nothing to render, nothing to hold back."""
    return now


_began = time.monotonic()


def clock() -> float:
    """An evening of the transcripts, at its own pace."""
    return START + time.monotonic() - _began


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; pytest's time limit is the only patience."""
    while not is_so():
        await asyncio.sleep(0.005)


@asynccontextmanager
async def open_bank(
    *,
    agents: int = 1,
    leads: int = 3,
    far_end: FarEnd = RINGS_ON,
    campaign: Campaign = CAMPAIGN,
    note: Note | None = None,
    time_now: Callable[[], float] = lambda: clock(),
    jumped_by_s: Callable[[], float] = no_jumps,
) -> AsyncIterator[Bank]:
    """A running bank whose every number behaves alike."""
    store = SlowStore()
    kept = store.add_campaign(replace(campaign, id=0))
    everybody = tuple(store.add_agent(f"Volunteer {n}", f"100{n}") for n in range(1, agents + 1))
    people = [store.add_lead(_of(kept, n)) for n in range(1, leads + 1)]
    telephony = WitnessedTelephony(
        {SIM_TRUNK.dial_string(person.e164): far_end for person in people}, clock=time_now
    )
    telephony.watch_rows(store)
    observers: list[Callable[[ev.Event, Sequence[cmd.Command]], None]] = []
    world = World(
        telephony=telephony, store=store, clock=time_now, note=note, jumped_by_s=jumped_by_s
    )
    pump = Pump(Engine(run="test"), world, observers)
    bank = Bank(
        store=store, telephony=telephony, pump=pump, campaign=kept, agents=everybody,
        time_now=time_now,
        watch=Watch(store, _Trunks(), pump.sink, time_now, _no_asterisk),
    )  # fmt: skip
    observers.append(bank.observe)
    running = asyncio.create_task(pump.run(), name="pump")
    try:
        await bank.watch.look(with_ledger=True)
        await telephony.start(pump.sink)
        yield bank
    finally:
        store.let_go()
        store.come_back()
        await telephony.stop()
        pump.stop()
        await running


def _of(campaign: Campaign, number: int) -> Lead:
    return replace(lead(number), campaign_id=campaign.id)
