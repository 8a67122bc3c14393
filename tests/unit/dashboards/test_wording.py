"""Figures are written with a fitting unit, and steps colour them."""

import math

import pytest

from dialer.dashboards.board import Colour, Unit, steps
from dialer.dashboards.palette import colour_of
from dialer.dashboards.wording import as_text


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (0.0, Unit.COUNT, None, "0"),
        (420.0, Unit.COUNT, 0, "420"),
        (12345.0, Unit.COUNT, None, "12345"),
        (0.03, Unit.SHARE, 2, "3.00 %"),
        (0.735, Unit.SHARE, None, "73.5 %"),
        (0.0041, Unit.SECONDS, None, "4.1 ms"),
        (2.0, Unit.SECONDS, None, "2 s"),
        (0.0, Unit.SECONDS, 1, "0.0 s"),
        (90.0, Unit.SECONDS, None, "1.5 min"),
        (7200.0, Unit.SECONDS, 0, "2 h"),
        (-30.0, Unit.SECONDS, 0, "-30 s"),
        (3.0 * 1024**3, Unit.BYTES, None, "3 GiB"),
        (24.0, Unit.PER_MINUTE, None, "24 /min"),
        (math.inf, Unit.SECONDS, None, "∞"),
        (math.nan, Unit.COUNT, 0, "no data"),
    ],
)
def test_a_figure_is_written_with_its_unit(
    value: float, unit: Unit, decimals: int | None, text: str
) -> None:
    assert as_text(value, unit, decimals) == text


def test_words_stand_for_certain_values_only() -> None:
    words = {0: "down", 1: "up"}
    assert [as_text(value, Unit.COUNT, 0, words) for value in (0.0, 1.0, 2.0)] == [
        "down", "up", "2",
    ]  # fmt: skip


def test_a_step_begins_at_its_value() -> None:
    law = steps(Colour.GREEN, (0.02, Colour.YELLOW), (0.03, Colour.RED))
    assert [colour_of(value, law) for value in (0.0, 0.0199, 0.02, 0.03, 1.0)] == [
        Colour.GREEN, Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.RED,
    ]  # fmt: skip
