"""`callbank pacing why`: what pacing decided at a time, why, and what that rested on.

Reads what the daemon kept in the database; the daemon need not run.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from dialer.cli.database import ready_database_url, settings_of
from dialer.errors import UsageError
from dialer.storage.admin import Administration
from dialer.storage.decisions import KeptDecision

MOST = 10_000
LONG_BEFORE_S = 5.0


def add_why(places: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `why` with its options."""
    why = places.add_parser("why", help="what was decided at a time, and why")
    why.add_argument("--campaign", required=True, metavar="NAME")
    why.add_argument(
        "--at", type=_instant, metavar="TIME",
        help="such as 18:30, 18:30:05 or 2026-11-18T18:30:05 (default: now)",
    )  # fmt: skip
    why.add_argument(
        "--last", type=int, default=1, metavar="N", help="so many decisions up to then (1)"
    )
    why.add_argument("--json", action="store_true", help="print the decisions as JSON")
    why.set_defaults(do=why_decided)


def why_decided(args: argparse.Namespace) -> int:
    """0, also when nothing was decided."""
    if not 1 <= args.last <= MOST:
        raise UsageError(f"--last must be between 1 and {MOST:,}.")
    settings = settings_of(args)
    until = time.time() if args.at is None else args.at
    decisions = asyncio.run(_read(ready_database_url(settings), args, until))
    if args.json:
        print(json.dumps([asdict(one) for one in decisions], indent=2))
    elif not decisions:
        print(
            f'Nothing is kept of what was decided for "{args.campaign}" before {_time(until)}:'
            f" nobody dialed then, or it is over {settings.decisions.keep_days} days ago."
        )
    else:
        print("\n".join(told(decisions, until)))
    return 0


async def _read(
    url: str, args: argparse.Namespace, until: float
) -> tuple[KeptDecision, ...]:
    async with Administration.at(url) as office:
        return await office.decisions(args.campaign, until=until, last=args.last)


def told(decisions: Sequence[KeptDecision], until: float) -> Iterator[str]:
    """Each decision as a sentence, with its figures below it."""
    for one in decisions:
        yield f"{_time(one.at)}  {_done(one)}: {one.reason}."
        if one.figures:
            yield "    " + ", ".join(f"{name} {_figure(its)}" for name, its in one.figures.items())
    last = decisions[-1]
    if until - last.at >= LONG_BEFORE_S:
        yield (
            f"That held {until - last.at:,.0f} s later as well: a decision is kept again when"
            " lines are dialed or its reason changes."
        )


def _done(one: KeptDecision) -> str:
    """What was done on it."""
    words = []
    if one.count:
        words.append(f"{one.count} {one.kind} line{'s' if one.count > 1 else ''} dialed")
    if one.withdrawn:
        words.append(f"{one.withdrawn} ringing line{'s' if one.withdrawn > 1 else ''} taken back")
    return ", ".join(words) or "nothing dialed"


def _figure(value: float | int | str) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _instant(text: str) -> float:
    try:
        if len(text) <= len("18:30:05.123") and ":" in text and "-" not in text:
            today = datetime.now().astimezone().date().isoformat()
            text = f"{today}T{text}"
        return datetime.fromisoformat(text).astimezone().timestamp()
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time such as 18:30 or 2026-11-18T18:30"
        ) from None
