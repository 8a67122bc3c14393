"""How long a decision takes, and how many events a second the simulator carries without one.

Times are those of the CPU, one core, so that a busy machine does not change them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from dialer.bench.play import world_for
from dialer.pacing.floor import Decision, Fact, FloorSeen, LeadSeen, Pacer
from dialer.sim.peers.policies import policy_named
from dialer.sim.run import Evening, Team
from dialer.sim.scenario import load
from dialer.storage.memory import MemoryStore

SETTLING_MIN = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionTimes:
    """Milliseconds of one decision, with so many agents."""

    agents: int
    count: int
    p50_ms: float
    p99_ms: float


class Timed:
    """A pacer with a stop-watch on its decisions."""

    def __init__(self, pacer: Pacer, took_s: list[float]) -> None:
        self._pacer = pacer
        self._took_s = took_s

    def learn(self, fact: Fact) -> None:
        """As the pacer does."""
        self._pacer.learn(fact)

    def odds(self, lead: LeadSeen) -> float:
        """As the pacer does."""
        return self._pacer.odds(lead)

    def decide(self, floor: FloorSeen) -> Decision:
        """As the pacer does, timed."""
        began = time.thread_time()
        decision = self._pacer.decide(floor)
        self._took_s.append(time.thread_time() - began)
        return decision

    def __getattr__(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self._pacer, name)
        return found


def decision_times(policy_name: str, agents: int, minutes: float) -> DecisionTimes:
    """Time the decisions of so many minutes on a floor that has got going: until there are some
    answers to judge by, nothing is looked ahead."""
    policy = policy_named(policy_name)
    took_s: list[float] = []
    world = world_for(load("stationary").world, policy)
    team = Team(agents=agents, hours=(SETTLING_MIN + minutes) / 60.0, seed=1)
    evening = Evening(world, lambda _: Timed(policy.pacer(), took_s), team, MemoryStore())
    evening.agenda.after(SETTLING_MIN * 60.0, lambda _: took_s.clear())
    evening.run()
    took_s.sort()
    return DecisionTimes(
        agents=agents,
        count=len(took_s),
        p50_ms=took_s[len(took_s) // 2] * 1000,
        p99_ms=took_s[len(took_s) * 99 // 100] * 1000,
    )


def events_per_second(agents: int, hours: float, tick_s: float) -> float:
    """Engine events, ticks included, in a second of CPU time, with a rule that hardly thinks."""
    world = world_for(load("stationary").world, policy_named("progressive"))
    world = replace(world, burn_in_min=0.0, tick_s=tick_s)
    team = Team(agents=agents, hours=hours, seed=1)
    pacer = policy_named("progressive").pacer
    evening = Evening(world, lambda _: pacer(), team, MemoryStore())
    began = time.thread_time()
    events = evening.run().counts.events
    return events / (time.thread_time() - began)
