"""`callbank replay TRANSCRIPT`: a recorded evening through today's engine, or another dial method.

Says what would have been decided otherwise. Needs no database and no Asterisk, dials nobody.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from dialer.domain.campaign import DialMethod
from dialer.errors import UsageError
from dialer.house import TRANSCRIPTS
from dialer.parts.rules import rule_book
from dialer.runtime.reading import Recording, TranscriptError
from dialer.runtime.replay import BY_HAND, Difference, Report, replay

METHODS = {method.value: method for method in DialMethod if method not in BY_HAND}
FIRST = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank replay`."""
    parser.add_argument(
        "transcript", type=Path, metavar="TRANSCRIPT",
        help=f"a file, or the name of one in {TRANSCRIPTS}/ of the data directory",
    )
    parser.add_argument(
        "--policy", metavar="METHOD",
        help=f"ask this dial method instead of the campaign's own: {', '.join(METHODS)}",
    )
    parser.add_argument(
        "--first", type=int, default=FIRST, metavar="N",
        help=f"how many differing decisions to show ({FIRST})",
    )
    parser.add_argument(
        "--partial", action="store_true",
        help="replay a file that was cut off as far as it goes (the daemon was killed)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """0 when it could be replayed: differences are information."""
    policy = _policy(args.policy)
    if args.first < 0:
        raise UsageError("--first must not be below 0.")
    path = _path(args.transcript, args.home / TRANSCRIPTS)
    book = rule_book(args.home)
    try:
        recording = Recording(path, is_whole=not args.partial)
        report = replay(recording, policy, shown_max=args.first, book=book)
    except TranscriptError as error:
        raise UsageError(f"{error}.") from error
    if args.json:
        print(json.dumps(as_json(report, recording, policy), indent=2))
    else:
        print("\n".join(_lines(report, policy)))
    return 0


def _policy(name: str | None) -> DialMethod | None:
    if name is None:
        return None
    if name not in METHODS:
        known = ", ".join(METHODS)
        raise UsageError(f'there is no dial method "{name}" to replay with. There are: {known}.')
    return METHODS[name]


def _path(given: Path, folder: Path) -> Path:
    """The file that was meant; a bare name is looked for among the transcripts too."""
    if given.is_dir():
        raise UsageError(f"{given} is a directory: give one of the files in it.")
    kept = folder / given.name
    if not given.exists() and given.name == str(given) and kept.exists():
        return kept
    if not given.exists():
        newest = max(folder.glob("*.jsonl.gz"), default=None)
        hint = f" The newest is {newest}." if newest else ""
        raise UsageError(f"there is no transcript {given}.{hint}")
    return given


def as_json(report: Report, recording: Recording, policy: DialMethod | None) -> dict[str, object]:
    """The report under fixed keys."""
    return {
        "transcript": [str(path) for path in recording.paths],
        "run": recording.run,
        "policy": policy.value if policy else None,
        "events": report.events,
        "began_at": report.began_at,
        "ended_at": report.ended_at,
        "campaigns": {str(number): name for number, name in report.campaigns.items()},
        "decisions": {"same": report.decided_alike, "different": report.decided_otherwise},
        "wishes": {
            kind: {
                "same": report.same[kind],
                "missing": report.missing[kind],
                "extra": report.extra[kind],
            }
            for kind in _kinds(report)
        },
        "failed": dict(report.failed),
        "differences": [asdict(one) for one in report.differences],
    }


def _kinds(report: Report) -> list[str]:
    return sorted(report.same.keys() | report.missing.keys() | report.extra.keys())


def _lines(report: Report, policy: DialMethod | None) -> Iterator[str]:
    """The report for people."""
    if report.began_at is None or report.ended_at is None:
        yield "Nothing happened in this transcript."
        return
    who = f"Method {policy}" if policy else "Today's engine"
    names = ", ".join(report.campaigns.values()) or "no campaign"
    minutes = (report.ended_at - report.began_at) / 60
    yield (
        f"{report.events:,} events in {minutes:,.1f} minutes from {_time(report.began_at)} UTC"
        f" ({names})."
    )
    total = report.decided_alike + report.decided_otherwise
    yield (
        f"{who} would have decided otherwise in {report.decided_otherwise:,} of {total:,}"
        " decisions."
    )
    for kind in _kinds(report):
        missing, extra = report.missing[kind], report.extra[kind]
        if missing or extra:
            yield f"  {kind}: {report.same[kind]:,} alike, {missing:,} not any more, {extra:,} new"
    if not report.missing and not report.extra:
        yield f"All {sum(report.same.values()):,} other wishes are the same."
    for kind, count in report.failed.items():
        yield f"  {kind}: today's engine fails at it, {count:,} times; please report this"
    for one in report.differences:
        yield from _difference(one, report)
    if report.decided_otherwise > len(report.differences):
        yield f"… and {report.decided_otherwise - len(report.differences):,} more (--first N)."


def _difference(one: Difference, report: Report) -> Iterator[str]:
    name = report.campaigns.get(one.campaign_id, one.campaign_id)
    lasted = f", for {one.until - one.at:.1f} s" if one.until > one.at else ""
    yield f"{_time(one.at)} {name}{lasted}"
    for when, said in (("then", one.recorded), ("now", one.today)):
        taken_back = f", {said.withdrawn} taken back" if said.withdrawn else ""
        yield f"    {when:4} {said.count} {said.kind} lines{taken_back}: {said.reason}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
