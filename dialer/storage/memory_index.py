"""Indexes of the store in memory, so that nothing looks through all rows. For memory.py only.

`LeadQueue` is the order of claims of one campaign; `AttemptIndex` finds attempts by number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from dialer.domain.lead import LeadState
from dialer.domain.list_order import ListOrder
from dialer.storage.memory_rows import AttemptRow, Claim, LeadRow


@dataclass(kw_only=True, slots=True)
class LeadQueue:
    """Leads that may be claimed: those that rest, by when they are due, and those whose turn it is.

    Heaps are not searched: an entry that is not its row's latest `queued` is passed over.
    """

    resting: list[tuple[float, int, LeadRow]] = field(default_factory=list)
    due: list[tuple[bool, int, int, float, int, int, LeadRow]] = field(default_factory=list)
    serial: int = 0

    def offer(self, row: LeadRow) -> None:
        """The lead changed or is given back: queue it anew, unless it is done with."""
        self.serial += 1
        row.queued = self.serial
        if row.state is not LeadState.FINAL:
            due_at = row.next_at if row.next_at is not None else -inf
            heappush(self.resting, (due_at, self.serial, row))

    def take(self, row: LeadRow) -> None:
        """The lead is not to be claimed any more."""
        row.queued = 0

    def next_due(self, now: float) -> LeadRow | None:
        """Take out the lead whose turn it is."""
        resting, due = self.resting, self.due
        while resting and resting[0][0] <= now:
            _, serial, row = heappop(resting)
            if row.queued == serial:
                heappush(due, (*row.turn(), serial, row))
        while due:
            _, _, _, _, _, serial, row = heappop(due)
            if row.queued != serial:
                continue
            if row.is_due(now):
                return row
            self.offer(row)  # the clock was set back
        return None


@dataclass(kw_only=True, slots=True)
class AttemptIndex:
    """Attempts by number, and those that have not ended."""

    by_number: dict[str, list[AttemptRow]] = field(default_factory=dict)
    open_to: dict[str, AttemptRow] = field(default_factory=dict)  # by number

    def add(self, row: AttemptRow) -> None:
        """A new attempt, not ended."""
        e164 = row.saved.permit.e164
        self.by_number.setdefault(e164, []).append(row)
        self.open_to[e164] = row

    def close(self, row: AttemptRow) -> None:
        """The attempt has ended."""
        self.open_to.pop(row.saved.permit.e164, None)

    def last_under(self, claim: Claim, e164: str) -> AttemptRow | None:
        """The last attempt that was dialed on a claim of the number."""
        its = (
            row
            for row in self.to(e164)
            if row.saved.lead.id == claim.lead_id and row.saved.dialed_at >= claim.since
        )
        return max(its, key=lambda row: row.saved.dialed_at, default=None)

    def to(self, e164: str) -> list[AttemptRow]:
        """All attempts to a number."""
        return self.by_number.get(e164, [])


def rescore(
    rows: Iterable[LeadRow], campaign_id: int, queue: LeadQueue, order: ListOrder
) -> None:
    """Put the leads of one campaign in this order."""
    for row in rows:
        if row.lead.campaign_id != campaign_id or row.state is LeadState.FINAL:
            continue
        bucket = order.bucket(row.with_history())
        if bucket != row.odds_bucket:
            row.odds_bucket = bucket
            if row.queued:
                queue.offer(row)
