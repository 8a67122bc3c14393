"""The oracle: knowing when agents come free, it dials for those who will be there."""

from dataclasses import dataclass, replace
from math import inf

import pytest

from dialer.sim.peers.oracle import Oracle
from tests.unit.sim.peers.floors import NOON, GivenFloor

TEN_BUSY = GivenFloor(busy=(60.0,) * 10, may_over_dial=True)


@dataclass
class AllFreeAt:
    """Everybody comes free at the same instant."""

    at: float

    def free_at(self, agent_id: int) -> float:
        """Then."""
        return self.at


def lines_of(oracle: Oracle, floor: GivenFloor) -> int:
    """Ask until it wants no more, as the engine does."""
    while (count := oracle.decide(floor).count) > 0:
        floor = replace(floor, shared_lines=floor.shared_lines + count)
    return floor.shared_lines


def told(at: float) -> Oracle:
    oracle = Oracle()
    oracle.see_truth(AllFreeAt(at))
    return oracle


def test_it_dials_for_agents_who_will_be_free_in_time_and_not_for_others() -> None:
    assert lines_of(told(NOON + 1.0), TEN_BUSY) > 10
    assert lines_of(told(NOON + 600.0), TEN_BUSY) == 0


def test_it_knows_of_agents_who_will_never_come_back() -> None:
    assert lines_of(told(inf), TEN_BUSY) == 0


def test_it_needs_to_be_told_the_truth() -> None:
    with pytest.raises(ValueError, match="works in the simulator only"):
        Oracle().decide(TEN_BUSY)
