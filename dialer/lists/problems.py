"""Why a row, or a whole file, cannot be used.

A `RejectedRow` costs one person and the import goes on; a `ListProblem` is the file's and ends it.
"""

from dataclasses import dataclass
from enum import StrEnum


class ListProblem(Exception):
    """The file as a whole cannot be read as a list. The text is one sentence for the organiser."""


class Reason(StrEnum):
    """Why a row is not imported. Values are stable: they stand in the rejects file and in JSON."""

    NO_PHONE = "no_phone"
    INVALID_PHONE = "invalid_phone"
    PREMIUM_NUMBER = "premium_number"
    TOLL_FREE = "toll_free"
    EMERGENCY = "emergency"
    CONFIDENTIAL = "confidential"
    INACTIVE_VOTER = "inactive_voter"
    FIELD_TOO_LONG = "field_too_long"
    BROKEN_LINE = "broken_line"
    NUL_BYTES = "nul_bytes"
    NO_TIME_ZONE = "no_time_zone"
    DUPLICATE = "duplicate"
    MISSING_VALUE = "missing_value"
    BAD_DATE = "bad_date"
    UNKNOWN_WORD = "unknown_word"


EXPLANATIONS: dict[Reason, str] = {
    Reason.NO_PHONE: "No telephone number in this row.",
    Reason.INVALID_PHONE: "Not a valid telephone number.",
    Reason.PREMIUM_NUMBER: "A premium-rate or shared-cost number: calling it costs money.",
    Reason.TOLL_FREE: "A toll-free number belongs to a business, and its owner pays for the call.",
    Reason.EMERGENCY: "An emergency or crisis number.",
    Reason.CONFIDENTIAL: "The voter's registration is confidential.",
    Reason.INACTIVE_VOTER: "The voter's registration is neither active nor inactive (A or I).",
    Reason.FIELD_TOO_LONG: "A field of this row is too long.",
    Reason.BROKEN_LINE: "The line is broken.",
    Reason.NUL_BYTES: "The line contains NUL bytes.",
    Reason.NO_TIME_ZONE: "No time zone is known for this number, so no hour is safe to call it.",
    Reason.DUPLICATE: "The same person is already on an earlier line.",
    Reason.MISSING_VALUE: "A column that must be filled is empty.",
    Reason.BAD_DATE: "Not a date, or one that lies ahead.",
    Reason.UNKNOWN_WORD: "A word that means nothing in its column.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRow:
    """A row that is not imported. `row_number` is its line in the file, the header being 1."""

    row_number: int
    reason: Reason
    detail: str
    cells: tuple[str, ...] = ()
    """What stood there; empty where it must not be copied (confidential) or could not be split."""
