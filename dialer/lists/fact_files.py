"""Files of facts about numbers and people: consents, relations, look-ups, answers, business lines.

Each has a header; columns are found by their names, like those of a list. A row becomes a tuple of
values in the order of its kind's `columns`, or a RejectedRow. Called by the import commands of
`callbank compliance`; `KINDS` says which columns there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, ReassignedAnswer, RelationKind
from dialer.lists.decode import TextDecoder
from dialer.lists.normalise import Phone, clean_name, parse_line_type, parse_phone
from dialer.lists.problems import EXPLANATIONS, ListProblem, Reason, RejectedRow
from dialer.lists.table import BrokenRecord, Record, Table, column_key

Value = str | datetime | None
Row = tuple[Value, ...]

MOST_CHARS = 10_000
_DATES = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y%m%d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a file: what it may be called, how its text is read, and whether it must be
    filled."""

    name: str
    called: str
    read: Callable[[str], Value]
    is_needed: bool = False
    wrong: Reason = Reason.UNKNOWN_WORD  # what a text that `read` refuses is


@dataclass(frozen=True, kw_only=True, slots=True)
class FactKind:
    """A kind of file. Of the columns in `either`, one must be filled in each row."""

    name: str
    columns: tuple[Column, ...]
    either: tuple[str, ...] = ()


class Refused(Exception):
    """A cell's text is no value of its column; with a Reason where there is a truer one."""


