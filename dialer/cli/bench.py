"""`callbank bench calls`: calls per second, time to a volunteer, and what a call costs.

The others are in files of their own: bench_pacing.py, bench_evening.py, bench_compliance.py,
bench_metrics.py, bench_page.py.
"""

import argparse
import asyncio
import json
import math
import os
from collections.abc import Callable

from rich.console import Console

from dialer.bench.calls import Plan, measure
from dialer.bench.figures import daemon_share, result_of, shortcomings_of, table_of
from dialer.bench.numbers import MOST
from dialer.cli.announce import announce
from dialer.cli.bar import Bar
from dialer.cli.bench_compliance import add_compliance
from dialer.cli.bench_evening import add_evening
from dialer.cli.bench_metrics import add_metrics
from dialer.cli.bench_pacing import add_pacing
from dialer.cli.bench_page import add_page
from dialer.config import load_settings
from dialer.errors import UsageError
from dialer.parts.lock import only_one

MOST_VOLUNTEERS = 1000
LONGEST_TALK_S = 60.0


def configure(parser: argparse.ArgumentParser) -> None:
    """The benchmarks and their options."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    calls = places.add_parser("calls", help="one-to-one calls at a steady rate")
    usual = Plan()
    calls.add_argument("--cps", type=float, default=usual.cps, metavar="N",
                       help=f"calls offered each second ({usual.cps:g})")
    calls.add_argument("--seconds", type=float, default=usual.seconds, metavar="S",
                       help=f"length of the measured interval ({usual.seconds:g})")
    calls.add_argument("--talk", type=float, default=usual.talk_s, metavar="S",
                       help=f"mean length of a conversation in seconds ({usual.talk_s:g})")
    calls.add_argument("--volunteers", type=int, default=usual.volunteers, metavar="N",
                       help="how many bot volunteers there are (as many as the rate needs)")
    calls.add_argument("--baseline-seconds", type=float, default=usual.baseline_s, metavar="S",
                       help=f"length of the baseline with bare Originates ({usual.baseline_s:g})")
    calls.add_argument("--json", action="store_true", help="print the figures as JSON")
    calls.set_defaults(do=_bench_calls)
    add_pacing(places)
    add_evening(places)
    add_compliance(places)
    add_metrics(places)
    add_page(places)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)


def _bench_calls(args: argparse.Namespace) -> int:
    """0 when every aim was reached, 1 otherwise."""
    plan = _plan_of(args)
    settings = load_settings(os.environ, home=args.home)
    # The bar goes to stderr, so that --json leaves nothing but JSON on stdout.
    with only_one(args.home, "bench"), Bar() as bar:
        run = asyncio.run(measure(settings, plan, announce, bar.show))
    result = result_of(plan.cps, run.interval, run.unmetered, run.baseline)
    if args.json:
        print(json.dumps(result, indent=2))
    else:
        Console().print(table_of(result))
    share = daemon_share(result)
    if share is not None:
        announce(f"the daemon used {share:.0%} of the CPU that Asterisk used")
    shortcomings = shortcomings_of(result)
    for sentence in shortcomings:
        announce(sentence)
    return 1 if shortcomings else 0


def _plan_of(args: argparse.Namespace) -> Plan:
    for option, value, least, most in (
        ("--cps", args.cps, 0.1, 500.0),
        ("--seconds", args.seconds, 1.0, 3600.0),
        ("--talk", args.talk, 0.1, LONGEST_TALK_S),
        ("--baseline-seconds", args.baseline_seconds, 1.0, 600.0),
    ):
        if not (math.isfinite(value) and least <= value <= most):
            raise UsageError(f"{option} must be between {least:g} and {most:g}.")
    if not 0 <= args.volunteers <= MOST_VOLUNTEERS:
        raise UsageError(
            f"--volunteers must be between 1 and {MOST_VOLUNTEERS}; leave it out for as many as"
            " the rate needs."
        )
    plan = Plan(
        cps=args.cps,
        seconds=args.seconds,
        talk_s=args.talk,
        baseline_s=args.baseline_seconds,
        volunteers=args.volunteers,
    )
    if plan.crew > MOST_VOLUNTEERS:
        raise UsageError(
            f"{plan.cps:g} calls per second of {plan.talk_s:g} s need {plan.crew} volunteers, and"
            f" there can be {MOST_VOLUNTEERS}: choose a lower --cps or a shorter --talk."
        )
    if plan.people > MOST:
        raise UsageError(
            f"the run would need {plan.people} numbers to call, and there are {MOST}:"
            " choose fewer --seconds or a lower --cps."
        )
    return plan
