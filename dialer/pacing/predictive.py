"""Predictive pacing: as many lines as a look-ahead over learned laws finds safe.

Over-dialable numbers are dialed on shared lines (shared_lines.py), the others on lines with an
agent of their own. While the abandonment budget forbids over-dialing every line has one.
"""

from dialer.domain.list_order import ListOrder
from dialer.pacing.by_rule import NOT_KNOWN, one_to_one
from dialer.pacing.floor import Decision, Fact, FloorSeen, LeadClass, LeadSeen
from dialer.pacing.governor import Governor
from dialer.pacing.learning import Learning
from dialer.pacing.shared_lines import SharedLines


class Predictive:
    """The predictive pacer of one campaign."""

    def __init__(self) -> None:
        self.learning = Learning(NOT_KNOWN)
        self.governor = Governor()
        self._shared = SharedLines(self.learning, self.governor)

    def learn(self, fact: Fact) -> None:
        """Take in something that happened."""
        lead = getattr(fact, "lead", None)
        self.learning.learn(fact, NOT_KNOWN if lead is None else self.odds(lead))

    def odds(self, lead: LeadSeen) -> float:
        """The probability that a person answers this lead now and needs an agent."""
        return self.learning.answer_odds.odds(lead)

    def list_order(self) -> ListOrder | None:
        """By what makes an answer likelier, whatever the hour."""
        return self.learning.answer_odds.list_order()

    def decide(self, floor: FloorSeen) -> Decision:
        """The lines to add (and to take back) now."""
        self.learning.advance(floor.now)
        if not floor.may_over_dial:
            return one_to_one(floor, ": the abandonment budget allows no more")
        odds = floor.next_odds(LeadClass.OVER_DIALABLE)
        if odds is None:
            return one_to_one(floor, ": only one-to-one numbers are left")
        return self._shared.decide(floor, odds)
