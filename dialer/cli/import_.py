"""`callbank import FILE --campaign NAME`: a list of people becomes leads of a campaign.

Two passes over the file: the first only reports; the second stores, in one transaction, so that a
full disk, a crash or Ctrl-C leaves nothing half done. The database is reached through the
`LeadImporter` port, which the storage adapter implements.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from dialer.cli.database import ready_database_url
from dialer.cli.rejects_out import RejectsOut
from dialer.config import load_settings
from dialer.errors import CallbankError, UsageError
from dialer.lists.importing import ImportedLead, ListReader, read_list
from dialer.lists.layouts import LAYOUTS
from dialer.lists.ports import LeadBatches, LeadImporter, Stored
from dialer.lists.problems import ListProblem, RejectedRow
from dialer.lists.report import ImportReport, ReportBuilder
from dialer.storage.importer import PostgresImporter

BATCH = 2000
EXIT_OK, EXIT_NOTHING_VALID, EXIT_INTERRUPTED = 0, 1, 130


OpenImporter = Callable[[], AbstractAsyncContextManager[LeadImporter]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportRequest:
    """What was asked on the command line. `rejects` None: the default place, if not a dry run."""

    file: Path
    campaign: str
    home: Path
    layout: str | None = None
    country: str = "US"
    rejects: Path | None = None
    is_dry_run: bool = False
    is_json: bool = False
    is_confirmed: bool = False

    def rejects_path(self) -> Path | None:
        """Where rejected rows go; None: nowhere."""
        if self.rejects:
            return self.rejects
        if self.is_dry_run:
            return None
        return self.home / "imports" / f"{self.file.name}.rejects.csv"


def _console(stream: str) -> Console:
    return Console(
        stderr=stream == "stderr", highlight=False, soft_wrap=True, markup=False, emoji=False
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Terminal:
    """Where results and progress go, and how a question is asked."""

    out: Console = field(default_factory=lambda: _console("stdout"))
    err: Console = field(default_factory=lambda: _console("stderr"))
    ask: Callable[[str], str] = input
    is_interactive: bool = field(default_factory=lambda: sys.stdin.isatty())


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank import`."""
    parser.epilog = (
        "The report comes before anything is stored; importing the same file again changes nothing."
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--campaign", required=True, metavar="NAME")
    parser.add_argument(
        "--layout", choices=sorted(LAYOUTS), help="default: recognised by the header"
    )
    parser.add_argument(
        "--country", default="US", metavar="CC", help="of numbers without a + (default: US)"
    )
    parser.add_argument("--dry-run", action="store_true", help="report only; store nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON; don't ask")
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE",
        help="where rejected rows go (default: imports/ in the data directory)",
    )
    parser.add_argument("--yes", action="store_true", help="store without asking")


def run(args: argparse.Namespace) -> int:
    """Import the list of `args` into the configured database, which is started if it is ours."""
    settings = load_settings(os.environ, home=args.home)

    @asynccontextmanager
    async def open_importer() -> AsyncIterator[LeadImporter]:
        async with PostgresImporter.at(ready_database_url(settings)) as importer:
            yield importer

    return import_list(request_of(args, args.home), open_importer)


def request_of(args: argparse.Namespace, home: Path) -> ImportRequest:
    """The request in parsed arguments."""
    return ImportRequest(
        file=args.file,
        campaign=args.campaign,
        home=home,
        layout=args.layout,
        country=args.country.upper(),
        rejects=args.rejects,
        is_dry_run=args.dry_run,
        is_json=args.json,
        is_confirmed=args.yes,
    )


def import_list(
    request: ImportRequest, open_importer: OpenImporter, terminal: Terminal | None = None
) -> int:
    """Carry out a request and return its exit code. Raises CallbankError with a sentence."""
    terminal = terminal or Terminal()
    try:
        with _file_named_in_problems(request.file):
            return _import(request, open_importer, terminal)
    except KeyboardInterrupt:
        terminal.err.print("Interrupted: nothing was imported.")
        return EXIT_INTERRUPTED


def _import(request: ImportRequest, open_importer: OpenImporter, terminal: Terminal) -> int:
    """Report, ask, store. A dry run never opens the database.

    Only storing runs in an event loop: reading must stop at once on Ctrl-C.
    """
    _check_paths(request)
    before = _fingerprint(request.file)
    read_list(request.file, layout=request.layout, country=request.country)  # the header will do
    campaign_id = 0
    if not request.is_dry_run:
        campaign_id = asyncio.run(_known_campaign(request.campaign, open_importer))
    with RejectsOut(request.rejects_path()) as rejects:
        report = _first_pass(request, terminal, rejects)
        if not request.is_json:
            terminal.out.print(report.as_text())
        if request.is_dry_run or not report.valid:
            return _finish(request, terminal, report, rejects, None)
        if not _is_wanted(request, terminal, report):
            terminal.err.print("Nothing was imported.")
            return EXIT_OK
        rejects.complete()
        keep = _Keeping(request, terminal, report, before)
        stored = asyncio.run(keep.all(campaign_id, open_importer))
        return _finish(request, terminal, report, rejects, stored)


