"""Every policy paces the real engine in the simulator; what each one is like shows in figures."""

from dataclasses import replace
from functools import cache

import pytest

from dialer.sim.figures import Figures
from dialer.sim.peers.policies import POLICIES, policy_named
from dialer.sim.run import simulate
from dialer.sim.world import World
from dialer.storage.memory import MemoryStore


@cache
def played(name: str, hours: float, agents: int = 6) -> Figures:
    """A run of the reference model, from the first minute."""
    policy, world = policy_named(name), World(burn_in_min=0.0)
    target = policy.abandon_target or world.rules.abandon_target
    rules = replace(world.rules, dial_method=policy.method, abandon_target=target)
    return simulate(
        replace(world, rules=rules),
        lambda _: policy.pacer(),
        agents=agents,
        hours=hours,
        seed=3,
        store=MemoryStore(),
        policy=name,
    )


@pytest.mark.parametrize("name", POLICIES)
def test_it_runs_for_half_an_hour(name: str) -> None:
    figures = played(name, 0.5)
    assert figures.policy == name
    assert figures.counts.connected > 20
    assert 0.4 < figures.utilisation < 1.0


def test_peers_over_dial_where_our_own_engine_would_brake_them() -> None:
    reckless = played("vicidial-ratio:2", 1.0)
    assert reckless.abandon_rate > 0.15
    assert played("issabel", 1.0).abandon_rate > 0.03


def test_vicidials_adaptive_mode_ends_near_the_progressive_level() -> None:
    adaptive, one_to_one = played("vicidial-hard-limit", 3.0), played("progressive", 3.0)
    assert abs(adaptive.utilisation - one_to_one.utilisation) < 0.05
    assert adaptive.abandon_rate > 0.01


def test_the_same_seed_gives_the_same_run() -> None:
    for name in ("impact", "omnidialer"):
        first = played(name, 0.5)
        played.cache_clear()
        assert played(name, 0.5).digest == first.digest
