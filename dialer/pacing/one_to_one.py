"""One-to-one numbers: each line has an agent of its own before the INVITE, so nobody is abandoned.

*At hand* is an agent who can take a call this instant: he waits, is reserved for a line that
rings, or is in wrap-up. There are never more one-to-one lines in flight than agents at hand, and
each line names a different one. That alone is the guarantee; it does not rest on any estimate.
Within it three things win time over one line for each waiting agent:

- *Loans.* An agent in wrap-up is reserved ahead (`Decision.agents` names him); he goes on with his
  notes while the line rings. When a person answers a line whose agent is still in wrap-up, the
  engine swaps: a ready agent takes the call, else the agent of the line that was dialed last, and
  that line has the agent in wrap-up from then on. Only where no other agent is free does the call
  end the wrap-up; the result can still be given afterwards. So that this stays rare there are
  never more than two loans for each free agent, and the one longest in wrap-up lends first.
- *Taking back.* A line that has rung its lawful time is withdrawn when a fresh line is worth more:
  when answers for each second of an agent's time, over the best stretch ahead of it, come slower
  than those of the next lead. Its agent is free when its end is reported, not before: a crossing
  answer still finds him.
- The best leads first, which the hopper sees to.

Measured in the reference model (pacing-and-amd.md A2a; 22,000 answers in each cell), utilisation
and the share of calls that cut a wrap-up short, against progressive dialing's 62.6 %:

    agents                              5             10            25            50
    taking back alone                 65.3          65.4          65.7          65.3
    loans, one for each free    69.1 / 1.3 %  70.0 / 0.4 %  70.2 / 0.01 %  70.4 / 0 %
    loans, two for each free    69.4 / 1.5 %  70.3 / 0.6 %  70.4 / 0.03 %  70.8 / 0 %
    loans without a bound       70.3 / 4.8 %  70.5 / 1.2 %  70.4 / 0.01 %  70.9 / 0 %

Not done, because it was measured to be worth less than it costs: letting old lines ring on behind
one spare agent (the spare waits for less than a fresh line would bring; -1 point at 10 agents,
+0.4 at 50), and dialing in the last seconds before a line may be taken back, on the strength of
its agent (+1.5 points from 10 agents, but for two seconds there are more lines than agents).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dialer.domain.agent import AgentState
from dialer.domain.campaign import LAWFUL_RING_TIME_S
from dialer.pacing.floor import Decision, FloorSeen, LeadClass, Line, LineKind, Seat
from dialer.pacing.laws import Floats
from dialer.pacing.learning import Learning

LOANS_PER_FREE = 2
"""How many agents in wrap-up may be reserved ahead for each who is free and could stand in."""

STEP_S = 0.5
STEPS = 80
AHEAD_S: Floats = np.arange(STEPS + 1) * STEP_S
"""How far a line's worth looks ahead: longer than any telephone rings."""

ODDS_STEPS = 100.0
NEARLY_NONE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Hands:
    """The agents at hand, by what they do. Who should be used first comes first."""

    ready: tuple[int, ...]  # wait, and nobody counts on them
    wrapping_up: tuple[int, ...]  # in wrap-up, and not lent yet
    free: int  # ready, or reserved for a line that rings; less those whom others need
    lent: int  # in wrap-up, and a line counts on them

    def next(self) -> tuple[int, ...]:
        """Who may be reserved for a new line, in this order."""
        return self.ready + self.wrapping_up[: max(0, LOANS_PER_FREE * self.free - self.lent)]


def hands(seats: Sequence[Seat], lines: Sequence[Line], needed: int) -> Hands:
    """The agents at hand, when `needed` of them are kept for others than one-to-one lines."""
    booked = {line.agent_id for line in lines}
    at_hand: dict[AgentState, list[int]] = {each: [] for each in AgentState}
    for seat in seats:
        if not seat.is_leaving:
            at_hand[seat.state].append(seat.agent_id)
    ready, wrapping_up = at_hand[AgentState.READY], at_hand[AgentState.WRAP_UP]
    ringing = sum(one in booked for one in at_hand[AgentState.RESERVED])
    not_lent = tuple(one for one in wrapping_up if one not in booked)
    return Hands(
        ready=tuple(ready[: max(0, len(ready) - needed)]),
        wrapping_up=not_lent,
        free=len(ready) + ringing - needed,
        lent=len(wrapping_up) - len(not_lent),
    )


