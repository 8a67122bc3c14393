"""`callbank bench page`: what volunteers in browsers wait for, and whether anything is lost."""

import argparse
import asyncio
import json
import os

from rich.console import Console

from dialer.cli.announce import announce
from dialer.cli.bar import Bar
from dialer.cli.test import find_chromium
from dialer.config import load_settings
from dialer.errors import CallbankError, UsageError
from dialer.parts.lock import only_one

MOST_BROWSERS = 60
LONGEST_MIN = 240.0


def add_page(places: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `page` with its options."""
    word = places.add_parser("page", help="volunteers in browsers: cards, taps, lost calls")
    word.add_argument("--browsers", type=int, default=20, metavar="N",
                      help="how many volunteers there are, each with a page of his own (20)")
    word.add_argument("--minutes", type=float, default=10.0, metavar="M",
                      help="how long they work when all have joined (10)")
    word.add_argument("--json", action="store_true", help="print the figures as JSON")
    word.set_defaults(do=_bench_page)


def _bench_page(args: argparse.Namespace) -> int:
    """0 when the aims were reached, 1 otherwise."""
    if not 1 <= args.browsers <= MOST_BROWSERS:
        raise UsageError(f"--browsers must be from 1 to {MOST_BROWSERS}.")
    if not 0 < args.minutes <= LONGEST_MIN:
        raise UsageError(f"--minutes must be above 0 and at most {LONGEST_MIN:g}.")
    try:
        from dialer.bench.page import Plan, measure  # playwright is there for tests only
    except ModuleNotFoundError as error:
        raise CallbankError(
            "the package playwright, which drives the browsers, is not installed: run this where"
            " `./callbank test` runs."
        ) from error
    chromium = find_chromium()
    if chromium is None:
        raise CallbankError("there is no Chromium to drive: install the package chromium.")
    settings = load_settings(os.environ, home=args.home)
    plan = Plan(browsers=args.browsers, seconds=60.0 * args.minutes)
    with only_one(settings.home, "bench-page"), Bar() as bar:
        figures = asyncio.run(measure(settings, chromium, plan, announce, bar.show))
    if args.json:
        print(json.dumps(figures.as_json(), indent=2))
    else:
        Console().print(figures.table())
    shortcomings = figures.shortcomings()
    for sentence in shortcomings:
        announce(sentence)
    return 1 if shortcomings else 0
