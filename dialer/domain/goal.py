"""A campaign's goal: what is counted, how much of it is wanted, since when and until when.

Set by `callbank campaign set --goal`; counted by storage; volunteers see it between their calls.
"""

from dataclasses import dataclass

CONVERSATIONS = "conversations"
"""People who were put through, but those who by the result were a machine or somebody else."""
SHIFTS = "shifts"
"""People who chose a shift or event."""
PLEDGES = "pledges"
"""People who promised money."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """`counts` is one of the words above, or `QUESTION=CHOICE` of the script, as in `support=yes`.

    Instants are seconds since the epoch, UTC. A target of 0: there is no goal.
    """

    counts: str = ""
    target: int = 0
    since: float = 0.0
    by: float | None = None

    @property
    def answer(self) -> tuple[str, str] | None:
        """Question and choice, where people are counted who chose it."""
        question, is_answer, choice = self.counts.partition("=")
        return (question, choice) if is_answer else None


NO_GOAL = Goal()
