"""Power dialing: r lines for each idle agent, r set by hand.

What most dialers call "power" or "boost" (Wombat's boost factor, ThruTalk's and CallHub's lines per
agent; dialers.md 1.11): free agents times r, less the lines and people that are out already. It
knows nothing of agents who will be free soon, nor of abandoned calls. Its best case is a
supervisor who has tuned r on the very same traffic, which is what `TUNED_LINES` is.
"""

from dialer.pacing.by_rule import ByRule
from dialer.pacing.floor import Decision, FloorSeen
from dialer.sim.peers.rules import Every, Tuning, dial, out, tuned

TUNED_LINES: Tuning = ((5, 1.9), (10, 2.5), (25, 3.95), (50, 5.7), (100, 7.5))
"""r tuned by hand on the reference traffic, to as near under 3 % as its steps allow. With few idle
agents r moves in steps: five agents lose 1 % at 1.9 and would lose 4 % at 2. (pacing-and-amd.md A3
has 1.4, 2.3, 4.1, 5.7 and 7.7, with another way of rounding.)"""

TUNED_EVERY_S = 10.0
"""How often the supervisor looks how many agents there are."""


class Power(ByRule):
    """So many lines for each idle agent."""

    knows_no_budget = True  # see sim/law.py

    def __init__(self, lines_per_agent: float | None = None) -> None:
        """`lines_per_agent` is r; None takes the hand-tuned one for the size of the floor."""
        self.lines_per_agent = lines_per_agent
        self._tuning = Every(period_s=TUNED_EVERY_S)
        self._lines = lines_per_agent or 1.0

    def decide(self, floor: FloorSeen) -> Decision:
        """Bring the lines up to r for each idle agent."""
        if self.lines_per_agent is None and self._tuning.is_due(floor.now):
            self._lines = tuned(TUNED_LINES, len(floor.seats()))
        lines, ready, out_now = self._lines, floor.ready, out(floor)
        reason = f"{ready} idle at {lines:g} lines each, {out_now} out"
        return dial(floor, int(lines * ready) - out_now, reason)
