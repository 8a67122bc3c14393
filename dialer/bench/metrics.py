"""`bench metrics`: how long a page for Prometheus takes, and what metering a call costs the daemon.

The page is that of a big phone bank (big_bank.py). The cost of a call is that of all that the
engine was told and wished for in a simulated evening, ticks among it, shown to an observer once
more. Times are those of the CPU, one core, so that a busy machine changes them little.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median

from dialer.bench.big_bank import big_bank
from dialer.bench.play import world_for
from dialer.engine.commands import Command
from dialer.engine.events import Event, Ticked
from dialer.engine.store_commands import SaveAttempt
from dialer.metrics.observer import MetricsObserver
from dialer.sim.peers.policies import policy_named
from dialer.sim.run import Evening, Team
from dialer.sim.scenario import load
from dialer.storage.memory import MemoryStore
from dialer.web.client import Json

SERIES_MOST = 5000
PAGE_MS_MOST = 50.0
"""Aims: series of a page with 500 agents and 50 campaigns, and how long it takes."""

CAMPAIGNS, AGENTS = 50, 500
ANSWER_RATE = 0.9  # a call that is answered is told of most
PAGES = 30
REPLAYS = 5
TICKS_PER_CALL = 0.2
"""The daemon's ten ticks a second, at 50 calls a second."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured."""

    campaigns: int
    agents: int
    series: int
    page_bytes: int
    page_ms_p50: float
    page_ms_max: float
    calls: int
    events_per_call: float
    observe_us_per_call: float

    def as_json(self) -> Json:
        """The published keys."""
        return asdict(self)

    def shortcomings(self) -> list[str]:
        """Which aims were missed, a sentence each."""
        found = []
        if self.series > SERIES_MOST:
            found.append(f"A page has {self.series} series, more than {SERIES_MOST}.")
        if self.page_ms_p50 > PAGE_MS_MOST:
            found.append(f"A page takes {self.page_ms_p50:g} ms, more than {PAGE_MS_MOST:g} ms.")
        return found


def measure(progress: Progress) -> Figures:
    """Write pages, then meter calls."""
    observer, view = big_bank(campaigns=CAMPAIGNS, agents=AGENTS)
    times_ms, page = [], b""
    for number in range(PAGES):
        progress("pages", number / PAGES)
        began = time.process_time()
        observer.look(view)
        page, _ = observer.page()
        times_ms.append((time.process_time() - began) * 1000)
    progress("pages", 1.0)
    stream = _evening(progress)
    calls = sum(isinstance(wish, SaveAttempt) for _, wishes in stream for wish in wishes)
    least_s = min(_replayed_s(stream, calls) for _ in range(REPLAYS))
    return Figures(
        campaigns=CAMPAIGNS,
        agents=AGENTS,
        series=sum(not line.startswith(b"#") for line in page.splitlines()),
        page_bytes=len(page),
        page_ms_p50=round(median(times_ms), 1),
        page_ms_max=round(max(times_ms), 1),
        calls=calls,
        events_per_call=round(len(stream) / calls, 1),
        observe_us_per_call=round(least_s * 1e6 / calls, 1),
    )


Stream = list[tuple[Event, Sequence[Command]]]


class _Recorded(Evening):
    """An evening that keeps what its engine was told and wished for."""

    stream: Stream

    def happened(self, event: Event, commands: Sequence[Command]) -> None:
        """The engine was told something."""
        super().happened(event, commands)
        self.stream.append((event, tuple(commands)))


def _evening(progress: Progress) -> Stream:
    progress("evening", 0.0)
    policy = policy_named("progressive")
    world = world_for(load("stationary").world, policy)
    world = replace(world, carrier=replace(world.carrier, answer_rate=ANSWER_RATE))
    team = Team(agents=25, hours=0.5, seed=1)
    evening = _Recorded(world, lambda _: policy.pacer(), team, MemoryStore())
    evening.stream = []
    evening.run()
    progress("evening", 1.0)
    return evening.stream


def _replayed_s(stream: Stream, calls: int) -> float:
    """CPU seconds of an observer that is shown all of it."""
    observer = MetricsObserver()
    ticks = [Ticked(at=time.time())] * round(calls * TICKS_PER_CALL)
    began = time.process_time()
    for event, commands in stream:
        observer.observe(event, commands)
    for tick in ticks:
        observer.observe(tick, ())
    observer.catch_up()
    return time.process_time() - began
