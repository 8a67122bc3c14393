"""Bare lists of numbers: the forms they come in, and what is no number."""

import pytest

from dialer.lists.number_lists import Listed, NumberList, block, number_parser
from dialer.lists.problems import ListProblem, RejectedRow


def read(text: str, country: str = "us") -> list[Listed | RejectedRow]:
    return list(NumberList([text.encode()], number_parser(country)))


def numbers(text: str, country: str = "us") -> list[int]:
    return [row.number for row in read(text, country) if isinstance(row, Listed)]


@pytest.mark.parametrize(
    "line",
    [
        "2025550101", "12025550101", "+12025550101", "(202) 555-0101", "202,5550101", "202;5550101",
        '"202","5550101"', "202\t5550101", " 202-555-0101 ", "202.555.0101", "2025550101\r",
    ],
)  # fmt: skip
def test_a_north_american_number_is_read_in_every_usual_form(line: str) -> None:
    assert numbers(f"{line}\n") == [12025550101]


@pytest.mark.parametrize(
    "line", ["911", "202555010", "20255501011", "102,5550101", "abc", "1-800", "202,abc", "%%"]
)
def test_what_is_no_number_is_rejected_with_its_line(line: str) -> None:
    rows = read(f"2025550101\n{line}\n")
    assert isinstance(rows[0], Listed)
    rejected = rows[1]
    assert isinstance(rejected, RejectedRow)
    assert (rejected.row_number, rejected.cells) == (2, (line,))


def test_what_stands_beside_a_number_is_kept() -> None:
    assert read("2025550101,2026-11-01\n") == [Listed(number=12025550101, beside="2026-11-01")]


def test_a_header_names_the_columns_in_any_order() -> None:
    assert numbers("name,area code,phone\nAnn,202,5550101\nBob,336,5550111\n") == [
        12025550101,
        13365550111,
    ]


def test_a_header_without_a_column_of_numbers_is_a_problem_of_the_file() -> None:
    with pytest.raises(ListProblem, match="phone, number or telephone"):
        read("name,town\nAnn,Durham\n")


def test_blocks_of_a_thousand_are_seven_digits() -> None:
    rows = list(NumberList([b"NPA,NXX,X\n202,555,0\n336,555,1\n"], block))
    assert rows == [Listed(number=12025550), Listed(number=13365551)]
    assert list(NumberList([b"2025550\n"], block)) == [Listed(number=12025550)]


def test_numbers_of_a_country_that_is_not_known_cannot_be_read() -> None:
    with pytest.raises(ListProblem, match="fr"):
        number_parser("fr")
