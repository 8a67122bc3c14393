"""Indexes of the store in memory, so that nothing looks through all rows. For memory.py only.

`LeadQueue` is the order of claims of one campaign; `AttemptIndex` finds attempts by number;
`LedgerIndex` keeps the abandonment counts of one campaign.
"""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from dialer.compliance.abandonment import Standing
from dialer.domain.lead import LeadState
from dialer.domain.outcome import Outcome
from dialer.storage.memory_rows import AttemptRow, LeadRow, standing_of

SLICE_S = 300.0
NEARLY_SORTED = 12 * 24
"""Slices begin in the order of time, but for calls of which is written only much later."""


@dataclass(kw_only=True, slots=True)
class LeadQueue:
    """Leads that may be claimed: those that rest, by when they are due, and those whose turn it is.

    Heaps are not searched: an entry that is not its row's latest `queued` is passed over.
    """

    resting: list[tuple[float, int, LeadRow]] = field(default_factory=list)
    due: list[tuple[tuple[bool, int, int, float, int], int, LeadRow]] = field(default_factory=list)
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
                heappush(due, (row.turn(), serial, row))
        while due:
            _, serial, row = heappop(due)
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
    first_dialed_at: dict[int, float] = field(default_factory=dict)  # by campaign

    def add(self, row: AttemptRow) -> None:
        """A new attempt, not ended."""
        saved = row.saved
        e164 = saved.permit.e164
        self.by_number.setdefault(e164, []).append(row)
        self.open_to[e164] = row
        first = self.first_dialed_at.get(saved.campaign_id, inf)
        self.first_dialed_at[saved.campaign_id] = min(first, saved.dialed_at)

    def close(self, row: AttemptRow) -> None:
        """The attempt has ended."""
        self.open_to.pop(row.saved.permit.e164, None)

    def to(self, e164: str) -> list[AttemptRow]:
        """All attempts to a number."""
        return self.by_number.get(e164, [])


@dataclass(kw_only=True, slots=True)
class _Slice:
    answered: int = 0
    abandoned: int = 0
    machines: int = 0
    rows: list[AttemptRow] = field(default_factory=list)

    def add(self, counts: tuple[int, int, int], sign: int) -> None:
        """Count a call as this many answered, abandoned, machines; or no longer."""
        self.answered += sign * counts[0]
        self.abandoned += sign * counts[1]
        self.machines += sign * counts[2]


@dataclass(kw_only=True, slots=True)
class LedgerIndex:
    """Answered and abandoned calls of one campaign, in slices of time by the answer."""

    whole: _Slice = field(default_factory=_Slice)
    slices: dict[int, _Slice] = field(default_factory=dict)
    first_answer_at: float = inf

    def recount(self, row: AttemptRow) -> None:
        """The row changed: count it as what it is now."""
        at = row.progress.answered_at
        if at is None:
            return
        if row.ledger_slice is None:
            row.ledger_slice = int(at // SLICE_S)
            self.slices.setdefault(row.ledger_slice, _Slice()).rows.append(row)
            self.first_answer_at = min(self.first_answer_at, at)
        before, row.counts_as = row.counts_as, _count(row)
        if row.counts_as != before:
            for one in (self.whole, self.slices[row.ledger_slice]):
                one.add(before, -1)
                one.add(row.counts_as, 1)

    def since(self, at: float) -> tuple[int, int, int]:
        """Answered, abandoned and machines from an instant on."""
        if at <= self.first_answer_at:
            return self.whole.answered, self.whole.abandoned, self.whole.machines
        found = _Slice()
        first = int(at // SLICE_S)
        for number, one in reversed(self.slices.items()):
            if number > first:
                found.add((one.answered, one.abandoned, one.machines), 1)
            elif number < first - NEARLY_SORTED:
                break
        for row in self.slices[first].rows if first in self.slices else ():
            if (row.progress.answered_at or 0.0) >= at:
                found.add(row.counts_as, 1)
        return found.answered, found.abandoned, found.machines


def _count(row: AttemptRow) -> tuple[int, int, int]:
    if row.closed is not None and row.closed.outcome is Outcome.MACHINE:
        return 0, 0, 1
    verdict = standing_of(row)
    if verdict is Standing.CONNECTED:
        return 1, 0, 0
    return (1, 1, 0) if verdict in (Standing.LATE, Standing.ABANDONED) else (0, 0, 0)
