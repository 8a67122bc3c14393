"""The list's order: when the store is told of a new one, and where a settled lead stands."""

from dataclasses import replace

from dialer.domain.campaign import CampaignState
from dialer.domain.lead import Lead, LeadState
from dialer.domain.list_order import TYPICAL_BUCKET, ListOrder
from dialer.domain.outcome import Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.engine.ordering import LOOK_S, REORDER_ANYWAY_S, REORDER_S, Ordering
from dialer.engine.store_commands import UpdateLead
from dialer.pacing.by_rule import Progressive
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, lead


class Opinionated(Progressive):
    """A pacer whose view of the list is set from outside."""

    def __init__(self, order: ListOrder | None) -> None:
        self.order = order

    def list_order(self) -> ListOrder | None:
        return self.order


def after_busy(effect: float) -> ListOrder:
    return ListOrder(effects={"last_outcome": {"busy": effect}})


def rests(one: Lead, *, counted: bool = True) -> UpdateLead:
    return UpdateLead(
        lead_id=one.id,
        state=LeadState.RECYCLED,
        next_at=START + 1800,
        last_outcome=Outcome.BUSY,
        counted=counted,
    )


def test_a_running_campaign_tells_the_store_its_order_and_a_paused_one_does_not() -> None:
    running = replace(CAMPAIGN, id=2, name="Other")
    paused = replace(CAMPAIGN, state=CampaignState.PAUSED)
    engine = Engine(run="test")
    engine.handle(
        ev.Configured(at=START, campaigns=(running, paused), trunks=(TRUNK,)), START
    )
    commands = engine.handle(ev.Ticked(at=START), START)
    orders = [one for one in commands if isinstance(one, cmd.RescoreLeads)]
    assert orders == [cmd.RescoreLeads(campaign_id=2, order=ListOrder())]


def test_the_usual_order_is_told_once() -> None:
    ordering = Ordering()
    told = [ordering.next_order(Progressive(), START + n * LOOK_S) for n in range(1000)]
    assert [one for one in told if one is not None] == [ListOrder()]


def test_nothing_is_told_while_too_little_is_known() -> None:
    ordering, pacer = Ordering(), Opinionated(None)
    assert ordering.next_order(pacer, START) is None
    assert ordering.placed(rests(lead(1)), lead(1)).odds_bucket is None
    pacer.order = after_busy(1.0)
    assert ordering.next_order(pacer, START + LOOK_S) == pacer.order


def test_a_place_in_the_order_changes_nothing_else_of_what_the_store_is_told() -> None:
    ordering, told = Ordering(order=ListOrder()), rests(lead(1))
    assert ordering.placed(told, lead(1)) == replace(told, odds_bucket=TYPICAL_BUCKET)
    ordering.order = after_busy(-1.0)
    assert ordering.placed(told, lead(1)) == replace(told, odds_bucket=TYPICAL_BUCKET - 4)


def test_an_order_that_hardly_moved_waits_an_hour() -> None:
    ordering, pacer = Ordering(), Opinionated(after_busy(1.0))
    ordering.next_order(pacer, START)
    pacer.order = after_busy(1.05)
    for second in (REORDER_S, 2 * REORDER_S, REORDER_ANYWAY_S - LOOK_S):
        assert ordering.next_order(pacer, START + second) is None
    assert ordering.next_order(pacer, START + REORDER_ANYWAY_S) == pacer.order


def test_an_order_that_moved_is_told_after_ten_minutes_and_not_sooner() -> None:
    ordering, pacer = Ordering(), Opinionated(after_busy(1.0))
    ordering.next_order(pacer, START)
    pacer.order = after_busy(0.5)
    assert ordering.next_order(pacer, START + REORDER_S - 1) is None
    assert ordering.next_order(pacer, START + REORDER_S) == pacer.order


def test_a_clock_that_is_set_back_stops_no_order() -> None:
    ordering, pacer = Ordering(), Opinionated(after_busy(1.0))
    ordering.next_order(pacer, START)
    pacer.order = after_busy(0.5)
    assert ordering.next_order(pacer, START - 86_400) == pacer.order


def test_a_lead_is_placed_as_it_will_stand_at_its_next_attempt() -> None:
    ordering = Ordering()
    order = ListOrder(effects={"last_outcome": {"busy": 0.5}, "attempt": {"1": 0.25, "0": 2.0}})
    ordering.next_order(Opinionated(order), START)
    one = lead(1)
    assert ordering.placed(rests(one), one).odds_bucket == TYPICAL_BUCKET + 3
    uncounted = rests(one, counted=False)
    assert ordering.placed(uncounted, one).odds_bucket == TYPICAL_BUCKET + 7
    done = replace(rests(one), state=LeadState.FINAL, next_at=None)
    assert ordering.placed(done, one).odds_bucket is None
