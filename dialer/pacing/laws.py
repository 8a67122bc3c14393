"""Laws: how long things last, learned from what was seen.

A *law* is a histogram of durations. Old observations count less and less, and a weak prior stands
in until there are enough of them. The *age* of something is how long it has lasted already, its
*residual* how much longer it will. Between two edges of a cell a duration is spread evenly; beyond
the last edge the residual is taken to be about as long as the age.

All is plain arithmetic (no logarithm, no exponential), so that every machine finds the same.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NEARLY_NONE = 1e-9


def even_edges(last_s: float, width_s: float) -> Floats:
    """Edges of cells of one width from 0 to `last_s`."""
    return np.arange(int(last_s / width_s) + 1) * width_s


def growing_edges(first_s: float, last_s: float, growth: float) -> Floats:
    """Edges that lie further apart as durations get longer."""
    edges = [0.0, first_s]
    while edges[-1] < last_s:
        edges.append(edges[-1] + max(first_s, edges[-1] * (growth - 1.0)))
    return np.array(edges)


def prior_of(edges: Floats, shares: tuple[tuple[float, float, float], ...]) -> Floats:
    """A prior made of pieces (share, from, to), each spread evenly over its stretch."""
    lower, upper = edges[:-1], edges[1:]
    total = np.zeros(len(lower))
    for share, start, end in shares:
        overlap = np.minimum(upper, end) - np.maximum(lower, start)
        total += share * np.maximum(overlap, 0.0) / (end - start)
    return total


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """How a law learns: what weighs as much as how many observations.

    `memory` is how many observations count in the long run, `prior_weight` how many of them the
    prior stands for, `batch` how many are awaited before the law is worked out anew.
    """

    memory: float = 400.0
    prior_weight: float = 20.0
    batch: int = 10


class Law:
    """The law of one duration."""

    def __init__(self, edges: Floats, prior: Floats, habit: Habit) -> None:
        self.edges = edges
        self.version = 0
        """Changes when the law does; whoever keeps tables of it looks at this."""
        self._prior = prior * (habit.prior_weight / float(prior.sum()))
        self._counts = np.zeros(len(edges) - 1)
        self._habit = habit
        self._unit = 1.0  # what one observation weighs now; grows, so that older ones weigh less
        self._waiting = 0
        self._ages_s: Sequence[float] = ()
        self._survival = np.ones(len(edges))
        self._work_out()

    def add(self, seconds: float, weight: float = 1.0) -> None:
        """Take in one duration."""
        cell = min(max(bisect_right(self.edges, seconds) - 1, 0), len(self._counts) - 1)
        self._counts[cell] += weight * self._unit
        self._seen()

    def still_lasting(self, ages_s: Sequence[float]) -> None:
        """Tell the ages of those that last now. Without them a floor that has just begun would
        know short durations only: the long ones are not over yet."""
        self._ages_s = ages_s

    def _seen(self) -> None:
        self._unit *= 1.0 + 1.0 / self._habit.memory
        self._waiting += 1
        if self._waiting >= self._habit.batch:
            self._work_out()

    def _work_out(self) -> None:
        self._counts /= self._unit
        self._unit = 1.0
        self._waiting = 0
        weights = self._counts + self._prior
        ages = np.sort(np.array(self._ages_s, dtype=np.float64))
        lasting = len(ages) - np.searchsorted(ages, self.edges[1:])
        there = np.add.accumulate(weights[::-1])[::-1] + lasting
        ends = weights / np.maximum(there, NEARLY_NONE)
        self._survival = np.append(1.0, np.cumprod(1.0 - np.minimum(ends, 1.0)))
        self.version += 1

    def become(self, weights: Floats) -> None:
        """Be the law of these weights of the cells."""
        tail = np.add.accumulate(weights[::-1])[::-1]
        self._survival = np.append(tail, 0.0) / tail[0]
        self.version += 1

    def beyond(self, seconds: Floats | float) -> Floats:
        """The chance that it lasts longer than this."""
        return np.interp(seconds, self.edges, self._survival)

    def within(self, age_s: float, more_s: Floats) -> Floats:
        """The chance that it ends within so many more seconds, given its age."""
        here = float(self.beyond(age_s))
        if here < NEARLY_NONE:
            return more_s / (more_s + max(age_s, 1.0))
        return 1.0 - self.beyond(age_s + more_s) / here

    def mean(self) -> float:
        """The mean duration."""
        middle = (self.edges[:-1] + self.edges[1:]) * 0.5
        return float((middle * (self._survival[:-1] - self._survival[1:])).sum())

    def quantile(self, share: float) -> float:
        """The duration that this share of all do not exceed."""
        return float(np.interp(-(1.0 - share), -self._survival, self.edges))


class LineEnd(IntEnum):
    """How a line ended."""

    ANSWERED = 0
    FAILED = 1
    WITHDRAWN = 2


class LineLaws:
    """How lines end, by age: `ring` is the law of those that a person answers, `failure` of the
    others. Of a line that we withdrew nothing is known beyond its age (the product-limit estimate
    for two ways to end)."""

    def __init__(self, edges: Floats, priors: tuple[Floats, Floats], habit: Habit) -> None:
        self.ring = Law(edges, priors[0], habit)
        self.failure = Law(edges, priors[1], habit)
        self._edges = edges
        self._prior = np.array([*priors, np.zeros(len(edges) - 1)])
        self._prior *= habit.prior_weight / float(self._prior.sum())
        self._counts = np.zeros_like(self._prior)
        self._habit = habit
        self._waiting = 0

    def add(self, age_s: float, end: LineEnd) -> None:
        """Take in how a line ended, and at which age."""
        cell = min(max(bisect_right(self._edges, age_s) - 1, 0), self._counts.shape[1] - 1)
        self._counts[end, cell] += 1.0
        self._waiting += 1
        if self._waiting >= self._habit.batch:
            self._work_out()

    def _work_out(self) -> None:
        counts = self._counts + self._prior
        ends = counts[LineEnd.ANSWERED] + counts[LineEnd.FAILED]
        there = np.add.accumulate(counts.sum(axis=0)[::-1])[::-1]
        there = np.maximum(there - 0.5 * counts[LineEnd.WITHDRAWN], NEARLY_NONE)
        left = np.append(1.0, np.cumprod(1.0 - np.minimum(ends / there, 1.0))[:-1])
        self.ring.become(left * counts[LineEnd.ANSWERED] / there)
        self.failure.become(left * counts[LineEnd.FAILED] / there)
        self._counts *= 1.0 - self._waiting / self._habit.memory
        self._waiting = 0
