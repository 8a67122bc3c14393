"""`callbank export`: a campaign's attempts with their results, as CSV or JSON lines.

The file appears whole or not at all. Cells that a spreadsheet would take for a formula are made
plain text, because the people on a list choose their own names.
"""

import argparse
import asyncio
import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from dialer.cli.announce import announce
from dialer.cli.database import ready_database_url, settings_of
from dialer.errors import CallbankError, UsageError
from dialer.storage.admin import Administration
from dialer.storage.cells import cell, plain
from dialer.storage.export import COLUMNS, exported_rows


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank export`."""
    parser.add_argument("--campaign", required=True, metavar="NAME")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="default: standard output"
    )
    parser.add_argument(
        "--format", choices=("csv", "json"), default="csv", help="json: one object a line"
    )
    parser.add_argument(
        "--since", type=_instant, default=0.0, metavar="TIME",
        help="only attempts since then, such as 2026-11-01 or 2026-11-01T18:00+00:00",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the same as --format json")


def run(args: argparse.Namespace) -> int:
    """Write the file; 0 also when there is nothing to write."""
    if args.output is not None and args.output.is_dir():
        raise UsageError(f"{args.output} is a directory: give a file's name.")
    url = ready_database_url(settings_of(args))
    try:
        count = asyncio.run(_export(url, args))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CallbankError(
            f"{args.output or 'standard output'} cannot be written: {error.strerror}. "
            "Nothing was left there."
        ) from error
    announce(f"{count:,} attempts exported" + (f" to {args.output}." if args.output else "."))
    return 0


async def _export(url: str, args: argparse.Namespace) -> int:
    count = 0
    is_json = args.json or args.format == "json"
    async with Administration.at(url) as administration:
        campaign = await administration.campaign(args.campaign)
        with _destination(args.output) as out:
            writer: RowWriter = JsonLines(out) if is_json else Csv(out)
            rows = exported_rows(administration.engine, campaign.id, since=args.since)
            async with aclosing(rows):
                async for row in rows:
                    writer.write(row)
                    count += 1
    return count


class RowWriter(Protocol):
    """Writes one row after another."""

    def write(self, row: Mapping[str, object]) -> None: ...


class Csv:
    """Comma-separated, with a header, safe to open in a spreadsheet."""

    def __init__(self, out: IO[str]) -> None:
        self._writer = csv.writer(out)
        self._writer.writerow(COLUMNS)

    def write(self, row: Mapping[str, object]) -> None:
        self._writer.writerow([cell(name, row[name]) for name in COLUMNS])


class JsonLines:
    """One JSON object a line."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def write(self, row: Mapping[str, object]) -> None:
        json.dump({name: plain(row[name]) for name in COLUMNS}, self._out, ensure_ascii=False)
        self._out.write("\n")


@contextmanager
def _destination(path: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that takes its name only when it is complete."""
    if path is None:
        yield sys.stdout
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("x", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _instant(text: str) -> float:
    try:
        return datetime.fromisoformat(text).astimezone().timestamp()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date or time") from None
