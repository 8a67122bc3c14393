"""VICIdial's pacing: its two daemons and their clocks, after dialers.md 1.2 to 1.7 and 1.10.

Modelled: AST_VDadapt's loops (samples each second, level each 15 s, drops each 60 s and lagging,
level kept over midnight while the day's figures begin anew); AST_VDauto_dial's cycle (2.5 s, and
one call's spacing for each call placed, with the calls decided at its start); over-dialing on
talkers; half-even rounding; agents in wrap-up, who count in the total only; calls in detection,
which count as existing but not as waiting; and, for `drop_call_s` above 1, that VICIdial would
still connect people whom the law counts as abandoned (below, `Patience`).

Not modelled: paused agents in the total (a pacer does not see breaks); polling of 0.25 s and the
concurrency gate of routing, which the engine does at once and in order; conversations with people
whom it would connect too late; machines that agents report, which leave VICIdial's denominator;
dial-level thresholds, in-call tally, drop-rate groups, blending, rounding for each server.
"""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

from dialer.domain.agent import AgentState
from dialer.pacing.by_rule import ByRule
from dialer.pacing.floor import (
    Decision,
    Fact,
    FloorSeen,
    LineFailed,
    LineWithdrawn,
    PersonArrived,
    PersonLost,
    WrapUpEnded,
)
from dialer.sim.peers.rules import Crew, Every, Tuning, crew_of, dial, out, tuned
from dialer.sim.peers.vicidial_rules import (
    DropCount,
    Drops,
    Means,
    Method,
    OnServer,
    Settings,
    calls_to_place,
    next_level,
)

SAMPLE_EVERY_S = 1.0
SAMPLES = 15
LEVEL_EVERY_S = 15.0
DROPS_EVERY_S = 60.0
CYCLE_S = 2.5
LATE_S = 1.5  # a cycle begun no later than this does not shift the next one
CALLS_PER_SECOND = 5.0  # of one server
AGENTS_PER_SERVER = 25  # ViciBox's dimensioning (dialers.md 5)
LEGAL_PATIENCE_S = 2.0
DAY_S = 86400.0

TUNED_LEVEL: Tuning = ((5, 1.09), (10, 1.25), (25, 1.40), (50, 1.52), (100, 1.63))
"""RATIO's level, tuned by hand on the reference traffic to just under 3 %. Five agents have no such
level: at 1.1 rounding gives them a sixth line, and 6 % are dropped. (pacing-and-amd.md A3 has 1.1,
1.24, 1.37, 1.50 and 1.59.)"""

TUNED_AVAILABLE_LEVEL: Tuning = ((5, 1.5), (10, 2.5), (25, 4.3), (50, 6.3), (100, 8.2))
"""The same with the available-only tally, where the level is lines for each *idle* agent. The next
step that rounding knows loses more than 3 % with small teams: 3.1 % at 1.55, 3.2 % at 2.55."""


class Vicidial(ByRule):
    """A campaign paced by VICIdial."""

    knows_no_budget = True  # see sim/law.py

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.drop_count = DropCount()
        self.patience = Patience(extra_s=settings.drop_call_s + 1.0 - LEGAL_PATIENCE_S)
        self.adapt = Adapt(settings, self.drop_count)
        self.auto_dial = AutoDial()
        self._level = self.adapt.level

    def learn(self, fact: Fact) -> None:
        """Rows of the call log are written."""
        match fact:
            case PersonArrived():
                self.drop_count.call(fact.ready_at)
            case LineFailed() | LineWithdrawn():
                self.drop_count.call(fact.ended_at)
            case WrapUpEnded():
                self.drop_count.disposition()
            case PersonLost():
                self.patience.runs_out_for(fact.at)

    def decide(self, floor: FloorSeen) -> Decision:
        """Let both daemons run up to now; place the calls whose turn it is."""
        now = floor.now
        for at in self.patience.drops(floor):
            self.drop_count.drop(at)
        if self.adapt.is_due(now):
            self.adapt.run(now, crew_of(floor), floor.people_waiting)
        if self.auto_dial.is_due(now):
            crew = crew_of(floor)
            seen = OnServer(ready=crew.ready, in_call=crew.in_call, calls_out=out(floor))
            self._level = self.level(crew)
            wanted = calls_to_place(self.settings, self._level, seen)
            self.auto_dial.begin(now, crew, wanted)
        count = self.auto_dial.calls_due(now)
        if count <= 0:
            return Decision(reason="between two calls")
        percent = self.adapt.drops.drop_answer_percent_today
        figures = {"level": self._level, "drop_percent": percent}
        return dial(floor, count, f"level {self._level:g}, {percent:g} % dropped", figures)

    def level(self, crew: Crew) -> float:
        """Lines for each agent."""
        if self.settings.method is not Method.RATIO:
            return self.adapt.level
        is_available_only = self.settings.is_tally_available_only
        by_hand = TUNED_AVAILABLE_LEVEL if is_available_only else TUNED_LEVEL
        return self.settings.level or tuned(by_hand, crew.total)


