"""The fixed table of chance that scenarios are drawn from.

A *level* lies strictly between 0 and 1. In a row every scenario has another level, evenly spaced
(a Latin hypercube), so that already few scenarios show each thing in its right proportions. Each
seat and each line keeps its row (its *slot*) for as long as it is there: what was judged a moment
ago is judged by the same chances now. The table is made by arithmetic alone, equal everywhere.
"""

from collections.abc import Hashable, Iterable
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

TABLE_SIZE = 1 << 19  # levels in one table
MOST_SLOTS = 2048


def mixed(count: int) -> NDArray[np.uint64]:
    """Well mixed numbers (the splitmix64 finalizer over a counter)."""
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


@cache
def levels(scenarios: int) -> NDArray[np.float64]:
    """The table for so many scenarios: a row for each slot."""
    slots = min(MOST_SLOTS, TABLE_SIZE // scenarios)
    keys = mixed(slots * scenarios).reshape(slots, scenarios)
    order = np.argsort(keys, axis=1, kind="stable")
    return (order + 0.5) / scenarios


@cache
def normals(scenarios: int) -> NDArray[np.float64]:
    """A standard normal deviate for each scenario, evenly spaced by probability, mixed."""
    order = np.argsort(mixed(scenarios + 7)[7:], kind="stable")
    normal = NormalDist()
    return np.array([round(normal.inv_cdf((int(i) + 0.5) / scenarios), 9) for i in order])


class Slots:
    """Who has which row of the table."""

    def __init__(self) -> None:
        self._taken: dict[Hashable, int] = {}
        self._next = 0

    def of(self, keys: Iterable[Hashable]) -> list[int]:
        """The slots of all who are there now; whoever is not has lost his."""
        before, self._taken = self._taken, {}
        for key in keys:
            slot = before.get(key)
            if slot is None:
                slot = self._next
                self._next = (self._next + 1) % TABLE_SIZE
            self._taken[key] = slot
        return list(self._taken.values())
