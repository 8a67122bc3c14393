"""What a campaign's pacing has learned: how often and how fast people answer, how long talks last.

A call *counts* towards the share of answers only when it has reached the *cohort age*, at which
nearly all calls are decided, whatever became of it. Answers come sooner than failures; counted as
they come, every rise in dialing would look like a rise in answers. The laws of lines take their
calls at the same age.

`chance` is the share of answers itself. A lead's own odds come on top of it: `expected` is what
the odds of the calls last counted would make one expect, as the odds are believed now; the two
together put right the odds of the lines in flight. Where all leads have the same odds, the chance
alone is what counts.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field
from math import sqrt

from dialer.pacing.answer_odds import AnswerOdds
from dialer.pacing.floor import (
    Connected,
    Fact,
    LeadSeen,
    LineFailed,
    LineWithdrawn,
    PersonArrived,
    TalkEnded,
    WrapUpEnded,
)
from dialer.pacing.laws import (
    Habit,
    Law,
    LineEnd,
    LineLaws,
    even_edges,
    growing_edges,
    prior_of,
)

COHORT_AGE_S = 27.0
"""The usual ring time-out and two seconds."""

RECENT_CALLS = 200
EXPECT_ANEW_AFTER = 20

LINE_EDGES = even_edges(90.0, 0.5)
RING_PRIOR = prior_of(LINE_EDGES, ((0.15, 2.0, 6.0), (0.6, 5.0, 18.0), (0.25, 12.0, 30.0)))
FAILURE_PRIOR = prior_of(LINE_EDGES, ((0.3, 1.0, 8.0), (0.3, 8.0, 24.0), (0.4, 20.0, 32.0)))
TALK_EDGES = growing_edges(1.0, 7200.0, 1.12)
TALK_PRIOR = prior_of(
    TALK_EDGES, ((0.3, 0.0, 60.0), (0.4, 20.0, 180.0), (0.25, 60.0, 500.0), (0.05, 300.0, 1800.0))
)
WRAP_EDGES = growing_edges(0.5, 600.0, 1.1)
WRAP_PRIOR = prior_of(WRAP_EDGES, ((0.6, 1.0, 30.0), (0.3, 10.0, 60.0), (0.1, 30.0, 180.0)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share that is known only roughly: its mean, and how many observations stand behind it."""

    mean: float
    weight: float

    def spread(self) -> float:
        """The standard deviation of what is believed of it."""
        return sqrt(self.mean * (1.0 - self.mean) / (self.weight + 1.0))


class Chance:
    """A share learned at two speeds: the slow one as long as the quick one does not contradict.

    The quick one remembers about 200 calls. The slow one remembers `slow_calls`, which is much
    on a large floor and lets a sudden change through only by way of the quick one.
    """

    def __init__(self, start: float, start_weight: float = 20.0) -> None:
        self._prior = Share(mean=start, weight=start_weight)
        self._quick = _Tally(memory=200.0)
        self._slow = _Tally(memory=1000.0)

    def add(self, share: float) -> None:
        """Count one call: the share of an answer it was (1 or 0)."""
        self._quick.add(share)
        self._slow.add(share)

    def believed(self) -> Share:
        """The share as it is believed now."""
        quick = self._quick.with_prior(self._prior)
        slow = self._slow.with_prior(self._prior)
        contradicted = abs(quick.mean - slow.mean) > CONTRADICTION * quick.spread()
        return quick if contradicted else slow


CONTRADICTION = 1.5


class _Tally:
    """Discounted counts of answers and of calls."""

    def __init__(self, memory: float) -> None:
        self._keep = 1.0 - 1.0 / memory
        self.answers = self.calls = 0.0

    def add(self, share: float) -> None:
        self.answers = self.answers * self._keep + share
        self.calls = self.calls * self._keep + 1.0

    def with_prior(self, prior: Share) -> Share:
        weight = self.calls + prior.weight
        return Share(mean=(self.answers + prior.mean * prior.weight) / weight, weight=weight)


@dataclass(order=True, slots=True)
class _Booking:
    """A call that counts from `due_at` on."""

    due_at: float
    turn: int  # calls that are due together are counted in no order: failures take longest
    end: LineEnd = field(compare=False)
    age_s: float = field(compare=False)
    odds: float = field(compare=False)
    lead: LeadSeen = field(compare=False)


