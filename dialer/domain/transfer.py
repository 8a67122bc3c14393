"""Transfers: handing the person on the line to a third party, such as an office or the shift lead.

A *destination* is one of the third parties that a campaign names; volunteers choose among them and
never type a number. Read by every package.
"""

from enum import StrEnum

from dialer.domain.value import value

LONGEST_EXTENSION = 6
"""More digits than any extension has: whatever is longer is a telephone number."""


class DestinationKind(StrEnum):
    """Who a third party is."""

    OFFICE = "office"  # outside: patching a constituent through
    SHIFT_LEAD = "shift_lead"


class TransferOutcome(StrEnum):
    """The one way in which a transfer came out."""

    PUT_THROUGH = "put_through"  # person and third party talked with each other
    CANCELLED = "cancelled"  # by the volunteer
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"  # the third line could not be reached, or the two not be put together
    THIRD_LEFT = "third_left"  # the third party hung up before that
    PERSON_LEFT = "person_left"  # the person did
    AGENT_LEFT = "agent_left"  # the volunteer's leg broke off before that
    LOST = "lost"  # it ended while we were not looking


@value
class TransferDestination:
    """One third party. `number` is E.164, or the extension of a SIP telephone of ours (digits)."""

    kind: DestinationKind
    name: str
    number: str

    @property
    def is_extension(self) -> bool:
        """Whether it is called without a trunk."""
        return len(self.number) <= LONGEST_EXTENSION and not self.number.startswith("+")
