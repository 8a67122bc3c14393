"""`callbank bench pacing`: every policy at every team size, in the simulator of the whole engine.

The numbers are those of the simulated traffic and the same on every machine; only decision times
and events a second are this machine's.
"""

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from dialer.bench.decisions import decision_times, events_per_second
from dialer.bench.pacing import Row, measure
from dialer.bench.pacing_aims import verdicts_of
from dialer.bench.pacing_plan import MAIN, Group, groups, sections
from dialer.bench.pacing_text import (
    LEGEND,
    Made,
    bounds_of,
    said_of,
    table_of_aims,
    tables_of,
)
from dialer.bench.picture import draw, may_be_written
from dialer.bench.rivals import OURS, comparisons_of, sentences_of
from dialer.cli.announce import announce
from dialer.cli.bar import Bar
from dialer.errors import UsageError
from dialer.runtime.pump import TICK_S
from dialer.sim.peers.policies import policies_like
from dialer.sim.scenario import MOST_AGENTS, load

Places = "argparse._SubParsersAction[argparse.ArgumentParser]"

MOST_SEEDS = 1000

WIDTH = 150
"""Of the tables, where there is no terminal that says its own."""


def add_pacing(places: Places) -> None:
    """The word and its options."""
    place = places.add_parser("pacing", help="pacing policies against each other, simulated")
    place.add_argument("--quick", action="store_true", help="fewer team sizes, shorter runs")
    place.add_argument("--policy", metavar="P", action="append",
                       help="this policy only (simulate --list has all), or those that a pattern"
                       " fits, as in 'vicidial-*'; may be given again")
    place.add_argument("--agents", type=int, metavar="N", help="this team size only")
    place.add_argument("--scenario", metavar="S", help="the table of this scenario only")
    place.add_argument("--seed", type=int, default=1, metavar="S", help="the first seed (1)")
    place.add_argument("--seeds", type=int, metavar="N",
                       help="how many seeds make a row (6, quick ones 2)")
    place.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N",
                       help="runs at the same time (as many as there are processors)")
    place.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the picture there")
    place.add_argument("--json", action="store_true", help="print the rows as JSON")
    place.set_defaults(do=bench_pacing)


def bench_pacing(args: argparse.Namespace) -> int:
    """Measure, print, draw."""
    chosen = _chosen(args)
    announce(f"{sum(len(group.pieces) for group in chosen)} runs, {args.workers} at a time")
    with Bar() as bar:
        rows = measure(chosen, workers=args.workers, show=_Progress(bar).show)
    made = [Made(group=group, row=row) for group, row in zip(chosen, rows, strict=True)]
    if args.plot:
        _draw(made, args.plot)
    if args.json:
        print(json.dumps(_as_json(rows), indent=2))
    else:
        _tell(made, judges=not args.quick)
    if args.policy is None and args.agents is None and args.scenario is None:
        _time_decisions(is_quick=args.quick)
    return 0


class _Progress:
    """A bar on a terminal; elsewhere a line for each tenth, because a full run takes long."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tenths = 0

    def show(self, part: float) -> None:
        """So much is done."""
        self._bar.show("playing", part)
        tenths = int(part * 10 + 1e-9)
        if tenths > self._tenths and not self._bar.is_shown:
            announce(f"{10 * tenths} % played")
        self._tenths = tenths


def _chosen(args: argparse.Namespace) -> list[Group]:
    if args.seeds is not None and not 1 <= args.seeds <= MOST_SEEDS:
        raise UsageError(f"--seeds must be between 1 and {MOST_SEEDS}, not {args.seeds}.")
    plan = tuple(
        replace(section, seeds=args.seeds or section.seeds)
        for section in sections(is_quick=args.quick)
        if args.scenario in (None, section.scenario)
    )
    if not plan:
        known = ", ".join(section.scenario for section in sections(is_quick=False))
        raise UsageError(f"--scenario must be one of {known}, not {args.scenario!r}.")
    policies = None if args.policy is None else [
        name for asked in args.policy for name in policies_like(asked)
    ]
    if args.agents is not None and not 1 <= args.agents <= MOST_AGENTS:
        raise UsageError(f"--agents must be between 1 and {MOST_AGENTS}, not {args.agents}.")
    if not 1 <= args.workers <= 256:
        raise UsageError(f"--workers must be between 1 and 256, not {args.workers}.")
    if not 0 <= args.seed < 2**62:
        raise UsageError(f"--seed must be between 0 and {2**62 - 1}, not {args.seed}.")
    if args.plot:
        may_be_written(args.plot)
    return list(groups(plan, policies=policies, agents=args.agents, seed=args.seed))


def _as_json(rows: list[Row]) -> list[dict[str, object]]:
    more = {id(one.ours): one.as_json() for one in comparisons_of(rows)}
    return [row.as_json() | more.get(id(row), {}) for row in rows]


def _main_rows(made: list[Made]) -> list[Row]:
    return [one.row for one in made if one.group.section.scenario == MAIN]


def _draw(made: list[Made], path: Path) -> None:
    rows = _main_rows(made)
    draw([row.as_json() for row in rows], bounds_of([row.agents for row in rows]), path)
    announce(f"the picture is {path}")


def _tell(made: list[Made], *, judges: bool) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(LEGEND, highlight=False)
    for table in tables_of(made):
        console.print(table, highlight=False)
    for sentence in sentences_of([one.row for one in made]):
        console.print(sentence, highlight=False)
    verdicts = list(verdicts_of(one.row for one in made))
    if judges and verdicts:
        console.print(table_of_aims(verdicts), highlight=False)


def _time_decisions(*, is_quick: bool) -> None:
    for agents in (25, 200):
        announce(said_of(decision_times(OURS, agents, 2.0 if is_quick else 10.0)))
    for agents in (25, 100):
        for tick_s in (load(MAIN).world.tick_s, TICK_S):
            rate = events_per_second(agents, (15 if is_quick else 100) / agents, tick_s)
            announce(
                f"N = {agents}, a tick every {tick_s:g} s: without the look-ahead the simulator"
                f" carries {rate:,.0f} events a second of one core"
            )
