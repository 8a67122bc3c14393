"""`callbank compliance erase`: a person's data are removed on request; the chain stays whole."""

import argparse
import json
import time
from dataclasses import asdict

from dialer.cli.database import ready_database_url, settings_of
from dialer.errors import UsageError
from dialer.parts.recordings import RecordingsFolder
from dialer.storage.erasure import Erased, Wish, erase

ELSEWHERE = (
    "Not in the database: transcripts hold numbers until [transcripts] keep_days are over, imports/"
    " holds rejected rows, and your own lists and backups hold what you put there."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance erase`."""
    parser.add_argument(
        "--person",
        required=True,
        metavar="WHO",
        help="a number such as +15551234567, which means all who are reached at it and volunteers"
        " who gave it as their own, or the id that the list had for the person",
    )
    parser.add_argument(
        "--reason", required=True, metavar="TEXT", help="why; kept as evidence: name nobody"
    )
    parser.add_argument("--by", required=True, metavar="NAME", help="who does it; kept as evidence")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")


def run(args: argparse.Namespace) -> int:
    """Erase, or say what would be erased."""
    if not args.person.strip() or not args.reason.strip() or not args.by.strip():
        raise UsageError("--person, --reason and --by must not be empty.")
    settings = settings_of(args)
    is_number = args.person.startswith("+")
    wish = Wish(
        e164="+" + "".join(filter(str.isdigit, args.person)) if is_number else None,
        person=None if is_number else args.person,
        by=args.by,
        reason=args.reason,
        keep_years=settings.compliance.keep_years,
    )
    erased = erase(
        ready_database_url(settings), wish, now=time.time(), is_dry_run=args.dry_run
    )
    if not args.dry_run:
        folder = RecordingsFolder(settings.home / "recordings")
        for name in erased.recordings:
            folder.remove(name)
    if args.json:
        print(json.dumps({**asdict(erased), "is_dry_run": args.dry_run}, indent=2))
    else:
        _tell(erased, is_dry_run=args.dry_run)
    return 0


def _tell(erased: Erased, *, is_dry_run: bool) -> None:
    who = "1 person" if erased.people == 1 else f"{erased.people} people"
    print(f"{who}. {'Would be removed' if is_dry_run else 'Removed'}:")
    for what, rows in erased.removed.items():
        print(f"  {rows:>6}  {what}")
    print("Kept, and why:" if not is_dry_run else "Would be kept, and why:")
    for what, why in erased.kept.items():
        print(f"  {what}: {why}")
    print(ELSEWHERE)
