"""Bytes to numbered text lines, streaming: no more than one chunk and one line are ever held.

Campaign files come as UTF-8, UTF-16 (VAN's ".xls"), ISO-8859-1 (North Carolina) or Windows-1252
(Excel), and glued together from several of these. Hence every line is decoded by itself: UTF-8 if
it is that, else Windows-1252. UTF-16 is turned into UTF-8 first, so that one path serves all.
"""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from dialer.lists.problems import ListProblem

MAX_LINE_BYTES = 131_072
"""A longer line is refused as a row; also the limit of a field in Python's csv module."""

_HEAD_BYTES = 4096
_NOT_TEXT = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "an SQLite database",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One physical line without its ending. `is_too_long`: the text is only its beginning."""

    number: int
    text: str
    is_too_long: bool = False


class TextDecoder:
    """Turns chunks of bytes into lines, and remembers in `encoding` what it found."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._has_utf8 = False
        self._has_latin1 = False
        self._has_windows = False
        self._whole_file = ""

    @property
    def encoding(self) -> str:
        """What the lines so far were written in."""
        if self._whole_file:
            return self._whole_file
        if not (self._has_latin1 or self._has_windows):
            return "utf-8"
        name = "windows-1252" if self._has_windows else "iso-8859-1"
        return f"utf-8 and {name}" if self._has_utf8 else name

    def lines(self) -> Iterator[Line]:
        """Every line of the file, numbered from 1. Raises ListProblem if it is no text at all."""
        head = _take(self._chunks, _HEAD_BYTES)
        _refuse_other_formats(head)
        chunks = chain([head], self._chunks)
        utf16 = _utf16_codec(head)
        if utf16:
            self._whole_file = utf16
            chunks = _transcoded(chunks, utf16)
        yield from self._numbered(chunks, _line_end(head))

    def _numbered(self, chunks: Iterable[bytes], line_end: bytes) -> Iterator[Line]:
        for number, (raw, is_too_long) in enumerate(_split(chunks, line_end), start=1):
            if number == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            text = raw.decode("utf-8", errors="replace") if is_too_long else self._decoded(raw)
            yield Line(number=number, text=text, is_too_long=is_too_long)

    def _decoded(self, raw: bytes) -> str:
        raw = raw.removesuffix(b"\r")
        if raw.isascii():
            return raw.decode("ascii")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._decoded_one_byte(raw)
        self._has_utf8 = True
        return text

    def _decoded_one_byte(self, raw: bytes) -> str:
        """Windows-1252, which is ISO-8859-1 with letters where that has control characters."""
        if raw.translate(None, _C1_CONTROLS) == raw:
            self._has_latin1 = True
            return raw.decode("iso-8859-1")
        self._has_windows = True
        return raw.decode("windows-1252", errors="replace")


_C1_CONTROLS = bytes(range(0x80, 0xA0))


def _take(chunks: Iterator[bytes], count: int) -> bytes:
    """The first `count` bytes or more, or all there is."""
    head = b""
    while len(head) < count:
        chunk = next(chunks, None)
        if chunk is None:
            break
        head += chunk
    return head


def _refuse_other_formats(head: bytes) -> None:
    for magic, name in _NOT_TEXT.items():
        if head.startswith(magic):
            raise ListProblem(
                f"This is {name}, not a text file: open it and save the list as CSV (UTF-8)."
            )


def _utf16_codec(head: bytes) -> str:
    """The UTF-16 byte order, by its mark or by NULs in every second byte; empty if it is not."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    pairs = min(len(head), 1024) // 2
    if pairs < 2:
        return ""
    even_nuls = head[0 : 2 * pairs : 2].count(0) / pairs
    odd_nuls = head[1 : 2 * pairs : 2].count(0) / pairs
    if odd_nuls > 0.6 and even_nuls < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even_nuls > 0.6 and odd_nuls < 0.1 else ""


def _transcoded(chunks: Iterable[bytes], codec: str) -> Iterator[bytes]:
    """The same text in UTF-8; what is no UTF-16 becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _line_end(head: bytes) -> bytes:
    """Old Macintosh files end lines with a lone CR."""
    return b"\r" if b"\r" in head and b"\n" not in head else b"\n"


def _split(chunks: Iterable[bytes], line_end: bytes) -> Iterator[tuple[bytes, bool]]:
    """Cut into lines; of one longer than the limit only its beginning is kept, and marked."""
    rest, is_too_long = b"", False
    for chunk in chunks:
        first, *others = chunk.split(line_end)
        if not is_too_long:
            rest += first
        for part in others:
            yield _bounded(rest, is_too_long)
            rest, is_too_long = part, False
        rest, is_too_long = _bounded(rest, is_too_long)
    if rest or is_too_long:
        yield rest, is_too_long


def _bounded(raw: bytes, is_too_long: bool) -> tuple[bytes, bool]:
    return raw[:MAX_LINE_BYTES], is_too_long or len(raw) > MAX_LINE_BYTES
