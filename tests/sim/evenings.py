"""Short simulated evenings for the tests of the simulator."""

from dataclasses import replace

from dialer.domain.campaign import DialMethod
from dialer.pacing.choose import PacerFactory, pacer_for
from dialer.sim.figures import Figures
from dialer.sim.run import Evening, Team
from dialer.sim.world import Rules, World
from dialer.storage.memory import MemoryStore

SHORT = World(name="short", burn_in_min=0.0)
BUSY = replace(SHORT, carrier=replace(SHORT.carrier, answer_rate=0.6))
OVER_DIALING = replace(
    BUSY, rules=Rules(dial_method=DialMethod.RATIO, ratio=2.0, warm_up_answers=100)
)


def evening(
    world: World = SHORT,
    *,
    agents: int = 5,
    hours: float = 0.25,
    seed: int = 1,
    pacers: PacerFactory = pacer_for,
    kind: type[Evening] = Evening,
    store: MemoryStore | None = None,
) -> Evening:
    """An evening that has not begun."""
    team = Team(agents=agents, hours=hours, seed=seed)
    return kind(world, pacers, team, store if store is not None else MemoryStore())


def figures(world: World = SHORT, **its: object) -> Figures:
    """An evening's figures."""
    return evening(world, **its).run()
