"""`callbank compliance caller-id`: the numbers that may be shown, with the proof that they may.

The inventory begins with what the settings give each trunk to show ("configured for trunk NAME"),
at the first `serve` or the first of these words. Later a number counts only once it is added here.
"""

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime

from dialer.cli.database import settings_of
from dialer.cli.fact_words import moment, number, print_rows, with_facts
from dialer.errors import UsageError
from dialer.storage.fact_admin import FactAdministration

COLUMNS = (
    "e164", "owner", "proof", "authorised_from", "authorised_to", "takes_calls",
    "inbound_route_ok", "last_inbound_test_at",
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """add, list, retire."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    add = places.add_parser("add", help="add a number, or change what is said of it")
    add.add_argument("number", type=number, metavar="NUMBER")
    add.add_argument("--proof", metavar="TEXT", help="the document that shows our right to it")
    add.add_argument("--owner", metavar="NAME", help="whose number it is")
    add.add_argument("--from", dest="since", type=moment, metavar="TIME", help="from when (now)")
    add.add_argument("--to", type=moment, metavar="TIME", help="until when (open)")
    add.add_argument(
        "--takes-calls",
        choices=("yes", "no"),
        help="whether who calls it back is answered and can ask not to be called",
    )
    add.add_argument(
        "--tested", type=moment, metavar="TIME", help="when a call to it last reached us"
    )
    add.add_argument("--json", action="store_true", help="print what was done as JSON")
    add.set_defaults(do_it=_add)
    shown = places.add_parser("list", help="the inventory")
    shown.add_argument("--json", action="store_true", help="print the rows as JSON")
    shown.set_defaults(do_it=_list)
    retire = places.add_parser("retire", help="a number may not be shown any more")
    retire.add_argument("number", type=number, metavar="NUMBER")
    retire.add_argument("--json", action="store_true", help="print what was done as JSON")
    retire.set_defaults(do_it=_retire)


def run(args: argparse.Namespace) -> int:
    """Do one of them, on an inventory that holds what the settings name."""
    trunks = [(trunk.name, trunk.caller_ids) for trunk in settings_of(args).trunks]
    with_facts(args, lambda facts: facts.take_in_configured(trunks))
    do_it: Callable[[argparse.Namespace], int] = args.do_it
    return do_it(args)


def _add(args: argparse.Namespace) -> int:
    if args.since is not None and args.to is not None and args.to < args.since:
        raise UsageError("--to lies before --from.")
    if args.tested is not None and args.tested > datetime.now(UTC):
        raise UsageError("--tested lies ahead: say when a call to it last reached us.")
    if args.proof == "":
        raise UsageError("--proof is empty: name the document.")
    said = {
        "proof": args.proof,
        "owner": args.owner,
        "authorised_from": args.since,
        "authorised_to": args.to,
        "last_inbound_test_at": args.tested,
        "takes_calls": None if args.takes_calls is None else args.takes_calls == "yes",
    }
    values = {name: value for name, value in said.items() if value is not None}
    if args.takes_calls is not None:
        values["inbound_route_ok"] = values["takes_calls"]
    is_new = with_facts(args, lambda facts: facts.put_caller_id(args.number, values))
    if args.json:
        print(json.dumps({"number": args.number, "is_new": is_new}))
    else:
        print(f"{args.number} {'is in the inventory now' if is_new else 'was changed'}.")
    return 0


def _list(args: argparse.Namespace) -> int:
    print_rows(
        with_facts(args, FactAdministration.caller_ids), COLUMNS, is_json=args.json
    )
    return 0


def _retire(args: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with_facts(args, lambda facts: facts.retire_caller_id(args.number, now))
    if args.json:
        print(json.dumps({"number": args.number, "authorised_to": now.isoformat()}))
    else:
        print(f"{args.number} may not be shown any more.")
    return 0
