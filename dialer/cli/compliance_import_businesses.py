"""`callbank compliance import-businesses`: which numbers are lines of one business."""

import argparse

from dialer.cli.fact_import import add_country, add_options
from dialer.cli.fact_rows import take_in_rows
from dialer.lists.fact_files import BUSINESSES


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance import-businesses`."""
    add_options(parser)
    add_country(parser)
    parser.description = (
        f"{parser.description} "
        "Columns: number, business (the same key for all lines of one business)."
    )


def run(args: argparse.Namespace) -> int:
    """Take the file in; 0 also when all of it was known."""
    return take_in_rows(args, BUSINESSES, "lines of businesses")
