"""What a campaign's pacing has learned: how often and how fast people answer, how long talks last.

A call *counts* towards the share of answers only when it has reached the *cohort age*, at which
nearly all calls are decided, whatever became of it. Answers come sooner than failures; counted as
they come, every rise in dialing would look like a rise in answers.

`chance` is the share of answers itself; a lead's own odds come on top of it: `believed` is what
the odds of the same calls would have led to expect, and the two together correct the odds of the
lines in flight, by today's odds for both. Where all leads have the same odds, the chance alone is
what counts.
"""

import heapq
from collections import deque
from dataclasses import dataclass

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
from dialer.pacing.laws import Habit, Law, even_edges, growing_edges, prior_of

COHORT_AGE_S = 27.0
"""The usual ring time-out and two seconds."""

JUDGED_CALLS = 1500
JUDGED_AT_ONCE = 30
"""What is expected of the calls that count follows the odds as these are learned. Otherwise the
odds would be corrected by what had been believed before."""

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
        return float((self.mean * (1.0 - self.mean) / (self.weight + 1.0)) ** 0.5)


class Chance:
    """A share learned at two speeds: the slow one as long as the quick one does not contradict.

    The quick one remembers about 200 calls. The slow one remembers `slow_calls`, which is much
    on a large floor and lets a sudden change through only by way of the quick one.
    """

    def __init__(self, start: float, start_weight: float = 20.0) -> None:
        self.rise = 1.0
        """By how much the odds of everybody have risen since the first call. What odds led to
        expect is counted without that, so that only differences between leads speak: how often
        people answer at all, the share itself says best."""
        self._prior = Share(mean=start, weight=start_weight)
        self._quick = _Tally(memory=200.0)
        self._slow = _Tally(memory=1000.0)

    def add(self, share: float, expected: float) -> None:
        """Count one call: the share of an answer it was (1 or 0), and what its odds said, as
        they would have been without the rise."""
        self._quick.add(share, expected)
        self._slow.add(share, expected)

    def amend(self, calls_ago: int, more: float) -> None:
        """Of a call that is counted already, so much more would be expected by today's odds."""
        self._quick.amend(calls_ago, more)
        self._slow.amend(calls_ago, more)

    def believed(self) -> tuple[Share, float]:
        """The share as it is believed now, and the share that the odds had led to expect."""
        quick = self._quick.with_prior(self._prior)
        slow = self._slow.with_prior(self._prior)
        contradicted = abs(quick[0].mean - slow[0].mean) > CONTRADICTION * quick[0].spread()
        share, expected = quick if contradicted else slow
        return share, risen(expected, self.rise)


def risen(probability: float, factor: float) -> float:
    """The probability whose odds are so many times as high."""
    return probability * factor / (probability * factor + 1.0 - probability)


CONTRADICTION = 1.5


class _Tally:
    """Discounted counts of answers, of what was expected, and of calls."""

    def __init__(self, memory: float) -> None:
        self._keep = 1.0 - 1.0 / memory
        self.answers = self.expected = self.calls = 0.0

    def add(self, share: float, expected: float) -> None:
        self.answers = self.answers * self._keep + share
        self.expected = self.expected * self._keep + expected
        self.calls = self.calls * self._keep + 1.0

    def amend(self, calls_ago: int, more: float) -> None:
        self.expected += more * self._keep**calls_ago

    def with_prior(self, prior: Share) -> tuple[Share, float]:
        weight = self.calls + prior.weight
        answers = self.answers + prior.mean * prior.weight
        expected = self.expected / self.calls if self.calls else prior.mean
        return Share(mean=answers / weight, weight=weight), expected


@dataclass(order=True, slots=True)
class _Booking:
    """A call that counts from `due_at` on."""

    due_at: float
    serial: int
    share: float
    lead: LeadSeen


@dataclass(slots=True)
class _Counted:
    """A call that counts, and what the odds led to expect of it when they were last asked."""

    lead: LeadSeen
    expected: float


