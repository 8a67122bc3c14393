"""Encodings and line endings; bounded memory."""

import codecs
from collections.abc import Iterator

import pytest

from dialer.lists.decode import MAX_LINE_BYTES, TextDecoder
from dialer.lists.problems import ListProblem


def decoded(data: bytes, chunk: int = 7) -> tuple[list[str], str]:
    """Lines and encoding, read in small chunks so that cuts fall anywhere."""
    decoder = TextDecoder(data[i : i + chunk] for i in range(0, len(data), chunk))
    return [line.text for line in decoder.lines()], decoder.encoding


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("first,last\nZoë,Muñoz\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "first,last\nZoë,Muñoz\n".encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + "first,last\nZoë,Muñoz\n".encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + "first,last\nZoë,Muñoz\n".encode("utf-16-be"), "utf-16-be"),
        ("first,last\nZoë,Muñoz\n".encode("utf-16-le"), "utf-16-le"),
        ("first,last\nZoë,Muñoz\n".encode("utf-16-be"), "utf-16-be"),
        ("first,last\nZoë,Muñoz\n".encode("iso-8859-1"), "iso-8859-1"),
    ],
)
def test_every_encoding_gives_the_same_lines(data: bytes, encoding: str) -> None:
    assert decoded(data) == (["first,last", "Zoë,Muñoz"], encoding)


def test_windows_1252_is_told_from_iso_8859_1_by_its_curly_quotes() -> None:
    assert decoded("O’Dunne\n".encode("windows-1252")) == (["O’Dunne"], "windows-1252")


def test_a_file_glued_together_from_two_encodings_is_read_line_by_line() -> None:
    data = "Zoë\n".encode() + "Zoë\n".encode("iso-8859-1")
    assert decoded(data) == (["Zoë", "Zoë"], "utf-8 and iso-8859-1")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_as_on_any_system(end: bytes) -> None:
    assert decoded(end.join([b"a", b"b", b"", b"c"]))[0] == ["a", "b", "", "c"]


def test_only_line_ends_end_lines() -> None:
    assert decoded("a\x0bb\u2028c\x85d\n".encode())[0] == ["a\x0bb\u2028c\x85d"]


def test_bytes_that_mean_nothing_become_replacement_characters() -> None:
    assert decoded(b"a\x81b\n")[0] == ["a\ufffdb"]
    assert decoded(codecs.BOM_UTF16_LE + b"a\0b")[0] == ["a\ufffd"]


def test_of_an_endless_line_only_the_beginning_is_held() -> None:
    def megabytes_without_a_line_end() -> Iterator[bytes]:
        yield b"phone\n"
        for _ in range(64):
            yield b"9" * 1_000_000
        yield b"\nafter\n"

    lines = list(TextDecoder(megabytes_without_a_line_end()).lines())
    assert [(line.number, len(line.text), line.is_too_long) for line in lines] == [
        (1, 5, False),
        (2, MAX_LINE_BYTES, True),
        (3, 5, False),
    ]


@pytest.mark.parametrize(
    ("magic", "name"), [(b"PK\x03\x04", "xlsx"), (b"%PDF-1.7", "PDF"), (b"\x1f\x8b", "gzip")]
)
def test_other_kinds_of_file_are_named(magic: bytes, name: str) -> None:
    with pytest.raises(ListProblem, match=name):
        decoded(magic + b"\0" * 100)