class Adapt:
    """AST_VDadapt: samples, statistic, level. One for the campaign."""

    def __init__(self, settings: Settings, drop_count: DropCount) -> None:
        self.settings = settings
        self.level = settings.level or 1.0
        self.drops = Drops()
        self._drop_count = drop_count
        self._samples: deque[Means] = deque(maxlen=SAMPLES)
        self._loop = Every(period_s=SAMPLE_EVERY_S)
        self._drops_loop = Every(period_s=DROPS_EVERY_S)  # due at once, at the start
        self._level_loop = Every(period_s=LEVEL_EVERY_S)
        self._day: int | None = None

    def is_due(self, now: float) -> bool:
        """Whether it is time for a turn of the loop."""
        return self._loop.is_due(now)

    def run(self, now: float, crew: Crew, waiting: int) -> None:
        """One turn of the loop."""
        self._begin_day(now)
        self._samples.append(Means(ready=crew.ready, waiting=waiting, total=crew.total))
        if self._drops_loop.is_due(now):
            self.drops = self._drop_count.statistic(now)
        if self._level_loop.due_at is None:  # the first sweep comes after a whole period
            self._level_loop.due_at = now + LEVEL_EVERY_S
        if self._level_loop.is_due(now):
            self._move_level(now)

    def _move_level(self, now: float) -> None:
        means = Means(
            ready=_mean([one.ready for one in self._samples]),
            waiting=_mean([one.waiting for one in self._samples]),
            total=_mean([one.total for one in self._samples]),
        )
        if means.total > 0:
            minutes = int((now + self.settings.utc_offset_s) % DAY_S) // 60
            hhmm = minutes // 60 * 100 + minutes % 60
            self.level = next_level(self.settings, self.level, means, self.drops, hhmm)

    def _begin_day(self, now: float) -> None:
        day = int((now + self.settings.utc_offset_s) // DAY_S)
        if self._day not in (None, day):
            self._drop_count.midnight()
        self._day = day


class AutoDial:
    """AST_VDauto_dial: decides once a cycle, and places the calls one by one.

    A server places 5 calls a second; as many servers are assumed as the agents need.
    """

    def __init__(self) -> None:
        self._begun_at = self._next_at = 0.0
        self._spacing_s = 1 / CALLS_PER_SECOND
        self._wanted = self._placed = 0

    def is_due(self, now: float) -> bool:
        """Whether a cycle begins."""
        return now >= self._next_at

    def begin(self, now: float, crew: Crew, wanted: int) -> None:
        """Begin a cycle that places `wanted` calls."""
        is_late = now - self._next_at < LATE_S  # we are asked at ticks and events only
        self._begun_at = self._next_at if is_late else now
        self._spacing_s = 1 / (CALLS_PER_SECOND * max(1, ceil(crew.total / AGENTS_PER_SERVER)))
        self._wanted, self._placed = wanted, 0
        self._next_at = self._begun_at + CYCLE_S + wanted * self._spacing_s

    def calls_due(self, now: float) -> int:
        """Calls of the cycle to place at this instant."""
        turns = 1 + int((now - self._begun_at) / self._spacing_s)
        count = min(self._wanted, turns) - self._placed
        self._placed += count
        return count


@dataclass(kw_only=True, slots=True)
class Patience:
    """People whom the law counts as abandoned, and VICIdial perhaps not yet.

    The engine ends every wait after two seconds, so the conversation is lost to VICIdial here;
    but its statistic is what drives its level. A person is no drop of its own if, within the
    patience that is left, an agent becomes free who could have taken him.
    """

    extra_s: float
    people: deque[float] = field(default_factory=deque)  # when the law gave them up
    takers: set[tuple[int, float]] = field(default_factory=set)

    def runs_out_for(self, at: float) -> None:
        """The law's two seconds are over for a person."""
        self.people.append(at)

    def drops(self, floor: FloorSeen) -> list[float]:
        """Take out those whom VICIdial gives up too, with the instants; forget the others."""
        if not self.people:
            self.takers.clear()
            return []
        for seat in floor.seats() if self.extra_s > 0 else ():
            taker = (seat.agent_id, seat.since)
            is_fresh = seat.state is AgentState.READY and taker not in self.takers
            if self.people and is_fresh and 0 <= seat.since - self.people[0] <= self.extra_s:
                self.people.popleft()
                self.takers.add(taker)
        drops = []
        while self.people and floor.now >= self.people[0] + max(0.0, self.extra_s):
            drops.append(self.people.popleft() + max(0.0, self.extra_s))
        return drops


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