class Learning:
    """All that is learned of one campaign."""

    def __init__(self, start_odds: float = 0.2) -> None:
        self._start_odds = start_odds
        self.chance = Chance(start_odds)
        self.answer_odds = AnswerOdds(start_odds)
        self.tells_leads_apart = True
        self.ring = Law(LINE_EDGES, RING_PRIOR, Habit(memory=400.0, batch=10))
        """From the INVITE to the answer, of calls that a person answers."""
        self.failure = Law(LINE_EDGES, FAILURE_PRIOR, Habit(memory=800.0, batch=40))
        """From the INVITE to the end, of calls that no person answers."""
        self.talk = Law(TALK_EDGES, TALK_PRIOR, Habit(memory=1000.0))
        self.wrap_up = Law(WRAP_EDGES, WRAP_PRIOR, Habit(memory=500.0))
        self.detection_s = 0.0
        """From the answer until an agent may be given: the last calls' mean."""
        self.latency_s = 0.0
        """From then until both hear each other, when an agent was there: a running median."""
        self._pending: list[_Booking] = []
        self._counted: deque[_Counted] = deque(maxlen=JUDGED_CALLS)  # latest first
        self._next_judged = 0
        self._serial = 0

    def learn(self, fact: Fact, odds: float) -> None:
        """Take in what happened; `odds` are those of the lead it happened to, if to one."""
        match fact:
            case PersonArrived():
                self.ring.add(fact.answered_at - fact.dialed_at)
                self.detection_s += 0.05 * (fact.ready_at - fact.answered_at - self.detection_s)
                self._book(fact, 1.0)
            case LineFailed():
                self.failure.add(fact.ended_at - fact.dialed_at)
                self._book(fact, 0.0)
            case LineWithdrawn():
                self._withdrawn(fact, odds)
            case Connected():
                self.latency_s += 0.01 if fact.latency_s > self.latency_s else -0.01
            case TalkEnded():
                self.talk.add(fact.seconds)
            case WrapUpEnded():
                self.wrap_up.add(fact.seconds)

    def _withdrawn(self, fact: LineWithdrawn, odds: float) -> None:
        age = fact.ended_at - fact.dialed_at
        share = self.still_answers(odds, age)
        self.ring.add_longer_than(age, share)
        self.failure.add_longer_than(age, 1.0 - share)
        self._book(fact, share)

    def still_answers(self, odds: float, age_s: float) -> float:
        """The probability that a line of this age, not answered yet, will be."""
        person = odds * float(self.ring.beyond(age_s))
        nobody = (1.0 - odds) * float(self.failure.beyond(age_s))
        return person / max(person + nobody, 1e-9)

    def _book(self, fact: PersonArrived | LineFailed | LineWithdrawn, share: float) -> None:
        self._serial += 1
        booking = _Booking(fact.dialed_at + COHORT_AGE_S, self._serial, share, fact.lead)
        heapq.heappush(self._pending, booking)

    def advance(self, now: float) -> None:
        """Count the calls that have come of age."""
        while self._pending and self._pending[0].due_at <= now:
            booking = heapq.heappop(self._pending)
            if not self.tells_leads_apart:
                self.chance.add(booking.share, self._start_odds)
                continue
            expected = self.answer_odds.odds_at_start(booking.lead)
            self.chance.add(booking.share, expected)
            self._counted.appendleft(_Counted(booking.lead, expected))
            if booking.share in (0.0, 1.0):  # not of a line that we took back
                self.answer_odds.learn(booking.lead, answered=booking.share == 1.0)
                self.chance.rise = self.answer_odds.rise()
            self._judge_anew()

    def _judge_anew(self) -> None:
        """Ask today's odds what they would have expected of some calls, all of them in turn."""
        for _ in range(min(JUDGED_AT_ONCE, len(self._counted))):
            self._next_judged = (self._next_judged + 1) % len(self._counted)
            one = self._counted[self._next_judged]
            expected = self.answer_odds.odds_at_start(one.lead)
            self.chance.amend(self._next_judged, expected - one.expected)
            one.expected = expected