def _first_pass(request: ImportRequest, terminal: Terminal, rejects: RejectsOut) -> ImportReport:
    builder = ReportBuilder()
    with _reader(request, terminal, "Reading") as reader:
        rejects.begin(reader.columns.header)
        for row in reader:
            builder.add(row)
            if isinstance(row, RejectedRow):
                rejects.add(row)
    return builder.report(reader)


class _Keeping:
    """The second pass: the file's leads go to the database, all or none."""

    def __init__(
        self,
        request: ImportRequest,
        terminal: Terminal,
        report: ImportReport,
        before: tuple[int, int, int],
    ) -> None:
        self._request = request
        self._terminal = terminal
        self._report = report
        self._before = before

    async def all(self, campaign_id: int, open_importer: OpenImporter) -> Stored:
        """One transaction; it is undone if the file is not the one that was reported on."""
        async with (
            open_importer() as importer,
            importer.importing(campaign_id, self._report) as batches,
        ):
            stored, handed_over = await self._hand_over(batches)
            file = self._request.file
            if handed_over != self._report.valid or _fingerprint(file) != self._before:
                raise CallbankError(
                    f"{file} changed while it was being read: nothing was imported."
                )
        return stored

    async def _hand_over(self, batches: LeadBatches) -> tuple[Stored, int]:
        stored, count = Stored(), 0
        with _reader(self._request, self._terminal, "Storing") as reader:
            leads = (row for row in reader if isinstance(row, ImportedLead))
            while batch := list(islice(leads, BATCH)):
                stored += await batches.add(batch)
                count += len(batch)
        return stored, count


def _finish(
    request: ImportRequest,
    terminal: Terminal,
    report: ImportReport,
    rejects: RejectsOut,
    stored: Stored | None,
) -> int:
    """Publish the rejects file, say what was done, and give the exit code."""
    rejects.publish()
    if request.is_json:
        terminal.out.print(_as_json(request, report, rejects.published, stored))
    else:
        terminal.out.print(f"\n{_outcome(request, report, stored)}")
        if rejects.published:
            terminal.out.print(f"Rejected rows are in {rejects.published}.")
    return EXIT_OK if report.valid else EXIT_NOTHING_VALID


def _outcome(request: ImportRequest, report: ImportReport, stored: Stored | None) -> str:
    if stored:
        return (
            f'Campaign "{request.campaign}": {stored.added:,} people added, '
            f"{stored.updated:,} changed, {stored.unchanged:,} were there already."
        )
    if not report.valid:
        return "No row can be imported; nothing was stored."
    return "Dry run: nothing was stored."


def _as_json(
    request: ImportRequest, report: ImportReport, rejects: Path | None, stored: Stored | None
) -> str:
    imported = (
        {"added": stored.added, "updated": stored.updated, "unchanged": stored.unchanged}
        if stored
        else None
    )
    return json.dumps(
        {
            "file": str(request.file),
            "campaign": request.campaign,
            "dry_run": request.is_dry_run,
            **report.as_dict(),
            "imported": imported,
            "rejects_file": str(rejects) if rejects else None,
        }
    )


async def _known_campaign(name: str, open_importer: OpenImporter) -> int:
    async with open_importer() as importer:
        campaign_id = await importer.campaign_id(name)
    if campaign_id is None:
        raise UsageError(
            f'There is no campaign called "{name}": `callbank campaign list` shows those there '
            "are. Nothing was imported."
        )
    return campaign_id


def _is_wanted(request: ImportRequest, terminal: Terminal, report: ImportReport) -> bool:
    """Ask, unless told not to, or where nobody could answer."""
    if request.is_confirmed or request.is_json or not terminal.is_interactive:
        return True
    question = f'Import {report.valid:,} people into "{request.campaign}"? [y/N] '
    try:
        return terminal.ask(question).strip().casefold() in ("y", "yes")
    except EOFError:
        return False


@contextmanager
def _reader(request: ImportRequest, terminal: Terminal, verb: str) -> Iterator[ListReader]:
    """A pass over the file, with a progress bar where a terminal shows it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    is_hidden = request.is_json or not terminal.err.is_terminal
    with Progress(*columns, console=terminal.err, transient=True, disable=is_hidden) as bar:
        task = bar.add_task(verb, total=request.file.stat().st_size)
        yield read_list(
            request.file,
            layout=request.layout,
            country=request.country,
            progress=lambda done: bar.update(task, completed=done),
        )


@contextmanager
def _file_named_in_problems(file: Path) -> Iterator[None]:
    try:
        yield
    except ListProblem as problem:
        raise UsageError(f"{file}: {problem} Nothing was imported.") from problem


def _check_paths(request: ImportRequest) -> None:
    """The list must be a file that can be read twice, and the rejects another one."""
    file = request.file
    if not file.exists():
        raise ListProblem("There is no such file.")
    if not (file.is_file() or file.is_dir()):
        raise ListProblem("This is a pipe or a device, not a file: save the list to a file first.")
    rejects = request.rejects_path()
    if rejects and rejects.exists() and rejects.samefile(file):
        raise UsageError(f"--rejects names the list itself, {file}: give another file.")


def _fingerprint(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
