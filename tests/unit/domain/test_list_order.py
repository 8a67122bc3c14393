"""Buckets: where leads stand in the order of the list."""

from dataclasses import replace

import pytest

from dialer.domain.lead import Lead, LineType
from dialer.domain.list_order import BUCKETS, TYPICAL_BUCKET, ListOrder, bucket_of
from dialer.domain.outcome import Outcome

LEAD = Lead(
    id=1,
    campaign_id=1,
    e164="+19195550123",
    display_name="",
    zones=("America/New_York",),
    line_type=LineType.LANDLINE,
    attempt_count=9,
    last_outcome=Outcome.BUSY,
)


def test_without_an_order_everybody_is_typical() -> None:
    assert ListOrder().bucket(LEAD) == TYPICAL_BUCKET


def test_effects_add_up_and_later_attempts_are_one_level() -> None:
    order = ListOrder(
        effects={
            "area": {"+1919": 0.25},
            "line_type": {"landline": 0.25},
            "attempt": {"6": -0.25},
            "last_outcome": {"busy": 0.5, "": 1.0},
        }
    )
    assert order.bucket(LEAD) == TYPICAL_BUCKET + 3
    new = replace(LEAD, attempt_count=0, last_outcome=None)
    assert order.bucket(new) == TYPICAL_BUCKET + 6
    assert order.bucket(replace(new, e164="+442079460000")) == TYPICAL_BUCKET + 5


@pytest.mark.parametrize(
    ("score", "bucket"),
    [(0.0, 8), (0.124, 8), (0.126, 9), (-0.124, 8), (-0.126, 7), (9.0, BUCKETS - 1), (-9.0, 0)],
)
def test_a_bucket_reaches_half_its_width_to_either_side(score: float, bucket: int) -> None:
    assert bucket_of(score) == bucket


def test_how_far_an_order_has_moved_is_its_largest_change() -> None:
    before = ListOrder(effects={"area": {"+1919": 0.5}})
    after = ListOrder(effects={"area": {"+1919": 0.4, "+1212": -0.3}})
    assert after.moved_from(before) == pytest.approx(0.3)
    assert ListOrder().moved_from(ListOrder()) == 0.0