class Learning:
    """All that is learned of one campaign."""

    def __init__(self, start_odds: float = 0.2) -> None:
        self.chance = Chance(start_odds)
        self.answer_odds = AnswerOdds(start_odds)
        priors = (start_odds * RING_PRIOR, (1.0 - start_odds) * FAILURE_PRIOR)
        self._lines = LineLaws(LINE_EDGES, priors, Habit(memory=2000.0, batch=40))
        self.ring = self._lines.ring
        """From the INVITE to the answer, of calls that a person answers."""
        self.failure = self._lines.failure
        """From the INVITE to the end, of calls that no person answers."""
        self.talk = Law(TALK_EDGES, TALK_PRIOR, Habit(memory=1000.0))
        self.wrap_up = Law(WRAP_EDGES, WRAP_PRIOR, Habit(memory=500.0))
        self.detection_s = 0.0
        """From the answer until an agent may be given: the last calls' mean."""
        self.latency_s = 0.0
        """From then until both hear each other, when an agent was there: a running median."""
        self._pending: list[_Booking] = []
        self._serial = self._counted = 0
        self._expected = start_odds
        self._recent: deque[LeadSeen] = deque(maxlen=RECENT_CALLS)

    def learn(self, fact: Fact, odds: float) -> None:
        """Take in what happened; `odds` are those of the lead it happened to, if to one."""
        match fact:
            case PersonArrived():
                self.detection_s += 0.05 * (fact.ready_at - fact.answered_at - self.detection_s)
                self._book(fact, LineEnd.ANSWERED, fact.answered_at, odds)
            case LineFailed():
                self._book(fact, LineEnd.FAILED, fact.ended_at, odds)
            case LineWithdrawn():
                self._book(fact, LineEnd.WITHDRAWN, fact.ended_at, odds)
            case Connected():
                self.latency_s += 0.01 if fact.latency_s > self.latency_s else -0.01
            case TalkEnded():
                self.talk.add(fact.seconds)
            case WrapUpEnded():
                self.wrap_up.add(fact.seconds)

    def _book(
        self,
        fact: PersonArrived | LineFailed | LineWithdrawn,
        end: LineEnd,
        ended_at: float,
        odds: float,
    ) -> None:
        self._serial += 1
        booking = _Booking(
            due_at=fact.dialed_at + COHORT_AGE_S,
            turn=self._serial * 2654435761 % (1 << 32),
            end=end,
            age_s=ended_at - fact.dialed_at,
            odds=odds,
            lead=fact.lead,
        )
        heapq.heappush(self._pending, booking)

    def advance(self, now: float) -> None:
        """Count the calls that have come of age."""
        while self._pending and self._pending[0].due_at <= now:
            call = heapq.heappop(self._pending)
            self._lines.add(call.age_s, call.end)
            share = 1.0 if call.end is LineEnd.ANSWERED else 0.0
            if call.end is LineEnd.WITHDRAWN:
                share = self.still_answers(self.corrected(call.odds), call.age_s)
            self.chance.add(share)
            self.answer_odds.learn(call.lead, answered=call.end is LineEnd.ANSWERED)
            self._recent.append(call.lead)
            self._counted += 1
            if self._counted < RECENT_CALLS or self._counted % EXPECT_ANEW_AFTER == 0:
                odds = [self.answer_odds.odds(lead) for lead in self._recent]
                self._expected = sum(odds) / len(odds)

    def believed(self) -> tuple[Share, float]:
        """The share of answers, and the share that the odds of the same calls make one expect."""
        return self.chance.believed(), self._expected

    def corrected(self, odds: float) -> float:
        """Odds, put right by how often people have answered of late."""
        share, expected = self.believed()
        factor = share.mean / (1.0 - share.mean) * ((1.0 - expected) / expected)
        return odds * factor / (odds * factor + 1.0 - odds)

    def still_answers(self, odds: float, age_s: float) -> float:
        """The probability that a line of this age, not answered yet, will be."""
        person = odds * float(self.ring.beyond(age_s))
        nobody = (1.0 - odds) * float(self.failure.beyond(age_s))
        return person / max(person + nobody, 1e-9)
