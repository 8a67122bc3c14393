"""Reads lists that are written in the test itself."""

from dialer.lists.importing import ImportedLead, ListReader
from dialer.lists.problems import RejectedRow


def rows_of(data: bytes | str, layout: str | None = None) -> list[ImportedLead | RejectedRow]:
    """Every row of a file with this content."""
    raw = data.encode() if isinstance(data, str) else data
    return list(ListReader([raw], layout=layout))


def leads_of(data: bytes | str) -> list[ImportedLead]:
    """The leads of a file in which nothing is to be rejected."""
    rows = rows_of(data)
    assert not [row for row in rows if isinstance(row, RejectedRow)]
    return [row for row in rows if isinstance(row, ImportedLead)]


def reasons_of(data: bytes | str) -> list[str]:
    """For every row its reason, or "ok"."""
    return [row.reason.value if isinstance(row, RejectedRow) else "ok" for row in rows_of(data)]
