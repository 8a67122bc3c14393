"""The file of an auditor's bundle: a zip whose bytes depend on its content alone.

Every member is counted and hashed as it is written; `manifest.json`, the last, lists them.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dialer.storage.cells import cell

MANIFEST = "manifest.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the first that a zip can say."""


class BundleFile:
    """A bundle that is being written."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.members: dict[str, dict[str, object]] = {}

    def __enter__(self) -> "BundleFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @contextmanager
    def member(self, name: str) -> Iterator["Member"]:
        """A file in the bundle, written in the block."""
        info = zipfile.ZipInfo(name, LONG_AGO)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as out:
            member = Member(out)
            yield member
        self.members[name] = member.as_json()

    def write_text(self, name: str, text: str) -> None:
        """A whole file of text."""
        with self.member(name) as member:
            member.write(text.encode())

    def write_csv(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int:
        """A table; the number of its rows."""
        with self.member(name) as member, io.TextIOWrapper(member, "utf-8", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(columns)
            for row in rows:
                writer.writerow([cell(*one) for one in zip(columns, row, strict=True)])
                member.rows += 1
            return member.rows

    def write_jsonl(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """One JSON object a line; how many."""
        with self.member(name) as member:
            for row in rows:
                member.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
                member.rows += 1
            return member.rows

    def finish(self, manifest: Mapping[str, object]) -> None:
        """The manifest, with all members, as the last of them."""
        whole = {**manifest, "files": dict(sorted(self.members.items()))}
        self.write_text(MANIFEST, json.dumps(whole, indent=2, ensure_ascii=False) + "\n")


class Member(io.RawIOBase):
    """One file in the bundle, counted and hashed as it is written. `rows` is its writer's."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out
        self._hash = hashlib.sha256()
        self._size = 0
        self.rows = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has bytes, as RawIOBase has it
        piece = bytes(data)
        self._out.write(piece)
        self._hash.update(piece)
        self._size += len(piece)
        return len(piece)

    def as_json(self) -> dict[str, object]:
        """What the manifest says of it."""
        said: dict[str, object] = {"sha256": self._hash.hexdigest(), "bytes": self._size}
        return {**said, "rows": self.rows} if self.rows else said


def file_hash(path: Path) -> str:
    """The SHA-256 of a whole file: its fingerprint."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
