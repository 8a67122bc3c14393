"""`callbank compliance export`: the auditor's bundle of one campaign, in one file."""

import argparse
import asyncio
import json
import time
from pathlib import Path

from dialer.cli.bar import Bar
from dialer.cli.compliance_verify import instant
from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.operator import operator
from dialer.domain.campaign import Campaign
from dialer.errors import CallbankError, UsageError
from dialer.storage.admin import Administration
from dialer.storage.bundle import write_bundle
from dialer.storage.bundle_file import file_hash
from dialer.storage.bundle_wish import BundleWish


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance export`."""
    parser.add_argument("--campaign", required=True, metavar="NAME")
    parser.add_argument(
        "--from", dest="since", type=instant, required=True, metavar="DATE", help="from then on"
    )
    parser.add_argument(
        "--to", dest="until", type=instant, required=True, metavar="DATE", help="before then"
    )
    parser.add_argument("--output", type=Path, metavar="FILE.zip", help="default: audit_….zip here")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; it stands in the bundle")
    parser.add_argument("--by", default="", metavar="NAME", help="for whom (default: your login)")
    parser.add_argument("--json", action="store_true", help="print the manifest as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the bundle; 1 when the evidence in it is not whole."""
    if args.until <= args.since:
        raise UsageError("--to must be after --from.")
    settings = settings_of(args)
    url = ready_database_url(settings)
    campaign = asyncio.run(_campaign(url, args.campaign))
    output = args.output or Path(_default_name(args))
    if not output.parent.is_dir():
        raise UsageError(f"there is no folder {output.parent}: make it first.")
    if output.exists():
        raise UsageError(f"{output} is there already: name another file with --output.")
    wish = BundleWish(
        campaign_id=campaign.id,
        campaign=campaign.name,
        since=args.since,
        until=args.until,
        by=args.by or operator(),
        reason=args.reason,
        exported_at=time.time(),
        sounds=settings.speech.messages_dir or settings.home / "speech" / "messages",
    )
    try:
        with Bar() as bar:
            manifest = write_bundle(url, wish, output, bar.show)
    except OSError as error:
        raise CallbankError(f"the bundle cannot be written: {error}.") from error
    fingerprint = file_hash(output)
    if args.json:
        print(json.dumps({**manifest, "file": str(output), "sha256": fingerprint}, indent=2))
    else:
        print(f"{output}: {manifest['calls']} calls, {sum(_records(manifest))} records.")
        print(f"SHA-256 of the file: {fingerprint}")
        print(f"To check it: callbank compliance verify {output}")
    return 1 if manifest["faults"] else 0


def _records(manifest: dict[str, object]) -> list[int]:
    kinds = manifest["records"]
    assert isinstance(kinds, dict)
    return list(kinds.values())


def _default_name(args: argparse.Namespace) -> str:
    word = "".join(char if char.isalnum() else "-" for char in args.campaign)
    days = [time.strftime("%Y%m%d", time.gmtime(at)) for at in (args.since, args.until)]
    return f"audit_{word}_{days[0]}_{days[1]}.zip"


async def _campaign(url: str, name: str) -> Campaign:
    async with Administration.at(url) as administration:
        return await administration.campaign(name)
