"""`callbank floor`: what goes on now, as a shift lead sees it, from the running daemon.

Nobody who is called is in it, by name or number.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator

from dialer.cli.client import DaemonClient, Json, daemon_of
from dialer.cli.database import settings_of
from dialer.domain.campaign import CampaignState
from dialer.parts.secrets import load_secrets
from dialer.web.lead.board import Trouble

WATCH_EVERY_S = 2.0

TROUBLE = {
    Trouble.NOT_RUNNING: "the campaign is not running: nobody is dialed",
    Trouble.DATABASE_AWAY: "the database is away: nobody is dialed, conversations go on",
    Trouble.ASTERISK_AWAY: "Asterisk is away: nobody can be dialed",
    Trouble.MESSAGE_FAILED: "its message cannot be played: one line for one volunteer",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank floor`."""
    parser.add_argument("--campaign", metavar="NAME", help="this one alone (default: all that run)")
    parser.add_argument("--json", action="store_true", help="print a list of boards as JSON")
    parser.add_argument(
        "--watch", action="store_true", help=f"repeat every {WATCH_EVERY_S:g} s until Ctrl-C"
    )


def run(args: argparse.Namespace) -> int:
    """Print the floor once, or again and again."""
    settings = settings_of(args)
    daemon = daemon_of(settings, load_secrets(settings.home))
    while True:
        boards = _boards(daemon, args.campaign)
        if args.json:
            print(json.dumps(boards), flush=True)
        else:
            if args.watch and sys.stdout.isatty():
                print("\x1b[2J\x1b[H", end="")
            print(floor_text(boards, time.time()), flush=True)
        if not args.watch:
            return 0
        time.sleep(WATCH_EVERY_S)


def _boards(daemon: DaemonClient, campaign: str | None) -> list[Json]:
    if campaign is not None:
        return [daemon.board(campaign)]
    running = CampaignState.RUNNING.value
    names = [str(one["name"]) for one in daemon.campaigns() if one["state"] == running]
    return [daemon.board(name) for name in names]


def floor_text(boards: list[Json], now: float) -> str:
    """The boards as lines."""
    if not boards:
        return "no campaign is running."
    return "\n\n".join("\n".join(_lines(board, now)) for board in boards)


def _lines(board: Json, now: float) -> Iterator[str]:
    yield f"{board['campaign']}  ({board['dial_method']})"
    for one in board["help"]:
        yield f"  HELP            {_who(one)} asks for the shift lead, {_for(one, now)}"
    for word in board["trouble"]:
        yield f"  trouble         {TROUBLE[Trouble(word)]}"
    for one in board["waiting_approval"]:
        yield (
            f"  to be let in    {_who({**one, 'name': one['first_name']})}, {_for(one, now)}:"
            f" callbank volunteer approve {one['session_id']}"
        )
    yield (
        f"  lines           {board['people_talking']} talk, {board['lines_dialing']} are dialed,"
        f" {board['people_waiting']} people wait"
    )
    if board["last_decision"]:
        yield f"  pacing          {board['last_decision']}"
    yield f"  abandoned       {_abandoned(board['abandonment'])}"
    yield f"  utilisation     {_share(board['utilisation'])} of {_share(board['reachable'])}"
    if goal := board["goal"]:
        counts = f"{goal['question']}={goal['choice']}" if goal["question"] else goal["counts"]
        yield f"  goal            {goal['all']} of {goal['target']} {counts}"
    for one in board["volunteers"]:
        yield f"  {_who(one):15.40} {_doing(one)}, {_for(one, now)}"


def _who(its: Json) -> str:
    return f"{its['name']} ({its['team']})" if its["team"] else str(its["name"])


def _for(its: Json, now: float) -> str:
    seconds = max(0, int(now - float(its["since"])))
    return f"{seconds // 60}:{seconds % 60:02d}"


def _doing(its: Json) -> str:
    words = ["practice" if its["is_practising"] else str(its["state"]).replace("_", " ")]
    words += ["on hold"] if its["is_on_hold"] else []
    words += [f"then {its['wants']}"] if its["wants"] in ("break", "log out") else []
    return ", ".join(words)


def _abandoned(its: Json | None) -> str:
    if its is None:
        return "nobody has answered yet"
    return (
        f"{its['rate']:.2%} of at most {its['limit']:.0%} ({its['window']}):"
        f" {its['left']} more may be lost"
    )


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0%}"
