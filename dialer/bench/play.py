"""One simulated run of a scenario by a policy: what `simulate` and `bench pacing` both do.

The parts are put together here: the world of a scenario, a policy's pacers, the store in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dialer.sim.figures import Figures
from dialer.sim.peers.policies import Policy
from dialer.sim.run import Evening, Team
from dialer.sim.scenario import Scenario
from dialer.sim.world import World
from dialer.storage.memory import MemoryStore

REPORT_S = 60.0
"""How often a run says how far it is, in simulated time."""


def play(
    scenario: Scenario, policy: Policy, seed: int, show: Callable[[float], None] | None = None
) -> Figures:
    """Carry the run out; `show` hears now and then which part of it is over."""
    team = Team(agents=scenario.agents, hours=scenario.hours, seed=seed)
    evening = Evening(
        world_for(scenario.world, policy), lambda _: policy.pacer(), team, MemoryStore()
    )
    if show is not None:
        _Watcher(evening, show).look(None)
    return evening.run(name_of(policy))


def name_of(policy: Policy) -> str:
    """As it can be asked for again, with its knob."""
    return policy.name if policy.knob is None else f"{policy.name}:{policy.knob:g}"


def world_for(world: World, policy: Policy) -> World:
    """The world with the campaign set as the policy wants it."""
    rules = replace(world.rules, dial_method=policy.method)
    if policy.abandon_target is not None:
        rules = replace(rules, abandon_target=policy.abandon_target)
    return replace(world, rules=rules)


@dataclass(frozen=True, slots=True)
class _Watcher:
    """Looks at the clock on the run's own agenda, which changes nothing in the run."""

    evening: Evening
    show: Callable[[float], None]

    def look(self, _: object) -> None:
        """Say how far it is, and come again."""
        evening = self.evening
        worked_h = evening.calendar.worked_h(evening.agenda.now)
        self.show(min(1.0, worked_h / evening.team.hours))
        evening.agenda.after(REPORT_S, self.look)
