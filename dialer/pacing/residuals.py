"""Tables for the look-ahead: when agents come free and lines are answered, by how old they are.

The look-ahead counts time in *cells* from now on; what is not over by the last cell lies beyond
the horizon. A *row* gives the cell for each of 256 levels of chance. Rows are made when they are
first needed, and anew when a law has changed.
"""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.pacing.laws import Floats, growing_edges
from dialer.pacing.learning import Learning

Cells = NDArray[np.int16]

CELLS = 96
"""Cells up to the horizon; one more stands for everything beyond it."""
ROW = 256
ROW_LEVELS = (np.arange(ROW) + 0.5) / ROW
LINE_AGES_PER_S = 2
LINE_AGES = 181
WHOLE = 1 << 20
"""Chances that are summed over scenarios are whole multiples of 1/WHOLE, so that sums are exact
in whatever order a machine adds."""

AGES = growing_edges(0.5, 7200.0, 1.08).tolist()


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The time scale: how long a cell is, and how long a person has when he has answered."""

    cell_s: float
    patience_s: float

    def cell(self, seconds: float) -> int:
        """The cell in which an instant lies, CELLS when beyond the horizon."""
        return min(max(int(seconds / self.cell_s), 0), CELLS)


class Residuals:
    """The tables of one campaign."""

    def __init__(self, learning: Learning) -> None:
        self._learning = learning
        self.grid = Grid(cell_s=0.3, patience_s=2.0)
        self._versions: tuple[int, ...] = ()
        self._ends = np.zeros(CELLS)
        self._busy: dict[tuple[bool, int], Cells] = {}
        self._fresh_wrap_up = np.zeros(CELLS)
        self.still_people = np.ones(LINE_AGES)
        """By age: the share of calls a person answers that he has not answered yet."""
        self.still_failing = np.ones(LINE_AGES)
        """By age: the share of the other calls that have not ended yet."""
        self._answers = np.zeros((LINE_AGES, ROW), dtype=np.int16)
        self._has_answers = [False] * LINE_AGES

    def refresh(self, patience_s: float) -> None:
        """Forget the tables of laws that have changed."""
        patience_s = round(max(patience_s, 0.1) * 4.0) / 4.0
        learned = self._learning
        laws = (learned.talk, learned.wrap_up, learned.ring, learned.failure)
        before, self._versions = self._versions, tuple(law.version for law in laws)
        if before == self._versions and patience_s == self.grid.patience_s:
            return
        grid = Grid(cell_s=self._horizon(patience_s) / CELLS, patience_s=patience_s)
        is_new = grid != self.grid or not before
        self.grid = grid
        self._ends = (np.arange(CELLS) + 1.0) * grid.cell_s
        if is_new or before[:2] != self._versions[:2]:
            self._busy = {}
            self._fresh_wrap_up = np.diff(learned.wrap_up.within(0.0, self._ends), prepend=0.0)
        if is_new or before[2:] != self._versions[2:]:
            ages = np.arange(LINE_AGES) / LINE_AGES_PER_S
            self.still_people = np.maximum(learned.ring.beyond(ages), 1e-9)
            self.still_failing = np.maximum(learned.failure.beyond(ages), 1e-9)
            self._has_answers = [False] * LINE_AGES

    def _horizon(self, patience_s: float) -> float:
        """When nearly all lines dialed now are decided, in steps of 3 seconds."""
        last = self._learning.ring.quantile(0.99) + patience_s
        return (int(last / 3.0) + 1) * 3.0

    def free(self, is_talking: bool, age_s: float) -> Cells:
        """When an agent of that age in his state comes free, by level."""
        bucket = max(1, bisect_left(AGES, age_s))
        row = self._busy.get((is_talking, bucket))
        if row is None:
            row = self._busy[is_talking, bucket] = self._free(is_talking, AGES[bucket - 1])
        return row

    def _free(self, is_talking: bool, age_s: float) -> Cells:
        if not is_talking:
            return _row(self._learning.wrap_up.within(age_s, self._ends))
        ends = np.diff(self._learning.talk.within(age_s, self._ends), prepend=0.0)
        return _row(np.cumsum(np.convolve(ends, self._fresh_wrap_up)[:CELLS]))

    def answers(self, ages: list[int]) -> Cells:
        """When people must have an agent at the latest, by level: a row for each line's age."""
        for age in ages:
            if not self._has_answers[age]:
                self._answers[age] = _row(self.must_have_agent(age))
                self._has_answers[age] = True
        return self._answers[ages]

    def must_have_agent(self, age: int) -> Floats:
        """The chance that whoever answers must have an agent by the end of each cell."""
        more = np.maximum(self._ends - self.grid.patience_s, 0.0)
        return self._learning.ring.within(age / LINE_AGES_PER_S, more)


def line_age(seconds: float) -> int:
    """The step of age in the tables of lines."""
    return min(max(int(seconds * LINE_AGES_PER_S + 0.5), 0), LINE_AGES - 1)


def _row(by_end_of_cell: Floats) -> Cells:
    return np.searchsorted(by_end_of_cell, ROW_LEVELS).astype(np.int16)
