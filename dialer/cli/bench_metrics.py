"""`callbank bench metrics`: what the metrics cost, page by page and call by call."""

import argparse
import json

from rich.console import Console
from rich.table import Table

from dialer.bench.metrics import PAGE_MS_MOST, SERIES_MOST, Figures, measure
from dialer.cli.announce import announce
from dialer.cli.bar import Bar


def add_metrics(places: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `metrics` with its options."""
    word = places.add_parser("metrics", help="a page for Prometheus, and the metering of a call")
    word.add_argument("--json", action="store_true", help="print the figures as JSON")
    word.set_defaults(do=_bench_metrics)


def _bench_metrics(args: argparse.Namespace) -> int:
    """0 when the aims were reached, 1 otherwise."""
    with Bar() as bar:
        figures = measure(bar.show)
    if args.json:
        print(json.dumps(figures.as_json(), indent=2))
    else:
        Console().print(_table_of(figures))
    shortcomings = figures.shortcomings()
    for sentence in shortcomings:
        announce(sentence)
    return 1 if shortcomings else 0


def _table_of(figures: Figures) -> Table:
    table = Table(title=f"{figures.campaigns} campaigns, {figures.agents} volunteers")
    table.add_column("figure")
    table.add_column("measured", justify="right")
    table.add_column("aim", justify="right")
    table.add_row("series", f"{figures.series:,}", f"{SERIES_MOST:,}")
    table.add_row("a page, ms", f"{figures.page_ms_p50:g}", f"{PAGE_MS_MOST:g}")
    table.add_row("the slowest page, ms", f"{figures.page_ms_max:g}", "")
    table.add_row("a page, kB", f"{figures.page_bytes / 1000:,.0f}", "")
    table.add_row("metering a call, µs", f"{figures.observe_us_per_call:g}", "")
    return table
