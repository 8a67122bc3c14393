"""How likely a person is to answer a lead, learned call by call from this installation's own calls.

A lead has *features* (area, line type, attempt number, last outcome, part of the week, hour,
weekday); the value a feature has is its *level*, and each level has an *effect*: what it adds to
the log-odds of a typical lead. One plain additive model: a level that was never called adds
nothing, so that a lead of whom nothing is known has the typical odds. The predictive pacer holds
one for its campaign.

Theory of operation. Every effect is believed to be near zero, within the *spread* of its feature,
until calls say otherwise. A call moves the effects of its levels by its surprise (answered or not,
less the odds), each as far as it is still uncertain; what has been seen counts less with every
further call of the same level (`memory_calls`), so that the model follows the times. This is the
extended Kalman filter of a logistic regression, with the uncertainty kept for each effect alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from dialer.domain.list_order import LATE_ATTEMPT, ListOrder
from dialer.pacing.floor import LeadSeen

CALLS_TO_ORDER_BY = 100

CURIOSITY = 1.0
"""How far the list's order favours levels of which little is known. Without it, an area that had
bad luck with its first calls would not be heard of again."""

LOWEST, HIGHEST = 0.01, 0.95
"""No lead is believed to be sure, one way or the other."""

EFFECT_LIMIT = 3.0
"""The most one level may add to the log-odds, or take from them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """How an effect is learned: its spread before any call, and how many calls it remembers."""

    spread: float
    memory_calls: float


TYPICAL = Habit(spread=1.0, memory_calls=1500.0)

OF_THE_LIST: Mapping[str, Habit] = {
    "area": Habit(spread=0.5, memory_calls=4000.0),
    "line_type": Habit(spread=0.25, memory_calls=4000.0),
    "attempt": Habit(spread=0.25, memory_calls=4000.0),
    "last_outcome": Habit(spread=0.45, memory_calls=4000.0),
}
"""What a lead brings along, whenever it is dialed: the list is ordered by these."""

OF_THE_HOUR: Mapping[str, Habit] = {
    "part_of_week": Habit(spread=0.2, memory_calls=4000.0),
    "hour": Habit(spread=0.12, memory_calls=2000.0),
    "weekday": Habit(spread=0.1, memory_calls=4000.0),
}
"""What the moment adds to it."""

Level = str | int


class AnswerOdds:
    """The model of one campaign. Equal calls in equal order give equal odds."""

    def __init__(self, start_odds: float = 0.2) -> None:
        self._typical = _Effect(TYPICAL, log(start_odds / (1.0 - start_odds)))
        self._calls = 0
        self._habits = (*OF_THE_LIST.values(), *OF_THE_HOUR.values())
        self._effects: tuple[dict[Level, _Effect], ...] = tuple({} for _ in self._habits)

    def odds(self, lead: LeadSeen) -> float:
        """The probability that a person answers this lead now and needs an agent."""
        score = self._typical.weight
        for effects, level in zip(self._effects, _levels(lead), strict=True):
            effect = effects.get(level)
            if effect is not None:
                score += effect.weight
        return min(HIGHEST, max(LOWEST, _probability(score)))

    def learn(self, lead: LeadSeen, answered: bool) -> None:
        """Take in how a call ended. Calls are to be told when they are all decided, the answered
        ones no sooner than the others."""
        self._calls += 1
        moved = [self._typical]
        for habit, effects, level in zip(self._habits, self._effects, _levels(lead), strict=True):
            moved.append(effects.get(level) or effects.setdefault(level, _Effect(habit)))
        for effect in moved:
            effect.forget()
        odds = self.odds(lead)
        steepness = odds * (1.0 - odds)
        doubt = 1.0 + steepness * sum(effect.variance for effect in moved)
        for effect in moved:
            effect.move((answered - odds) / doubt, steepness / doubt)

    def list_order(self) -> ListOrder | None:
        """What the store's list is to be ordered by: the effects that do not hang on the hour,
        each the less, the more is known of it (CURIOSITY).

        None before CALLS_TO_ORDER_BY, for these say little, and the store may still have the
        order that was learned before this program was started.
        """
        if self._calls < CALLS_TO_ORDER_BY:
            return None
        return ListOrder(
            effects={
                feature: {str(level): effect.promise() for level, effect in sorted(effects.items())}
                for feature, effects in zip(OF_THE_LIST, self._effects, strict=False)
            }
        )


class _Effect:
    """What one level adds to the log-odds, as far as it is known."""

    __slots__ = ("_keep", "_start", "_start_precision", "variance", "weight")

    def __init__(self, habit: Habit, start: float = 0.0) -> None:
        self._start = self.weight = start
        self.variance = habit.spread**2
        self._start_precision = 1.0 / self.variance
        self._keep = 1.0 - 1.0 / habit.memory_calls

    def promise(self) -> float:
        """The effect, less what has been learned of it: the unknown is worth a trial."""
        learned = sqrt(1.0 / self._start_precision) - sqrt(self.variance)
        return self.weight - CURIOSITY * learned

    def forget(self) -> None:
        """Let what was seen count a little less than what was believed before any call."""
        seen = (1.0 / self.variance - self._start_precision) * self._keep
        precision = self._start_precision + seen
        self.weight = self._start + (self.weight - self._start) * self._keep / (
            self.variance * precision
        )
        self.variance = 1.0 / precision

    def move(self, surprise: float, evidence: float) -> None:
        """Follow a call's surprise, as far as the effect is uncertain, and be surer afterwards."""
        moved = self.weight - self._start + self.variance * surprise
        self.weight = self._start + min(EFFECT_LIMIT, max(-EFFECT_LIMIT, moved))
        self.variance -= self.variance**2 * evidence


def _levels(lead: LeadSeen) -> tuple[Level, ...]:
    """The level of each feature, in the order of OF_THE_LIST and OF_THE_HOUR."""
    is_weekend = lead.weekday >= 5
    return (
        lead.area,
        lead.line_type,
        min(lead.attempt_count, LATE_ATTEMPT),
        lead.last_outcome or "",
        lead.hour // 3 + (8 if is_weekend else 0),
        lead.hour,
        lead.weekday,
    )


def _probability(score: float) -> float:
    return 1.0 / (1.0 + exp(-score))
