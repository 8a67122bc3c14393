"""Keeps a campaign's list in the order of its leads' odds, as far as pacing has learned them.

Every lead gets his place when an attempt of his is settled (`placed`); when pacing's view has
moved, the whole list is gone over (`next_order`, asked at every tick). Nobody is passed over for
good: whoever is dialed rests or is done, so the upper places empty themselves, and while those
who are likelier rest, the least likely lead is the next one. The list's priorities and promised
callbacks come before any odds.
"""

from dataclasses import dataclass

from dialer.domain.lead import Lead
from dialer.domain.list_order import BUCKET_WIDTH, TYPICAL_BUCKET, ListOrder
from dialer.domain.value import changed
from dialer.engine.store_commands import UpdateLead
from dialer.pacing.floor import Pacer

LOOK_S = 10.0
REORDER_S = 600.0
"""At most so often a list is gone over..."""

REORDER_ANYWAY_S = 3600.0
"""...and after so long even if nothing moved, for the leads that were imported meanwhile."""

MOVED = BUCKET_WIDTH / 2


@dataclass(kw_only=True, slots=True)
class Ordering:
    """The order that the store was last told; None while it is as an earlier engine left it."""

    order: ListOrder | None = None
    told_at: float = 0.0
    look_at: float = 0.0

    def next_order(self, pacer: Pacer, now: float) -> ListOrder | None:
        """The order to tell the store now, if it is worth going over the list for it."""
        if 0.0 < self.look_at - now <= REORDER_S:  # further off only after the clock was set back
            return None
        self.look_at = now + LOOK_S
        latest = pacer.list_order()
        if latest is None or not self._is_worth_it(latest, now):
            return None
        self.order, self.told_at, self.look_at = latest, now, now + REORDER_S
        return latest

    def placed(self, update: UpdateLead, lead: Lead) -> UpdateLead:
        """The update with the lead's place for his next attempt."""
        if self.order is None or update.next_at is None:
            return update
        if not self.order.effects:  # one place for all
            return update.in_bucket(TYPICAL_BUCKET)
        next_time = changed(
            lead,
            attempt_count=lead.attempt_count + update.counted,
            last_outcome=update.last_outcome or lead.last_outcome,
        )
        return update.in_bucket(self.order.bucket(next_time))

    def _is_worth_it(self, latest: ListOrder, now: float) -> bool:
        if self.order is None:
            return True
        if not latest.effects and not self.order.effects:
            return False
        is_old = now - self.told_at >= REORDER_ANYWAY_S
        return is_old or latest.moved_from(self.order) >= MOVED
