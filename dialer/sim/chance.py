"""Chance for the simulator: named streams from one seed, and the laws drawn from them.

Only `random.Random.random` is used, whose numbers are the same in every version of Python; all
else is arithmetic here. A *stream* belongs to one purpose, so that a new draw in one place does
not move the draws of another.
"""

from collections.abc import Sequence
from hashlib import sha256
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist

_INVERSE_NORMAL = NormalDist().inv_cdf
_TINIEST = 1e-12


def stream_seed(seed: int, name: str) -> int:
    """The seed of a named stream."""
    return int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:8], "big")


class Chance:
    """One stream of random numbers, with the laws of the simulator."""

    __slots__ = ("share",)

    def __init__(self, seed: int, name: str) -> None:
        self.share = Random(stream_seed(seed, name)).random
        """A number from 0 up to, not including, 1."""

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens; nothing is drawn for 0."""
        return probability > 0.0 and self.share() < probability

    def between(self, low: float, high: float) -> float:
        """Any number between the two, all alike."""
        return low if high <= low else low + (high - low) * self.share()

    def normal(self) -> float:
        """Normal with mean 0 and deviation 1."""
        return _INVERSE_NORMAL(max(_TINIEST, self.share()))

    def lognormal(self, mean: float, cv: float) -> float:
        """Lognormal of this mean and coefficient of variation."""
        if mean <= 0.0 or cv <= 0.0:
            return mean
        variance = log(1.0 + cv * cv)
        return exp(log(mean) - variance / 2.0 + sqrt(variance) * self.normal())

    def exponential(self, mean: float) -> float:
        """Exponential of this mean."""
        return -mean * log(1.0 - self.share())

    def gamma(self, shape: float, scale: float) -> float:
        """Gamma, for shapes of 1 and more (Marsaglia and Tsang, ACM TOMS 26, 2000)."""
        d = shape - 1.0 / 3.0
        c = 1.0 / sqrt(9.0 * d)
        while True:
            x = self.normal()
            v = (1.0 + c * x) ** 3
            if v > 0.0 and log(max(_TINIEST, self.share())) < 0.5 * x * x + d - d * v + d * log(v):
                return d * v * scale

    def choice(self, weights: Sequence[float]) -> int:
        """An index, as often as its weight says."""
        left = self.share() * sum(weights)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0.0:
                return index
        return len(weights) - 1
