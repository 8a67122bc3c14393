"""The budget governor: how much risk a line may carry, so that the abandonment budget is used.

*Theta* is the greatest chance of losing somebody that one more line may have, given that it is
answered. It follows from two loops. The outer one looks at the ledger: *credit* is how many more
people could have been lost by now; for each of them the *aim*, the share of people to lose from
now on, lies some hundredths above or below the target. The inner one looks at the lines that are
dialed: theta moves until their risks, corrected by how many people were really lost for each that
was reckoned with, come to the aim on average. It need not wait for people to be lost.

A target is followed at leisure: one person above it breaks no law, and an aim that swings costs
calling (below), most where it allows few people. A limit is kept away from in earnest, for it
forbids shared lines altogether.

As the *room* gets small, the people whom a window's limit still allows, the aim shrinks: at no
room shared lines are forbidden altogether, and that costs more than it saves. It never reaches
zero, and never keeps an agent who waits from having one line.

Calling gains by the logarithm of the aim, nearly (80 % of the time at 1 %, 83 % at 3 % with 10
agents), so that people are best lost evenly: an aim that swings by a third (standard deviation)
loses a fifth of a point of these. The room is saved once in a window. At the limit the optimum is
flat: in a model of the ledger alone, with that gain and the cost of the gate, other figures and
courses, that of dynamic programming among them, did better by a twentieth of a point at most.
"""

from math import sqrt

from dialer.domain.budget import BudgetWindow
from dialer.pacing.floor import FloorSeen

PULL_BY_TARGET, PULL_BY_LIMIT = 0.05, 0.15
"""By how much (in logarithms) the aim follows each person of credit."""
PULL_HALVES_AFTER = 20000.0
"""Answers in the longest window from which on a person of the target's credit pulls only half as
much."""
MOST_PULL_DOWN, MOST_PULL_UP = 1.5, 0.7
"""What was left over is made up for at twice the target at most."""
ROOM_KEPT = 10.0
ROOM_KEPT_FROM = 800.0
"""The room under the limit that the credit leaves alone in a window of very many answers, and the
answers at which it is half of that. The gate shuts at no room, and people are lost in clusters."""
ROOM_ENOUGH = 4.0
"""Room from which on the aim is not cut any more."""
LEAST_GUARD = 0.1
LEAST_TARGET = 0.0005
RISK_GAIN = 0.03
LEVEL = 1.6
"""Theta in aims, before it is learned: most lines carry less risk than they may."""
SURE_AFTER = 8.0
LESS_THAN_RECKONED = 0.75
"""What the correction is before it is learned, and how many reckoned losses that weighs as much
as. Fewer are lost than was reckoned with: old lines are withdrawn, later ones held back."""
FORGET = 0.999
LEAST, GREATEST = 0.05, 12.0
"""Bounds of theta, in aims."""


class Governor:
    """The governor of one campaign."""

    def __init__(self) -> None:
        self._aim = 0.01
        self._level = LEVEL
        self._reckoned = 0.0
        self._lost = 0.0
        self._seen: dict[str, BudgetWindow] = {}

    def theta(self, floor: FloorSeen) -> float:
        """The greatest risk one more line may have now."""
        windows = floor.windows
        self._watch(windows)
        guard = (room(floor.limit, windows) + 1.0) / (ROOM_ENOUGH + 1.0)
        self._aim = max(floor.target, LEAST_TARGET)
        self._aim *= growth(pull(floor.target, floor.limit, windows))
        self._aim *= max(LEAST_GUARD, min(guard, 1.0))
        return min(0.5, self._aim * self._level)

    def dialed(self, risk: float, odds: float) -> None:
        """A line of this risk was dialed."""
        self._reckoned = self._reckoned * (1.0 - (1.0 - FORGET) * odds) + risk * odds
        error = 1.0 - min(self.correction() * risk / self._aim, 5.0)
        self._level *= 1.0 + RISK_GAIN * odds * error
        self._level = min(max(self._level, LEAST), GREATEST)

    def _watch(self, windows: tuple[BudgetWindow, ...]) -> None:
        """Take in what the ledger counted since it was last looked at."""
        answered = abandoned = 0
        for window in windows:
            before = self._seen.get(window.name, window)
            answered = max(answered, window.answered - before.answered)
            abandoned = max(abandoned, window.abandoned - before.abandoned)
            self._seen[window.name] = window
        self._lost = self._lost * (1.0 - (1.0 - FORGET) * answered) + abandoned

    def correction(self) -> float:
        """How many people are really lost for each that was reckoned with."""
        return (self._lost + SURE_AFTER * LESS_THAN_RECKONED) / (self._reckoned + SURE_AFTER)


def pull(target: float, limit: float, windows: tuple[BudgetWindow, ...]) -> float:
    """By how much (in logarithms) the aim is to lie above the target. What counts is the credit by
    the target in the longest window (the longer, the less) and by the limit, less the room to be
    kept, in each; the lesser of these pulls."""
    longest = max(windows, key=lambda window: window.answered, default=None)
    if longest is None:
        return 0.0
    people = target * longest.answered - longest.abandoned
    by_target = people / sqrt(1.0 + 3.0 * longest.answered / PULL_HALVES_AFTER)
    by_limit = min(
        _room(limit, window) - ROOM_KEPT * window.answered / (window.answered + ROOM_KEPT_FROM)
        for window in windows
    )
    both = min(PULL_BY_TARGET * by_target, PULL_BY_LIMIT * by_limit)
    return max(-MOST_PULL_DOWN, min(both, MOST_PULL_UP))


def room(limit: float, windows: tuple[BudgetWindow, ...]) -> float:
    """How many more people may be lost by the limit, in the window that leaves least."""
    return min((_room(limit, window) for window in windows), default=0.0)


def _room(limit: float, window: BudgetWindow) -> float:
    return limit * (window.answered + 1) - window.abandoned - 1


def growth(exponent: float) -> float:
    """The exponential, by arithmetic alone."""
    power = 1.0 + exponent / 1024.0
    for _ in range(10):
        power *= power
    return power
