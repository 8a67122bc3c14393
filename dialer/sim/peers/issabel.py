"""Issabel's (Elastix') call centre module, after dialers.md 1.11.

Each review: agents who are free, and those whose call has lasted so long that an exponential law
of the mean duration would have ended it with the wanted certainty; less those who wait; less each
line that rings (a whole agent's worth each); divided by the success rate of the last half hour.
Nothing looks at abandoned calls. Until ten calls are completed it dials one to one.

Not modelled: the "force extra calls" constant; a limit on channels, which the engine keeps.
The certainty's default, 0.97, is from memory, not from the description.
"""

from collections import deque
from math import exp

from dialer.domain.agent import AgentState
from dialer.pacing.by_rule import ByRule
from dialer.pacing.floor import (
    Decision,
    Fact,
    FloorSeen,
    LineFailed,
    LineWithdrawn,
    PersonArrived,
    TalkEnded,
)
from dialer.sim.peers.rules import Batch, Every, dial

REVIEW_EVERY_S = 3.0
COMPLETED_CALLS_NEEDED = 10
SUCCESS_WINDOW_S = 1800.0
SUCCESS_FLOOR = 0.20
CERTAINTY = 0.97


class Issabel(ByRule):
    """A campaign paced by Issabel, overcommit on."""

    knows_no_budget = True  # see sim/law.py

    def __init__(self, certainty: float = CERTAINTY) -> None:
        self.certainty = certainty
        self._review = Every(period_s=REVIEW_EVERY_S)
        self._batch = Batch()
        self._results: deque[tuple[float, bool]] = deque()  # ended at, reached a person
        self._completed = 0
        self._talk_s = 0.0
        self._answered = 0
        self._answer_s = 0.0

    def learn(self, fact: Fact) -> None:
        """Means over the campaign, successes over half an hour."""
        match fact:
            case PersonArrived():
                self._results.append((fact.answered_at, True))
                self._answered += 1
                self._answer_s += fact.answered_at - fact.dialed_at
            case LineFailed() | LineWithdrawn():
                self._results.append((fact.ended_at, False))
            case TalkEnded():
                self._completed += 1
                self._talk_s += fact.seconds

    def decide(self, floor: FloorSeen) -> Decision:
        """At a review, what is wanted now; nothing between."""
        if not self._review.is_due(floor.now):
            return dial(floor, self._batch.left(floor), "between two reviews")
        soon = self._about_to_free(floor)
        wanted = max(0, floor.ready + soon - floor.people_waiting)
        unanswered = max(0, wanted - self._ringing(floor))
        success = self._success(floor.now)
        self._batch.begin(floor, int(unanswered / success + 0.5))
        reason = f"{floor.ready} free, {soon} soon, success rate {success:.2f}"
        return dial(floor, self._batch.left(floor), reason, {"soon": soon, "success": success})

    def _about_to_free(self, floor: FloorSeen) -> int:
        if self._completed < COMPLETED_CALLS_NEEDED or self._talk_s <= 0:
            return 0
        mean_s = self._talk_s / self._completed
        answer_s = self._answer_s / max(1, self._answered)
        return sum(
            1 - exp(-(answer_s + floor.now - seat.since) / mean_s) >= self.certainty
            for seat in floor.seats()
            if seat.state is AgentState.TALKING
        )

    def _success(self, now: float) -> float:
        """The share of recent lines that reached a person; 1 while too few are known."""
        while self._results and self._results[0][0] < now - SUCCESS_WINDOW_S:
            self._results.popleft()
        if self._completed < COMPLETED_CALLS_NEEDED or len(self._results) < COMPLETED_CALLS_NEEDED:
            return 1.0
        reached = sum(is_reached for _, is_reached in self._results)
        return max(SUCCESS_FLOOR, reached / len(self._results))

    @staticmethod
    def _ringing(floor: FloorSeen) -> int:
        in_detection = len(floor.arrivals()) - floor.people_waiting
        return floor.shared_lines + max(0, in_detection)
