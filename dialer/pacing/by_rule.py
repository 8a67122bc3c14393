"""The dial methods that follow a fixed rule: manual, preview, progressive, ratio.

They learn nothing, and look only at how many agents and lines there are.
"""

from math import ceil

from dialer.domain.list_order import ListOrder
from dialer.domain.value import maker
from dialer.pacing.floor import Decision, Fact, FloorSeen, LeadClass, LeadSeen, LineKind

make_decision = maker(Decision)

NOT_KNOWN = 0.2
"""The odds of every lead where nothing is learned: a usual share of answers (pacing-and-amd.md A2).
Equal odds leave the list in its own order."""


NOBODY_FREE = Decision(reason="no agent is free", holds=True)
BY_HAND = Decision(reason="agents choose when to dial", holds=True)


class ByRule:
    """What the rule-following pacers share: they learn nothing."""

    def learn(self, fact: Fact) -> None:
        """Nothing is learned."""

    def odds(self, lead: LeadSeen) -> float:
        """The same for every lead."""
        return NOT_KNOWN

    def list_order(self) -> ListOrder:
        """As the leads came."""
        return ListOrder()


class ByAgents(ByRule):
    """Manual and preview: agents choose when to dial."""

    def decide(self, floor: FloorSeen) -> Decision:
        """Never dials."""
        return BY_HAND


def one_to_one(floor: FloorSeen, because: str = "") -> Decision:
    """One line for each agent who is free, reserved for him."""
    free = max(0, floor.ready - floor.shared_lines - floor.people_waiting)
    if free == 0:
        return Decision(reason=NOBODY_FREE.reason)
    return make_decision(count=free, reason=f"{free} free, one line each{because}")


class Progressive(ByRule):
    """One line for one ready agent."""

    def decide(self, floor: FloorSeen) -> Decision:
        """As many reserved lines as agents are free."""
        if floor.ready == 0:  # most of the time; nothing else need be counted then
            return NOBODY_FREE
        return one_to_one(floor)


class Ratio(ByRule):
    """A fixed number of lines for each ready agent."""

    def decide(self, floor: FloorSeen) -> Decision:
        """Shared lines up to the ratio; agents whom these do not need take one-to-one numbers."""
        if floor.ready == 0:
            return NOBODY_FREE
        if not floor.may_over_dial:
            return one_to_one(floor, ": the abandonment budget allows no more")
        out = floor.shared_lines + floor.people_waiting
        reason = f"{floor.ready} ready at {floor.ratio:g} lines each, {out} out"
        shared = max(0, int(floor.ratio * floor.ready) - out)
        if shared and floor.next_odds(LeadClass.OVER_DIALABLE) is not None:
            return Decision(kind=LineKind.SHARED, count=shared, reason=reason)
        uncovered = max(0, floor.ready - ceil(out / floor.ratio))
        return Decision(
            count=uncovered, leads=LeadClass.ONE_TO_ONE, reason=reason, holds=uncovered == 0
        )
