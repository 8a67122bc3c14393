"""`callbank compliance import-consents`: leave that people gave, with its evidence."""

import argparse

from dialer.cli.fact_import import add_country, add_options
from dialer.cli.fact_rows import take_in_rows
from dialer.lists.fact_files import CONSENTS


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance import-consents`."""
    add_options(parser)
    add_country(parser)
    parser.description = (
        f"{parser.description} "
        "Columns: number, kind (express, express_written), given_at, and as far as they are known"
        " person, words (what was shown or read), how, taken_by, revoked_at, revoked_how."
    )


def run(args: argparse.Namespace) -> int:
    """Take the file in; 0 also when all of it was known."""
    return take_in_rows(args, CONSENTS, "consents")
