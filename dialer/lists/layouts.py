"""Which column means what: known file layouts, recognised by their header, and the binding of one
to a file's columns. A new layout is one more `Layout` in `LAYOUTS`.

Column names are compared without case, spaces and underscores. Columns that no field claims are
kept under their own name as custom fields. (Signatures: reference/phone-banks.md, section 4.)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dialer.domain.lead import LineType
from dialer.lists.problems import ListProblem, Reason
from dialer.lists.table import column_key


class Field(StrEnum):
    """What a lead is made of, besides its telephone number."""

    EXTERNAL_ID = "external_id"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    SUFFIX = "suffix"
    FULL_NAME = "full_name"
    STATE = "state"
    ZIP_CODE = "zip_code"
    TIME_ZONE = "time_zone"
    LANGUAGE = "language"
    LINE_TYPE = "line_type"


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneColumn:
    """A column of telephone numbers, and the line type that its name promises."""

    key: str
    line_type: LineType = LineType.UNKNOWN


@dataclass(frozen=True, kw_only=True, slots=True)
class RowRule:
    """Rows are refused by a column's value: one of `drop`, or none of a non-empty `keep`."""

    key: str
    reason: Reason
    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()

    def refuses(self, value: str) -> bool:
        value = value.strip().casefold()
        return value in self.drop or bool(self.keep and value not in self.keep)


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A kind of file. `phones` are in order of preference: the first usable number is dialed."""

    name: str
    signature: frozenset[str]
    phones: tuple[PhoneColumn, ...]
    fields: Mapping[Field, tuple[str, ...]]
    rules: tuple[RowRule, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMap:
    """A layout bound to one file's header; columns by their position."""

    layout: Layout
    header: tuple[str, ...]
    phones: tuple[tuple[int, LineType], ...]
    fields: Mapping[Field, int]
    rules: tuple[tuple[int, RowRule], ...]
    custom: tuple[tuple[int, str], ...] = field(default=())

    def mapped(self) -> dict[str, str]:
        """Field -> the file's own column name, for the report."""
        phones = {
            "phone" if n == 0 else f"phone_{n + 1}": self.header[position]
            for n, (position, _) in enumerate(self.phones)
        }
        return phones | {str(name): self.header[i] for name, i in self.fields.items()}


def _phones(line_type: LineType, keys: str) -> tuple[PhoneColumn, ...]:
    return tuple(PhoneColumn(key=key, line_type=line_type) for key in keys.split())


PLAIN = Layout(
    name="plain",
    signature=frozenset(),
    # cell before opt-in before preferred before home before work
    phones=(
        *_phones(LineType.WIRELESS, "cell cellphone cellnumber cellphonenumber mobile"),
        *_phones(LineType.WIRELESS, "mobilephone mobilenumber wirelessphone"),
        *_phones(LineType.UNKNOWN, "phone phonenumber telephone telephonenumber tel e164 number"),
        *_phones(LineType.UNKNOWN, "fullphonenumber phone1 primaryphone preferredphone prefphone"),
        *_phones(LineType.UNKNOWN, "homephone landlinephone dayphone eveningphone workphone"),
        *_phones(LineType.UNKNOWN, "phone2 phone3"),
    ),
    fields={
        Field.EXTERNAL_ID: (
            "externalid", "voterid", "customid", "personid", "contactid", "voterfilevanid",
            "vanid", "ncid", "id", "uuid",
        ),
        Field.FIRST_NAME: ("firstname", "first", "fname", "givenname", "forename"),
        Field.MIDDLE_NAME: ("middlename", "middle"),
        Field.LAST_NAME: ("lastname", "last", "lname", "surname", "familyname"),
        Field.SUFFIX: ("suffix", "namesuffix"),
        Field.FULL_NAME: ("fullname", "name", "contactname"),
        Field.STATE: ("state", "statecode", "statecd", "region"),
        Field.ZIP_CODE: ("zip", "zipcode", "zip5", "postalcode", "postcode", "ziporpostal"),
        Field.TIME_ZONE: ("timezone", "tz"),
        Field.LANGUAGE: ("language", "lang", "preferredlanguage", "spokenlanguage"),
        Field.LINE_TYPE: ("linetype", "phonetype", "numbertype"),
    },
)  # fmt: skip

