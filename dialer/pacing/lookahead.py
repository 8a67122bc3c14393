"""The look-ahead: what would become of one more line, over many scenarios of the next half minute.

A *scenario* is one possible course: when each busy agent comes free, which lines are answered and
when. In each, people are served in turn. Count at every instant the people who must have an agent
by then, less the agents who have come free by then: that is the *need*. Its greatest value, if it
is above zero, is how many people are lost; one person more is lost as well exactly when the need
is at that greatest value (or at zero, if nobody is lost) at the instant he must have his agent or
at any later one. So nothing need be simulated person by person, and the chance that one more line
loses somebody, *given that it is answered*, comes out without drawing when it is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.pacing.chances import levels, normals
from dialer.pacing.laws import NEARLY_NONE, Floats
from dialer.pacing.learning import Share
from dialer.pacing.residuals import CELLS, ROW, WHOLE, Cells, Residuals

ONE = np.int16(1)
CELL_NUMBERS = np.arange(CELLS, dtype=np.int16)[:, None]
WEIGHT = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """The floor as the look-ahead takes it: only those who share lines, times from now.

    `busy` are the rows of when agents come free, with the cell by which they do at the latest.
    """

    ready: int
    busy: Sequence[tuple[Cells, int]]
    busy_slots: Sequence[int]
    waiting: Sequence[int]  # the cells by which answered people must have an agent
    ages: Sequence[int]  # of lines
    odds: Sequence[float]  # of lines, as believed when they were dialed
    line_slots: Sequence[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Believed:
    """The share of answers, what the odds had led to expect, and how many scenarios to draw."""

    share: Share
    expected: float
    scenarios: int


class LookAhead:
    """The scenarios of one decision. Lines may be added and taken out."""

    def __init__(self, tables: Residuals, pool: Pool, believed: Believed) -> None:
        self._tables = tables
        self.scenarios = believed.scenarios
        self._levels = levels(believed.scenarios)
        share = _shares(believed.share, believed.scenarios)
        expected = believed.expected
        self._factor = share / (1.0 - share) * ((1.0 - expected) / expected)
        self._weights = (share * (WEIGHT / believed.share.mean)).astype(np.int64)
        self._weight = int(self._weights.sum())
        self._lines = self._cells_of_lines(pool)
        self._need = self._first_need(pool)
        self._next_slot = max(pool.line_slots, default=0) + 1

    def _cells_of_lines(self, pool: Pool) -> Cells:
        """By which cell the one who answers must have an agent; CELLS where nobody answers."""
        if not pool.ages:
            return np.zeros((0, self.scenarios), dtype=np.int16)
        return self._draw(list(pool.ages), np.array(pool.odds), list(pool.line_slots))

    def _draw(self, ages: list[int], odds: Floats, slots: list[int]) -> Cells:
        people = (odds * self._tables.still_people[ages])[:, None] * self._factor
        nobody = ((1.0 - odds) * self._tables.still_failing[ages])[:, None]
        chance = np.maximum(people / (people + nobody), NEARLY_NONE)
        level = self._levels[::2][np.array(slots) % (len(self._levels) // 2)]
        answered = level < chance
        which = np.minimum(level / chance * ROW, ROW - 1).astype(np.intp)
        cells = self._tables.answers(ages)[np.arange(len(ages))[:, None], which]
        return np.where(answered, cells, np.int16(CELLS))

    def _first_need(self, pool: Pool) -> NDArray[np.int16]:
        change = self._counted(self._lines)
        if pool.busy:
            rows = np.array([row for row, _ in pool.busy])
            slots = np.array(pool.busy_slots)
            # Rows of their own: by the same chances as a line, a seat would seem to suit it.
            level = self._levels[1::2][slots % (len(self._levels) // 2)]
            free = rows[np.arange(len(rows))[:, None], (level * ROW).astype(np.intp)]
            latest = np.array([by for _, by in pool.busy], dtype=np.int16)[:, None]
            change -= self._counted(np.minimum(free, latest))
        change[0] -= pool.ready
        for cell in pool.waiting:
            change[min(cell, CELLS)] += 1
        return _running_sum(change[:CELLS].astype(np.int16))

    def _counted(self, cells: Cells) -> NDArray[np.int64]:
        """How many fall into each cell, by scenario."""
        flat = (cells.astype(np.int64) * self.scenarios + np.arange(self.scenarios)).ravel()
        counts = np.bincount(flat, minlength=(CELLS + 1) * self.scenarios)
        return counts.reshape(CELLS + 1, self.scenarios)

    # --- what comes of it -------------------------------------------------------------------

    def lost(self) -> float:
        """How many people are lost on average, as things stand."""
        return float(np.maximum(self._need.max(axis=0), 0).sum()) / self.scenarios

    def answers_expected(self) -> float:
        """How many of the lines are answered on average."""
        return float((self._lines < CELLS).sum()) / self.scenarios

    def risk(self, age: int = 0) -> float:
        """The chance that one more line of that age loses somebody if it is answered."""
        bound = np.maximum(self._need.max(axis=0), 0)
        cells = ((self._need >= bound) * (CELL_NUMBERS + ONE)).max(axis=0)
        by_cell = np.zeros(CELLS + 1, dtype=np.int64)
        by_cell[1:] = self._tables.must_have_agent(age) * WHOLE
        by_cell[CELLS] = WHOLE
        return int((by_cell[cells] * self._weights).sum()) / (self._weight * WHOLE)

    def risk_without_an_agent(self) -> float:
        """The chance that one waiting agent fewer loses somebody."""
        return float((self._need.max(axis=0) >= 0).sum()) / self.scenarios

    def take_agent(self) -> None:
        """Reckon without one of the waiting agents."""
        self._need += ONE

    def add(self, odds: float) -> None:
        """Reckon with one more line, dialed now."""
        self._next_slot += 1
        cells = self._draw([0], np.array([odds]), [self._next_slot])
        self._need += cells <= CELL_NUMBERS

    def take_out(self, line: int) -> None:
        """Reckon without a line of the pool."""
        self._need -= self._lines[line] <= CELL_NUMBERS

    def put_back(self, line: int) -> None:
        """Reckon with it again."""
        self._need += self._lines[line] <= CELL_NUMBERS


def _running_sum(rows: NDArray[np.int16]) -> NDArray[np.int16]:
    """Sums down the rows, in steps of doubling length: much quicker here than accumulate."""
    step = 1
    while step < len(rows):
        rows[step:] = rows[step:] + rows[:-step]
        step *= 2
    return rows


def _shares(share: Share, scenarios: int) -> Floats:
    """A share for each scenario: normal, bent by the skewness of a beta law."""
    mean, spread = share.mean, share.spread()
    skew = 2.0 * (1.0 - 2.0 * mean) * spread / (mean * (1.0 - mean) + spread * spread)
    deviates = normals(scenarios)
    bent = deviates + (deviates * deviates - 1.0) * (skew / 6.0)
    return np.clip(mean + spread * bent, 0.05 * mean, 0.5 + 0.5 * mean)
