"""Predictive pacing: as many lines as a look-ahead over learned laws finds safe.

Over-dialable numbers are dialed on shared lines (shared_lines.py), the others on lines with an
agent of their own (one_to_one.py). Where the list holds both, the class is dialed for which an
agent waits less: a shared line brings its answer to whoever is free, but an agent of one's own is
worth more to somebody who will very probably answer. While the abandonment budget forbids
over-dialing, every line has its own agent.
"""

from dataclasses import replace

from dialer.domain.list_order import ListOrder
from dialer.pacing.answer_odds import LOWEST
from dialer.pacing.by_rule import NOT_KNOWN
from dialer.pacing.ceiling import Team, predictive
from dialer.pacing.floor import Decision, Fact, FloorSeen, LeadClass, LeadSeen
from dialer.pacing.governor import LEAST_TARGET, Governor
from dialer.pacing.learning import Learning
from dialer.pacing.one_to_one import OneToOne
from dialer.pacing.shared_lines import SharedLines


class Predictive:
    """The predictive pacer of one campaign."""

    def __init__(self) -> None:
        self.learning = Learning(NOT_KNOWN)
        self.governor = Governor()
        self._shared = SharedLines(self.learning, self.governor)
        self._one_to_one = OneToOne(self.learning)

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
        shared = floor.next_odds(LeadClass.OVER_DIALABLE)
        alone = floor.next_odds(LeadClass.ONE_TO_ONE)
        if not floor.may_over_dial:
            return self._alone(floor, None, "the abandonment budget allows no shared lines")
        if shared is None:
            return self._alone(floor, LeadClass.ONE_TO_ONE, "no over-dialable number is at hand")
        if alone is not None and self._waits_less_alone(floor, shared, alone):
            decision = self._alone(floor, LeadClass.ONE_TO_ONE, "who is next is worth an agent")
            if decision.count:
                return decision
        return self._shared.decide(floor, shared)

    def _alone(self, floor: FloorSeen, leads: LeadClass | None, because: str) -> Decision:
        """Lines with agents of their own, as far as no shared line needs these."""
        found = (floor.next_odds(each) for each in LeadClass if leads in (None, each))
        odds = max((one for one in found if one is not None), default=NOT_KNOWN)
        needed = self._shared.needed(floor, odds)
        # Shared lines were dialed for those in wrap-up too: whoever lent these would let people
        # down (measured in the flesh: five in two seconds).
        are_counted_on = bool(floor.arrivals()) or any(
            line.agent_id is None for line in floor.lines()
        )
        decision = self._one_to_one.decide(floor, leads, needed, may_lend=not are_counted_on)
        return replace(decision, reason=f"{because}: {decision.reason}")

    def _waits_less_alone(self, floor: FloorSeen, shared: float, alone: float) -> bool:
        """Whether an agent of his own waits less for an answer than one who shares lines."""
        own_wait_s = self._one_to_one.worth.wait_s(alone)
        team = Team(
            agents=max(1, len(floor.seats())),
            answer_rate=max(self.learning.corrected(shared), LOWEST),
            talk_s=self._talk_s(),
            wrap_up_s=self.learning.wrap_up.mean(),
        )
        busy_share = predictive(team, max(floor.target, LEAST_TARGET))
        each_s = team.talk_s + team.wrap_up_s
        return own_wait_s < each_s * (1.0 - busy_share) / max(busy_share, 0.01)

    def _talk_s(self) -> float:
        return max(1.0, self.learning.talk.mean())