NCVOTER = Layout(
    name="ncvoter",  # North Carolina State Board of Elections, ncvoter*.txt, 67 columns
    signature=frozenset({"ncid", "fullphonenumber", "statuscd", "confidentialind"}),
    phones=(PhoneColumn(key="fullphonenumber"),),
    fields={
        Field.EXTERNAL_ID: ("ncid",),
        Field.FIRST_NAME: ("firstname",),
        Field.MIDDLE_NAME: ("middlename",),
        Field.LAST_NAME: ("lastname",),
        Field.SUFFIX: ("namesuffixlbl",),
        Field.STATE: ("statecd",),
        Field.ZIP_CODE: ("zipcode",),
        # Not the state's own: appended by whoever looked the number up or asked the voter.
        Field.LINE_TYPE: ("linetype",),
        Field.TIME_ZONE: ("timezone",),
    },
    rules=(
        RowRule(key="confidentialind", drop=frozenset({"y"}), reason=Reason.CONFIDENTIAL),
        RowRule(key="statuscd", keep=frozenset({"a", "i"}), reason=Reason.INACTIVE_VOTER),
    ),
)

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (NCVOTER, PLAIN)}

_OUR_OWN = frozenset({"callbankrow", "callbankreason", "callbankdetail"})
"""The columns a rejects file begins with: a mended one can be imported as it is."""

_LOOKS_LIKE_A_NUMBER = re.compile(r"\+?[\d\s().-]{7,}")


def recognise(header: tuple[str, ...], wanted: str | None = None) -> ColumnMap:
    """The layout of a file with this header, bound to it. Raises ListProblem if it has no phone."""
    keys = {column_key(name): position for position, name in enumerate(header)}
    layout = _layout_named(wanted) if wanted else _best_layout(frozenset(keys))
    missing = layout.signature - keys.keys()
    if missing:
        raise ListProblem(
            f'This is no "{layout.name}" file: it has no column {" or ".join(sorted(missing))}.'
        )
    columns = _bound(layout, header, keys)
    if not columns.phones:
        raise ListProblem(_no_phone_sentence(header))
    return columns


def _layout_named(name: str) -> Layout:
    try:
        return LAYOUTS[name]
    except KeyError:
        known = ", ".join(sorted(LAYOUTS))
        raise ListProblem(f'There is no layout called "{name}"; there are: {known}.') from None


def _best_layout(keys: frozenset[str]) -> Layout:
    """The one with the longest signature among those that are wholly there; `plain` has none."""
    fitting = [layout for layout in LAYOUTS.values() if layout.signature <= keys]
    return max(fitting, key=lambda layout: len(layout.signature))


def _bound(layout: Layout, header: tuple[str, ...], keys: Mapping[str, int]) -> ColumnMap:
    fields = {
        name: next(keys[key] for key in synonyms if key in keys)
        for name, synonyms in layout.fields.items()
        if any(key in keys for key in synonyms)
    }
    phones = tuple((keys[c.key], c.line_type) for c in layout.phones if c.key in keys)
    # Middle names and suffixes tell people apart but are no part of a lead: kept as custom fields.
    kept = (Field.MIDDLE_NAME, Field.SUFFIX)
    taken = {position for name, position in fields.items() if name not in kept}
    if len(phones) == 1:  # of several, only one becomes the lead's number: all are kept
        taken.add(phones[0][0])
    taken |= {keys[key] for key in _OUR_OWN if key in keys}
    return ColumnMap(
        layout=layout,
        header=header,
        phones=phones,
        fields=fields,
        rules=tuple((keys[rule.key], rule) for rule in layout.rules if rule.key in keys),
        custom=tuple((i, name) for i, name in enumerate(header) if i not in taken),
    )


def _no_phone_sentence(header: tuple[str, ...]) -> str:
    if any(_LOOKS_LIKE_A_NUMBER.fullmatch(name) for name in header):
        return (
            "The first line looks like a person, not like column names: "
            "put a header line above it, for example phone,first_name,last_name."
        )
    shown = ", ".join(name[:40] for name in header[:12]) + (", ..." if len(header) > 12 else "")
    return f"No column holds a telephone number (columns: {shown}): call one of them phone."
