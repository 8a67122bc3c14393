"""The file of rejected rows: what was left out and why, to be mended and imported again.

Spreadsheets run cells that begin with =, +, - or @ as formulas, so such cells are written with an
apostrophe before them; on the way in they are kept as they are.
"""

import csv
from typing import TextIO

from dialer.lists.problems import RejectedRow

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RejectsWriter:
    """Writes rejected rows as CSV, below the columns of the list they come from."""

    def __init__(self, out: TextIO, header: tuple[str, ...]) -> None:
        self._csv = csv.writer(out)
        columns = ("callbank_row", "callbank_reason", "callbank_detail", *header)
        self._csv.writerow(map(harmless_cell, columns))

    def add(self, row: RejectedRow) -> None:
        """Append one row."""
        cells = (str(row.row_number), row.reason.value, row.detail, *row.cells)
        self._csv.writerow(map(harmless_cell, cells))


def harmless_cell(text: str) -> str:
    """The text as a spreadsheet may show it, never run it; NULs are shown as U+2400."""
    text = text.replace("\0", "\u2400")
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
