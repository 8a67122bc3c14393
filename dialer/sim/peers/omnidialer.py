"""OMniDialer's predictive pacer, after dialers.md 1.11, its flaw included.

Each second: idle agents, plus the part of every busy one that an exponential law expects to be
free after a mean ring time, less what rings times the hit rate; over the hit rate; times *gamma*,
which sinks with the abandon rate. That rate is a moving average with the weight of about 19
conversations, which cannot measure 3 %: one abandoned call lifts it over 10 %. Fifty calls are
handled one to one before; five seconds in a row over the limit go back to that.

Not modelled: shared queues (weights); a limit on channels, which the engine keeps.
Not in the description, so chosen here: the hit rate begins at 0.2, conversations at 120 s and
wrap-ups at 15 s, until there are observations; "AHT" is conversation and wrap-up together; the
campaign's cap on calls a second, which is their example's 1 for each 25 agents begun. The cap is
in its favour: without one it abandons nearly every second person at 25 agents, with it 5 %.
"""

from dataclasses import dataclass
from math import ceil, exp

from dialer.domain.agent import AgentState
from dialer.pacing.by_rule import ByRule
from dialer.pacing.floor import (
    Connected,
    Decision,
    Fact,
    FloorSeen,
    LineFailed,
    PersonArrived,
    PersonLost,
    TalkEnded,
    WrapUpEnded,
)
from dialer.sim.peers.rules import Batch, Every, dial, out

TICK_S = 1.0
ALPHA = 0.1
HIT_FLOOR = 0.05
FIRST_HIT_RATE = 0.2
FIRST_RING_S = 15.0
FIRST_TALK_S = 120.0
FIRST_WRAP_UP_S = 15.0
WARM_UP_CALLS = 50
LOWEST_GAMMA = 0.2
AGENTS_PER_CALL_PER_SECOND = 25
TICKS_TO_LATCH = 5
UNLATCH = 0.8


@dataclass(kw_only=True, slots=True)
class Mean:
    """The mean of what was seen; `value` before anything was."""

    value: float
    count: int = 0

    def see(self, value: float) -> None:
        """Take in one more."""
        self.count += 1
        self.value += (value - self.value) / self.count


class Omnidialer(ByRule):
    """A campaign paced by OMniDialer."""

    knows_no_budget = True  # see sim/law.py

    def __init__(
        self,
        aggressiveness: float = 1.0,
        drop_limit: float = 0.03,
        calls_per_second: int | None = None,
    ) -> None:
        self.aggressiveness = min(5.0, max(0.1, aggressiveness))
        self.calls_per_second = calls_per_second
        self.drop_limit = drop_limit
        self.hit_rate = FIRST_HIT_RATE
        self.drop_rate = 0.0
        self.handled = 0
        self._ring = Mean(value=FIRST_RING_S)
        self._detection = Mean(value=0.0)
        self._talk = Mean(value=FIRST_TALK_S)
        self._wrap_up = Mean(value=FIRST_WRAP_UP_S)
        self._tick = Every(period_s=TICK_S)
        self._batch = Batch()
        self._ticks_over = 0
        self._is_latched = False

    def learn(self, fact: Fact) -> None:
        """Moving averages of hits and drops, plain means of times."""
        match fact:
            case PersonArrived():
                self.hit_rate += ALPHA * (1 - self.hit_rate)
                self._ring.see(fact.answered_at - fact.dialed_at)
                self._detection.see(fact.ready_at - fact.answered_at)
            case LineFailed():
                self.hit_rate -= ALPHA * self.hit_rate
            case Connected():
                self.drop_rate -= ALPHA * self.drop_rate
                self.handled += 1
            case PersonLost():
                self.drop_rate += ALPHA * (1 - self.drop_rate)
                self.handled += 1
            case TalkEnded():
                self._talk.see(fact.seconds)
            case WrapUpEnded():
                self._wrap_up.see(fact.seconds)

    def decide(self, floor: FloorSeen) -> Decision:
        """Once a second, by prediction or one to one."""
        if not self._tick.is_due(floor.now):
            return dial(floor, self._batch.left(floor), "between two ticks")
        self._latch()
        if self.handled < WARM_UP_CALLS or self._is_latched:
            why = "too many dropped" if self._is_latched else "warming up"
            self._batch.begin(floor, min(self.cap(floor), floor.ready - out(floor)))
            count = self._batch.left(floor)
            return dial(floor, count, f"one to one: {why}", {"drop_rate": self.drop_rate})
        expected, hit = self.expected_free(floor), max(HIT_FLOOR, self.hit_rate)
        calls = (floor.ready + expected - floor.shared_lines * hit) / hit * self.gamma()
        self._batch.begin(floor, min(self.cap(floor), int(calls)))
        reason = f"{floor.ready} free, {expected:.1f} expected, hit rate {hit:.2f}"
        figures = {"hit_rate": hit, "drop_rate": self.drop_rate, "gamma": self.gamma()}
        return dial(floor, self._batch.left(floor), reason, figures)

    def cap(self, floor: FloorSeen) -> int:
        """Calls of one tick at most."""
        return self.calls_per_second or ceil(len(floor.seats()) / AGENTS_PER_CALL_PER_SECOND)

    def expected_free(self, floor: FloorSeen) -> float:
        """How many busy agents count as free when a line dialed now is answered."""
        lead_time_s = self._ring.value + self._detection.value
        means_s = {
            AgentState.TALKING: self._talk.value + self._wrap_up.value,
            AgentState.WRAP_UP: self._wrap_up.value,
        }
        return sum(
            1 - exp(-lead_time_s / max(1.0, means_s[seat.state] - (floor.now - seat.since)))
            for seat in floor.seats()
            if seat.state in means_s
        )

    def gamma(self) -> float:
        """How boldly to dial, by the abandon rate."""
        half = self.drop_limit / 2
        if self.drop_rate <= half:
            return self.aggressiveness
        if self.drop_rate >= self.drop_limit:
            return LOWEST_GAMMA
        share = (self.drop_rate - half) / half
        return self.aggressiveness + share * (LOWEST_GAMMA - self.aggressiveness)

    def _latch(self) -> None:
        self._ticks_over = self._ticks_over + 1 if self.drop_rate >= self.drop_limit else 0
        if self._ticks_over >= TICKS_TO_LATCH:
            self._is_latched = True
        elif self.drop_rate < UNLATCH * self.drop_limit:
            self._is_latched = False
