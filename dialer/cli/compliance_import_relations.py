"""`callbank compliance import-relations`: what people did with us before: bought, asked, gave."""

import argparse

from dialer.cli.fact_import import add_country, add_options
from dialer.cli.fact_rows import take_in_rows
from dialer.lists.fact_files import RELATIONS


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance import-relations`."""
    add_options(parser)
    add_country(parser)
    parser.description = (
        f"{parser.description} "
        "Columns: number or person or both, kind (purchase, inquiry, donation, membership,"
        " contract), date."
    )


def run(args: argparse.Namespace) -> int:
    """Take the file in; 0 also when all of it was known."""
    return take_in_rows(args, RELATIONS, "relations")
