"""What an import would do, told before it does it."""

import json
from collections import Counter
from dataclasses import asdict, dataclass

from dialer.lists.importing import ImportedLead, ListReader
from dialer.lists.problems import EXPLANATIONS, Reason, RejectedRow
from dialer.lists.table import DELIMITER_NAMES


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """Counts of one pass over a file: rows = valid + invalid + duplicates + no_time_zone.

    `shared_numbers`: numbers that several people have (households); each is dialed as one.
    """

    rows: int
    valid: int
    invalid: int
    duplicates: int
    no_time_zone: int
    shared_numbers: int
    layout: str
    encoding: str
    delimiter: str
    columns: dict[str, str]
    custom_columns: tuple[str, ...]
    line_types: dict[str, int]
    rejects: dict[str, int]

    def to_json(self) -> str:
        """One JSON object; the keys are this class's fields."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self) -> str:
        """The report as lines of plain text."""
        return "\n".join([*self._file_lines(), "", *self._count_lines(), *self._reject_lines()])

    def _file_lines(self) -> list[str]:
        mapped = ", ".join(
            name if name == column else f"{name} = {column}"
            for name, column in self.columns.items()
        )
        lines = [f"Layout {self.layout}, {self.encoding}, separated by {self.delimiter}"]
        lines.append(f"Columns read: {mapped}")
        if self.custom_columns:
            shown = ", ".join(self.custom_columns[:8])
            more = len(self.custom_columns) - 8
            lines.append(f"Kept as they are: {shown}" + (f" and {more} more" if more > 0 else ""))
        return lines

    def _count_lines(self) -> list[str]:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.line_types.items())
        return [
            _counted(self.rows, "rows"),
            _counted(self.valid, "valid" + (f" ({kinds})" if kinds else "")),
            _counted(self.invalid, "invalid"),
            _counted(self.duplicates, "duplicates"),
            _counted(self.no_time_zone, "without a time zone"),
            _counted(self.shared_numbers, "numbers shared by several people"),
        ]

    def _reject_lines(self) -> list[str]:
        if not self.rejects:
            return []
        lines = ["", "Rows left out:"]
        for name, count in sorted(self.rejects.items(), key=lambda item: (-item[1], item[0])):
            lines.append(_counted(count, f"{name}: {EXPLANATIONS[Reason(name)]}"))
        return lines


class ReportBuilder:
    """Counts rows as they pass."""

    def __init__(self) -> None:
        self._valid = 0
        self._rejects: Counter[Reason] = Counter()
        self._line_types: Counter[str] = Counter()

    def add(self, row: ImportedLead | RejectedRow) -> None:
        """Count one row."""
        if isinstance(row, RejectedRow):
            self._rejects[row.reason] += 1
        else:
            self._valid += 1
            self._line_types[row.line_type.value] += 1

    def report(self, reader: ListReader) -> ImportReport:
        """The report, once the reader is exhausted."""
        apart = self._rejects[Reason.DUPLICATE] + self._rejects[Reason.NO_TIME_ZONE]
        rejected = self._rejects.total()
        return ImportReport(
            rows=self._valid + rejected,
            valid=self._valid,
            invalid=rejected - apart,
            duplicates=self._rejects[Reason.DUPLICATE],
            no_time_zone=self._rejects[Reason.NO_TIME_ZONE],
            shared_numbers=reader.shared_numbers,
            layout=reader.columns.layout.name,
            encoding=reader.encoding,
            delimiter=DELIMITER_NAMES[reader.delimiter],
            columns=reader.columns.mapped(),
            custom_columns=tuple(name for _, name in reader.columns.custom),
            line_types=dict(sorted(self._line_types.items())),
            rejects={r.value: n for r, n in sorted(self._rejects.items()) if n},
        )


def _counted(count: int, what: str) -> str:
    return f"{count:>11,}  {what}"
