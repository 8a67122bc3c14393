"""The hopper: leads claimed from the store, waiting in memory to be dialed.

Claims run out in the store, so a lead that has waited too long is given back rather than dialed:
another engine may have claimed it by then.
"""

from collections import deque
from dataclasses import dataclass, field

from dialer.domain.lead import Lead

CLAIM_TRUSTED_S = 240.0
"""How long we rely on a claim here. The store holds claims for 15 minutes, which leaves room for
the ten for which a lead may be shown to an agent (agents.PREVIEW_TIMEOUT_S)."""

CLAIM_ANSWER_TIMEOUT_S = 10.0

CLAIM_MAX = 50
"""Leads asked for in one go. Reading hundreds at once would hold up, for a blink, the answered
calls that wait to be routed; the next claim follows at once where these do not suffice."""


@dataclass(kw_only=True, slots=True)
class Hopper:
    """The claimed leads of one campaign."""

    leads: deque[tuple[float, Lead]] = field(default_factory=deque)
    asked_at: float | None = None
    dry_until: float = 0.0  # the store had nothing due; not asked again before

    def __len__(self) -> int:
        return len(self.leads)

    def fill(self, leads: tuple[Lead, ...], now: float) -> None:
        """Take in what the store claimed for us."""
        self.asked_at = None
        self.leads.extend((now, lead) for lead in leads)
        if not leads:
            self.dry_until = now + 1.0

    def next_claim(self) -> tuple[float, Lead] | None:
        """Take out the lead that has waited longest, with the instant from which it is ours."""
        return self.leads.popleft() if self.leads else None

    def put_back(self, claim: tuple[float, Lead]) -> None:
        """Return a lead to the front: it could not be dialed for a reason of ours.

        Its claim grows no younger by that.
        """
        self.leads.appendleft(claim)

    def expired(self, now: float) -> tuple[int, ...]:
        """Take out the leads whose claim is too old to rely on; returns their ids."""
        stale = []
        while self.leads and now - self.leads[0][0] > CLAIM_TRUSTED_S:
            stale.append(self.leads.popleft()[1].id)
        return tuple(stale)

    def empty(self) -> tuple[int, ...]:
        """Take out everything; returns the ids."""
        ids = tuple(lead.id for _, lead in self.leads)
        self.leads.clear()
        return ids

    def take_number(self, e164: str) -> Lead | None:
        """Take out the lead of a number, whatever its turn."""
        for claim in self.leads:
            if claim[1].e164 == e164:
                self.leads.remove(claim)
                return claim[1]
        return None

    def drop_number(self, e164: str) -> tuple[int, ...]:
        """Take out every lead of a number that must not be called any more."""
        ids = tuple(lead.id for _, lead in self.leads if lead.e164 == e164)
        if ids:
            self.leads = deque(item for item in self.leads if item[1].e164 != e164)
        return ids

    def shortage(self, wanted: int, now: float) -> int:
        """How many leads to ask the store for now; 0 while an answer is awaited."""
        is_waiting = self.asked_at is not None and now - self.asked_at < CLAIM_ANSWER_TIMEOUT_S
        if is_waiting or now < self.dry_until or len(self.leads) >= wanted / 2:
            return 0
        self.asked_at = now
        return min(CLAIM_MAX, wanted - len(self.leads))
