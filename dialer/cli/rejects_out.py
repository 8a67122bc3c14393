"""The rejects file on disk: whole, under its name, when the import is done; else not at all."""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from dialer.errors import CallbankError, UsageError
from dialer.lists.problems import RejectedRow
from dialer.lists.rejects_file import RejectsWriter


class RejectsOut:
    """Rejected rows on their way to `path` (None: they are only counted).

    begin, add ..., complete (all is on disk), publish (it gets its name). A file without rows is
    not published. Leaving the `with` block earlier leaves no trace.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._draft = path and path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: TextIO | None = None
        self._writer: RejectsWriter | None = None
        self._has_rows = False
        self.published: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def begin(self, header: tuple[str, ...]) -> None:
        """Create the draft with its header line."""
        if self._draft is None:
            return
        if self._path and self._path.is_dir():
            raise UsageError(f"--rejects names a directory, {self._path}: give a file.")
        try:
            self._draft.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._draft.open("x", encoding="utf-8-sig", newline="")
            self._draft.chmod(0o600)  # names and numbers of people
            self._writer = RejectsWriter(self._file, header)
        except OSError as error:
            raise self._failed(error) from error

    def add(self, row: RejectedRow) -> None:
        """Append a row."""
        if self._writer is None:
            return
        self._has_rows = True
        try:
            self._writer.add(row)
        except OSError as error:
            raise self._failed(error) from error

    def complete(self) -> None:
        """Have everything on disk: a full disk must show before the leads are committed."""
        if self._file is None or self._file.closed:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise self._failed(error) from error

    def publish(self) -> None:
        """Give the file its name; with no row rejected, remove that of an earlier import."""
        if self._draft is None or self._path is None:
            return
        self.complete()
        try:
            if self._has_rows:
                self._draft.replace(self._path)
                self.published = self._path
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise CallbankError(
                f"The import is done, but the file of rejected rows, {self._path}, could not be "
                f"put in its place ({error.strerror or error})."
            ) from error

    def discard(self) -> None:
        """Remove what is not published."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # the disk may be full: closing flushes
                self._file.close()
        if self._draft is not None:
            with contextlib.suppress(OSError):
                self._draft.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> CallbankError:
        return CallbankError(
            f"The file of rejected rows, {self._path}, cannot be written "
            f"({error.strerror or error}); --rejects names another place. Nothing was imported."
        )
