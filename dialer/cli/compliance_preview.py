"""`callbank compliance preview --campaign NAME`: how a list stands before launch.

Every person who is not done with is judged by the gate as if the campaign ran now; nothing is
claimed, stored or dialed. A file of consents or of line types shows what it would change.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dialer.cli.announce import announce
from dialer.cli.bar import Bar
from dialer.cli.database import ready_database_url, settings_of
from dialer.compliance.preview import Question, Standing
from dialer.config import Settings
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.errors import UsageError
from dialer.lists.fact_files import CONSENTS, LOOKUPS, FactFile, FactKind, Row
from dialer.lists.importing import chunks_of
from dialer.lists.problems import ListProblem, RejectedRow
from dialer.lists.what_if import ListedConsents, ListedLineTypes, with_line
from dialer.parts.rules import rule_book
from dialer.runtime.ports import LineTypeProvider
from dialer.storage.admin import Administration
from dialer.storage.list_reader import ListedLead, ListReader


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """Facts that are not stored."""

    consents: ListedConsents | None = None
    lines: LineTypeProvider | None = None

    async def applied(self, batch: Iterable[ListedLead]) -> list[Lead]:
        """The leads, if these facts were known."""
        leads = [
            one.lead if self.consents is None else self.consents.added_to(one.lead, one.person)
            for one in batch
        ]
        if self.lines is None:
            return leads
        known = await self.lines.line_types([lead.e164 for lead in leads])
        return [with_line(lead, known.get(lead.e164)) for lead in leads]


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance preview`."""
    parser.add_argument("--campaign", required=True, metavar="NAME")
    parser.add_argument(
        "--with-consents", type=Path, metavar="FILE", help="count what these consents would change"
    )
    parser.add_argument(
        "--with-line-types", type=Path, metavar="FILE", help="the same for carriers' look-ups"
    )
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")


def run(args: argparse.Namespace) -> int:
    """0 also when nobody may be dialed: it is an answer."""
    settings = settings_of(args)
    what_if = _what_if(args)
    result = asyncio.run(_preview(ready_database_url(settings), settings, args, what_if))
    if args.json:
        print(json.dumps(result.as_json()))
    else:
        print(result.as_text())
    return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The counts as things are, and with the facts of the files, if any were given.

    `mend_first` are reasons that bar the whole list until somebody changes settings.
    """

    campaign: str
    at: float
    book: str
    done: int
    mend_first: tuple[str, ...]
    as_it_is: Standing
    with_files: Standing | None

    def as_json(self) -> dict[str, object]:
        """The published keys."""
        with_files = self.with_files.as_json() if self.with_files is not None else None
        return {
            "campaign": self.campaign,
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(),
            "rules": self.book,
            "done": self.done,
            "mend_first": list(self.mend_first),
            **self.as_it_is.as_json(),
            "with_files": with_files,
        }

    def as_text(self) -> str:
        """A line for each count; with files, a second column."""
        columns = [self.as_it_is, *([self.with_files] if self.with_files is not None else [])]
        lines = [f'Campaign "{self.campaign}", if it ran now:']
        lines += [_line("people not done with", [one.people for one in columns])]
        lines += [_line("  now, over-dialed", [one.over_dialed for one in columns])]
        lines += [_line("  now, one to one", [one.one_to_one for one in columns])]
        for method in sorted({name for one in columns for name in one.by_hand}):
            lines.append(_line(f"  only by {method}", [one.by_hand[method] for one in columns]))
        lines += [_line("  later, within 24 hours", [one.within_a_day for one in columns])]
        lines += [_line("  later than that", [one.later for one in columns])]
        lines += [_line("  never, as things are", [one.never for one in columns])]
        for reason, _ in self.as_it_is.reasons.most_common():
            lines.append(_line(f"    {reason}", [one.reasons[reason] for one in columns]))
        if self.mend_first:
            lines.append(f"To be mended before anybody is dialed: {', '.join(self.mend_first)}.")
        if self.with_files is not None:
            lines.append("The second column: with the files given, which were not stored.")
        return "\n".join(lines)


def _line(words: str, counts: list[int]) -> str:
    return f"{words:<34}" + "".join(f"{count:>12,}" for count in counts)


async def _preview(
    url: str, settings: Settings, args: argparse.Namespace, what_if: WhatIf | None
) -> Preview:
    now = time.time()
    async with Administration.at(url) as administration:
        campaign = await administration.campaign(args.campaign)
    async with ListReader.at(url) as reader:
        question = Question(
            campaign=campaign,
            now=now,
            circumstances=await reader.circumstances(),
            book=rule_book(settings.home),
            trunk_shows_caller_id=_may_be_shown(campaign, settings),
        ).running()
        people, done = await reader.count(campaign.id)
        mend_first: tuple[str, ...] = ()
        as_it_is, with_files = Standing(), Standing() if what_if is not None else None
        with Bar() as bar:
            async for batch in reader.batches(campaign.id, now):
                mend_first = mend_first or question.obstacles(batch[0].lead)
                as_it_is.add([one.lead for one in batch], question.mended())
                if what_if is not None and with_files is not None:
                    with_files.add(await what_if.applied(batch), question.mended())
                bar.show("Judging", min(1.0, as_it_is.people / max(1, people - done)))
    return Preview(
        campaign=campaign.name,
        at=now,
        book=question.book.version,
        done=done,
        mend_first=mend_first,
        as_it_is=as_it_is,
        with_files=with_files,
    )


def _may_be_shown(campaign: Campaign, settings: Settings) -> bool:
    """Whether a trunk of the campaign's may show its caller ID."""
    return any(
        campaign.caller_id in trunk.caller_ids
        for trunk in settings.trunks
        if not campaign.trunks or trunk.name in campaign.trunks
    )


def _what_if(args: argparse.Namespace) -> WhatIf | None:
    if args.with_consents is None and args.with_line_types is None:
        return None
    consents = _rows(args.with_consents, CONSENTS)
    lines = _rows(args.with_line_types, LOOKUPS)
    return WhatIf(
        consents=None if consents is None else ListedConsents(consents),
        lines=None if lines is None else ListedLineTypes(lines, time.time()),
    )


def _rows(file: Path | None, kind: FactKind) -> list[Row] | None:
    """The usable rows of a file, which must fit into memory as its campaign's list does."""
    if file is None:
        return None
    now = datetime.now(UTC)
    try:
        rows = list(FactFile(kind=kind, chunks=chunks_of(file), country="US", now=now))
    except ListProblem as problem:
        raise UsageError(f"{file}: {problem}") from problem
    usable = [row for row in rows if not isinstance(row, RejectedRow)]
    if len(usable) < len(rows):
        announce(f"{file}: {len(rows) - len(usable):,} of {len(rows):,} rows cannot be used.")
    return usable
