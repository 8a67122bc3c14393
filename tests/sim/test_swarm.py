"""The swarm: worlds drawn by lot, and no invariant broken in any of them.

The soak (`./callbank test --soak`) runs many more; CALLBANK_TEST_SOAK says how many.
"""

import os

import pytest

from dialer.pacing.choose import pacer_for
from dialer.sim.figures import Figures
from dialer.sim.run import simulate
from dialer.sim.swarm import drawn
from dialer.storage.memory import MemoryStore

SEEDS = (0, 1, 2, 5, 7, 13, 14, 19, 20, 23, 26, 36, 42, 46, 52, 54, 65, 79, 106, 117)
"""Short ones, some of which found something once."""

SOAK_FROM = 1000
SOAK_BLOCK = 10
SOAK_SEEDS = int(os.environ.get("CALLBANK_TEST_SOAK", "400"))


def swarm(seed: int) -> Figures:
    draw = drawn(seed)
    return simulate(
        draw.world,
        pacer_for,
        agents=draw.agents,
        hours=draw.hours,
        seed=seed,
        store=MemoryStore(),
        policy=draw.policy,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_no_invariant_is_broken_in_a_drawn_world(seed: int) -> None:
    assert swarm(seed).counts.events > 0


def test_a_seed_draws_the_same_world_each_time() -> None:
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(SOAK_FROM, SOAK_FROM + SOAK_SEEDS, SOAK_BLOCK))
def test_no_invariant_is_broken_in_many_drawn_worlds(first: int) -> None:
    for seed in range(first, first + SOAK_BLOCK):
        swarm(seed)
