"""The look-ahead for which all leads are alike still learns how often people answer."""

import pytest

from dialer.domain.lead import LineType
from dialer.domain.list_order import ListOrder
from dialer.pacing.floor import LeadSeen, LineFailed, PersonArrived
from dialer.sim.peers.one_odds import OneOdds

LEAD = LeadSeen(
    line_type=LineType.LANDLINE,
    area="+1919",
    attempt_count=0,
    last_outcome=None,
    hour=12,
    weekday=2,
)


def test_equal_odds_are_put_right_to_the_share_that_answers() -> None:
    pacer = OneOdds()
    for n in range(600):
        at = float(n)
        if n % 2:
            pacer.learn(PersonArrived(dialed_at=at, answered_at=at + 8, ready_at=at + 8, lead=LEAD))
        else:
            pacer.learn(LineFailed(dialed_at=at, ended_at=at + 20, lead=LEAD))
    pacer.learning.advance(1000.0)
    assert pacer.odds(LEAD) == pytest.approx(0.2)
    assert pacer.learning.corrected(pacer.odds(LEAD)) == pytest.approx(0.5, abs=0.03)
    assert pacer.list_order() == ListOrder()
