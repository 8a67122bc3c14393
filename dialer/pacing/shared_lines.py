"""Shared lines: how many a floor can bear now, and which old ones it no longer can.

The look-ahead (lookahead.py) tells the risk of one more line, the governor (governor.py) how much
risk the abandonment budget allows. An agent who waits with no line in flight for him may always
have one. Agents who are reserved, and the lines that they are reserved for, take themselves out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dialer.domain.agent import AgentState
from dialer.domain.campaign import LAWFUL_RING_TIME_S
from dialer.pacing.chances import Slots
from dialer.pacing.floor import Decision, FloorSeen, LeadClass, Line, LineKind
from dialer.pacing.governor import Governor
from dialer.pacing.learning import Learning
from dialer.pacing.lookahead import Believed, LookAhead, Pool
from dialer.pacing.residuals import CELLS, Cells, Residuals, line_age

PATIENCE_S = 2.0
"""How long people may wait, until one is seen who does."""
MOST_LINES = 24
"""Lines in one decision; whoever wants more is asked again."""
MOST_WITHDRAWN = 6
NEVER_WITHDRAWN = 8
"""Every so manieth line rings until its end, whatever the risk: nothing else would show how many
people answer late."""
WITHDRAW_AT = 4.0
"""Risk, in thetas, at which an old line is taken back."""
STALE_S = 0.75
"""How long the answer 'no more lines' holds while nothing has changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What the floor looked like when no more lines were found safe."""

    at: float
    marks: tuple[object, ...]
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class _Added:
    """Lines that a look-ahead found safe, and the risk of the next one."""

    count: int
    risk: float


class SharedLines:
    """Decides for the lines that no agent is reserved for."""

    def __init__(self, learning: Learning, governor: Governor) -> None:
        self._learning = learning
        self._governor = governor
        self._tables = Residuals(learning)
        self._line_slots = Slots()
        self._seat_slots = Slots()
        self._patience_s = PATIENCE_S
        self._asked: _Asked | None = None
        self._withdrawn: set[str] = set()

    def decide(self, floor: FloorSeen, odds: float) -> Decision:
        """The lines to add, dialed to leads of these odds, and those to take back."""
        marks = _marks(floor, odds)
        asked = self._asked
        if asked and asked.marks == marks and floor.now - asked.at < STALE_S:
            return asked.decision
        decision = self._look(floor, odds)
        if decision.count == 0 and not decision.withdraw:
            self._asked = _Asked(at=floor.now, marks=marks, decision=decision)
        return decision

    def needed(self, floor: FloorSeen, odds: float) -> int:
        """How many waiting agents must stand by for the shared lines, when the others could dial
        leads of these odds on lines of their own."""
        shared, pool = self._seen(floor)
        if not shared and not pool.waiting:
            return 0
        theta = self._governor.theta(floor)
        ahead = self._ahead(pool)
        left = pool.ready
        while left > 0 and ahead.risk_without_an_agent() <= theta * odds:
            ahead.take_agent()
            left -= 1
        return left

    def _look(self, floor: FloorSeen, odds: float) -> Decision:
        theta = self._governor.theta(floor)
        shared, pool = self._seen(floor)
        ahead = self._ahead(pool)
        free = pool.ready - len(shared) - len(pool.waiting)
        withdraw = self._withdrawable(floor.now, shared, pool, ahead, theta) if free <= 0 else ()
        self._withdrawn.update(withdraw)
        added = self._add(ahead, odds, free, theta)
        return Decision(
            kind=LineKind.SHARED,
            count=added.count,
            leads=LeadClass.OVER_DIALABLE,
            withdraw=withdraw,
            reason=_reason(pool, added, len(withdraw), theta),
            figures={
                "ready": pool.ready,
                "busy": len(pool.busy),
                "lines": len(shared),
                "waiting": len(pool.waiting),
                "answer_chance": round(self._learning.chance.believed().mean, 4),
                "next_odds": round(odds, 4),
                "answers_expected": round(ahead.answers_expected(), 3),
                "people_lost_expected": round(ahead.lost(), 4),
                "risk": round(added.risk, 5),
                "theta": round(theta, 5),
                "scenarios": ahead.scenarios,
            },
        )

    def _seen(self, floor: FloorSeen) -> tuple[list[Line], Pool]:
        """The shared lines that are to stay, and the pool that they belong to."""
        lines = floor.lines()
        self._withdrawn &= {line.attempt_id for line in lines}
        shared = [
            line
            for line in lines
            if line.agent_id is None and line.attempt_id not in self._withdrawn
        ]
        return shared, self._pool(floor, shared, {line.agent_id for line in lines})

    def _ahead(self, pool: Pool) -> LookAhead:
        share, expected = self._learning.believed()
        scenarios = scenarios_for(pool.ready + len(pool.busy))
        believed = Believed(share=share, expected=expected, scenarios=scenarios)
        return LookAhead(self._tables, pool, believed)

    def _add(self, ahead: LookAhead, odds: float, free: int, theta: float) -> _Added:
        """Add lines while their risk is allowed; agents who have no line get one whatever it is."""
        count, risk = 0, ahead.risk()
        while count < MOST_LINES and (risk <= theta or count < free):
            self._governor.dialed(risk, odds)
            ahead.add(odds)
            count += 1
            risk = ahead.risk()
        return _Added(count=count, risk=risk)

    def _withdrawable(
        self, now: float, shared: Sequence[Line], pool: Pool, ahead: LookAhead, theta: float
    ) -> tuple[str, ...]:
        """Lines that had better not be answered any more and have rung their lawful time. From
        the oldest on, whose answers come soonest, until one may stay."""
        found: list[str] = []
        for number, line in enumerate(shared):
            if line.rang_at is None or now - line.rang_at < LAWFUL_RING_TIME_S:
                continue
            if pool.line_slots[number] % NEVER_WITHDRAWN == 0:
                continue
            if len(found) == MOST_WITHDRAWN:
                break
            ahead.take_out(number)
            if ahead.risk(pool.ages[number]) <= WITHDRAW_AT * theta:
                ahead.put_back(number)
                break
            found.append(line.attempt_id)
        return tuple(found)

    def _pool(self, floor: FloorSeen, shared: list[Line], reserved: set[int | None]) -> Pool:
        now, latency = floor.now, self._learning.latency_s
        arrivals = floor.arrivals()
        if arrivals:
            self._patience_s = arrivals[-1].connect_by - arrivals[-1].answered_at
        self._tables.refresh(max(self._patience_s, self._learning.detection_s) - latency)
        ready, keys, busy = self._seats(floor, reserved)
        return Pool(
            ready=ready,
            busy=busy,
            busy_slots=self._seat_slots.of(keys),
            waiting=[self._tables.grid.cell(a.connect_by - latency - now) for a in arrivals],
            ages=[line_age(now - line.dialed_at) for line in shared],
            odds=[line.odds for line in shared],
            line_slots=self._line_slots.of([line.attempt_id for line in shared]),
        )

    def _seats(
        self, floor: FloorSeen, reserved: set[int | None]
    ) -> tuple[int, list[tuple[int, AgentState]], list[tuple[Cells, int]]]:
        """Who waits, and who of the others comes free when, of those that shared lines may have."""
        now, cell = floor.now, self._tables.grid.cell
        ready, keys, busy, talking = 0, [], [], []
        for seat in floor.seats():
            if seat.is_leaving or seat.agent_id in reserved or seat.state is AgentState.RESERVED:
                continue
            if seat.state is AgentState.READY:
                ready += 1
                continue
            if seat.state is AgentState.TALKING:
                talking.append(now - seat.since)
            row = self._tables.free(seat.state is AgentState.TALKING, now - seat.since)
            busy.append((row, CELLS if seat.free_by is None else cell(seat.free_by - now)))
            keys.append((seat.agent_id, seat.state))
        self._learning.talk.still_lasting(talking)
        return ready, keys, busy


def scenarios_for(seats: int) -> int:
    """Enough to tell risks of some hundredths apart; no more than there is time for on a large
    floor (2 ms at 25 agents, 5 ms at 200, in 99 of 100 cases). Four times fewer do as well within
    what six seeds tell apart (0.2 points); on a small floor more than 512 brought nothing."""
    return 512 if seats <= 12 else 1024 if seats <= 60 else 512 if seats <= 250 else 256


def _marks(floor: FloorSeen, odds: float) -> tuple[object, ...]:
    """What changes whenever something happens that a decision depends on."""
    return (
        floor.ready,
        floor.shared_lines,
        len(floor.seats()),
        len(floor.lines()),
        len(floor.arrivals()),
        odds,
    )


def _reason(pool: Pool, added: _Added, withdrawn: int, theta: float) -> str:
    """The decision in a sentence."""
    people = f"{pool.ready} ready, {len(pool.busy)} busy, {len(pool.ages)} lines"
    took = f"; {withdrawn} old lines taken back" if withdrawn else ""
    dialed = f"{added.count} more dialed; one more on top" if added.count else "one more line"
    return (
        f"{people}{took}: {dialed} would lose a person in {added.risk:.1%} of cases"
        f" if it is answered, {theta:.1%} is allowed"
    )
