"""`callbank compliance verify`: the evidence is whole, and every verdict was the rules'.

Walks the chain in pieces, in a few processes; holds it against the attempts, the refusals and the
heads told outside of the database. Exit code 1 with what is wrong and where.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dialer.bench.workers import run_all
from dialer.cli.bar import Bar
from dialer.cli.database import ready_database_url, settings_of
from dialer.compliance.proof import (
    Anchor,
    Fault,
    Walked,
    anchor_fault,
    early_removal,
    front_fault,
)
from dialer.errors import UsageError
from dialer.storage.bundle_check import check_bundle
from dialer.storage.evidence import (
    Part,
    Span,
    faults_beside,
    hashes_of,
    head_faults,
    read_span,
    walk_part,
)
from dialer.storage.evidence_heads import FILE_NAME, read_heads

PIECE = 100_000
"""Records that one process walks: seconds of work, and a few MB."""

MOST_PIECES = 100
"""However far a number that somebody wrote into the chain lies."""

FAULTS_SHOWN = 20


@dataclass(kw_only=True, slots=True)
class Verified:
    """What was looked at and what is wrong."""

    first: int
    last: int
    walked: Walked
    anchors: int = 0
    walk_s: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def fault_count(self) -> int:
        return len(self.faults) + self.walked.fault_count

    def as_json(self) -> dict[str, object]:
        """The figures of `--json`."""
        return {
            "is_whole": self.fault_count == 0,
            "first": self.first,
            "last": self.last,
            "records": self.walked.records,
            "kinds": dict(sorted(self.walked.kinds.items())),
            "replayed": self.walked.replayed,
            "anchors": self.anchors,
            "walk_s": round(self.walk_s, 3),
            "records_per_s": round(self.walked.records / self.walk_s) if self.walk_s else None,
            "fault_count": self.fault_count,
            "faults": [
                {"seq": one.seq or None, "what": one.what}
                for one in [*self.faults, *self.walked.faults]
            ],
        }


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance verify`."""
    parser.add_argument(
        "bundle",
        nargs="?",
        type=Path,
        metavar="BUNDLE.zip",
        help="check this exported bundle instead, without any database",
    )
    parser.add_argument("--from", dest="since", type=instant, metavar="TIME", help="from then on")
    parser.add_argument("--to", dest="until", type=instant, metavar="TIME", help="before then")
    parser.add_argument(
        "--chain-only", action="store_true", help="do not replay the verdicts by their rule sets"
    )
    parser.add_argument(
        "--heads",
        type=Path,
        metavar="FILE",
        help=f"heads told outside of the database (default: {FILE_NAME} in the data directory)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at once (one for each core)",
    )
    parser.add_argument("--json", action="store_true", help="print figures and faults as JSON")


def run(args: argparse.Namespace) -> int:
    """Verify; 1 when anything is wrong."""
    if not 1 <= args.workers <= 256:
        raise UsageError(f"--workers must be between 1 and 256, not {args.workers}.")
    if args.since is not None and args.until is not None and args.until <= args.since:
        raise UsageError("--to must be after --from.")
    if args.bundle is not None:
        return _verify_bundle(args)
    settings = settings_of(args)
    heads = args.heads or settings.home / FILE_NAME
    if args.heads is not None and not heads.is_file():
        raise UsageError(f"there is no file {heads}: name one that `serve` wrote.")
    url = ready_database_url(settings)
    anchors = read_heads(heads)  # before the chain, which may grow meanwhile
    span = read_span(url, since=args.since, until=args.until)
    with Bar() as bar:
        began = time.perf_counter()
        walked = walk_all(
            url, span, replays=not args.chain_only, workers=args.workers, show=bar.show
        )
        found = Verified(first=span.first, last=span.last, walked=walked)
        found.walk_s = time.perf_counter() - began
        found.faults = head_faults(url) if span.is_all else []
        found.anchors = len(anchors)
        found.faults += outside_faults(url, span, anchors)
        if span.is_all:
            bar.show("attempts", 0.0)
            found.faults += faults_beside(url, span)
            bar.show("attempts", 1.0)
    tell(found, is_json=args.json)
    return 1 if found.fault_count else 0


def _verify_bundle(args: argparse.Namespace) -> int:
    began = time.perf_counter()
    with Bar() as bar:
        manifest, walked = check_bundle(args.bundle, bar.show)
    chain = manifest.get("chain") or {}
    found = Verified(first=chain.get("first", 0), last=chain.get("last", 0), walked=walked)
    found.walk_s = time.perf_counter() - began
    tell(found, is_json=args.json)
    return 1 if found.fault_count else 0


def walk_all(
    url: str, span: Span, *, replays: bool, workers: int, show: Callable[[str, float], None]
) -> Walked:
    """All pieces of the span, in a few processes at once."""
    size = max(PIECE, (span.last - span.first) // MOST_PIECES + 1)
    parts = [
        Part(url=url, first=start, last=min(start + size - 1, span.last), replays=replays)
        for start in range(span.first, span.last + 1, size)
    ]
    finished: list[int] = []

    def done(place: int) -> None:
        finished.append(place)
        show("evidence", len(finished) / len(parts))

    found = Walked()
    pieces = (
        run_all(walk_part, parts, at_once=workers, done=done)
        if len(parts) > 1
        else [walk_part(part) for part in parts]
    )
    for piece in pieces:
        found.add(piece)
    return found


def outside_faults(url: str, span: Span, anchors: list[Anchor]) -> list[Fault]:
    """What the heads told outside of the database, and the last checkpoint, prove wrong."""
    faults = []
    front = front_fault(span.begins, span.checkpoint) if span.count else ""
    if front:
        faults.append(Fault(seq=span.begins, what=front))
    for anchor, on_record in zip(anchors, hashes_of(url, anchors), strict=True):
        what = anchor_fault(anchor, span.count, on_record)
        if what:
            faults.append(Fault(seq=min(anchor.seq, span.count), what=what))
    early = early_removal(anchors, span.checkpoint)
    if early is not None:
        what = "retention removed records that were younger than it says"
        faults.append(Fault(seq=early.seq + 1, what=what))
    return faults


def tell(found: Verified, *, is_json: bool) -> None:
    """Print what was found."""
    if is_json:
        print(json.dumps(found.as_json(), indent=2))
        return
    walked = found.walked
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(walked.kinds.items()))
    if not walked.records and not found.fault_count:
        print("There is no evidence there.")
        return
    print(
        f"{walked.records} records, {found.first} to {found.last} ({kinds}); {walked.replayed}"
        f" verdicts replayed; {found.anchors} heads from outside; {found.walk_s:.1f} s."
    )
    for one in [*found.faults, *walked.faults][:FAULTS_SHOWN]:
        print(f"  record {one.seq}: {one.what}" if one.seq else f"  {one.what}")
    if found.fault_count > FAULTS_SHOWN:
        print(f"  and {found.fault_count - FAULTS_SHOWN} more: --json has the first hundred.")
    print("The evidence is whole." if not found.fault_count else "THE EVIDENCE IS NOT WHOLE.")


def instant(text: str) -> float:
    """A date or time, in UTC unless it says otherwise."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date or time") from None
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
