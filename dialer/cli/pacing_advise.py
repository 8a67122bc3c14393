"""`callbank pacing advise`: which dial method suits a team, and what it can reach with each.

The arithmetic and the words are dialer/pacing/ceiling.py's; here they are asked for and printed.
"""

import argparse
import json
import math
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from dialer.compliance.policy import HIGHEST_ABANDON_LIMIT
from dialer.domain.campaign import Limits
from dialer.errors import UsageError
from dialer.pacing.ceiling import Advice, advise

MOST_AGENTS = 10_000
LONGEST_S = 24 * 3600.0
USUAL_WRAP_UP_S = 15.0

Places = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_advise(places: Places) -> None:
    """The word and its options."""
    usual = Limits()
    place = places.add_parser("advise", help="what a team can reach, and which method to use")
    place.add_argument("--agents", type=int, required=True, metavar="N",
                       help="volunteers who work at the same time")
    place.add_argument("--answer-rate", type=float, required=True, metavar="P",
                       help="share of calls that a person answers, such as 0.2")
    place.add_argument("--talk", type=float, required=True, metavar="S",
                       help="mean length of a conversation in seconds")
    place.add_argument("--wrap-up", type=float, default=USUAL_WRAP_UP_S, metavar="S",
                       help=f"mean wrap-up in seconds ({USUAL_WRAP_UP_S:g})")
    place.add_argument("--target", type=float, default=usual.abandon_target * 100, metavar="PCT",
                       help="how many in 100 who answer may find nobody there"
                       f" ({usual.abandon_target * 100:g})")
    place.add_argument("--json", action="store_true", help="print JSON")
    place.set_defaults(do=_advise)


def _advise(args: argparse.Namespace) -> int:
    _check(args)
    limit = Limits().abandon_limit
    found = advise(
        args.agents, args.answer_rate, args.talk, args.wrap_up, limit, args.target / 100
    )
    if args.json:
        said = {**asdict(found.team), "target": args.target / 100, "limit": limit}
        print(json.dumps({**said, "method": found.method, "why": found.why,
                          "reach": [asdict(one) for one in found.reach]}, indent=2))  # fmt: skip
    else:
        Console().print(_table(found))
        Console().print(f"Use {found.method}. {found.why}", highlight=False)
    return 0


def _check(args: argparse.Namespace) -> None:
    if not 1 <= args.agents <= MOST_AGENTS:
        raise UsageError(f"--agents must be between 1 and {MOST_AGENTS}.")
    if not (math.isfinite(args.answer_rate) and 0.001 <= args.answer_rate <= 1):
        hint = f": for {args.answer_rate:g} % write {args.answer_rate / 100:g}"
        is_percent = 1 < args.answer_rate <= 100
        raise UsageError(
            "--answer-rate is a share between 0.001 and 1" + (hint if is_percent else "") + "."
        )
    for option, value, least in (("--talk", args.talk, 1.0), ("--wrap-up", args.wrap_up, 0.0)):
        if not (math.isfinite(value) and least <= value <= LONGEST_S):
            raise UsageError(f"{option} must be {least:g} to {LONGEST_S:g} seconds.")
    if not (math.isfinite(args.target) and 0 < args.target <= HIGHEST_ABANDON_LIMIT * 100):
        raise UsageError(
            f"--target is in percent, above 0 and at most {HIGHEST_ABANDON_LIMIT * 100:g}, which"
            " is the law's limit."
        )


def _table(found: Advice) -> Table:
    team = found.team
    table = Table(
        title=f"{team.agents} volunteer{'s' if team.agents > 1 else ''},"
        f" {team.answer_rate:.0%} answer, {team.talk_s:g} s talk, {team.wrap_up_s:g} s wrap-up"
    )
    for heading in ("method", "utilisation", "talk per hour", "wait", "abandoned"):
        table.add_column(heading, justify="left" if heading == "method" else "right")
    for one in found.reach:
        table.add_row(
            "nobody can do better" if one.method == "bound" else one.method,
            f"{one.utilisation:.1%}",
            f"{one.talk_min_per_hour:.1f} min",
            f"{one.wait_s:.0f} s",
            f"{one.abandon_rate * 100:.2g} %",
        )
    return table
