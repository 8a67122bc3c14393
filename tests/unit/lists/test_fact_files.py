"""Rows of fact files: what is taken, and why the others are not."""

from datetime import UTC, datetime

import pytest

from dialer.lists.fact_files import CONSENTS, MOST_CHARS, FactFile, Row
from dialer.lists.problems import Reason, RejectedRow

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HEADER = "number,kind,given_at,words"


def read(line: str) -> Row | RejectedRow:
    """The one row below the usual header."""
    text = f"{HEADER}\n{line}\n"
    [row] = FactFile(kind=CONSENTS, chunks=[text.encode()], country="US", now=NOW)
    return row


def test_a_consent_becomes_values_in_the_order_of_its_columns() -> None:
    row = read("(919) 555-0142,signed,11/02/2026,I agree")
    assert isinstance(row, tuple)
    given_at = datetime(2026, 11, 2, tzinfo=UTC)
    assert row[:5] == ("+19195550142", "", "express_written", "I agree", given_at)


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        ("12,signed,2026-11-02,", Reason.INVALID_PHONE, "e164"),
        ("(919) 555-0142,,2026-11-02,", Reason.MISSING_VALUE, "kind"),
        ("(919) 555-0142,maybe,2026-11-02,", Reason.UNKNOWN_WORD, "kind"),
        ("(919) 555-0142,signed,2026-11-30,", Reason.BAD_DATE, "given_at"),
        ("(919) 555-0142,signed,soon,", Reason.BAD_DATE, "given_at"),
        (
            "(919) 555-0142,signed,2026-11-02," + "a" * (MOST_CHARS + 1),
            Reason.FIELD_TOO_LONG,
            "words",
        ),
    ],
)
def test_a_row_that_cannot_be_used_says_which_column_and_why(
    line: str, reason: Reason, column: str
) -> None:
    row = read(line)
    assert isinstance(row, RejectedRow)
    assert row.reason is reason
    assert row.detail.endswith(f"({column})")
