"""Reads a transcript again, from the first file of its run, entry by entry.

Whatever is wrong with a file is a `TranscriptError`: one sentence with the line and what to do.
Called by replay.py's users.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dialer.engine import events, requests
from dialer.engine.events import Event
from dialer.runtime.codec import Json, UnreadableError, from_json
from dialer.runtime.transcript import FORMAT, Header

GZIP_BEGINS = b"\x1f\x8b"

EVENTS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (*vars(events).values(), *vars(requests).values())
    if isinstance(kind, type) and issubclass(kind, Event)
}


class TranscriptError(Exception):
    """The file cannot be replayed; the message is a sentence for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One event with the instant at which it was handled and the wishes as they were recorded."""

    line: int
    now: float
    event: Event
    wishes: tuple[Json, ...]
    has_failed: bool = False  # handling it failed then


class Recording:
    """A run's transcript up to the end of one file. `is_whole` False takes a file that was cut
    off as far as it goes."""

    def __init__(self, path: Path, *, is_whole: bool = True) -> None:
        self._is_whole = is_whole
        self.paths = _parts(path)
        self.run = _header(self.paths[0]).run

    def __iter__(self) -> Iterator[Entry]:
        for path in self.paths:
            is_last = path == self.paths[-1]
            yield from _entries(path, is_whole=self._is_whole or not is_last)


def _parts(path: Path) -> list[Path]:
    """The file and those that it continues, oldest first."""
    parts = [path]
    header = _header(path)
    while header.continues is not None:
        before = path.parent / Path(header.continues).name
        if before in parts or not before.is_file():
            raise TranscriptError(
                f"{parts[0].name} goes on from {header.continues}, which is not beside it:"
                " put both into one folder"
            )
        parts.insert(0, before)
        header = _header(before)
    return parts


def _header(path: Path) -> Header:
    first = next(_lines(path, is_whole=False), None)
    if not isinstance(first, dict) or "transcript" not in first:
        raise TranscriptError(
            f"{path} is no transcript (line 1 is no header): give a file of the folder"
            " transcripts in the data directory"
        )
    if first["transcript"] != FORMAT:
        raise TranscriptError(
            f"{path} is a transcript of format {first['transcript']} (line 1), and this Callbank"
            f" reads format {FORMAT}: replay it with the version that wrote it"
        )
    try:
        return from_json(Header, first)
    except UnreadableError as error:
        raise TranscriptError(f"{path} has a damaged header (line 1): {error}") from error


def _entries(path: Path, *, is_whole: bool) -> Iterator[Entry]:
    number = 1
    has_ended = False
    for number, value in enumerate(_lines(path, is_whole=is_whole), start=1):
        if isinstance(value, dict) and "end" in value:
            has_ended = True
        elif number > 1:
            yield _entry(path, number, value)
    if is_whole and not has_ended:
        raise _cut_off(path, number)


def _entry(path: Path, number: int, value: Json) -> Entry:
    try:
        kind = EVENTS.get(value["event"])
        if kind is None:
            raise TranscriptError(
                f"{path}, line {number}: an event {value['event']!r} is not known to this"
                " Callbank: replay it with the version that wrote it"
            )
        return Entry(
            line=number,
            now=float(value["now"]),
            event=from_json(kind, value["of"]),
            wishes=_wishes(value.get("wishes", [])),
            has_failed=bool(value.get("failed", False)),
        )
    except (UnreadableError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, number, str(error)) from error


def _wishes(written: Json) -> tuple[Json, ...]:
    """As they were recorded; today's commands may have other fields."""
    if not all(isinstance(wish["wish"], str) for wish in written):
        raise UnreadableError("a wish without its kind")
    return tuple(written)


def _lines(path: Path, *, is_whole: bool) -> Iterator[Json]:
    """Every line's value. A cut is an error, or simply the end."""
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                yield _value(path, number, line)
            else:
                return
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        if is_whole or number == 0:
            raise _cut_off(path, number) from error
        return
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read: {error.strerror or error}") from error
    if is_whole:
        raise _cut_off(path, number - 1)


def _opened(path: Path) -> IO[bytes]:
    """A transcript as it was written, or one that somebody has unpacked."""
    with path.open("rb") as file:
        is_packed = file.read(2) == GZIP_BEGINS
    return gzip.open(path, "rb") if is_packed else path.open("rb")


def _value(path: Path, number: int, line: bytes) -> Json:
    try:
        return json.loads(line)
    except ValueError as error:
        if number == 1:
            return None  # no header: said in better words
        raise _damaged(path, number, str(error)) from error


def _damaged(path: Path, number: int, why: str) -> TranscriptError:
    return TranscriptError(
        f"{path}, line {number} cannot be read ({why}): the file is damaged; take another copy"
    )


def _cut_off(path: Path, number: int) -> TranscriptError:
    return TranscriptError(
        f"{path} is cut off after line {number}: the daemon was killed, still writes it, or the"
        " copy is not complete; --partial replays what is there"
    )
