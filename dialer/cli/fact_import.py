"""What every import of facts has in common: one pass over the file, all of it or nothing, a report.

The words of `callbank compliance` that import (compliance_import_*.py, do-not-call) say what their
rows are and how they are stored; here the file is read, rows that cannot be used go to a rejects
file, and the figures are printed.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.rejects_out import RejectsOut
from dialer.errors import UsageError
from dialer.lists.importing import chunks_of
from dialer.lists.problems import ListProblem, RejectedRow
from dialer.storage.fact_importer import FactImport

BATCH = 10_000
EXIT_OK, EXIT_NOTHING_VALID = 0, 1

Read = Callable[[Iterable[bytes]], Iterable[Any]]
"""The file's chunks to its rows and RejectedRows; may have a `header`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """One import: how its rows are read, where they go, and what finishes it.

    `store` hands over some rows; `finish` is told the file's hash and the count of rejected rows
    and says how many rows are new. `noun` names the rows.
    """

    noun: str
    read: Read
    open: Callable[[str], AbstractContextManager[FactImport]]
    store: Callable[[FactImport, list[Any]], None]
    finish: Callable[[FactImport, str, int], int]


@dataclass(kw_only=True, slots=True)
class Taken:
    """What came of it. `stored` None: nothing was."""

    valid: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    stored: int | None = None
    rejects_file: Path | None = None


class Digest(Protocol):
    """A hash in the making."""

    def update(self, data: bytes, /) -> None: ...


class _NothingValid(Exception):
    """Undoes the transaction."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that all imports have."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="report only; store nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE",
        help="where rejected rows go (default: imports/ in the data directory)",
    )


def add_country(parser: argparse.ArgumentParser) -> None:
    """The option of imports whose numbers may lack a +."""
    parser.add_argument(
        "--country", default="US", metavar="CC", help="of numbers without a + (default: US)"
    )


def day(text: str) -> datetime:
    """A date on the command line, as its first instant UTC; not one that lies ahead."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-11-28") from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    if at > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text} lies ahead")
    return at


def take_in(args: argparse.Namespace, taking: Taking) -> int:
    """Carry out the import that `args` ask for, print what came of it, return the exit code."""
    file: Path = args.file
    _check(file, args.rejects)
    try:
        with RejectsOut(_rejects_path(args)) as rejects:
            taken = _take(args, taking, rejects)
            rejects.publish()
            taken.rejects_file = rejects.published
    except ListProblem as problem:
        raise UsageError(f"{file}: {problem} Nothing was changed.") from problem
    if args.json:
        print(json.dumps(_as_json(args, taken)))
    else:
        _tell(args, taking, taken)
    return EXIT_OK if taken.valid else EXIT_NOTHING_VALID


def _take(args: argparse.Namespace, taking: Taking, rejects: RejectsOut) -> Taken:
    taken, digest = Taken(), hashlib.sha256()
    with _chunks(args, digest) as chunks:
        rows = taking.read(chunks)
        rejects.begin(tuple(getattr(rows, "header", ("line",))))
        batches = _batches(rows, taken, rejects)
        if args.dry_run:
            for _ in batches:
                pass
            return taken
        url = ready_database_url(settings_of(args))
        try:
            with taking.open(url) as importing:
                for batch in batches:
                    taking.store(importing, batch)
                if not taken.valid:
                    raise _NothingValid
                rejects.complete()
                refused = taken.rejected.total()
                taken.stored = taking.finish(importing, digest.hexdigest(), refused)
        except _NothingValid:
            pass
    return taken


def _batches(
    rows: Iterable[Any], taken: Taken, rejects: RejectsOut
) -> Iterator[list[Any]]:
    def valid() -> Iterator[Any]:
        for row in rows:
            if isinstance(row, RejectedRow):
                taken.rejected[row.reason.value] += 1
                rejects.add(row)
            else:
                yield row

    usable = valid()
    while batch := list(islice(usable, BATCH)):
        taken.valid += len(batch)
        yield batch


@contextmanager
def _chunks(args: argparse.Namespace, digest: Digest) -> Iterator[Iterator[bytes]]:
    """The file's pieces, hashed as they pass, with a bar where a terminal shows it."""
    console = Console(stderr=True)
    is_hidden = args.json or not console.is_terminal
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=is_hidden) as bar:
        task = bar.add_task("Reading", total=args.file.stat().st_size)

        def hashed() -> Iterator[bytes]:
            for chunk in chunks_of(args.file, lambda done: bar.update(task, completed=done)):
                digest.update(chunk)
                yield chunk

        yield hashed()


def _check(file: Path, rejects: Path | None) -> None:
    if not file.exists():
        raise UsageError(f"{file}: there is no such file. Nothing was changed.")
    if not file.is_file():
        raise UsageError(f"{file} is no file: save the list to a file first.")
    if rejects is not None and rejects.exists() and rejects.samefile(file):
        raise UsageError(f"--rejects names the file itself, {file}: give another one.")


def _rejects_path(args: argparse.Namespace) -> Path | None:
    if args.rejects is not None or args.dry_run:
        return args.rejects
    return Path(args.home) / "imports" / f"{args.file.name}.rejects.csv"


def _as_json(args: argparse.Namespace, taken: Taken) -> dict[str, object]:
    return {
        "file": str(args.file),
        "dry_run": args.dry_run,
        "valid": taken.valid,
        "rejected": dict(taken.rejected),
        "stored": taken.stored,
        "rejects_file": str(taken.rejects_file) if taken.rejects_file else None,
    }


def _tell(args: argparse.Namespace, taking: Taking, taken: Taken) -> None:
    print(f"{taken.valid + taken.rejected.total():>12,}  rows with something in them")
    print(f"{taken.valid:>12,}  {taking.noun}")
    for reason, count in taken.rejected.most_common():
        print(f"{count:>12,}  rejected: {reason}")
    if taken.stored is not None:
        print(f"{taken.stored:>12,}  stored")
    elif args.dry_run:
        print("Dry run: nothing was stored.")
    else:
        print("No row can be used; nothing was changed.")
    if taken.rejects_file is not None:
        print(f"Rejected rows are in {taken.rejects_file}.")


