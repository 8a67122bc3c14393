"""What the small words of `callbank compliance` share: options read, rows printed.

For do-not-call, consent, caller-id and emergency, which write one fact down at a time.
"""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from dialer.cli.database import ready_database_url, settings_of
from dialer.lists.fact_files import Refused, instant
from dialer.lists.normalise import Phone, parse_phone
from dialer.lists.problems import EXPLANATIONS
from dialer.storage.fact_admin import FactAdministration

T = TypeVar("T")

CHANNELS = ("telephone", "text", "email", "letter", "in_person", "web", "list")


def number(text: str) -> str:
    """A telephone number on the command line, as E.164; US where it has no +."""
    found = parse_phone(text, "US")
    if isinstance(found, Phone):
        return found.e164
    raise argparse.ArgumentTypeError(f"{text!r}: {EXPLANATIONS[found]}")


def moment(text: str) -> datetime:
    """A date or an instant on the command line; UTC where it names no zone."""
    try:
        return instant(text)
    except Refused:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no date or time such as 2026-11-28 or 2026-11-28T18:00-05:00"
        ) from None


def with_facts(
    args: argparse.Namespace, do: Callable[[FactAdministration], Awaitable[T]]
) -> T:
    """Do something with the database that the command line means."""
    url = ready_database_url(settings_of(args))

    async def work() -> T:
        async with FactAdministration.at(url) as facts:
            return await do(facts)

    return asyncio.run(work())


def add_request(parser: argparse.ArgumentParser) -> None:
    """The options that say how somebody's wish reached us."""
    parser.add_argument(
        "--how", default="told us", metavar="TEXT", help="how he said so (default: told us)"
    )
    parser.add_argument("--by", default="", metavar="NAME", help="who of us heard it")
    parser.add_argument("--channel", choices=CHANNELS, default="telephone")


def print_rows(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str], *, is_json: bool
) -> None:
    """The rows' columns, as a JSON list or as lines."""
    kept = [{name: _plain(row[name]) for name in columns} for row in rows]
    if is_json:
        print(json.dumps(kept))
        return
    for row in kept:
        print("  ".join(str("" if value is None else value) for value in row.values()))


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
