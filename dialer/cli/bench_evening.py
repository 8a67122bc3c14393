"""`callbank bench evening`: one evening through the real Asterisk, and through the simulator."""

import argparse
import asyncio
import json
import os

from rich.console import Console
from rich.table import Table

from dialer.bench.evening import WITHIN, Evening, Plan, Side, measure
from dialer.cli.announce import announce
from dialer.config import load_settings
from dialer.domain.campaign import DialMethod
from dialer.errors import UsageError
from dialer.parts.lock import only_one

METHODS = {
    method.value: method
    for method in (DialMethod.PROGRESSIVE, DialMethod.PREDICTIVE)
}


def add_evening(places: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `evening` with its options."""
    usual = Plan()
    evening = places.add_parser(
        "evening", help="the same evening through the real Asterisk and through the simulator"
    )
    evening.add_argument("--volunteers", type=int, default=usual.volunteers, metavar="N",
                         help=f"how many bot volunteers work ({usual.volunteers})")
    evening.add_argument("--minutes", type=float, default=usual.minutes, metavar="M",
                         help=f"how long they work; the first {usual.burn_in_min:g} do not count"
                         f" ({usual.minutes:g})")
    evening.add_argument("--policy", default=usual.method.value, metavar="METHOD",
                         help=f"dial method: {', '.join(METHODS)} ({usual.method})")
    evening.add_argument("--seed", type=int, default=usual.seed, help="the dice")
    evening.add_argument("--json", action="store_true", help="print the figures as JSON")
    evening.set_defaults(do=_bench_evening)


def _bench_evening(args: argparse.Namespace) -> int:
    """0 when both lie close together, 1 otherwise."""
    plan = _plan_of(args)
    settings = load_settings(os.environ, home=args.home)
    with only_one(args.home, "bench"):
        evening = asyncio.run(measure(settings, plan, Console(stderr=True), announce))
    if args.json:
        print(json.dumps(evening.as_json(), indent=2))
    else:
        Console().print(_table_of(evening))
    difference = evening.difference
    if difference is None or abs(difference) > WITHIN:
        shown = "not known" if difference is None else f"{100 * difference:+.1f} points"
        announce(f"the difference is {shown}; the aim is at most {100 * WITHIN:g} points.")
        return 1
    return 0


def _plan_of(args: argparse.Namespace) -> Plan:
    if not 1 <= args.volunteers <= 200:
        raise UsageError("--volunteers must be between 1 and 200.")
    if not Plan().burn_in_min < args.minutes <= 600:
        raise UsageError(f"--minutes must be above {Plan().burn_in_min:g} and at most 600.")
    if args.policy not in METHODS:
        raise UsageError(
            f'there is no dial method "{args.policy}" for an evening. There are:'
            f" {', '.join(METHODS)}."
        )
    return Plan(
        volunteers=args.volunteers,
        minutes=args.minutes,
        seed=args.seed,
        method=METHODS[args.policy],
    )


def _table_of(evening: Evening) -> Table:
    plan = evening.plan
    table = Table(title=f"{plan.volunteers} volunteers, {plan.minutes:g} minutes, {plan.method}")
    table.add_column("figure")
    table.add_column("in the flesh", justify="right")
    table.add_column("simulated", justify="right")
    for name in ("utilisation", "wait_s_mean", "answered", "abandoned"):
        sides: tuple[Side, Side] = (evening.flesh, evening.simulated)
        table.add_row(name, *(_shown(name, getattr(side, name)) for side in sides))
    table.add_row(
        "utilisation, least and greatest",
        "",
        f"{evening.utilisation_from:.1%} to {evening.utilisation_to:.1%}",
    )
    difference = evening.difference
    if difference is not None:
        table.add_row("difference", f"{100 * difference:+.1f} points", "")
    return table


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "no data"
    return f"{value:.1%}" if name == "utilisation" else f"{value:g}"
