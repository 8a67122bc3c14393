"""`callbank demo`: a whole campaign against a simulated telephone network, from one command."""

import argparse
import asyncio
import os
import time

from rich.console import Console

from dialer.cli.announce import announce
from dialer.config import load_settings
from dialer.demo.show import Programme, show
from dialer.demo.table import as_json, shortcomings_of, table_of
from dialer.domain.campaign import AmdMode, DialMethod, Limits
from dialer.errors import UsageError
from dialer.parts.lock import only_one

METHODS = [DialMethod.PROGRESSIVE, DialMethod.RATIO, DialMethod.PREDICTIVE]

BEGAN = "CALLBANK_BEGAN"
"""Set by the front door: when it was started, so that set-up time counts all of it."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank demo`."""
    usual = Programme()
    parser.add_argument("--volunteers", type=int, default=usual.volunteers, metavar="N",
                        help=f"how many bot volunteers work ({usual.volunteers})")
    parser.add_argument("--minutes", type=float, default=usual.minutes, metavar="M",
                        help=f"how long they work ({usual.minutes:g})")
    parser.add_argument("--seed", type=int, default=usual.seed,
                        help="the dice of voters, network and volunteers")
    parser.add_argument("--method", choices=METHODS, type=DialMethod, default=usual.dial_method,
                        help=f"dial method ({usual.dial_method})")
    parser.add_argument("--ratio", type=float, default=usual.ratio, metavar="R",
                        help=f"lines for each ready volunteer, method ratio ({usual.ratio:g})")
    parser.add_argument("--amd", choices=list(AmdMode), type=AmdMode, default=usual.amd_mode,
                        help=f"answering-machine detection ({usual.amd_mode})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when every promise was kept, 1 otherwise."""
    if not 1 <= args.volunteers <= 200:
        raise UsageError("--volunteers must be between 1 and 200.")
    if not 0 < args.minutes <= 600:
        raise UsageError("--minutes must be above 0 and at most 600.")
    programme = Programme(
        volunteers=args.volunteers,
        minutes=args.minutes,
        seed=args.seed,
        dial_method=args.method,
        ratio=args.ratio,
        amd_mode=args.amd,
        began_at=float(os.environ.get(BEGAN) or time.time()),
    )
    settings = load_settings(os.environ, home=args.home)
    # The picture goes to stderr, so that --json leaves nothing but JSON on stdout.
    console = Console(stderr=True)
    with only_one(args.home, "demo"):
        result = asyncio.run(show(settings, programme, console, announce))
    if args.json:
        print(as_json(result))
    else:
        Console().print(table_of(result, abandon_limit=Limits().abandon_limit))
    shortcomings = shortcomings_of(result)
    for sentence in shortcomings:
        announce(sentence)
    return 1 if shortcomings else 0
