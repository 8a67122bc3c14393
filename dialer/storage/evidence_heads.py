"""Heads of the evidence chain, told outside of the database: one line each in a file.

`serve` writes the head each hour and when it stops; `compliance verify` holds the chain against
them. Whoever can rewrite the whole database cannot rewrite a copy of this file that is elsewhere.

    2026-11-28T23:00:00.000Z 4711 3f9a…
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from dialer.compliance.proof import Anchor
from dialer.errors import CallbankError

FILE_NAME = "evidence-heads.log"


def tell_head(path: Path, anchor: Anchor) -> None:
    """Add a head to the file, unless it is the one that was told last."""
    told = read_heads(path)
    if told and (told[-1].seq, told[-1].hash) == (anchor.seq, anchor.hash):
        return
    line = line_of(anchor)
    if path.exists():
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)  # a line that a crash cut short
    with path.open("a", encoding="utf-8") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())


def line_of(anchor: Anchor) -> str:
    """A head as the file has it."""
    at = datetime.fromtimestamp(anchor.at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return f"{at.replace('+00:00', 'Z')} {anchor.seq} {anchor.hash}"


def read_heads(path: Path) -> list[Anchor]:
    """The heads that the file tells, oldest first; none without a file. A last line that a crash
    cut short is passed over. Raises CallbankError where another cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    lines = text.split("\n")
    return [_anchor(line, path, number) for number, line in enumerate(lines[:-1], 1)]


def _anchor(line: str, path: Path, number: int) -> Anchor:
    try:
        at, seq, digest = line.split()
        at_ms = round(datetime.fromisoformat(at).timestamp() * 1000)
        return Anchor(at_ms=at_ms, seq=int(seq), hash=bytes.fromhex(digest).hex())
    except ValueError:
        raise CallbankError(
            f"{path}, line {number}: this is no head of the evidence chain. The file was changed;"
            " hold the chain against a copy of it that was kept elsewhere (--heads FILE)."
        ) from None
