"""`callbank compliance consent revoke NUMBER`: somebody takes his consent back.

It ends every consent for the number that was given up to then, in any way it was said (47 CFR
64.1200(a)(10)), and a running daemon notices it within a second or two.
"""

import argparse
import json
from datetime import UTC, datetime

from dialer.cli.fact_words import add_request, moment, number, with_facts
from dialer.errors import UsageError
from dialer.storage.fact_admin import FactAdministration, Request


def configure(parser: argparse.ArgumentParser) -> None:
    """revoke."""
    places = parser.add_subparsers(metavar="WHAT", required=True)
    revoke = places.add_parser("revoke", help="end the consents given for a number")
    revoke.add_argument("number", type=number, metavar="NUMBER")
    revoke.add_argument(
        "--person", default="", metavar="ID", help="only those of this person, and of nobody named"
    )
    revoke.add_argument("--at", type=moment, metavar="TIME", help="when he said so (now)")
    revoke.add_argument("--words", default="", metavar="TEXT", help="what he said")
    revoke.add_argument(
        "--do-not-call", action="store_true", help="and put the number on the do-not-call list"
    )
    add_request(revoke)
    revoke.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """Write it down."""
    now = datetime.now(UTC)
    at = args.at or now
    if at > now:
        raise UsageError("--at lies ahead: a consent is taken back now or was before.")
    request = Request(
        how=args.how, channel=args.channel, taken_by=args.by, words=args.words
    )

    async def revoke(facts: FactAdministration) -> int:
        if args.do_not_call:
            await facts.add_do_not_call([args.number], request)
        return await facts.revoke(args.number, args.person, at, request)

    ended = with_facts(args, revoke)
    if args.json:
        print(json.dumps({"ended": ended, "do_not_call": args.do_not_call}))
    else:
        print(f"Written down; consents given up to then, which count no longer: {ended}.")
    return 0
