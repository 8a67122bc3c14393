"""The dial methods that follow a fixed rule."""

import pytest

from dialer.domain.campaign import DialMethod
from dialer.pacing.choose import pacer_for
from dialer.pacing.floor import Arrival, LeadClass, LineKind
from tests.unit.pacing.a_floor import AFloor, lines, ready

BOTH = {LeadClass.OVER_DIALABLE: 0.2, LeadClass.ONE_TO_ONE: 0.2}


@pytest.mark.parametrize("method", [DialMethod.MANUAL, DialMethod.PREVIEW])
def test_where_agents_choose_nothing_is_dialed(method: DialMethod) -> None:
    assert pacer_for(method).decide(AFloor(its_seats=ready(3), odds=BOTH)).count == 0


def test_progressive_dials_one_reserved_line_for_each_free_agent() -> None:
    decision = pacer_for(DialMethod.PROGRESSIVE).decide(AFloor(its_seats=ready(3), odds=BOTH))
    assert (decision.kind, decision.count, decision.leads) == (LineKind.RESERVED, 3, None)


def test_progressive_keeps_agents_for_those_who_wait_and_for_lines_without_an_agent() -> None:
    waiting = [Arrival(answered_at=999.0, connect_by=1001.0)]
    floor = AFloor(its_seats=ready(3), its_lines=lines(1), its_arrivals=waiting, odds=BOTH)
    assert pacer_for(DialMethod.PROGRESSIVE).decide(floor).count == 1


def test_ratio_dials_shared_lines_up_to_the_ratio() -> None:
    floor = AFloor(its_seats=ready(4), its_lines=lines(2), ratio=1.5, odds=BOTH)
    decision = pacer_for(DialMethod.RATIO).decide(floor)
    assert (decision.kind, decision.count) == (LineKind.SHARED, 4)


def test_ratio_gives_agents_whom_the_lines_do_not_need_to_one_to_one_numbers() -> None:
    only_cells = {LeadClass.ONE_TO_ONE: 0.2}
    floor = AFloor(its_seats=ready(4), its_lines=lines(3), ratio=1.5, odds=only_cells)
    decision = pacer_for(DialMethod.RATIO).decide(floor)
    assert (decision.kind, decision.count) == (LineKind.RESERVED, 2)
    assert decision.leads is LeadClass.ONE_TO_ONE


def test_ratio_without_budget_dials_one_to_one() -> None:
    floor = AFloor(its_seats=ready(4), ratio=3.0, may_over_dial=False, odds=BOTH)
    decision = pacer_for(DialMethod.RATIO).decide(floor)
    assert (decision.kind, decision.count) == (LineKind.RESERVED, 4)
    assert "budget" in decision.reason
