"""The oracle: our own look-ahead, told when every busy agent will come free.

Nobody can know that. What it reaches is the practical ceiling of pacing (pacing-and-amd.md A3),
because everything else is left as chancy as it is: who answers, and when. The simulator hands it
the truth.
"""

from typing import Protocol

from dialer.domain.agent import AgentState
from dialer.pacing.floor import FloorSeen
from dialer.pacing.predictive import Predictive
from dialer.pacing.residuals import CELLS, Cells
from dialer.pacing.shared_lines import SharedLines

NEVER_S = 86400.0
"""Beyond every horizon: for agents who have vanished, which the engine may not know yet."""


class Truth(Protocol):
    """What no dialer can know (sim/run.py has it)."""

    def free_at(self, agent_id: int) -> float:
        """When the agent's call and wrap-up will be over; infinity if he is away."""


class Oracle(Predictive):
    """Predictive pacing without doubt about agents."""

    def __init__(self) -> None:
        super().__init__()
        self._shared: KnowingLines = KnowingLines(self.learning, self.governor)

    def see_truth(self, truth: Truth) -> None:
        """Called by the simulator before the first decision."""
        self._shared.truth = truth


class KnowingLines(SharedLines):
    """Shared lines, decided in the knowledge of when agents come free."""

    truth: Truth | None = None

    def _seats(
        self, floor: FloorSeen, reserved: set[int | None]
    ) -> tuple[int, list[tuple[int, AgentState]], list[tuple[Cells, int]]]:
        """As they are, with the cell in which each busy one comes free instead of its chances."""
        truth = self.truth
        if truth is None:
            raise ValueError("the oracle works in the simulator only, which tells it the truth")
        ready, keys, busy = super()._seats(floor, reserved)
        cell = self._tables.grid.cell
        known = [
            # A row that lies beyond the horizon throughout, so that the second figure decides.
            (row * 0 + CELLS, cell(min(truth.free_at(agent_id) - floor.now, NEVER_S)))
            for (row, _), (agent_id, _) in zip(busy, keys, strict=True)
        ]
        return ready, keys, known
