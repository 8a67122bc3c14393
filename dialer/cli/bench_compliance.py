"""`callbank bench compliance`: how many numbers a second the gate can judge."""

import argparse
import asyncio
import json
import os
import time
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from dialer.bench.compliance import DECISIONS_AIM, Figures, measure
from dialer.bench.evidence import fill
from dialer.cli.announce import announce
from dialer.cli.bar import Bar
from dialer.cli.compliance_verify import walk_all
from dialer.cli.database import database_url, settings_of
from dialer.errors import UsageError
from dialer.parts.postgres import throwaway_database
from dialer.storage import migrations
from dialer.storage.evidence import read_span

FEWEST, MOST = 100_000, 50_000_000


def add_compliance(places: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `compliance` with its options."""
    word = places.add_parser(
        "compliance", help="judgements a second, with a large do-not-call register behind them"
    )
    word.add_argument("--numbers", type=int, default=5_000_000, metavar="N",
                      help="numbers in the do-not-call register (5,000,000)")
    word.add_argument("--seconds", type=float, default=10.0, metavar="S",
                      help="how long each phase is measured (10)")
    word.add_argument("--records", type=int, default=200_000, metavar="N",
                      help="records of evidence to verify (200,000)")
    word.add_argument("--json", action="store_true", help="print the figures as JSON")
    word.set_defaults(do=_bench_compliance)


def _bench_compliance(args: argparse.Namespace) -> int:
    """0 when the aim was reached, 1 otherwise."""
    if not FEWEST <= args.numbers <= MOST:
        raise UsageError(f"--numbers must be between {FEWEST:,} and {MOST:,}.")
    if not 1_000 <= args.records <= MOST:
        raise UsageError(f"--records must be between 1,000 and {MOST:,}.")
    if not 0.1 <= args.seconds <= 600:
        raise UsageError("--seconds must be between 0.1 and 600.")
    # A database of its own on the usual server, dropped at the end: nobody's list is touched.
    with throwaway_database(database_url(settings_of(args))) as url, Bar() as bar:
        migrations.upgrade(url)
        figures = asyncio.run(measure(url, args.numbers, args.seconds, bar.show))
        bar.show("Evidence", 0.0)
        fill(url, args.records)
        figures = replace(
            figures,
            verify_chain_per_s=_verified_per_s(url, bar, replays=False),
            verify_per_s=_verified_per_s(url, bar, replays=True),
        )
    if args.json:
        print(json.dumps(figures.as_json(), indent=2))
    else:
        Console().print(_table_of(figures))
    if figures.decisions_per_s < DECISIONS_AIM:
        announce(
            f"{figures.decisions_per_s:,.0f} decisions a second; the aim is {DECISIONS_AIM:,}."
        )
        return 1
    return 0


def _verified_per_s(url: str, bar: Bar, *, replays: bool) -> float:
    """Records a second by the clock, in as many processes as `compliance verify` takes."""
    span = read_span(url)
    began = time.perf_counter()
    found = walk_all(url, span, replays=replays, workers=os.cpu_count() or 1, show=bar.show)
    if found.fault_count:
        raise AssertionError(f"evidence made for the benchmark is not whole: {found.faults}")
    return found.records / (time.perf_counter() - began)


def _table_of(figures: Figures) -> Table:
    table = Table(title=f"a do-not-call register of {figures.numbers:,} numbers")
    table.add_column("figure")
    table.add_column("", justify="right")
    table.add_row("judgements a second, alone", f"{figures.decisions_per_s:,.0f}")
    table.add_row("with look-ups, a second", f"{figures.decisions_with_lookup_per_s:,.0f}")
    table.add_row("a batch of the hopper's", f"{figures.lookup_ms_per_batch:.1f} ms")
    table.add_row("records verified a second", f"{figures.verify_per_s:,.0f}")
    table.add_row("of them the chain alone", f"{figures.verify_chain_per_s:,.0f}")
    table.add_row("memory", f"{figures.memory_mb:,.0f} MB")
    return table
