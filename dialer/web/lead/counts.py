"""What boards show of the database, counted for all who watch a campaign together.

Counted at most every few seconds for a campaign. While the database is away the last count is
shown, and a board without any has only what the engine knows.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from dialer.compliance.ledger import LedgerWindow, LegalLedger
from dialer.domain.campaign import Campaign
from dialer.domain.volunteer import Session
from dialer.runtime.ports import StoreAway
from dialer.web.lead.ports import Leading

COUNT_EVERY_S = 3.0
LEDGER_EVERY_S = 15.0
"""As often as the engine itself is told (runtime/watch.py): it looks at all calls of a month."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One count."""

    at: float
    sessions: tuple[Session, ...] = ()
    reached: int = 0  # of the goal, where there is one
    window: LedgerWindow | None = None  # nearest to its limit; None: nobody has answered
    window_at: float = -inf


class Counting:
    """The last count of each campaign."""

    def __init__(self, leading: Leading) -> None:
        self._leading = leading
        self._counted: dict[int, Counted] = {}
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, campaign: Campaign, now: float) -> Counted:
        """A count that is not old, where the database is there."""
        async with self._turns[campaign.id]:
            last = self._counted.get(campaign.id)
            if last is not None and 0 <= now - last.at < COUNT_EVERY_S:
                return last
            with contextlib.suppress(StoreAway):
                last = self._counted[campaign.id] = await self._count(campaign, last, now)
            return last or Counted(at=now)

    def forget(self, campaign_id: int) -> None:
        """Something of it was changed: count anew."""
        if campaign_id in self._counted:
            self._counted[campaign_id] = replace(self._counted[campaign_id], at=-inf)

    async def _count(self, campaign: Campaign, last: Counted | None, now: float) -> Counted:
        its, goal = self._leading, campaign.goal
        joined = await its.roll.sessions(campaign.id)
        reached = await its.goals.reached(campaign.id, goal) if goal.target else ()
        if last is None or not 0 <= now - last.window_at < LEDGER_EVERY_S:
            window = nearest(gates(await its.books.ledger(campaign, now)))
            last = Counted(at=now, window=window, window_at=now)
        return replace(
            last,
            at=now,
            sessions=tuple(one.session for one in joined),
            reached=sum(one.count for one in reached),
        )


def gates(ledger: LegalLedger) -> Sequence[LedgerWindow]:
    """The windows that hold anybody and must keep their limit."""
    return [one for one in ledger.windows if one.rule.is_gate and one.rate.answered]


def nearest(windows: Sequence[LedgerWindow]) -> LedgerWindow | None:
    """The one of which least is left."""
    return min(windows, key=lambda one: one.left, default=None)
