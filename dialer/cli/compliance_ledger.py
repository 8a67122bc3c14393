"""`callbank compliance ledger`: what a legal campaign's windows hold and still allow."""

import argparse
import asyncio
import json

from rich.console import Console

from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.ledger_text import block_table, errors_sentence, ledger_json, window_table
from dialer.compliance.ledger import LegalLedger
from dialer.storage.admin import Administration
from dialer.storage.books import Books
from dialer.storage.ledger import BlockNow

WIDTH = 132
LETTERS = """\
T_L connected in time, D abandoned, U undecided by detection and abandoned, H_x hung up before the
clock ran out (strict: abandoned too), M ended as machines, G machines that a volunteer heard,
E people among M. left: how many more people may be abandoned before the limit is passed."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--campaign", required=True, metavar="NAME")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0, however the figures are."""
    ledger, blocks = asyncio.run(_read(ready_database_url(settings_of(args)), args.campaign))
    if args.json:
        print(json.dumps(ledger_json(ledger, blocks), indent=2))
        return 0
    console = Console(width=WIDTH)
    console.print(window_table(ledger))
    print(LETTERS)
    print(errors_sentence(ledger))
    if blocks:
        console.print(block_table(blocks))
    return 0


async def _read(url: str, name: str) -> tuple[LegalLedger, tuple[BlockNow, ...]]:
    async with Administration.at(url) as office:
        return await Books(office).ledger(name)
