"""Rows become leads, or are refused with a reason; whatever the bytes, nothing crashes."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.demo.voters import NC_HEADER
from dialer.domain.lead import LineType
from dialer.lists.importing import MAX_FIELD_CHARS, ImportedLead, ListReader, read_list
from dialer.lists.problems import ListProblem, Reason, RejectedRow
from dialer.lists.report import ReportBuilder
from tests.unit.lists.list_helpers import leads_of, reasons_of, rows_of


def test_a_plain_row_becomes_a_lead() -> None:
    (lead,) = leads_of(
        "Phone,First Name,Last Name,Zip,State,Language,Line Type,External ID,Pet\n"
        "(919) 555-0123, Ann ,O'Dunne,27601,North Carolina,Spanish,landline,A-1,cat\n"
    )
    assert lead == ImportedLead(
        row_number=2,
        external_id="A-1",
        first_name="Ann",
        last_name="O'Dunne",
        e164="+19195550123",
        line_type=LineType.LANDLINE,
        zones=("America/New_York",),
        state="NC",
        zip_code="27601",
        language="es",
        custom={"Pet": "cat"},
    )


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encoding_and_delimiter_make_no_difference(codec: str, delimiter: str) -> None:
    text = "phone,first_name,last_name\r\n9195550123,Zoë,Muñoz\r\n".replace(",", delimiter)
    (lead,) = leads_of(text.encode(codec))
    assert (lead.first_name, lead.last_name) == ("Zoë", "Muñoz")


def test_a_missing_id_is_derived_so_that_it_comes_out_the_same_again() -> None:
    once = leads_of("phone,name\n9195550123,Ann Lee\n")[0]
    again = leads_of("name;phone\nANN LEE;+1 919 555 0123\n")[0]
    assert once.external_id == again.external_id
    assert once.external_id.startswith("auto-")


def test_the_zone_column_wins_and_address_and_number_are_joined() -> None:
    first, second = leads_of(
        "phone,zip,timezone\n9195550123,94110,\n9195550124,94110,America/Denver\n"
    )
    assert first.zones == ("America/Los_Angeles", "America/New_York")
    assert second.zones == ("America/Denver",)


def test_formula_cells_are_kept_as_data() -> None:
    (lead,) = leads_of("phone,first_name,note\n+19195550123,=1+1,@SUM(A1)\n")
    assert (lead.first_name, lead.custom["note"]) == ("=1+1", "@SUM(A1)")


def test_the_first_usable_number_is_taken_and_all_are_kept() -> None:
    (lead,) = leads_of("home_phone,cell,phone\n9195550123,555,9195550124\n")
    assert (lead.e164, lead.line_type) == ("+19195550124", LineType.UNKNOWN)
    assert lead.custom == {"home_phone": "9195550123", "cell": "555", "phone": "9195550124"}


def test_a_cell_phone_column_is_believed_before_a_line_type_column() -> None:
    (lead,) = leads_of("cell,line_type\n9195550123,landline\n")
    assert lead.line_type is LineType.WIRELESS


def test_an_extension_and_a_foreign_postal_code_are_kept() -> None:
    (lead,) = leads_of("phone,zip,state\n416-555-0123 x9,M5V 2T6,ON\n")
    assert (lead.zip_code, lead.state, lead.custom) == ("M5V 2T6", "ON", {"phone_extension": "9"})


def test_the_same_person_twice_is_a_duplicate_and_two_at_one_number_are_not() -> None:
    data = (
        "id,phone,first_name,last_name,suffix\n"
        "1,9195550123,Ann,Lee,\n"
        "1,9195550199,Ann,Lee,\n"  # the same id
        "2,919-555-0123,ANN,LEE,\n"  # the same number and name
        "3,9195550123,Bob,Lee,\n"
        "4,9195550123,Bob,Lee,Jr.\n"
    )
    assert reasons_of(data) == ["ok", "duplicate", "duplicate", "ok", "ok"]
    reader = ListReader([data.encode()])
    list(reader)
    assert reader.shared_numbers == 1


def nc_file(**row: str) -> str:
    cells = {"ncid": "ZZ1", "status_cd": "A", "full_phone_number": "919 5550123"} | row
    return "\t".join(NC_HEADER) + "\n" + "\t".join(cells.get(name, "") for name in NC_HEADER)


def test_a_north_carolina_voter_becomes_a_lead() -> None:
    (lead,) = leads_of(
        nc_file(first_name="ANN ", last_name="LEE", state_cd="NC", zip_code="27601", party_cd="UNA")
    )
    assert (lead.external_id, lead.first_name, lead.e164) == ("ZZ1", "ANN", "+19195550123")
    assert lead.custom == {"status_cd": "A", "party_cd": "UNA"}


def test_confidential_voters_are_left_out_and_not_copied() -> None:
    (row,) = rows_of(nc_file(confidential_ind="Y", last_name="SECRET"))
    assert isinstance(row, RejectedRow)
    assert (row.reason, row.cells) == (Reason.CONFIDENTIAL, ())


def test_a_broken_line_that_may_be_a_confidential_voters_is_not_copied() -> None:
    (row,) = rows_of("\t".join(NC_HEADER) + '\nZZ1\t"SECRET\tY')
    assert isinstance(row, RejectedRow)
    assert (row.reason, row.cells) == (Reason.BROKEN_LINE, ())


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("A", "ok"),
        ("I", "ok"),
        ("R", "inactive_voter"),
        ("D", "inactive_voter"),
        ("S", "inactive_voter"),
    ],
)
def test_only_active_and_inactive_voters_are_kept(status: str, reason: str) -> None:
    assert reasons_of(nc_file(status_cd=status)) == [reason]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (',"Ann', "broken_line"),
        ("9195550123", "broken_line"),
        ("9195550123,Ann,extra", "broken_line"),
        (",Ann", "no_phone"),
        ("12,Ann", "invalid_phone"),
        ("9005550123,Ann", "premium_number"),
        ("8005550123,Ann", "toll_free"),
        ("911,Ann", "emergency"),
        ("+881612345678,Ann", "no_time_zone"),
        ("9195550123,A\0nn", "nul_bytes"),
        ("9195550123," + "A" * 201, "field_too_long"),
        ("9195550123," + "A" * 100_000, "field_too_long"),
        ("9195550123," + "A" * 1_000_000, "field_too_long"),
    ],
)
def test_a_bad_row_is_refused_and_those_around_it_are_kept(line: str, reason: str) -> None:
    data = f"phone,first_name\n9195550101,Bea\n{line}\n9195550102,Cy\n"
    assert reasons_of(data) == ["ok", reason, "ok"]


def test_a_field_nobody_reads_may_be_longer_but_not_endless() -> None:
    data = f"phone,note\n9195550123,{'a' * MAX_FIELD_CHARS}\n9195550124,{'a' * 10_001}\n"
    assert reasons_of(data) == ["ok", "field_too_long"]


def test_row_numbers_are_those_an_editor_shows() -> None:
    data = 'phone,note\n9195550123,"two\nlines"\n\n12,\n9195550124,\n'
    assert [row.row_number for row in rows_of(data)] == [2, 5, 6]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (codecs.BOM_UTF16_LE, "The file is empty"),
        (b"phone,name\n", "a header and no row"),
        (b"phone,name\n\n,\n", "a header and no row"),
        (b"name,email\nAnn,a@example.org\n", "No column holds a telephone number"),
        (b"phone,Phone\n1,2\n", "Two columns are called"),
        (b"\0\0\0\0phone\n", "NUL bytes"),
        (b"PK\x03\x04...", "Excel workbook"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ListProblem, match=sentence):
        rows_of(data)


def test_directories_and_missing_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ListProblem, match="directory"):
        read_list(tmp_path)
    with pytest.raises(ListProblem, match="no such file"):
        read_list(tmp_path / "nobody.csv")


def test_an_unknown_country_is_refused_in_a_sentence() -> None:
    with pytest.raises(ListProblem, match='"XX" is no country'):
        ListReader([b"phone\n1\n"], country="XX")


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"phone\n" + b"9195550123\n" * 60_000)
    told: list[int] = []
    list(read_list(file, progress=told.append))
    assert told == sorted(told) and told[-1] == file.stat().st_size and len(told) > 1


def check_any_file(data: bytes) -> None:
    """Rows add up, every lead may be dialed, and reading again gives the same."""
    try:
        reader = ListReader([data])
        rows = list(reader)
    except ListProblem:
        return
    builder = ReportBuilder()
    for row in rows:
        builder.add(row)
        if isinstance(row, ImportedLead):
            assert row.zones and row.e164.startswith("+") and row.external_id
    report = builder.report(reader)
    assert report.rows == len(rows) > 0
    assert report.rows == (report.valid + report.invalid + report.duplicates + report.no_time_zone)
    assert report.as_text() and report.to_json()
    assert list(ListReader([data])) == rows


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_problem(data: bytes) -> None:
    check_any_file(data)


@given(st.binary(max_size=400))
def test_any_bytes_under_a_header_are_rows_or_a_problem(data: bytes) -> None:
    check_any_file(b"phone,first_name,note\n" + data)


LIST_LIKE = st.lists(
    st.sampled_from(['"', ",", "\n", "\r\n", '""', "Ann", "9195550123", "\0", "é", "=1", "a b"]),
    max_size=60,
).map("".join)


@given(LIST_LIKE, st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]))
def test_any_arrangement_of_quotes_and_lines_is_rows_or_a_problem(text: str, codec: str) -> None:
    check_any_file(f"phone,first_name,note\n{text}".encode(codec))


@given(LIST_LIKE)
def test_after_any_broken_text_the_last_good_line_is_still_read(text: str) -> None:
    data = f"phone,first_name\n{text}\n" + ",\n" * 20 + "9195550177,Zed\n"
    rows = rows_of(data.replace("\0", ""))
    assert any(isinstance(row, ImportedLead) and row.first_name == "Zed" for row in rows)
