"""Delimiters, quotes, and that one broken line costs one row."""

import pytest

from dialer.lists.decode import Line
from dialer.lists.problems import ListProblem, Reason
from dialer.lists.table import BrokenRecord, Record, Table


def table(text: str) -> Table:
    lines = text.split("\n")
    return Table(Line(number=n, text=line) for n, line in enumerate(lines, start=1))


def cells(text: str) -> list[list[str] | str]:
    """Fields of every record; of a broken one its line number and reason."""
    return [
        r.cells if isinstance(r, Record) else f"{r.line_number}: {r.reason.value}"
        for r in table(text).records()
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_in_the_header(delimiter: str) -> None:
    read = table(f"phone{delimiter}name{delimiter}zip\n1{delimiter}2{delimiter}3")
    assert read.delimiter == delimiter
    assert [r.cells for r in read.records() if isinstance(r, Record)] == [["1", "2", "3"]]


def test_delimiters_within_quotes_do_not_count() -> None:
    assert table('"name, title, rank";phone\n').delimiter == ";"


def test_excels_sep_line_is_obeyed_and_is_no_header() -> None:
    read = table("sep=;\nphone;a,b,c\n1;2")
    assert (read.delimiter, read.header) == (";", ("phone", "a,b,c"))


def test_a_quoted_field_may_hold_delimiters_quotes_and_line_ends() -> None:
    assert cells('phone,note\n1,"a, ""b""\nc"\n2,d') == [["1", 'a, "b"\nc'], ["2", "d"]]


def test_an_unclosed_quote_costs_its_own_line_only() -> None:
    text = 'phone,name\n1,"Ann\n2,Bob\n"3","Cy"\n4,Dee'
    assert cells(text) == ["2: broken_line", ["2", "Bob"], ["3", "Cy"], ["4", "Dee"]]


def test_an_unclosed_quote_on_the_last_line_costs_that_line() -> None:
    assert cells('phone,name\n1,Ann\n2,"Bob') == [["1", "Ann"], "3: broken_line"]


def test_a_quote_that_closes_far_below_does_not_swallow_the_lines_between() -> None:
    text = 'phone,name\n1,"Ann\n' + "2,Bob\n" * 30 + '3,Cy"\n'
    assert cells(text).count(["2", "Bob"]) == 30


def test_lines_that_join_to_the_wrong_number_of_fields_are_not_joined() -> None:
    text = 'a,b,c\n1,"x\n2,y,z"\n3,4,5'
    assert cells(text) == ["2: broken_line", ["2", "y", 'z"'], ["3", "4", "5"]]


def test_a_stray_quote_breaks_the_line() -> None:
    assert cells('phone,name\n1,"Ann" Lee\n2,Bob') == ["2: broken_line", ["2", "Bob"]]


def test_too_few_or_too_many_fields_break_the_line_and_say_how_many() -> None:
    records = list(table("a,b,c\n1,2\n1,2,3,4\n1,2,3").records())
    assert [getattr(r, "detail", "") for r in records] == [
        "The line has 2 fields, the header has 3.",
        "The line has 4 fields, the header has 3.",
        "",
    ]


def test_empty_fields_beyond_the_header_are_forgiven() -> None:
    assert cells("a,b\n1,2,,\n") == [["1", "2"]]
    assert cells("a,b,,\n1,2\n1,2,3,4\n") == [["1", "2", "", ""], ["1", "2", "3", "4"]]


def test_empty_lines_are_no_rows() -> None:
    assert cells("\n\na,b\n\n1,2\n  \n,\n\x1a") == [["1", "2"]]


def test_a_nul_breaks_its_line() -> None:
    assert cells("a,b\n1,\0\n3,4") == ["2: nul_bytes", ["3", "4"]]


def test_a_line_that_is_too_long_is_refused_as_such() -> None:
    lines = [Line(number=1, text="a"), Line(number=2, text="9" * 99, is_too_long=True)]
    (record,) = Table(lines).records()
    assert isinstance(record, BrokenRecord) and record.reason is Reason.FIELD_TOO_LONG


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty"),
        ("\n \n", "The file is empty"),
        ("sep=;", "empty but for a sep= line"),
        ("phone,name\0\n", "NUL bytes"),
        ('phone,"name\n1,2', "a quote that is not closed"),
        ("phone,Name,na me\n", r'Two columns are called "na me" \(columns 2 and 3\)'),
        (",".join(map(str, range(3000))), "3000 columns"),
    ],
)
def test_a_header_that_is_none_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ListProblem, match=sentence):
        table(text)
