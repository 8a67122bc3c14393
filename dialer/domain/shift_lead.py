"""A shift lead: somebody who watches one campaign's floor for an evening, by a link of his own.

His link's secret is also what his browser keeps; it holds until it expires or is revoked, for as
many devices as open it. Read by storage and web.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftLead:
    """One link. Instants are seconds since the epoch, UTC."""

    id: int
    campaign_id: int
    label: str = ""  # for organisers, such as a name
    created_at: float = 0.0
    expires_at: float = 0.0
    revoked_at: float | None = None

    def is_open(self, now: float) -> bool:
        """Whether whoever has it may watch the floor now."""
        return self.revoked_at is None and now < self.expires_at
