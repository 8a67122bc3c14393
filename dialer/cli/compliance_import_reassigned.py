"""`callbank compliance import-reassigned`: answers of the Reassigned Numbers Database."""

import argparse

from dialer.cli.fact_import import add_country, add_options, day
from dialer.cli.fact_rows import take_in_rows
from dialer.lists.fact_files import REASSIGNED


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance import-reassigned`."""
    add_options(parser)
    add_country(parser)
    parser.add_argument(
        "--asked-at",
        type=day,
        metavar="DATE",
        help="when the database was asked, where no column says it (default: now)",
    )
    parser.description = (
        f"{parser.description} "
        "Columns: number, answer (yes, no, no_data), date (the one that was asked about),"
        " and asked_at if it is known."
    )


def run(args: argparse.Namespace) -> int:
    """Take the answers in; the newest of a number counts."""
    return take_in_rows(args, REASSIGNED, "answers", as_of=args.asked_at)
