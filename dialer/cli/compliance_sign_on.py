"""`callbank compliance sign-on`: somebody answers for rules past their review date, for a while.

Without it automated dialing is blocked where such a rule holds. Who, why and until when is kept
for good, with the version of the rules.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from dialer.cli.announce import announce
from dialer.cli.database import ready_database_url, settings_of
from dialer.compliance.rule import Rule
from dialer.compliance.rulebook import RuleBook
from dialer.errors import UsageError
from dialer.parts.rules import rule_book
from dialer.storage.admin import Administration
from dialer.storage.sign_ons import SignOn, add_sign_on, sign_ons

LONGEST_DAYS = 366
"""Whoever answers for old rules has counsel look at them meanwhile; for ever is no answer."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance sign-on`."""
    parser.add_argument("--by", metavar="NAME", help="who answers for them")
    parser.add_argument("--reason", metavar="TEXT", help="why the rules may still be trusted")
    parser.add_argument(
        "--until",
        metavar="DATE",
        help=f"the last day of it, such as 2027-04-30, at most {LONGEST_DAYS} days ahead",
    )
    parser.add_argument("--list", action="store_true", help="show all that were ever given")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Keep a sign-on, or list them."""
    if args.list:
        if args.by or args.reason or args.until:
            raise UsageError("--list takes no --by, --reason or --until: it changes nothing.")
        return asyncio.run(_list(args))
    now = time.time()
    book = rule_book(args.home)
    sign_on = _wanted(args, book, now)
    rules = due_by(book, now, sign_on.until)
    asyncio.run(_keep(args, sign_on))
    _say(args, sign_on, rules)
    return 0


def due_by(book: RuleBook, now: float, until: float) -> tuple[Rule, ...]:
    """The rules in force that are past their review, or will be before the instant `until`."""
    return tuple(rule for rule in book.in_force(now) if book.stale_from(rule) < until)


def _wanted(args: argparse.Namespace, book: RuleBook, now: float) -> SignOn:
    for option in ("by", "reason", "until"):
        text = getattr(args, option)
        if text is None or not text.strip() or not text.isprintable():
            raise UsageError(
                f"--{option} is needed: `callbank compliance sign-on --by NAME --reason TEXT"
                " --until DATE` keeps who answers for the rules, why, and until when."
            )
    return SignOn(
        signed_by=args.by.strip(),
        reason=args.reason.strip(),
        signed_at=now,
        until=_until(args.until, now),
        book_version=book.version,
    )


def _until(text: str, now: float) -> float:
    """The end of that day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until takes a date such as 2027-04-30, not {text}.") from None
    today = datetime.fromtimestamp(now, UTC).date()
    if not today <= day <= today + timedelta(days=LONGEST_DAYS):
        raise UsageError(
            f"--until {text} is not within the next {LONGEST_DAYS} days: name a day up to"
            f" {today + timedelta(days=LONGEST_DAYS)}."
        )
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=UTC).timestamp()


async def _keep(args: argparse.Namespace, sign_on: SignOn) -> None:
    async with Administration.at(ready_database_url(settings_of(args))) as office:
        await add_sign_on(office.engine, sign_on)


async def _list(args: argparse.Namespace) -> int:
    async with Administration.at(ready_database_url(settings_of(args))) as office:
        found = await sign_ons(office.engine)
    if args.json:
        print(json.dumps([asdict(sign_on) for sign_on in found], indent=2))
        return 0
    for sign_on in found:
        days = f"{_day(sign_on.signed_at)} to {_day(sign_on.until - 1)}"
        print(f"{days}\t{sign_on.signed_by}\t{sign_on.book_version}\t{sign_on.reason}")
    if not found:
        announce("nobody has answered for rules past their review yet.")
    return 0


def _say(args: argparse.Namespace, sign_on: SignOn, rules: Sequence[Rule]) -> None:
    if args.json:
        print(json.dumps({**asdict(sign_on), "rules": [rule.id for rule in rules]}))
        return
    what = f"{len(rules)} rules past their review then" if rules else "no rule, as none is due then"
    announce(f"{sign_on.signed_by} answers until the end of {args.until} (UTC) for {what}.")
    for rule in rules:
        print(f"{rule.id}\treview by {rule.review_by}\t{rule.cite}")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
