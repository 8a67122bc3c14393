"""Our predictive pacing for which all leads are alike: what is known of each one is not used.

The difference to `predictive` is what the odds of each lead are worth.
"""

from dialer.domain.list_order import ListOrder
from dialer.pacing.answer_odds import AnswerOdds
from dialer.pacing.by_rule import NOT_KNOWN
from dialer.pacing.floor import LeadSeen
from dialer.pacing.predictive import Predictive


class OneOdds(Predictive):
    """Predictive pacing with equal odds; the share of answers is learned all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.learning.answer_odds = _Alike(NOT_KNOWN)


class _Alike(AnswerOdds):
    """Odds that nothing is learned of."""

    def learn(self, lead: LeadSeen, answered: bool) -> None:
        """Nothing is learned."""

    def list_order(self) -> ListOrder | None:
        """The list's own."""
        return ListOrder()
