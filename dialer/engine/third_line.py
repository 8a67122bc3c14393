"""A third line: that of a third party to whom a person is to be put through, from asking to end.

    CALLING -> ANSWERED <-> CONSULTING
                  `---------`--> GOING -> THROUGH
    any -> OVER

A `Transfer` hangs on its attempt, also when it is over, so that its agent can be told how it came
out; the floor knows it by its id for as long as its channel may live. transfer.py moves it.
"""

from dataclasses import dataclass
from enum import StrEnum, auto

from dialer.domain.transfer import TransferDestination, TransferOutcome
from dialer.engine.store_commands import SaveTransfer

TRANSFER_PREFIX = "transfer-"
"""Of a transfer's id, which is that of its third line."""


class Stage(StrEnum):
    """How far a transfer has come."""

    CALLING = auto()  # the third party's telephone is called
    ANSWERED = auto()  # he waits, and hears soft tones
    CONSULTING = auto()  # agent and third party talk; the person is on hold
    GOING = auto()  # person and third party are being put together
    THROUGH = auto()  # they talk; the agent has nothing to do with it any more
    OVER = auto()


WITH_AGENT = frozenset({Stage.CALLING, Stage.ANSWERED, Stage.CONSULTING})
"""Where the agent may still call it off."""

LEAVES_HIM_WAITING = frozenset({Stage.CONSULTING, Stage.GOING})
"""Where agent and person part, and it is not the end of their conversation."""

PUT_TOGETHER = frozenset({Stage.GOING, Stage.THROUGH})
"""Where the two need the agent's leg no more."""


def is_transfer(channel_id: str) -> bool:
    """Whether the id is that of a third line."""
    return channel_id.startswith(TRANSFER_PREFIX)


@dataclass(kw_only=True, slots=True)
class Transfer:
    """One transfer. Instants are seconds since the epoch, None until they happened."""

    id: str
    attempt_id: str
    destination: TransferDestination
    trunk: str  # that the third line goes out on; empty: none
    asked_at: float
    deadline: float
    stage: Stage = Stage.CALLING
    channel: str = ""
    answered_at: float | None = None
    through_at: float | None = None
    ended_at: float | None = None
    outcome: TransferOutcome | None = None
    brings_back: bool = False  # over, and the person is to be with his agent again

    def is_live(self) -> bool:
        """Whether it has not come to its end."""
        return self.stage is not Stage.OVER

    def end(self, outcome: TransferOutcome, at: float) -> SaveTransfer:
        """It is over; who were put through stay put through. Returns what is to be written."""
        self.stage, self.ended_at = Stage.OVER, at
        self.outcome = self.outcome or outcome
        return self.row()

    def row(self) -> SaveTransfer:
        """The transfer as it is to be written."""
        return SaveTransfer(
            transfer_id=self.id,
            attempt_id=self.attempt_id,
            kind=self.destination.kind,
            destination=self.destination.name,
            number=self.destination.number,
            trunk=self.trunk,
            asked_at=self.asked_at,
            answered_at=self.answered_at,
            through_at=self.through_at,
            ended_at=self.ended_at,
            outcome=self.outcome,
        )
