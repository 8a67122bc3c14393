"""`callbank demo`: a whole campaign against a simulated telephone network, from one command."""

import argparse
import asyncio
import json
import os
import time

from rich.console import Console

from dialer.cli.announce import announce
from dialer.config import Settings, load_settings
from dialer.demo.late import late_calls
from dialer.demo.late_table import late_json, late_table
from dialer.demo.show import Programme, show
from dialer.demo.stack import show_in_stack
from dialer.demo.table import as_json, shortcomings_of, table_of
from dialer.domain.campaign import AmdMode, DialMethod, Limits
from dialer.errors import UsageError
from dialer.parts.lock import only_one

SHORTEST_AIM_S, LONGEST_AIM_S = 0.1, 3.0

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
    parser.add_argument("--late-connect", type=_aims, metavar="S,S,...",
                        help="instead: hold connections back by so many seconds after the greeting,"
                             " such as 1.9,2.0,2.1, and say what the ledger makes of each")
    parser.add_argument("--stack", action="store_true",
                        help="play in the containers of docker-compose.yml, whose profile demo runs"
                             " this command")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when every promise was kept, 1 otherwise."""
    if not 1 <= args.volunteers <= 200:
        raise UsageError("--volunteers must be between 1 and 200.")
    if not 0 < args.minutes <= 600:
        raise UsageError("--minutes must be above 0 and at most 600.")
    settings = load_settings(os.environ, home=args.home)
    if args.late_connect:
        return _late(settings, args)
    programme = Programme(
        volunteers=args.volunteers,
        minutes=args.minutes,
        seed=args.seed,
        dial_method=args.method,
        ratio=args.ratio,
        amd_mode=args.amd,
        began_at=float(os.environ.get(BEGAN) or time.time()),
    )
    # The picture goes to stderr, so that --json leaves nothing but JSON on stdout.
    console = Console(stderr=True)
    play = show_in_stack if args.stack else show
    with only_one(args.home, "demo"):
        result = asyncio.run(play(settings, programme, console, announce))
    if args.json:
        print(as_json(result))
    else:
        Console().print(table_of(result, abandon_limit=Limits().abandon_limit))
    shortcomings = shortcomings_of(result)
    for sentence in shortcomings:
        announce(sentence)
    return 1 if shortcomings else 0


def _late(settings: Settings, args: argparse.Namespace) -> int:
    """0 when the ledger made of each call what the law does."""
    with only_one(args.home, "demo"):
        calls = asyncio.run(late_calls(settings, args.late_connect, announce))
    if args.json:
        print(json.dumps([late_json(call) for call in calls], indent=2))
    else:
        Console().print(late_table(calls))
    return 0 if all(call.is_judged_right for call in calls) else 1


def _aims(text: str) -> tuple[float, ...]:
    try:
        aims_s = tuple(float(one) for one in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of seconds") from None
    if not all(SHORTEST_AIM_S <= one <= LONGEST_AIM_S for one in aims_s):
        raise argparse.ArgumentTypeError(
            f"each must be between {SHORTEST_AIM_S:g} and {LONGEST_AIM_S:g} seconds"
        )
    return aims_s
