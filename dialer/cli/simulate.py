"""`callbank simulate`: play a scenario with a pacing policy through the real engine, in no time.

The same scenario, policy, team, hours and seed give the same figures and digest everywhere.
"""

import argparse
import json

from rich.console import Console
from rich.table import Table

from dialer.bench.play import play
from dialer.cli.bar import Bar
from dialer.errors import UsageError
from dialer.sim.figures import Figures
from dialer.sim.peers.policies import POLICIES, Policy, policy_named
from dialer.sim.run import SWARM
from dialer.sim.scenario import Scenario, load, resized, shipped
from dialer.sim.swarm import drawn

USUAL_POLICY = "predictive"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank simulate`."""
    parser.add_argument("--scenario", default="stationary", metavar="FILE|NAME",
                        help="a shipped scenario, a file of your own, or swarm (stationary)")
    parser.add_argument("--policy", metavar="P",
                        help=f"who decides how many lines there are ({USUAL_POLICY})")
    parser.add_argument("--agents", type=int, metavar="N",
                        help="volunteers (as the scenario says)")
    parser.add_argument("--hours", type=float, metavar="H",
                        help="simulated hours of work (as the scenario says)")
    parser.add_argument("--seed", type=int, default=1, metavar="S",
                        help="the dice of everything that happens by chance (1)")
    parser.add_argument("--list", action="store_true", help="show scenarios and policies")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Play it, and say how it went."""
    if args.list:
        _list(as_json=args.json)
        return 0
    policy, scenario = _chosen(args)
    with Bar() as bar:
        figures = play(
            scenario, policy, args.seed, lambda part: bar.show(scenario.world.name, part)
        )
    if args.json:
        print(json.dumps(figures.as_json()))
    else:
        _tell(scenario, figures)
    return 0


def _chosen(args: argparse.Namespace) -> tuple[Policy, Scenario]:
    """The policy and the scenario that are asked for; of the swarm, what the seed draws."""
    if not 0 <= args.seed < 2**63:
        raise UsageError(f"--seed must be between 0 and {2**63 - 1}, not {args.seed}.")
    if args.scenario == SWARM:
        draw = drawn(args.seed)
        scenario = Scenario(agents=draw.agents, hours=draw.hours, world=draw.world)
        usual = str(draw.policy)
    else:
        scenario, usual = load(args.scenario), USUAL_POLICY
    policy = policy_named(args.policy or usual)
    return policy, resized(scenario, agents=args.agents, hours=args.hours)


def _list(*, as_json: bool) -> None:
    scenarios = {name: load(name).about for name in shipped()}
    scenarios[SWARM] = "Everything drawn by lot from the seed: traffic, team, faults, policy."
    policies = {policy.name: policy.says for policy in POLICIES.values()}
    if as_json:
        print(json.dumps({"scenarios": scenarios, "policies": policies}, indent=2))
        return
    for title, rows in (("scenarios", scenarios), ("policies", policies)):
        table = Table(title=title, title_justify="left", show_header=False, box=None)
        for name, says in rows.items():
            table.add_row(f"  {name}", says)
        Console().print(table, "", highlight=False)


def _tell(scenario: Scenario, figures: Figures) -> None:
    table = Table(show_header=False, title=f"{scenario.world.name}: {figures.policy}")
    table.add_row("volunteers, hours, seed",
                  f"{figures.agents}, {figures.hours:g}, {figures.seed}")  # fmt: skip
    table.add_row("utilisation (talk and wrap-up)", f"{figures.utilisation:.1%}")
    table.add_row("talk", f"{figures.talk_share:.1%}")
    table.add_row("people who answered", str(figures.answered))
    table.add_row("abandoned", f"{figures.abandoned} = {figures.abandon_rate:.2%}")
    table.add_row("mean wait between conversations", f"{figures.wait_s_mean:.1f} s")
    table.add_row("digest", figures.digest)
    console = Console()
    console.print(table)
    limit = scenario.world.rules.abandon_limit
    keeps = "within" if figures.abandon_rate <= limit else "above"
    console.print(
        f"{figures.policy} keeps {figures.agents} volunteer{'s'[:figures.agents > 1]} talking"
        f" {60 * figures.talk_share:.0f} minutes of the hour; {figures.abandon_rate:.1%} of the"
        f" people who answer find nobody there, {keeps} the limit of {limit:.0%}.",
        highlight=False,
    )
