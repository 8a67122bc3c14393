"""Our predictive pacing for which all leads are alike: what is known of each one is not used.

The difference to `predictive` is what the odds of each lead are worth.
"""

from dialer.domain.list_order import ListOrder
from dialer.pacing.by_rule import NOT_KNOWN
from dialer.pacing.floor import LeadSeen
from dialer.pacing.predictive import Predictive


class OneOdds(Predictive):
    """Predictive pacing with equal odds; the share of answers is learned all the same."""

    def odds(self, lead: LeadSeen) -> float:
        """The same for every lead."""
        return NOT_KNOWN

    def list_order(self) -> ListOrder | None:
        """The list's own."""
        return ListOrder()
