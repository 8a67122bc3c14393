"""Cells of an exported CSV: nothing in them is calculated by a spreadsheet."""

from datetime import UTC, datetime

import pytest

from dialer.storage.cells import cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']
)
def test_a_formula_becomes_text(text: str) -> None:
    assert cell("first_name", text) == "'" + text


def test_numbers_to_call_and_instants_stay_readable() -> None:
    assert cell("e164", "+12025550101") == "+12025550101"
    at = datetime(2026, 11, 22, 18, 0, 0, 5, tzinfo=UTC)
    assert cell("dialed_at", at) == "2026-11-22T18:00:00.000005+00:00"
    assert cell("agent", None) == "" and cell("custom", {}) == ""
    assert cell("custom", {"Ward": "3"}) == '{"Ward": "3"}'
