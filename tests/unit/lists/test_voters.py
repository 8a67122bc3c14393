"""The invented voter file: the same every time, mostly callable, with every kind of bad row."""

from pathlib import Path

from dialer.demo.voters import write_voter_file
from dialer.lists.importing import ImportedLead, read_list
from dialer.lists.report import ReportBuilder


def test_the_file_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_voter_file(tmp_path / name, 300, seed)
    same, again, other = (tmp_path.joinpath(name).read_bytes() for name in "abc")
    assert same == again != other


def test_it_is_recognised_and_has_good_rows_and_bad_ones(tmp_path: Path) -> None:
    file = tmp_path / "voters.txt"
    write_voter_file(file, 5000, seed=7)
    reader, builder = read_list(file), ReportBuilder()
    for row in reader:
        builder.add(row)
    report = builder.report(reader)
    assert (report.rows, report.layout, report.encoding) == (5000, "ncvoter", "iso-8859-1")
    assert 4500 < report.valid < 4800
    assert report.duplicates > 20 and report.shared_numbers > 100
    assert set(report.line_types) == {"landline", "wireless", "voip", "unknown"}
    assert set(report.rejects) == {
        "confidential",
        "duplicate",
        "emergency",
        "inactive_voter",
        "invalid_phone",
        "no_phone",
        "toll_free",
    }


def test_its_numbers_have_no_subscribers(tmp_path: Path) -> None:
    file = tmp_path / "voters.txt"
    write_voter_file(file, 3000, seed=3)
    exchanges = {row.e164[5:8] for row in read_list(file) if isinstance(row, ImportedLead)}
    assert exchanges <= {"555", "958", "959"}
