"""Reads a list file: every row becomes an `ImportedLead` or a `RejectedRow`. Nothing is written.

The command line reads a file twice, once for the report and once to store it; both passes give
the same rows in the same order. Memory grows with the number of people (see `duplicates`), never
with the size of the file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from dialer.compliance.zones import candidate_zones
from dialer.domain.lead import LineType
from dialer.lists.decode import TextDecoder
from dialer.lists.duplicates import SeenPeople
from dialer.lists.layouts import ColumnMap, Field, recognise
from dialer.lists.normalise import (
    Phone,
    clean_name,
    derived_external_id,
    is_country,
    language_tag,
    name_key,
    parse_line_type,
    parse_phone,
    split_full_name,
    state_code,
    zip5,
)
from dialer.lists.problems import EXPLANATIONS, ListProblem, Reason, RejectedRow
from dialer.lists.table import BrokenRecord, Record, Table

CHUNK_BYTES = 262_144
MAX_FIELD_CHARS = 10_000
MAX_NAME_CHARS = 200
_SHOWN_OF_A_BROKEN_LINE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedLead:
    """One person with a number that may be called. `custom`: the columns no field claimed."""

    row_number: int
    external_id: str
    first_name: str
    last_name: str
    e164: str
    line_type: LineType
    zones: tuple[str, ...]
    state: str
    zip_code: str
    language: str
    custom: dict[str, str] = field(default_factory=dict)


Progress = Callable[[int], None]
"""Called with the number of bytes read so far."""


def read_list(
    path: Path,
    *,
    layout: str | None = None,
    country: str = "US",
    progress: Progress | None = None,
) -> "ListReader":
    """Open a list file. Iterate over the reader once; raises ListProblem if it is no list.

    The header is read at once, so a wrong file is refused before any row.
    """
    return ListReader(chunks_of(path, progress), layout=layout, country=country)


class ListReader:
    """The rows of a list, and what is known of the file as a whole."""

    def __init__(
        self, chunks: Iterable[bytes], *, layout: str | None = None, country: str = "US"
    ) -> None:
        if not is_country(country):
            raise ListProblem(f'"{country}" is no country: give its two letters, such as US.')
        self._decoder = TextDecoder(chunks)
        self._table = Table(self._decoder.lines())
        self._country = country
        self._seen = SeenPeople()
        self.columns: ColumnMap = recognise(self._table.header, layout)
        self._rows = self._all_rows()

    @property
    def delimiter(self) -> str:
        return self._table.delimiter

    @property
    def encoding(self) -> str:
        """What was found up to the row last read."""
        return self._decoder.encoding

    @property
    def shared_numbers(self) -> int:
        """Numbers that more than one of the people read so far have."""
        return self._seen.shared_numbers

    def __iter__(self) -> Iterator[ImportedLead | RejectedRow]:
        return self._rows

    def _all_rows(self) -> Iterator[ImportedLead | RejectedRow]:
        is_empty = True
        for record in self._table.records():
            is_empty = False
            if isinstance(record, BrokenRecord):
                yield self._broken_line(record)
            else:
                yield self._row(record)
        if is_empty:
            raise ListProblem("The file has a header and no row under it.")

    def _row(self, record: Record) -> ImportedLead | RejectedRow:
        cells = record.cells
        reason = self._refused_by_rule(cells)
        if reason is Reason.CONFIDENTIAL:  # of such a person nothing is copied anywhere
            return _rejected(Record(line_number=record.line_number, cells=[]), reason)
        too_long = _too_long_field(cells, self.columns)
        if too_long:
            detail = f'The field "{too_long[:60]}" is too long.'
            return _rejected(record, Reason.FIELD_TOO_LONG, detail)
        if reason:
            return _rejected(record, reason)
        phone, line_type = self._phone(cells)
        if isinstance(phone, Reason):
            return _rejected(record, phone)
        return self._lead_or_rejection(record, phone, line_type)

    def _broken_line(self, record: BrokenRecord) -> RejectedRow:
        """Its text is not copied if it might be a confidential person's: nobody can tell."""
        may_be_confidential = any(r.reason is Reason.CONFIDENTIAL for _, r in self.columns.rules)
        shown = () if may_be_confidential else (record.text[:_SHOWN_OF_A_BROKEN_LINE],)
        return RejectedRow(
            row_number=record.line_number, reason=record.reason, detail=record.detail, cells=shown
        )

    def _refused_by_rule(self, cells: list[str]) -> Reason | None:
        for position, rule in self.columns.rules:
            if rule.refuses(cells[position]):
                return rule.reason
        return None

    def _phone(self, cells: list[str]) -> tuple[Phone | Reason, LineType]:
        """The first usable number in the layout's order; else why the first one is not usable."""
        refused = Reason.NO_PHONE
        for position, promised in self.columns.phones:
            phone = parse_phone(cells[position], self._country)
            if isinstance(phone, Phone):
                return phone, promised
            if refused is Reason.NO_PHONE:
                refused = phone
        return refused, LineType.UNKNOWN

    def _lead_or_rejection(
        self, record: Record, phone: Phone, promised: LineType
    ) -> ImportedLead | RejectedRow:
        lead, person_key = self._lead(record, phone, promised)
        if not lead.zones:
            return _rejected(record, Reason.NO_TIME_ZONE)
        if self._seen.is_repeated(lead.external_id, lead.e164, person_key):
            return _rejected(record, Reason.DUPLICATE)
        return lead

    def _lead(self, record: Record, phone: Phone, promised: LineType) -> tuple[ImportedLead, str]:
        """The lead of a row, and the key that tells its person from others of the same number."""
        person = _Person(record.cells, self.columns)
        first, last = person.names()
        person_key = person.key(first, last)
        state, zip_code = person.address()
        lead = ImportedLead(
            row_number=record.line_number,
            external_id=clean_name(person.text(Field.EXTERNAL_ID))
            or derived_external_id(phone.e164, person_key),
            first_name=first,
            last_name=last,
            e164=phone.e164,
            line_type=person.line_type(promised),
            zones=candidate_zones(
                phone.e164,
                zip_code=zip_code,
                state=state,
                explicit=person.text(Field.TIME_ZONE),
            ),
            state=state,
            zip_code=zip_code,
            language=language_tag(person.text(Field.LANGUAGE)),
            custom=person.custom(phone),
        )
        return lead, person_key


