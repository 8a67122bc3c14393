"""The oracle: our own look-ahead, told when every busy agent will come free.

Nobody can know that. What it reaches is the practical ceiling of pacing (pacing-and-amd.md A3),
because everything else is left as chancy as it is: who answers, and when. The simulator hands it
the truth.
"""

from dataclasses import replace
from typing import Protocol

from dialer.domain.agent import AgentState
from dialer.pacing.floor import FloorSeen, Line
from dialer.pacing.lookahead import Pool
from dialer.pacing.predictive import Predictive
from dialer.pacing.residuals import CELLS


class Truth(Protocol):
    """What no dialer can know (sim/run.py has it)."""

    def free_at(self, agent_id: int) -> float:
        """When the agent's call and wrap-up will be over."""


class Oracle(Predictive):
    """Predictive pacing without doubt about agents."""

    def __init__(self) -> None:
        super().__init__()
        self._truth: Truth | None = None

    def see_truth(self, truth: Truth) -> None:
        """Called by the simulator before the first decision."""
        self._truth = truth

    def _pool(self, floor: FloorSeen, shared: list[Line]) -> Pool:
        """The pool, with the cell in which each busy agent comes free instead of its chances."""
        pool = super()._pool(floor, shared)
        truth = self._truth
        if truth is None:
            raise ValueError("the oracle works in the simulator only, which tells it the truth")
        grid = self._tables.grid
        busy = [
            # A row that lies beyond the horizon throughout, so that the second figure decides.
            (row * 0 + CELLS, grid.cell(truth.free_at(agent_id) - floor.now))
            for (row, _), agent_id in zip(pool.busy, _busy(floor), strict=True)
        ]
        return replace(pool, busy=busy)


def _busy(floor: FloorSeen) -> list[int]:
    """The agents whose times the pool draws, in its order."""
    reserved = {line.agent_id for line in floor.lines()}
    return [
        seat.agent_id
        for seat in floor.seats()
        if seat.state in (AgentState.TALKING, AgentState.WRAP_UP)
        and not seat.is_leaving
        and seat.agent_id not in reserved
    ]