def instant(text: str) -> datetime:
    """A date or an instant, UTC where no zone is said. Raises Refused."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = _by_other_forms(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _by_other_forms(text: str) -> datetime:
    for form in _DATES:
        try:
            return datetime.strptime(f"{text} +0000", f"{form} %z")
        except ValueError:
            continue
    raise Refused


def _word_of(words: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        word = words.get(column_key(text))
        if word is None:
            raise Refused
        return word

    return read


def _text(text: str) -> str:
    if len(text) > MOST_CHARS:
        raise Refused(Reason.FIELD_TOO_LONG)
    return text.replace("\0", "")


_CONSENTS = {
    **{column_key(kind): kind.value for kind in ConsentKind},
    "oral": "express", "verbal": "express", "pec": "express", "priorexpress": "express",
    "written": "express_written", "signed": "express_written", "pewc": "express_written",
}  # fmt: skip
_RELATIONS = {kind.value: kind.value for kind in RelationKind}
_ANSWERS = {column_key(answer): answer.value for answer in ReassignedAnswer}


def _line(text: str) -> str:
    line_type = parse_line_type(text)
    if line_type is LineType.UNKNOWN and column_key(text) != "unknown":
        raise Refused
    return line_type.value


_PHONE = "phone phonenumber number telephone telephonenumber e164 tel mobile cell"
_PERSON = Column(
    name="person",
    called="person personid externalid voterid vanid donorid customerid id",
    read=clean_name,
)


def _number(*, is_needed: bool = True) -> Column:
    return Column(
        name="e164",
        called=_PHONE,
        read=_text,
        is_needed=is_needed,
        wrong=Reason.INVALID_PHONE,
    )


def _at(name: str, called: str, *, is_needed: bool = True) -> Column:
    return Column(
        name=name, called=called, read=instant, is_needed=is_needed, wrong=Reason.BAD_DATE
    )


def _words(name: str, called: str, words: Mapping[str, str]) -> Column:
    return Column(name=name, called=called, read=_word_of(words), is_needed=True)


CONSENTS = FactKind(
    name="consents",
    columns=(
        _number(),
        _PERSON,
        _words("kind", "kind consent consentkind consenttype", _CONSENTS),
        Column(name="words", called="words text disclosure language", read=_text),
        _at("given_at", "givenat given date consentdate consentedat at"),
        Column(name="how", called="how where url place form", read=_text),
        Column(name="taken_by", called="takenby by agent staff", read=_text),
        _at("revoked_at", "revokedat revoked revocationdate", is_needed=False),
        Column(name="revoked_how", called="revokedhow revocationhow", read=_text),
    ),
)
RELATIONS = FactKind(
    name="relations",
    columns=(
        _number(is_needed=False),
        _PERSON,
        _words("kind", "kind relation type", _RELATIONS),
        _at("at", "at date lastdate when"),
    ),
    either=("e164", "person"),
)
REASSIGNED = FactKind(
    name="reassigned",
    columns=(
        _number(),
        _words("answer", "answer result response permanentlydisconnected", _ANSWERS),
        _at("asked_about", "askedabout date querydate contactdate"),
        _at("asked_at", "askedat askedon responsedate", is_needed=False),
    ),
)
BUSINESSES = FactKind(
    name="businesses",
    columns=(
        _number(),
        Column(
            name="business",
            called="business businesskey businessid company companyid name",
            read=clean_name,
            is_needed=True,
        ),
    ),
)
LOOKUPS = FactKind(
    name="line_types",
    columns=(
        _number(),
        Column(
            name="line_type",
            called="linetype type phonetype numbertype",
            read=_line,
            is_needed=True,
        ),
        Column(name="carrier", called="carrier carriername operator", read=clean_name),
        _at("ported_at", "portedat porteddate portdate", is_needed=False),
        _at("as_of", "asof lookedupat lookupdate date", is_needed=False),
    ),
)
DO_NOT_CALL = FactKind(
    name="do_not_call",
    columns=(
        _number(),
        Column(name="reason", called="reason note comment", read=_text),
        _at("added_at", "addedat date requestedat at", is_needed=False),
    ),
)


@dataclass(kw_only=True, slots=True)
class FactFile:
    """The rows of a file. `now`: nothing may be dated after it."""

    kind: FactKind
    chunks: Iterable[bytes]
    country: str
    now: datetime
    header: tuple[str, ...] = ()
    _table: Table = field(init=False)
    _places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._table = Table(TextDecoder(self.chunks).lines())
        self.header = self._table.header
        self._places = self._bound()

    def __iter__(self) -> Iterator[Row | RejectedRow]:
        for record in self._table.records():
            if isinstance(record, BrokenRecord):
                yield RejectedRow(
                    row_number=record.line_number, reason=record.reason, detail=record.detail
                )
            else:
                yield self._row(record)

    def _bound(self) -> dict[str, int]:
        keys = {column_key(name): place for place, name in enumerate(self.header)}
        found: dict[str, int] = {}
        for column in self.kind.columns:
            place = next((keys[key] for key in column.called.split() if key in keys), None)
            if place is not None and place not in found.values():
                found[column.name] = place
            elif column.is_needed:
                raise ListProblem(
                    f"The file has no column for {column.name} (it may be called"
                    f" {', '.join(column.called.split()[:3])})."
                )
        if self.kind.either and not any(name in found for name in self.kind.either):
            raise ListProblem(f"The file has no column for {' or '.join(self.kind.either)}.")
        return found

    def _row(self, record: Record) -> Row | RejectedRow:
        values: dict[str, Value] = {}
        for column in self.kind.columns:
            place = self._places.get(column.name)
            text = record.cells[place].strip() if place is not None else ""
            if not text:
                if column.is_needed:
                    return self._rejected(record, Reason.MISSING_VALUE, column.name)
                values[column.name] = None if column.read is instant else ""
                continue
            try:
                values[column.name] = self._value(column, text)
            except Refused as refused:
                reason = refused.args[0] if refused.args else column.wrong
                return self._rejected(record, reason, column.name)
        if self.kind.either and not any(values[name] for name in self.kind.either):
            return self._rejected(record, Reason.MISSING_VALUE, " or ".join(self.kind.either))
        return tuple(values[column.name] for column in self.kind.columns)

    def _value(self, column: Column, text: str) -> Value:
        value = column.read(text)
        if isinstance(value, datetime) and value > self.now:
            raise Refused
        if column.name != "e164":
            return value
        phone = parse_phone(text, self.country)
        if isinstance(phone, Phone):
            return phone.e164
        raise Refused(phone)

    def _rejected(self, record: Record, reason: Reason, column: str) -> RejectedRow:
        return RejectedRow(
            row_number=record.line_number,
            reason=reason,
            detail=f"{EXPLANATIONS[reason]} ({column})",
            cells=tuple(cell[:MOST_CHARS] for cell in record.cells),
        )
