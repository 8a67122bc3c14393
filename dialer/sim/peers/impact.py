"""Impact Dialing's pacing, after dialers.md 1.11: a bootstrap of the campaign's last 100 attempts.

Every 3 s: dial factor x callers on hold, less what rings and what is being put through. The factor
is the best of six candidates, (attempts / answers) x k/6, by a simulation of four minutes: lines
are drawn from the last 100 attempts, an answered one rings for 10 s and talks as long as one of
the real ones, any other rings for 15 s, wrap-up is 5 s, and who finds nobody is abandoned at once.
The busiest candidate within the limit of abandoned calls wins. Over the limit in the campaign's
life, the factor is cut by a quarter. Fewer than 5 callers or 50 attempts, or ten minutes without
a dial: one to one.

Chosen here, because the description does not say: the simulation is repeated each minute, begins
with all callers on hold, and draws by a fixed series, so that a run can be repeated. Its faulty
window (a start time fixed when the process starts) makes no difference to "the last 100".
"""

from collections import deque
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from dialer.pacing.by_rule import ByRule
from dialer.pacing.floor import (
    Decision,
    Fact,
    FloorSeen,
    LineFailed,
    PersonArrived,
    PersonLost,
    TalkEnded,
)
from dialer.sim.peers.rules import Batch, Every, dial, out

Drawn = TypeVar("Drawn")

DIAL_EVERY_S = 3.0
SIMULATE_EVERY_S = 60.0
ATTEMPTS = 100
ATTEMPTS_NEEDED = 50
CALLERS_NEEDED = 5
CANDIDATES = 6
SIMULATED_S = 240
ANSWERED_RING_S = 10
UNANSWERED_RING_S = 15
WRAP_UP_S = 5
NO_DIAL_S = 600.0
CUT = 0.75


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What the simulation found for one candidate."""

    dials: float
    utilisation: float
    abandon_rate: float


class Impact(ByRule):
    """A campaign paced by Impact Dialing."""

    knows_no_budget = True  # see sim/law.py

    def __init__(self, acceptable: float = 0.03, seed: int = 0) -> None:
        self.acceptable = acceptable
        self._chance = Random(seed)
        self._is_answered: deque[bool] = deque(maxlen=ATTEMPTS)
        self._talks_s: deque[float] = deque(maxlen=ATTEMPTS)
        self._answered = 0  # in the campaign's life
        self._abandoned = 0
        self._best_dials = 1.0
        self._dialed_at: float | None = None
        self._turn = Every(period_s=DIAL_EVERY_S)
        self._batch = Batch()
        self._simulation = Every(period_s=SIMULATE_EVERY_S)

    def learn(self, fact: Fact) -> None:
        """Attempts, conversations, abandoned calls."""
        match fact:
            case PersonArrived():
                self._is_answered.append(True)
                self._answered += 1
            case LineFailed():
                self._is_answered.append(False)
            case TalkEnded():
                self._talks_s.append(fact.seconds)
            case PersonLost():
                self._abandoned += 1

    def decide(self, floor: FloorSeen) -> Decision:
        """Every 3 s, lines for the callers on hold."""
        if not self._turn.is_due(floor.now):
            return dial(floor, self._batch.left(floor), "between two turns")
        if self._simulation.is_due(floor.now):
            self._best_dials = self.best_dials(len(floor.seats()))
        factor = self.dial_factor(floor.now)
        self._batch.begin(floor, int(factor * floor.ready - out(floor)))
        count = self._batch.left(floor)
        if count > 0:
            self._dialed_at = floor.now
        reason = f"{floor.ready} on hold at {factor:.2f} lines each"
        return dial(floor, count, reason, {"dial_factor": factor})

    def dial_factor(self, now: float) -> float:
        """Lines for each caller on hold."""
        if self._dialed_at is None or now - self._dialed_at > NO_DIAL_S:
            return 1.0
        if self._abandoned > self.acceptable * self._answered:
            return max(1.0, CUT * self._best_dials)
        return self._best_dials

    def best_dials(self, callers: int) -> float:
        """The busiest lawful candidate of the simulation."""
        attempts, answers = len(self._is_answered), sum(self._is_answered)
        too_few = callers < CALLERS_NEEDED or attempts < ATTEMPTS_NEEDED
        if too_few or not answers or not self._talks_s:
            return 1.0
        candidates = [max(1.0, attempts / answers * k / 6) for k in range(1, CANDIDATES + 1)]
        trials = [self.simulate(dials, callers) for dials in candidates]
        lawful = [trial for trial in trials if trial.abandon_rate < self.acceptable]
        return max(lawful, key=lambda trial: trial.utilisation).dials if lawful else 1.0

    def simulate(self, dials: float, callers: int) -> Trial:
        """Four minutes, second by second, with lines drawn from the last attempts."""
        attempts, talks_s = list(self._is_answered), list(self._talks_s)
        free_at = [0.0] * callers
        ringing: list[tuple[int, bool]] = []  # ends at, is answered
        busy_s, answered, abandoned = 0, 0, 0
        for second in range(SIMULATED_S):
            over = [line for line in ringing if line[0] <= second]
            ringing = [line for line in ringing if line[0] > second]
            for _ in filter(lambda line: line[1], over):
                answered += 1
                on_hold = next((i for i, at in enumerate(free_at) if at <= second), None)
                if on_hold is None:
                    abandoned += 1
                else:
                    free_at[on_hold] = second + self._draw(talks_s) + WRAP_UP_S
            idle = sum(at <= second for at in free_at)
            busy_s += callers - idle
            for _ in range(int(dials * idle - len(ringing))):
                is_answered = self._draw(attempts)
                ring_s = ANSWERED_RING_S if is_answered else UNANSWERED_RING_S
                ringing.append((second + ring_s, is_answered))
        return Trial(
            dials=dials,
            utilisation=busy_s / (SIMULATED_S * callers),
            abandon_rate=abandoned / max(1, answered),
        )

    def _draw(self, values: list[Drawn]) -> Drawn:
        return values[int(self._chance.random() * len(values))]
