"""`callbank dashboards ...`: Grafana's dashboards written as files, and drawn as pictures.

Each of its words has a file of its own: this one only puts them together.
"""

import argparse
from collections.abc import Callable

from dialer.cli.dashboards_generate import add_generate
from dialer.cli.dashboards_preview import add_preview


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommands of `callbank dashboards`; each sets `do`."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    add_generate(places)
    add_preview(places)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)
