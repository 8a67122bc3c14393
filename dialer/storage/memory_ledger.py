"""The abandonment ledger of the store in memory. For memory.py only; ledger.py is the database's.

Counts are kept in slices of time by the answer, so that nothing looks through all calls.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from operator import add

from dialer.compliance.abandonment import COUNTED, Audit, Counts, counted_as
from dialer.compliance.audits import Heard, is_drawn
from dialer.compliance.ledger import (
    LegalLedger,
    Pool,
    Tally,
    frozen_blocks,
    ledger_of,
    periods_at,
)
from dialer.compliance.periods import AREA_DIGITS, Period, blocks_over, profile_of_area
from dialer.domain.campaign import Campaign
from dialer.domain.outcome import AmdVerdict
from dialer.domain.value import maker
from dialer.storage.memory_rows import (
    NOT_COUNTED,
    AttemptRow,
    CountsRow,
    DrawnRow,
    Tables,
    answered_call_of,
)

make_counts = maker(Counts)

SLICE_S = 300.0
NEARLY_SORTED = 12 * 24
"""Slices begin in the order of time, but for calls of which is written only much later."""

STILL_OPEN_S = 86400.0
DRAW_KEY = b"kept in memory alone"


@dataclass(kw_only=True, slots=True)
class _Slice:
    counts: list[int] = field(default_factory=lambda: list(NOT_COUNTED))
    rows: list[AttemptRow] = field(default_factory=list)
    asked_in: int = 0  # of a sum: the newest slice when it was last asked for

    def add(self, counts: Sequence[int], sign: int) -> None:
        """Count calls as this; or no longer."""
        mine = self.counts
        for column, its in enumerate(counts):
            if its:  # of one call's counts nearly all are 0
                mine[column] += sign * its


@dataclass(kw_only=True, slots=True)
class _Index:
    """The answered calls of one campaign to one country."""

    whole: _Slice = field(default_factory=_Slice)
    slices: dict[int, _Slice] = field(default_factory=dict)
    later: dict[int, _Slice] = field(default_factory=dict)  # all slices after one, once asked for
    first_answer_at: float = inf
    last_answer_at: float = -inf

    def move(self, row: AttemptRow, at: float, counts: CountsRow) -> None:
        """Count the row as this, in the slice of its answer, and no longer as it was before."""
        number = int(at // SLICE_S)
        if row.ledger_slice is not None:
            self._add(row.ledger_slice, row.counts_as, -1)
            if row.ledger_slice != number:
                self.slices[row.ledger_slice].rows.remove(row)
                row.ledger_slice = None
        if row.ledger_slice is None:
            row.ledger_slice = number
            if number not in self.slices:
                self.slices[number] = _Slice()
            self.slices[number].rows.append(row)
            self.first_answer_at = min(self.first_answer_at, at)
            self.last_answer_at = max(self.last_answer_at, at)
        row.counts_as = counts
        self._add(number, counts, 1)

    def _add(self, number: int, counts: CountsRow, sign: int) -> None:
        """Keep every sum that the slice is part of."""
        if not any(counts):
            return
        self.whole.add(counts, sign)
        self.slices[number].add(counts, sign)
        for first, after in self.later.items():
            if number > first:
                after.add(counts, sign)

    def between(self, period: Period) -> list[int]:
        """The counts in a period."""
        found = self._since(period.began_at)
        if period.ends_at <= self.last_answer_at:
            later = self._since(period.ends_at)
            found = [one - after for one, after in zip(found, later, strict=True)]
        return found

    def _since(self, at: float) -> list[int]:
        if at <= self.first_answer_at:
            return self.whole.counts
        first = int(at // SLICE_S)
        after = self._after(first).counts
        rows = self.slices[first].rows if first in self.slices else ()
        its = [row.counts_as for row in rows if (row.progress.answered_at or 0.0) >= at]
        return [sum(column) for column in zip(after, *its, strict=True)]

    def _after(self, first: int) -> _Slice:
        """All later slices together. The same few are asked for again and again; each is kept up
        with every call, so those that were not asked for in this slice or the last are dropped."""
        newest = int(self.last_answer_at // SLICE_S)
        found = self.later.get(first)
        if found is None:
            found = _Slice()
            for number, one in reversed(self.slices.items()):
                if number > first:
                    found.add(one.counts, 1)
                elif number < first - NEARLY_SORTED:
                    break
            self.later = {
                number: one for number, one in self.later.items() if one.asked_in >= newest - 1
            }
            self.later[first] = found
        found.asked_in = newest
        return found


class MemoryLedger:
    """The ledgers of all campaigns."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._indexes: defaultdict[int, dict[str, _Index]] = defaultdict(dict)  # by campaign
        self._first_dialed_at: dict[int, float] = {}

    def dialed(self, row: AttemptRow) -> None:
        """A new attempt."""
        campaign_id = row.saved.campaign_id
        first = self._first_dialed_at.get(campaign_id, inf)
        self._first_dialed_at[campaign_id] = min(first, row.saved.dialed_at)

    def recount(self, row: AttemptRow) -> None:
        """The row changed: count it as what it is now."""
        at = row.progress.answered_at
        if at is None:
            return
        call = answered_call_of(row)
        counts = NOT_COUNTED if call is None else counted_as(call).values()
        if row.ledger_slice == int(at // SLICE_S) and row.counts_as == counts:
            return
        country = profile_of_area(row.saved.permit.e164[:AREA_DIGITS]).country
        its = self._indexes[row.saved.campaign_id]
        if country not in its:
            its[country] = _Index()
        its[country].move(row, at, counts)

    def draw(self, row: AttemptRow) -> None:
        """The attempt has ended: its machine verdict may be drawn."""
        closed = row.closed
        if closed is None or closed.amd_verdict is not AmdVerdict.MACHINE:
            return
        if row.progress.answered_at is None or row.progress.connected_at is not None:
            return
        attempt_id = row.saved.attempt_id
        campaign = self._tables.campaigns[row.saved.campaign_id]
        if is_drawn(DRAW_KEY, attempt_id, campaign.limits.audit_share):
            self._tables.audits.setdefault(attempt_id, DrawnRow(campaign_id=campaign.id))

    def read(self, campaign: Campaign, now: float) -> LegalLedger:
        """The ledger of the campaign's legal campaign."""
        pool = Pool.of(campaign, self._tables.campaigns.values())
        anchor_at = self._anchor(pool)
        called = dict.fromkeys(one for its in pool.campaign_ids for one in self._indexes[its])
        tallies = self._tallies(pool, periods_at(anchor_at, now, called))
        return ledger_of(pool, anchor_at, tallies, self._audit(pool), now)

    def keep_books(self, now: float) -> None:
        """Freeze the blocks that are over and in which somebody answered."""
        seen: set[str] = set()
        for campaign in self._tables.campaigns.values():
            if campaign.legal_campaign not in seen:
                seen.add(campaign.legal_campaign)
                self._freeze(Pool.of(campaign, self._tables.campaigns.values()), now)

    def _freeze(self, pool: Pool, now: float) -> None:
        over = blocks_over(self._anchor(pool), now)
        if not over:
            return
        tallies = self._tallies(pool, over)
        for period in over:
            if period not in tallies:
                continue
            if now < period.ends_at + STILL_OPEN_S and self._is_open(pool, period):
                break
            self._tables.blocks.extend(
                frozen_blocks(pool, period, tallies[period], self._audit(pool), now)
            )

    def _is_open(self, pool: Pool, period: Period) -> bool:
        return any(
            row.closed is None
            and row.saved.campaign_id in pool.campaign_ids
            and row.progress.answered_at is not None
            and row.progress.answered_at < period.ends_at
            for row in self._tables.attempts.values()
        )

    def _anchor(self, pool: Pool) -> float | None:
        ends = [
            one.period.ends_at
            for one in self._tables.blocks
            if one.legal_campaign == pool.legal_campaign
        ]
        if ends:
            return max(ends)
        known = self._first_dialed_at
        return min((known[its] for its in pool.campaign_ids if its in known), default=None)

    def _tallies(self, pool: Pool, periods: Sequence[Period]) -> dict[Period, Tally]:
        found: dict[Period, dict[str, CountsRow]] = {}
        for campaign_id in pool.campaign_ids:
            for country, index in self._indexes[campaign_id].items():
                for period in periods:
                    counts = index.between(period)
                    if any(counts):
                        tally = found.setdefault(period, {})
                        others = tally.get(country, NOT_COUNTED)
                        tally[country] = tuple(map(add, counts, others))
        return {
            period: {country: _counts(its) for country, its in tally.items()}
            for period, tally in found.items()
        }

    def _audit(self, pool: Pool) -> Audit:
        heard = [
            one.verdict
            for one in self._tables.audits.values()
            if one.campaign_id in pool.campaign_ids
        ]
        return Audit(
            persons=heard.count(Heard.PERSON),
            machines=heard.count(Heard.MACHINE),
            unclear=heard.count(Heard.UNCLEAR),
        )


@lru_cache(maxsize=256)
def _counts(counts: CountsRow) -> Counts:
    """In the first day of a campaign nearly all of its windows hold the same."""
    return make_counts(**dict(zip(COUNTED, counts, strict=True)))
