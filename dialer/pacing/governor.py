"""The budget governor: how much risk a line may carry, so that the abandonment budget is used.

*Theta* is the greatest chance of losing somebody that one more line may have, given that it is
answered. It follows from two loops. The outer one looks at the ledger and sets the *aim*, the share
of people to lose from now on. The inner one looks at the lines that are dialed: theta moves until
their risks, corrected by how many people were really lost for each that was reckoned with, come to
the aim on average. It need not wait for people to be lost.

The aim is the lesser of two. By the target it follows the *credit*: how many more people could have
been lost by now. By the limit it follows the *room*: how many more people may be lost before the
gate shuts, which costs a team a sixth of its work and more until 33 others have answered for one.
Calling gains by the logarithm of the aim, nearly (80 % and 83 % of the time at 1 and 3 % with 10
agents), so that people are best lost evenly. Dynamic programming over that gain and the cost of the
gate finds this course: the limit is spent as such at a room of some people (more where the window
is to last longer), more by about the root of the room above it, and quickly less below. The optimum
is flat: other figures that keep people off the gate do as well within a twentieth of a point. The
aim never reaches zero, and never keeps an agent who waits from having one line.
"""

from math import sqrt

from dialer.domain.budget import BudgetWindow
from dialer.pacing.floor import FloorSeen

PULL_PER_PERSON = 0.1
PULL_HALVES_AFTER = 20000.0
"""Answers in the longest window from which on a person of credit pulls only half as much."""
MOST_PULL_DOWN, MOST_PULL_UP = 1.5, 0.7
"""What is left over is made up for at twice the target at most: more would buy little."""
ROOM_KEPT = 4.5
ROOM_KEPT_PER_SPREAD = 0.25
"""The room at which the limit is spent evenly: so many people, and this share of the spread of a
window's count (the root of the people its limit allows). As a window fills, its room is to grow."""
ROOM_ENOUGH = 3.0
"""Room below which the aim is cut besides, in proportion: people are lost in clusters."""
LEAST_SHARE = 0.05
"""Of the limit, that is aimed at when there is no room."""
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
        self._aim = aim(floor.target, floor.limit, windows)
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


def aim(target: float, limit: float, windows: tuple[BudgetWindow, ...]) -> float:
    """The share of people to lose from now on."""
    longest = max((window.answered for window in windows), default=0)
    pull = PULL_PER_PERSON * credit(target, windows)
    pull /= sqrt(1.0 + 3.0 * longest / PULL_HALVES_AFTER)
    by_target = target * growth(max(-MOST_PULL_DOWN, min(pull, MOST_PULL_UP)))
    shares = (_share_of_limit(limit, window) for window in windows)
    return max(LEAST_TARGET, min(by_target, limit * min(shares, default=LEAST_SHARE)))


def credit(target: float, windows: tuple[BudgetWindow, ...]) -> float:
    """How many more people could have been lost by the target, in the longest window."""
    longest = max(windows, key=lambda window: window.answered, default=None)
    return 0.0 if longest is None else target * longest.answered - longest.abandoned


def room(limit: float, window: BudgetWindow) -> float:
    """How many more people may be lost in a window before its gate shuts."""
    return limit * (window.answered + 1) - window.abandoned - 1


def _share_of_limit(limit: float, window: BudgetWindow) -> float:
    """What part of the limit may be aimed at, by the room in a window; 1 at the room kept."""
    left = max(0.0, room(limit, window))
    kept = ROOM_KEPT + ROOM_KEPT_PER_SPREAD * sqrt(limit * window.answered)
    guard = min((left + 1.0) / (ROOM_ENOUGH + 1.0), 1.0)
    return max(LEAST_SHARE, sqrt(left / kept) * guard)


def growth(exponent: float) -> float:
    """The exponential, by arithmetic alone."""
    power = 1.0 + exponent / 1024.0
    for _ in range(10):
        power *= power
    return power
