"""Bare lists of telephone numbers: do-not-call registers, ported numbers, blocks of numbers.

They come with millions of lines, as one number a line or as columns, with a header or without:
the FTC's files have the area code and seven digits in two columns. A line in the usual form costs
one look; only others are taken apart. A number is not checked against any numbering plan: one too
many on a do-not-call list harms nobody.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dialer.lists.decode import TextDecoder
from dialer.lists.problems import EXPLANATIONS, ListProblem, Reason, RejectedRow
from dialer.lists.table import column_key

_AREA = r'\s*"?\+?(?:1[ .-]?)?\(?([2-9]\d\d)\)?"?[ .,;\t-]{0,3}'
_NANP = re.compile(_AREA + r'"?([2-9]\d\d)[ .-]?(\d{4})"?\s*', re.ASCII)
_BLOCK = re.compile(_AREA + r'"?([2-9]\d\d)"?[ .,;\t-]{0,3}"?(\d)"?\s*', re.ASCII)
_SPLIT = re.compile(r"[,;\t|]")
_NUMBER_COLUMNS = ("phonenumber", "phone", "number", "telephone", "telephonenumber", "e164", "tn")
_AREA_COLUMNS = ("areacode", "npa", "area")
_LINE_COLUMNS = ("localnumber", "subscribernumber", "sevendigits", "nxx", *_NUMBER_COLUMNS)
_THOUSANDS_COLUMNS = ("x", "thousands", "block", "thousandsblock")
_SHOWN = 200

CALLING_CODES = {"us": "1", "ca": "1", "gb": "44", "au": "61"}
"""Countries whose lists can be read, by their two letters."""

_NATIONAL_LENGTHS = {"44": (9, 10), "61": (9,)}

Parse = Callable[[str], int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A number (E.164 without its +) or the beginning of a block, and what stands in the column
    after it."""

    number: int
    beside: str = ""


def number_parser(country: str) -> Parse:
    """Reads a number of the country (`us`). Raises ListProblem for one that is not known."""
    code = CALLING_CODES.get(country)
    if code is None:
        known = ", ".join(sorted(CALLING_CODES))
        raise ListProblem(f'Numbers of "{country}" cannot be read; those of {known} can.')
    return _nanp if code == "1" else lambda text: _national(text, code)


def block(text: str) -> int | None:
    """The first seven digits of a thousand North American numbers, with the country's 1."""
    found = _BLOCK.fullmatch(text)
    return int("1" + "".join(found.groups())) if found else None


def _nanp(text: str) -> int | None:
    found = _NANP.fullmatch(text)
    return int("1" + found[1] + found[2] + found[3]) if found else None


def _national(text: str, code: str) -> int | None:
    digits = "".join(filter(str.isdecimal, text))
    if not digits.isascii() or re.search(r"[^\d\s+().\"-]", text):
        return None
    national = digits.removeprefix("00").removeprefix(code).removeprefix("0")
    return int(code + national) if len(national) in _NATIONAL_LENGTHS[code] else None


def _place_of(names: Sequence[str], keys: Sequence[str]) -> int | None:
    return next((keys.index(name) for name in names if name in keys), None)


class NumberList:
    """The numbers of a file, line by line; lines that hold none are RejectedRows."""

    def __init__(self, chunks: Iterable[bytes], parse: Parse) -> None:
        self._lines = TextDecoder(chunks).lines()
        self._parse = parse
        self._number: tuple[int, ...] = ()  # its columns, where the header names them

    def __iter__(self) -> Iterator[Listed | RejectedRow]:
        parse, is_first = self._parse, True
        for line in self._lines:
            text = line.text
            if not text.strip():
                continue
            number = parse(text) if not line.is_too_long else None
            if number is not None and not self._number:
                yield Listed(number=number)
            elif is_first and number is None and not line.is_too_long and self._is_header(text):
                pass
            else:
                yield self._taken_apart(line.number, text)
            is_first = False

    def _is_header(self, text: str) -> bool:
        """Whether the first line names columns; remembers which hold the number."""
        keys = [column_key(cell) for cell in _SPLIT.split(text)]
        if self._apart(text) is not None or any(key.isdecimal() for key in keys):
            return False
        line = _place_of(_LINE_COLUMNS, keys)
        if line is None and len(keys) > 1:
            raise ListProblem(
                "No column of the header is called phone, number or telephone: name the column"
                " of numbers so, or give a file of one number a line."
            )
        places = (_place_of(_AREA_COLUMNS, keys), line, _place_of(_THOUSANDS_COLUMNS, keys))
        self._number = tuple(place for place in places if place is not None)
        return True

    def _taken_apart(self, row: int, text: str) -> Listed | RejectedRow:
        found = self._apart(text)
        if found is not None:
            return found
        return RejectedRow(
            row_number=row,
            reason=Reason.INVALID_PHONE,
            detail=EXPLANATIONS[Reason.INVALID_PHONE],
            cells=(text[:_SHOWN],),
        )

    def _apart(self, text: str) -> Listed | None:
        """By the header's columns; without any, by the first column, or the first two."""
        cells = _SPLIT.split(text)
        for columns in [self._number] if self._number else [(0,), (0, 1), (0, 1, 2)]:
            if columns[-1] < len(cells):
                number = self._parse("-".join(cells[i].strip(' "') for i in columns))
                if number is not None:
                    after = columns[-1] + 1
                    beside = cells[after].strip(' "') if after < len(cells) else ""
                    return Listed(number=number, beside=beside)
        return None
