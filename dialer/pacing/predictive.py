"""Predictive pacing: as many shared lines as a look-ahead over learned laws finds safe.

The look-ahead (lookahead.py) tells the risk of one more line, the governor (governor.py) how much
risk the abandonment budget allows. An agent who waits with no line in flight for him may always
get one, so it is never worse than progressive.
"""

from dataclasses import dataclass

from dialer.domain.agent import AgentState
from dialer.domain.campaign import LAWFUL_RING_TIME_S
from dialer.domain.list_order import ListOrder
from dialer.pacing.by_rule import one_to_one
from dialer.pacing.chances import Slots
from dialer.pacing.floor import (
    Decision,
    Fact,
    FloorSeen,
    LeadClass,
    LeadSeen,
    Line,
    LineKind,
)
from dialer.pacing.governor import Governor
from dialer.pacing.learning import Learning
from dialer.pacing.lookahead import Believed, LookAhead, Pool
from dialer.pacing.residuals import CELLS, Residuals, line_age

USUAL_ODDS = 0.2
MOST_LINES = 24
MOST_WITHDRAWN = 6
WITHDRAW_AT = 2.5
"""Risk, in thetas, at which an old line is taken back."""
STALE_S = 0.75
"""How long the answer 'no more lines' is trusted while nothing has changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What the floor looked like when no more lines were found safe."""

    at: float
    marks: tuple[object, ...]
    decision: Decision


class Predictive:
    """The predictive pacer of one campaign."""

    def __init__(self) -> None:
        self.learning = Learning(USUAL_ODDS)
        self.governor = Governor()
        self._tables = Residuals(self.learning)
        self._line_slots = Slots()
        self._seat_slots = Slots()
        self._patience_s = 2.0
        self._asked: _Asked | None = None
        self._withdrawn: set[str] = set()

    def learn(self, fact: Fact) -> None:
        """Take in something that happened."""
        lead = getattr(fact, "lead", None)
        self.learning.learn(fact, USUAL_ODDS if lead is None else self.odds(lead))

    def odds(self, lead: LeadSeen) -> float:
        """The probability that a person answers this lead now and needs an agent."""
        return self.learning.answer_odds.odds(lead)

    def list_order(self) -> ListOrder | None:
        """By what makes an answer likelier, whatever the hour."""
        return self.learning.answer_odds.list_order()

    def decide(self, floor: FloorSeen) -> Decision:
        """The lines to add (and to take back) now."""
        if not floor.may_over_dial:
            return one_to_one(floor, ": the abandonment budget allows no more")
        odds = floor.next_odds(LeadClass.OVER_DIALABLE)
        if odds is None:
            return one_to_one(floor, ": only one-to-one numbers are left")
        marks = _marks(floor)
        asked = self._asked
        if asked and asked.marks == marks and floor.now - asked.at < STALE_S:
            return asked.decision
        decision = self._look(floor, odds)
        if decision.count == 0 and not decision.withdraw:
            self._asked = _Asked(at=floor.now, marks=marks, decision=decision)
        return decision

    def _look(self, floor: FloorSeen, odds: float) -> Decision:
        self.learning.advance(floor.now)
        theta = self.governor.theta(floor)
        shared = [line for line in floor.lines() if line.agent_id is None]
        shared = [line for line in shared if line.attempt_id not in self._withdrawn]
        pool = self._pool(floor, shared)
        share, expected = self.learning.chance.believed()
        scenarios = _scenarios(pool.ready + len(pool.busy))
        believed = Believed(share=share, expected=expected, scenarios=scenarios)
        ahead = LookAhead(self._tables, pool, believed)
        free = pool.ready - len(shared) - len(pool.waiting)
        count, risk = 0, 0.0
        withdraw = self._withdrawable(floor, shared, ahead, theta) if free <= 0 else ()
        lines = {line.attempt_id for line in floor.lines()}
        self._withdrawn = (self._withdrawn & lines) | set(withdraw)
        while count < MOST_LINES:
            risk = ahead.risk()
            if risk > theta and free <= 0:
                break
            ahead.add(odds)
            self.governor.dialed(risk, odds)
            count += 1
            free -= 1
        reason = (
            f"one more line would lose somebody in {risk:.1%} of cases if answered; "
            f"{theta:.1%} is allowed"
        )
        return Decision(
            kind=LineKind.SHARED,
            count=count,
            leads=LeadClass.OVER_DIALABLE,
            withdraw=withdraw,
            reason=reason,
            figures={
                "ready": pool.ready,
                "busy": len(pool.busy),
                "lines": len(shared),
                "waiting": len(pool.waiting),
                "chance": round(share.mean, 4),
                "risk": round(risk, 5),
                "theta": round(theta, 5),
                "scenarios": scenarios,
            },
        )

    def _pool(self, floor: FloorSeen, shared: list[Line]) -> Pool:
        now = floor.now
        latency = self.learning.latency_s
        arrivals = floor.arrivals()
        if arrivals:
            self._patience_s = arrivals[-1].connect_by - arrivals[-1].answered_at
        self._tables.refresh(max(self._patience_s, self.learning.detection_s) - latency)
        grid = self._tables.grid
        reserved = {line.agent_id for line in floor.lines()}
        ready = 0
        busy, keys = [], []
        for seat in floor.seats():
            if seat.is_leaving or seat.agent_id in reserved or seat.state is AgentState.RESERVED:
                continue
            if seat.state is AgentState.READY:
                ready += 1
                continue
            row = self._tables.free(seat.state is AgentState.TALKING, now - seat.since)
            busy.append((row, CELLS if seat.free_by is None else grid.cell(seat.free_by - now)))
            keys.append((seat.agent_id, seat.state))
        return Pool(
            ready=ready,
            busy=busy,
            busy_slots=self._seat_slots.of(keys),
            waiting=[grid.cell(each.connect_by - latency - now) for each in arrivals],
            ages=[line_age(now - line.dialed_at) for line in shared],
            odds=[line.odds for line in shared],
            line_slots=self._line_slots.of([line.attempt_id for line in shared]),
        )

    def _withdrawable(
        self, floor: FloorSeen, shared: list[Line], ahead: LookAhead, theta: float
    ) -> tuple[str, ...]:
        """Old lines that had better not be answered any more, oldest first."""
        found: list[str] = []
        for number, line in enumerate(shared):
            if line.rang_at is None or floor.now - line.rang_at < LAWFUL_RING_TIME_S:
                continue
            if len(found) == MOST_WITHDRAWN:
                break
            ahead.take_out(number)
            if ahead.risk(line_age(floor.now - line.dialed_at)) > WITHDRAW_AT * theta:
                found.append(line.attempt_id)
            else:
                ahead.put_back(number)
                break
        return tuple(found)


def _scenarios(seats: int) -> int:
    if seats <= 12:
        return 512
    return 256 if seats <= 32 else 128 if seats <= 80 else 64


def _marks(floor: FloorSeen) -> tuple[object, ...]:
    return (
        floor.ready,
        floor.shared_lines,
        floor.people_waiting,
        len(floor.seats()),
        len(floor.lines()),
        len(floor.arrivals()),
    )
