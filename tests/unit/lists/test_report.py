"""The report's numbers, as JSON and as text; the rejects file's cells."""

import csv
import io
import json

from dialer.lists.importing import ListReader
from dialer.lists.problems import Reason, RejectedRow
from dialer.lists.rejects_file import RejectsWriter, harmless_cell
from dialer.lists.report import ImportReport, ReportBuilder
from tests.unit.lists.list_helpers import leads_of

LIST = (
    "phone,first_name,line_type,pet\n"
    "9195550123,Ann,landline,cat\n"
    "9195550123,Bob,,\n"
    "9195550123,Bob,,\n"
    "12,Cy,,\n"
    ",Dee,,\n"
    "+881612345678,Eve,,\n"
)


def report_of(text: str) -> ImportReport:
    reader, builder = ListReader([text.encode()]), ReportBuilder()
    for row in reader:
        builder.add(row)
    return builder.report(reader)


def test_every_row_is_counted_once() -> None:
    assert json.loads(report_of(LIST).to_json()) == {
        "rows": 6,
        "valid": 2,
        "invalid": 2,
        "duplicates": 1,
        "no_time_zone": 1,
        "shared_numbers": 1,
        "layout": "plain",
        "encoding": "utf-8",
        "delimiter": "comma",
        "columns": {"phone": "phone", "first_name": "first_name", "line_type": "line_type"},
        "custom_columns": ["pet"],
        "line_types": {"landline": 1, "unknown": 1},
        "rejects": {"duplicate": 1, "invalid_phone": 1, "no_phone": 1, "no_time_zone": 1},
    }


def test_the_text_says_the_same_in_words() -> None:
    text = report_of(LIST).as_text()
    for sentence in (
        "Layout plain, utf-8, separated by comma",
        "Kept as they are: pet",
        "2  valid (1 landline, 1 unknown)",
        "1  numbers shared by several people",
        "1  invalid_phone: Not a valid telephone number.",
    ):
        assert sentence in text


def test_cells_that_a_spreadsheet_would_run_are_made_harmless() -> None:
    for text in ("=1+1", "+1919", "-1", "@SUM(A1)", "\t=1", "\r=1"):
        assert harmless_cell(text) == f"'{text}"
    assert harmless_cell("Ann =1") == "Ann =1"
    assert "\0" not in harmless_cell("a\0b")


def test_a_mended_rejects_file_can_be_imported() -> None:
    out = io.StringIO(newline="")
    writer = RejectsWriter(out, ("phone", "first_name", "note"))
    cells = ("+1919555", "Ann", '=a,"b"\nc')
    writer.add(
        RejectedRow(row_number=7, reason=Reason.INVALID_PHONE, detail="Not valid.", cells=cells)
    )
    written = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert written[1] == ["7", "invalid_phone", "Not valid.", "'+1919555", "Ann", '\'=a,"b"\nc']
    (lead,) = leads_of(out.getvalue().replace("+1919555", "+19195550123"))
    assert (lead.e164, lead.first_name) == ("+19195550123", "Ann")
    assert set(lead.custom) == {"note"}
