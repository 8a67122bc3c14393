"""`callbank compliance do-not-call`: the internal list, for all campaigns and every channel.

An entry holds at once: a running daemon notices it within a second or two, also for numbers that
already wait to be dialed. Entries are kept for ten years.
"""

import argparse
import json
from collections.abc import Callable

from dialer.cli.fact_import import add_country, add_options
from dialer.cli.fact_rows import take_in_rows
from dialer.cli.fact_words import add_request, number, print_rows, with_facts
from dialer.lists.fact_files import DO_NOT_CALL
from dialer.storage.fact_admin import Request

COLUMNS = ("e164", "added_at", "channel", "reason", "added_by", "attempt_id", "keep_until")


def configure(parser: argparse.ArgumentParser) -> None:
    """add, list, import."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    add = places.add_parser("add", help="put numbers on the list, at once")
    add.add_argument("numbers", nargs="+", type=number, metavar="NUMBER")
    add_request(add)
    add.add_argument("--json", action="store_true", help="print the counts as JSON")
    add.set_defaults(do_it=_add)
    shown = places.add_parser("list", help="the newest entries, or that of one number")
    shown.add_argument("--number", type=number, metavar="NUMBER")
    shown.add_argument("--last", type=int, default=20, metavar="N", help="so many (20)")
    shown.add_argument("--json", action="store_true", help="print the entries as JSON")
    shown.set_defaults(do_it=_list)
    imported = places.add_parser(
        "import", help="put a file's numbers on the list (columns: number, reason, date)"
    )
    add_options(imported)
    add_country(imported)
    imported.set_defaults(do_it=_import)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do_it: Callable[[argparse.Namespace], int] = args.do_it
    return do_it(args)


def _add(args: argparse.Namespace) -> int:
    request = Request(how=args.how, channel=args.channel, taken_by=args.by)
    numbers = list(dict.fromkeys(args.numbers))
    added = with_facts(args, lambda facts: facts.add_do_not_call(numbers, request))
    if args.json:
        print(json.dumps({"added": added, "known": len(numbers) - added}))
    else:
        print(f"{added:,} added, {len(numbers) - added:,} were on the list already.")
    return 0


def _list(args: argparse.Namespace) -> int:
    rows = with_facts(args, lambda facts: facts.do_not_call(args.number, max(1, args.last)))
    print_rows(rows, COLUMNS, is_json=args.json)
    if args.number is None and not args.json:
        count = with_facts(args, lambda facts: facts.do_not_call_count())
        print(f"{count:,} numbers are on the list.")
    elif not rows and not args.json:
        print("The number is not on the list.")
    return 0 if rows or args.number is None else 1


def _import(args: argparse.Namespace) -> int:
    return take_in_rows(args, DO_NOT_CALL, "numbers")
