"""Words of commands that work on the database alone, where a running daemon notices the change.

`volunteer` and `shift-lead` are made of them. A *word*'s work gets the database's URL, the settings
and what was typed.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from dialer.cli.database import ready_database_url, settings_of
from dialer.config import Settings

Words = "argparse._SubParsersAction[argparse.ArgumentParser]"
Work = Callable[[str, Settings, argparse.Namespace], Awaitable[int]]


def words_of(parser: argparse.ArgumentParser) -> Words:
    """Where the words of a command are added."""
    return parser.add_subparsers(title="words", metavar="WORD", required=True)


def add_word(words: Words, name: str, work: Work, help: str) -> argparse.ArgumentParser:
    """A word, with --json."""
    word = words.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
    word.add_argument("--json", action="store_true", help="print JSON")
    word.set_defaults(work=work)
    return word


def run_word(args: argparse.Namespace) -> int:
    """Do what the word says."""
    settings = settings_of(args)
    return asyncio.run(_do(args.work, ready_database_url(settings), settings, args))


async def _do(work: Work, url: str, settings: Settings, args: argparse.Namespace) -> int:
    return await work(url, settings, args)