class OneToOne:
    """Decides for one-to-one numbers, by what a campaign has learned of lines."""

    def __init__(self, learning: Learning) -> None:
        self.worth = Worth(learning)

    def decide(
        self,
        floor: FloorSeen,
        leads: LeadClass | None = None,
        needed: int | None = None,
        *,
        may_lend: bool = True,
    ) -> Decision:
        """One line for every agent at hand whom nobody needs; old lines make room for better.

        `needed` agents are kept for shared lines and people who wait; one each if it is not told.
        Without `may_lend` nobody is reserved ahead in his wrap-up.
        """
        seats, lines = floor.seats(), floor.lines()
        if needed is None:
            needed = sum(line.agent_id is None for line in lines) + len(floor.arrivals())
        at_hand = hands(seats, lines, needed=needed)
        agents = at_hand.next() if may_lend else at_hand.ready
        odds = next_odds(floor, leads)
        withdraw: tuple[str, ...] = ()
        if odds is not None and not at_hand.ready:
            leaving = {seat.agent_id for seat in seats if seat.is_leaving}
            withdraw = tuple(
                line.attempt_id
                for line in lines
                if line.agent_id not in leaving and self.worth.is_spent(line, floor.now, odds)
            )
        return Decision(
            kind=LineKind.RESERVED,
            count=len(agents),
            leads=leads,
            agents=agents,
            withdraw=withdraw,
            reason=_reason(at_hand, len(agents), len(withdraw)),
            figures={
                "ready": len(at_hand.ready),
                "free": at_hand.free,
                "wrapping_up": len(at_hand.wrapping_up),
                "lent": at_hand.lent,
            },
        )


def _reason(at_hand: Hands, new: int, withdrawn: int) -> str:
    """The decision in a sentence."""
    ready = len(at_hand.ready)
    if new:
        lent = new - ready
        reason = f"{ready} free, one line each" if ready else "no agent is free"
        reason += f"; {lent} in wrap-up reserved ahead" if lent else ""
    else:
        reason = "no agent is free"
    return f"{reason}; {withdrawn} old lines make room" if withdrawn else reason


def next_odds(floor: FloorSeen, leads: LeadClass | None) -> float | None:
    """The odds of the lead that a reserved line would take; None when there is none."""
    classes = tuple(LeadClass) if leads is None else (leads,)
    known = (floor.next_odds(each) for each in classes)
    return max((odds for odds in known if odds is not None), default=None)


class Worth:
    """Answers for each second of an agent's time that lines promise."""

    def __init__(self, learning: Learning) -> None:
        self._learning = learning
        self._versions = (-1, -1)
        self._known: dict[tuple[int, int, int], float] = {}

    def is_spent(self, line: Line, now: float, new_odds: float) -> bool:
        """Whether a reserved line may lawfully be taken back, and a new one is worth more."""
        if line.agent_id is None or line.rang_at is None:
            return False
        if now - line.rang_at < LAWFUL_RING_TIME_S:
            return False
        must_ring_s = line.rang_at - line.dialed_at + LAWFUL_RING_TIME_S
        old = self.of(line.odds, age_s=now - line.dialed_at, at_least_s=0.0)
        return old < self.of(new_odds, age_s=0.0, at_least_s=must_ring_s)

    def wait_s(self, odds: float) -> float:
        """An agent's time for each person who answers, when he dials leads of these odds."""
        return 1.0 / max(self.of(odds, age_s=0.0, at_least_s=LAWFUL_RING_TIME_S), NEARLY_NONE)

    def of(self, odds: float, *, age_s: float, at_least_s: float) -> float:
        """Answers for each second, over the best stretch ahead that is at least so long."""
        versions = (self._learning.ring.version, self._learning.failure.version)
        if versions != self._versions:
            self._versions, self._known = versions, {}
        key = (int(odds * ODDS_STEPS + 0.5), int(age_s / STEP_S), int(at_least_s / STEP_S))
        if key not in self._known:
            self._known[key] = self._work_out(*key)
        return self._known[key]

    def _work_out(self, odds_step: int, age: int, at_least: int) -> float:
        odds = self._learning.corrected(odds_step / ODDS_STEPS)
        ages = AHEAD_S + age * STEP_S
        people = odds * self._learning.ring.beyond(ages)
        alive = people + (1.0 - odds) * self._learning.failure.beyond(ages)
        answered = people[0] - people[1:]
        agent_s = np.cumsum((alive[:-1] + alive[1:]) * (STEP_S / 2.0))
        rates = answered / np.maximum(agent_s, NEARLY_NONE)
        return float(rates[min(at_least, STEPS - 1) :].max())
