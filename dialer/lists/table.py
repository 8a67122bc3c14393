"""Text lines to records: the delimiter is found, quotes are honoured, broken lines are contained.

Python's csv reader alone would let one unclosed quote swallow the rest of the file. Here a quoted
field may run over a few lines, but only if the record then closes with the header's number of
fields; otherwise the first line is broken and reading goes on with the next.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialer.lists.decode import MAX_LINE_BYTES, Line
from dialer.lists.problems import ListProblem, Reason

DELIMITERS = (",", "\t", ";", "|")
DELIMITER_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
MAX_COLUMNS = 2000
MAX_LINES_OF_A_RECORD = 20
_NO_CONTENT = " \t\r\n\x1a,;|"  # a line of these alone is empty; 0x1A is DOS's end-of-file mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The fields of one row. `line_number` is that of its first line."""

    line_number: int
    cells: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenRecord:
    """A line that cannot be split into the header's fields."""

    line_number: int
    reason: Reason
    detail: str
    text: str


class _UnclosedQuote(Exception):
    """The text ends inside a quoted field."""


class Table:
    """A header and the records under it. Reads the header at once, the records as asked."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = _PushBack(lines)
        first = self._first_line()
        self.delimiter, first = _declared_delimiter(first, self._lines)
        self.delimiter = self.delimiter or _sniffed_delimiter(first.text)
        names = self._read_header(first)
        self._named_width = max((i for i, name in enumerate(names, start=1) if name), default=0)
        self.header = tuple(name or f"column_{i}" for i, name in enumerate(names, start=1))

    def records(self) -> Iterator[Record | BrokenRecord]:
        """Every row that is not empty, in the order of the file."""
        for line in self._lines:
            if line.text.strip(_NO_CONTENT):
                yield self._record(line)

    def _first_line(self) -> Line:
        for line in self._lines:
            if line.text.strip(_NO_CONTENT):
                return line
        raise ListProblem("The file is empty: there is no header line and no row.")

    def _read_header(self, line: Line) -> tuple[str, ...]:
        if line.is_too_long or "\0" in line.text:
            raise ListProblem(
                "The first line is no header: it contains NUL bytes or is longer than "
                f"{MAX_LINE_BYTES} bytes. Is this a text file (CSV)?"
            )
        try:
            cells, taken = _fields(line.text, self.delimiter), 0
        except _UnclosedQuote:
            cells, taken = self._joined(line, width=None)
        except csv.Error:
            cells, taken = None, 0
        if cells is None:
            raise ListProblem(f"The header (line {line.number}) has a quote that is not closed.")
        self._lines.drop(taken)
        return _checked_header(cells)

    def _record(self, line: Line) -> Record | BrokenRecord:
        if line.is_too_long:
            detail = f"The line is longer than {MAX_LINE_BYTES} bytes."
            return _broken(line, Reason.FIELD_TOO_LONG, detail)
        if "\0" in line.text:
            return _broken(line, Reason.NUL_BYTES, "The line contains NUL bytes.")
        try:
            cells = _fields(line.text, self.delimiter)
        except _UnclosedQuote:
            return self._record_over_lines(line)
        except csv.Error:
            return _broken(line, Reason.BROKEN_LINE, "A quote stands where none may stand.")
        return self._of_the_right_width(line, cells)

    def _record_over_lines(self, line: Line) -> Record | BrokenRecord:
        cells, taken = self._joined(line, width=len(self.header))
        if cells is None:
            return _broken(line, Reason.BROKEN_LINE, "A quote is opened and not closed.")
        self._lines.drop(taken)
        return Record(line_number=line.number, cells=cells)

    def _joined(self, line: Line, width: int | None) -> tuple[list[str] | None, int]:
        """The fields of a line and those after it, and how many of these belong to it."""
        text = line.text
        for taken in range(1, MAX_LINES_OF_A_RECORD):
            following = self._lines.peek(taken)
            if following is None or following.is_too_long or "\0" in following.text:
                return None, 0
            text = f"{text}\n{following.text}"
            if len(text) > MAX_LINE_BYTES:
                return None, 0
            if '"' not in following.text:
                continue
            try:
                cells = _fields(text, self.delimiter)
            except _UnclosedQuote:
                continue
            except csv.Error:
                return None, 0
            return (cells, taken) if width in (None, len(cells)) else (None, 0)
        return None, 0

    def _of_the_right_width(self, line: Line, cells: list[str]) -> Record | BrokenRecord:
        width = len(self.header)
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]  # delimiters at the end of the line
        elif self._named_width <= len(cells) < width:
            cells.extend([""] * (width - len(cells)))  # delimiters at the end of the header only
        if len(cells) != width:
            fields = "1 field" if len(cells) == 1 else f"{len(cells)} fields"
            detail = f"The line has {fields}, the header has {width}."
            return _broken(line, Reason.BROKEN_LINE, detail)
        return Record(line_number=line.number, cells=cells)


class _PushBack:
    """An iterator one can look ahead in."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._source = iter(lines)
        self._ahead: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self._ahead.popleft() if self._ahead else next(self._source)

    def peek(self, count: int) -> Line | None:
        """The line that comes `count` calls of next() from now; None after the end."""
        while len(self._ahead) < count:
            line = next(self._source, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[count - 1]

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()


def _fields(text: str, delimiter: str) -> list[str]:
    """The fields of a complete record. Raises _UnclosedQuote, or csv.Error for a stray quote."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _UnclosedQuote from error
        raise


def _declared_delimiter(first: Line, lines: _PushBack) -> tuple[str, Line]:
    """Excel writes `sep=;` above the header of some files."""
    declared = first.text.strip()
    if declared[:4].casefold() == "sep=" and declared[4:] in DELIMITERS:
        following = next(lines, None)
        if following is None:
            raise ListProblem("The file is empty but for a sep= line.")
        return declared[4:], following
    return "", first


def _sniffed_delimiter(header: str) -> str:
    """The one that cuts the header into the most fields; a comma if there is only one column."""
    return max(DELIMITERS, key=lambda delimiter: _count_outside_quotes(header, delimiter))


def _count_outside_quotes(text: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in text.split('"')[::2])


def _checked_header(cells: list[str]) -> tuple[str, ...]:
    """The column names, trimmed; a column without a name has an empty one."""
    names = [cell.strip().lstrip("\ufeff") for cell in cells]
    if len(names) > MAX_COLUMNS:
        raise ListProblem(f"The header has {len(names)} columns; {MAX_COLUMNS} is the limit.")
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        key = column_key(name) or name
        if key in seen:
            raise ListProblem(
                f'Two columns are called "{name[:60]}" (columns {seen[key]} and {position}): '
                "rename one of them."
            )
        if key:
            seen[key] = position
    return tuple(names)


def column_key(name: str) -> str:
    """A column's name as layouts compare it: letters and digits, lower case."""
    return "".join(filter(str.isalnum, name.casefold()))


def _broken(line: Line, reason: Reason, detail: str) -> BrokenRecord:
    return BrokenRecord(line_number=line.number, reason=reason, detail=detail, text=line.text)
