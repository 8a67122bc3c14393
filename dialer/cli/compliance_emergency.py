"""`callbank compliance emergency`: declared emergencies, in which some states forbid sales calls.

Nobody tells the program: whoever answers for the campaigns declares and ends them here.
"""

import argparse
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

from dialer.cli.fact_words import moment, print_rows, with_facts
from dialer.compliance.zones import STATE_ZONES
from dialer.errors import UsageError
from dialer.storage.fact_admin import FactAdministration

COLUMNS = ("jurisdiction", "began_at", "ended_at", "declared_by", "note")


def configure(parser: argparse.ArgumentParser) -> None:
    """declare, end, list."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    declare = places.add_parser("declare", help="an emergency is in force")
    declare.add_argument("jurisdiction", type=_jurisdiction, metavar="US-XX")
    declare.add_argument("--from", dest="since", type=moment, metavar="TIME", help="(now)")
    declare.add_argument("--by", default="", metavar="NAME", help="who declared it")
    declare.add_argument("--note", default="", metavar="TEXT")
    declare.add_argument("--json", action="store_true", help="print what was done as JSON")
    declare.set_defaults(do_it=_declare)
    end = places.add_parser("end", help="it is over")
    end.add_argument("jurisdiction", type=_jurisdiction, metavar="US-XX")
    end.add_argument("--at", type=moment, metavar="TIME", help="(now)")
    end.add_argument("--json", action="store_true", help="print what was done as JSON")
    end.set_defaults(do_it=_end)
    shown = places.add_parser("list", help="all that were ever declared")
    shown.add_argument("--json", action="store_true", help="print the rows as JSON")
    shown.set_defaults(do_it=_list)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do_it: Callable[[argparse.Namespace], int] = args.do_it
    return do_it(args)


def _declare(args: argparse.Namespace) -> int:
    began_at = args.since or datetime.now(UTC)
    values = {"began_at": began_at, "declared_by": args.by, "note": args.note}
    is_new = with_facts(args, lambda facts: facts.declare_emergency(args.jurisdiction, values))
    if not is_new:
        raise UsageError(f"an emergency is in force in {args.jurisdiction} already.")
    _say(args, f"An emergency is in force in {args.jurisdiction} from {began_at.isoformat()}.")
    return 0


def _end(args: argparse.Namespace) -> int:
    at = args.at or datetime.now(UTC)
    with_facts(args, lambda facts: facts.end_emergency(args.jurisdiction, at))
    _say(args, f"The emergency in {args.jurisdiction} is over.")
    return 0


def _list(args: argparse.Namespace) -> int:
    rows = with_facts(args, FactAdministration.emergencies)
    print_rows(rows, COLUMNS, is_json=args.json)
    return 0


def _say(args: argparse.Namespace, sentence: str) -> None:
    said = {"jurisdiction": args.jurisdiction, "done": True}
    print(json.dumps(said) if args.json else sentence)


def _jurisdiction(text: str) -> str:
    """A country, or a state of the United States."""
    name = text.upper()
    is_state = name.startswith("US-") and name[3:] in STATE_ZONES
    if is_state or re.fullmatch(r"[A-Z]{2}", name):
        return name
    raise argparse.ArgumentTypeError(f"{text!r} is no country or state such as US-LA")
