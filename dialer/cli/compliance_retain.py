"""`callbank compliance retain`: what `serve` does once a day, done now."""

import argparse
import json
import time
from dataclasses import asdict
from datetime import UTC, datetime

from dialer.cli.bar import Bar
from dialer.cli.database import ready_database_url, settings_of
from dialer.storage.retention import Retained, retain


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance retain`."""
    parser.add_argument("--json", action="store_true", help="print what was removed as JSON")


def run(args: argparse.Namespace) -> int:
    """Remove what is too old."""
    settings = settings_of(args)
    url = ready_database_url(settings)
    with Bar() as bar:
        done = retain(
            url,
            now=time.time(),
            keep_years=settings.compliance.keep_years,
            show=lambda records: bar.show("removing", 0.5 if records else 0.0),
        )
        bar.show("removing", 1.0)
    if args.json:
        print(json.dumps(asdict(done), indent=2))
    else:
        _tell(done, settings.compliance.keep_years)
    return 0


def _tell(done: Retained, keep_years: int) -> None:
    day = datetime.fromtimestamp(done.before, UTC).date()
    print(
        f"Removed from before {day} ({keep_years} years): {done.records} records of evidence,"
        f" {done.attempts} attempts, {done.refusals} refusals, {done.consents} consents,"
        f" {done.subjects} subjects; {done.numbers} numbers of people who had asked to be erased."
    )
