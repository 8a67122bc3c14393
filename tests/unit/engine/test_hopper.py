"""The order in which claimed leads are dialed."""

from dataclasses import replace

from dialer.engine.hopper import CLAIM_TRUSTED_S, EXPIRY_LOOK_S, NONE_AGAIN_S, Claim, Hopper
from dialer.pacing.floor import LeadClass
from tests.unit.engine.transcript import lead


def claim(number: int, **changes: object) -> Claim:
    mine = Claim(lead=lead(number), at=0.0, leads=LeadClass.OVER_DIALABLE, odds=0.2)
    return replace(mine, **changes)


def drained(hopper: Hopper, leads: LeadClass | None = None) -> list[int]:
    ids = []
    while (taken := hopper.next_claim(leads)) is not None:
        ids.append(taken.lead.id)
    return ids


def test_with_equal_odds_the_leads_come_in_the_order_of_the_list() -> None:
    hopper = Hopper()
    hopper.fill([claim(3), claim(1)], now=0.0)
    hopper.fill([claim(2)], now=1.0)
    assert drained(hopper) == [3, 1, 2]


def test_callbacks_come_first_then_priority_then_odds() -> None:
    hopper = Hopper()
    likely = claim(1, odds=0.6)
    urgent = claim(2, lead=replace(lead(2), priority=1))
    wanted_back = claim(3, lead=replace(lead(3), is_callback=True), odds=0.1)
    hopper.fill([claim(4), likely, urgent, wanted_back], now=0.0)
    assert drained(hopper) == [3, 2, 1, 4]


def test_each_class_has_its_own_queue() -> None:
    hopper = Hopper()
    hopper.fill([claim(1), claim(2, leads=LeadClass.ONE_TO_ONE)], now=0.0)
    assert drained(hopper, LeadClass.ONE_TO_ONE) == [2]
    assert drained(hopper, LeadClass.ONE_TO_ONE) == []
    assert drained(hopper) == [1]


def test_a_claim_that_is_put_back_keeps_its_turn() -> None:
    hopper = Hopper()
    hopper.fill([claim(1), claim(2)], now=0.0)
    first = hopper.next_claim()
    assert first is not None
    hopper.put_back(first)
    assert drained(hopper) == [1, 2]


def test_only_claims_that_are_too_old_go_back() -> None:
    hopper = Hopper()
    hopper.fill([claim(1), claim(2, at=200.0)], now=200.0)
    assert hopper.expired(now=CLAIM_TRUSTED_S + EXPIRY_LOOK_S) == (1,)
    assert drained(hopper) == [2]


def test_an_old_claim_that_is_put_back_still_runs_out() -> None:
    hopper = Hopper()
    hopper.fill([claim(1), claim(2, at=100.0)], now=100.0)
    old = hopper.next_claim()
    assert old is not None and hopper.expired(now=100.0) == ()
    hopper.put_back(old)
    assert hopper.expired(now=CLAIM_TRUSTED_S + EXPIRY_LOOK_S) == (1,)
    assert hopper.expired(now=CLAIM_TRUSTED_S + 100.0) == ()
    assert hopper.expired(now=CLAIM_TRUSTED_S + 106.0) == (2,)


def test_a_number_that_must_not_be_called_leaves_both_queues() -> None:
    hopper = Hopper()
    same = claim(2, lead=replace(lead(2), e164=lead(1).e164), leads=LeadClass.ONE_TO_ONE)
    hopper.fill([claim(1), same, claim(3)], now=0.0)
    assert set(hopper.drop_number(lead(1).e164)) == {1, 2}
    assert drained(hopper) == [3]


ALONE = LeadClass.ONE_TO_ONE


def test_a_hopper_that_runs_dry_asks_for_leads_of_either_class() -> None:
    hopper = Hopper()
    assert hopper.shortage(40, now=0.0, by_class=True) == (40, None)
    assert hopper.shortage(40, now=1.0, by_class=True) == (0, None)  # the answer is awaited


def test_a_class_that_nearly_ran_out_is_asked_for_though_there_are_enough_of_the_other() -> None:
    hopper = Hopper()
    hopper.fill([claim(number) for number in range(30)], now=0.0)
    assert hopper.shortage(40, now=1.0, by_class=False) == (0, None)
    assert hopper.shortage(40, now=1.0, by_class=True) == (20, ALONE)
    hopper.fill([claim(number, leads=ALONE) for number in range(30, 50)], now=1.0)
    assert hopper.shortage(40, now=2.0, by_class=True) == (0, None)


def test_a_class_that_the_list_does_not_hold_is_asked_for_once_a_minute() -> None:
    hopper = Hopper()
    hopper.fill([claim(number) for number in range(30)], now=0.0)
    assert hopper.shortage(40, now=1.0, by_class=True) == (20, ALONE)
    hopper.fill([claim(30)], now=1.0)  # at a glance it was one, and the gate knew better
    assert hopper.shortage(40, now=2.0, by_class=True) == (0, None)
    assert hopper.shortage(40, now=1.0 + NONE_AGAIN_S, by_class=True) == (20, ALONE)


def test_a_hopper_that_is_full_of_one_class_asks_for_no_more() -> None:
    hopper = Hopper()
    hopper.fill([claim(number) for number in range(60)], now=0.0)
    assert hopper.shortage(40, now=1.0, by_class=True) == (0, None)
