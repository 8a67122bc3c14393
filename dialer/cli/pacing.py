"""`callbank pacing ...`: what a team could reach, and why the dialer did what it did.

Each of its words has a file of its own: this one only puts them together.
"""

import argparse
from collections.abc import Callable

from dialer.cli.pacing_advise import add_advise
from dialer.cli.pacing_why import add_why


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommands of `callbank pacing`; each sets `do`."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    add_why(places)
    add_advise(places)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)
