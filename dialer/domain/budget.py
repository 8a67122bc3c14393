"""How much of an abandonment budget is used: the figures of one accounting window.

The ledger (storage) counts them, the governor (pacing) and the gate of over-dialing (compliance)
read them. A campaign has several windows at once: its day and its 30-day block at least.
"""

from dialer.domain.value import value

BLOCK = "block"


@value
class BudgetWindow:
    """People who answered in one window, and how many of these were abandoned."""

    name: str  # "day", "block", and what a country's profile adds: "GB.calendar_day"
    answered: int
    abandoned: int
    machines: int = 0  # answered calls that were ended because detection took them for machines

    @property
    def is_block(self) -> bool:
        """Whether it is a 30-day block, in which enough people must have answered."""
        return self.name.rpartition(".")[2] == BLOCK
