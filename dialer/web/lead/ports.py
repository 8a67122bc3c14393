"""What the shift leads' side needs: who may watch, who has joined, how far the campaign is.

Storage implements all of it, app.py brings it together. Methods that look into the database may
raise `StoreAway`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.compliance.ledger import LegalLedger
from dialer.domain.campaign import Campaign
from dialer.domain.shift_lead import ShiftLead
from dialer.domain.volunteer import Session
from dialer.web.volunteer.ports import GoalCounter


class LeadRegister(Protocol):
    """The shift leads' links."""

    async def lead(self, secret: str) -> ShiftLead | None:
        """Whose secret it is, also of a link that holds no more."""


class Joined(Protocol):
    """Somebody who has joined."""

    @property
    def session(self) -> Session:
        """His session, which lasts."""


class Roll(Protocol):
    """Who has joined a campaign."""

    async def sessions(self, campaign_id: int | None) -> Sequence[Joined]:
        """The sessions of a campaign that last."""

    async def approve(self, session_id: int) -> bool:
        """Let him go on; False where there is no such session that lasts."""


class Books(Protocol):
    """The abandonment ledgers."""

    async def ledger(self, campaign: Campaign, now: float) -> LegalLedger:
        """The ledger of the campaign's legal campaign, as of now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leading:
    """All of them together."""

    register: LeadRegister
    roll: Roll
    goals: GoalCounter
    books: Books
