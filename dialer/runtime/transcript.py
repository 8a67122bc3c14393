"""The transcript of an evening: every event that the engine handled, and what it wished then.

A file of JSON lines, compressed: a *header* (format, run, what it continues), one *entry* for each
event in the order of handling, and an *end*. The pump notes entries; a `Recorder` writes them a
second later, in a thread, so that nobody on the telephone waits for a disk. It holds telephone
numbers and names, so it is its owner's alone. reading.py reads it again, replay.py plays it.
"""

import asyncio
import gzip
import json
import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from dialer.engine.commands import Command
from dialer.engine.events import Event
from dialer.runtime.codec import Json, to_json

log = logging.getLogger(__name__)

FORMAT = 1
SUFFIX = ".jsonl.gz"
FLUSH_S = 1.0
DAY_S = 86400.0
WAITING_MAX = 200_000
"""Entries that may wait for a disk that hangs; beyond that the transcript is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """A file's first line. A run that goes on after midnight goes on in another file."""

    transcript: int  # the format
    run: str  # the engine's: with it, ids come out the same
    part: int
    continues: str | None  # the name of the file before this one
    began_at: float


@dataclass(frozen=True, slots=True)
class _Note:
    event: Event
    now: float
    wishes: Sequence[Command] | None  # None: handling it failed


def entry_of(event: Event, now: float, wishes: Sequence[Command] | None) -> Json:
    """One entry as it is written."""
    entry = {"now": now, "event": type(event).__name__, "of": to_json(event)}
    if wishes is None:
        return {**entry, "failed": True}
    return {**entry, "wishes": [essence(wish) for wish in wishes]} if wishes else entry


def essence(wish: Command) -> Json:
    """What must be the same for two wishes to be the same; leads by id, permits by what they
    allow, refusals by their reasons. Which calls are drawn for an audit hangs on a secret key."""
    written = to_json(wish)
    if isinstance(written.get("lead"), dict):
        written["lead"] = written["lead"]["id"]
    if "permit" in written:
        kept = ("may_over_dial", "may_play_recording")
        written["permit"] = {name: written["permit"][name] for name in kept}
    if "refusal" in written:
        kept = ("reasons", "retry_at")
        written["refusal"] = {name: written["refusal"][name] for name in kept}
    written.pop("audit_file", None)
    return {"wish": type(wish).__name__, **written}


class Recorder:
    """Writes one run's transcript into a folder; `run` flushes each second, `close` ends it."""

    def __init__(
        self, folder: Path, run: str, *, keep_days: int, clock: Callable[[], float]
    ) -> None:
        self._folder = folder
        self._run = run
        self._keep_s = keep_days * DAY_S
        self._clock = clock
        self._waiting: deque[_Note] = deque()  # the pump at one end, a writing thread at the other
        self._writing = Lock()  # a flush that was given up waiting for may still go on
        self._is_given_up = False
        self._file: gzip.GzipFile | None = None
        self._path: Path | None = None
        self._part = 0

    @property
    def waiting(self) -> int:
        """How many entries wait to be written."""
        return len(self._waiting)

    @property
    def is_given_up(self) -> bool:
        """Whether no transcript is written any more."""
        return self._is_given_up

    def note(self, event: Event, now: float, wishes: Sequence[Command] | None) -> None:
        """Take down what happened. Costs the pump next to nothing."""
        if self._is_given_up:
            return
        self._waiting.append(_Note(event, now, wishes))
        if len(self._waiting) > WAITING_MAX:
            self._give_up("the disk does not keep up")

    async def run(self) -> None:
        """Write each second, until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_S)
            await asyncio.to_thread(self.flush)

    async def close(self) -> None:
        """Write what waits, and the end."""
        await asyncio.to_thread(self.finish)

    def flush(self) -> None:
        """Write what waits. Losing the transcript must not cost a call, so nothing is raised."""
        with self._writing:
            self._flush()

    def _flush(self) -> None:
        try:
            while self._waiting:
                self._write(self._waiting.popleft())
            if self._file is not None:
                self._file.flush()
        except Exception as error:
            # Also a defect of ours: whatever is wrong with it, the transcript costs no call.
            self._give_up(str(error))

    def finish(self) -> None:
        """The same, from a thread or without asyncio."""
        with self._writing:
            self._flush()
            self._end({"end": "closed"})

    def _write(self, note: _Note) -> None:
        if self._file is None or self._began_day != int(note.now // DAY_S):
            self._open(note.now)
        self._line(entry_of(note.event, note.now, note.wishes))

    def _open(self, now: float) -> None:
        """Begin the run's file, or its next one after midnight (UTC)."""
        before = self._path.name if self._path is not None else None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, descriptor = _new_file(self._folder, now)
        self._end({"end": "goes on", "in": path.name})
        raw = os.fdopen(descriptor, "wb")
        self._file = gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6)
        self._path, self._part, self._began_day = path, self._part + 1, int(now // DAY_S)
        header = Header(
            transcript=FORMAT, run=self._run, part=self._part, continues=before, began_at=now
        )
        self._line(asdict(header))
        remove_older(path, self._clock() - self._keep_s)

    def _line(self, value: Json) -> None:
        assert self._file is not None
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
        self._file.write(line.encode("utf-8") + b"\n")

    def _end(self, last: Json) -> None:
        file = self._file
        if file is None:
            return
        raw = file.fileobj
        try:
            self._line(last)
            file.close()
        except OSError as error:
            self._give_up(error.strerror or str(error))
        finally:
            self._file = None
            if raw is not None:
                with suppress(OSError):
                    raw.close()

    def _give_up(self, why: str) -> None:
        if not self._is_given_up:
            self._is_given_up = True
            self._waiting.clear()
            log.error("The transcript in %s ends here: %s. Calls go on.", self._folder, why)


def _new_file(folder: Path, now: float) -> tuple[Path, int]:
    """A file of that instant's name that was not there before, open for its owner alone."""
    stem = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H%M%SZ")
    number = 1
    while True:
        path = folder / (stem + (f"-{number}" if number > 1 else "") + SUFFIX)
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            number += 1


def remove_older(newest: Path, before: float) -> None:
    """Remove the other transcripts of its folder that were last written before an instant."""
    for path in newest.parent.glob("*" + SUFFIX):
        with suppress(OSError):
            if path != newest and path.stat().st_mtime < before:
                path.unlink()