class _Person:
    """One row's cells under the names of the layout."""

    def __init__(self, cells: list[str], columns: ColumnMap) -> None:
        self._cells = cells
        self._columns = columns

    def text(self, name: Field) -> str:
        position = self._columns.fields.get(name)
        return "" if position is None else self._cells[position]

    def names(self) -> tuple[str, str]:
        first, last = (
            clean_name(self.text(Field.FIRST_NAME)),
            clean_name(self.text(Field.LAST_NAME)),
        )
        if first or last:
            return first, last
        return split_full_name(self.text(Field.FULL_NAME))

    def key(self, first: str, last: str) -> str:
        others = (self.text(Field.MIDDLE_NAME), self.text(Field.SUFFIX))
        return "|".join(name_key(part) for part in (first, last, *others))

    def address(self) -> tuple[str, str]:
        """State and ZIP; what is neither is kept as it stands (a Canadian postal code)."""
        state, zip_code = self.text(Field.STATE), self.text(Field.ZIP_CODE)
        return state_code(state) or clean_name(state), zip5(zip_code) or clean_name(zip_code)

    def line_type(self, promised: LineType) -> LineType:
        """A column of cell phones is believed before a line-type column."""
        if promised is not LineType.UNKNOWN:
            return promised
        return parse_line_type(self.text(Field.LINE_TYPE))

    def custom(self, phone: Phone) -> dict[str, str]:
        kept = {
            name: text
            for position, name in self._columns.custom
            if (text := self._cells[position].strip())
        }
        if phone.extension:
            kept["phone_extension"] = phone.extension
        return kept


def _too_long_field(cells: list[str], columns: ColumnMap) -> str:
    """The name of a column whose text is too long to keep; empty if there is none."""
    if max(map(len, cells)) > MAX_FIELD_CHARS:
        return next(
            name
            for name, text in zip(columns.header, cells, strict=True)
            if len(text) > MAX_FIELD_CHARS
        )
    for position in columns.fields.values():
        if len(cells[position]) > MAX_NAME_CHARS:
            return columns.header[position]
    return ""


def _rejected(record: Record, reason: Reason, detail: str = "") -> RejectedRow:
    return RejectedRow(
        row_number=record.line_number,
        reason=reason,
        detail=detail or EXPLANATIONS[reason],
        cells=tuple(text[:MAX_FIELD_CHARS] for text in record.cells),
    )


def chunks_of(path: Path, progress: Progress | None = None) -> Iterator[bytes]:
    """The file in pieces. Says in a sentence why it can't be read."""
    if path.is_dir():
        raise ListProblem("This is a directory, not a file.")
    try:
        with path.open("rb") as file:
            yield from _read(file, progress)
    except FileNotFoundError:
        raise ListProblem("There is no such file.") from None
    except PermissionError:
        raise ListProblem("This file may not be read by the user Callbank runs as.") from None
    except OSError as error:
        raise ListProblem(f"The file cannot be read: {error.strerror or error}.") from error


def _read(file: BinaryIO, progress: Progress | None) -> Iterator[bytes]:
    done = 0
    while chunk := file.read(CHUNK_BYTES):
        done += len(chunk)
        yield chunk
        if progress:
            progress(done)
