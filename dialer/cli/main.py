"""The command line: the table of subcommands, and how their ends become exit codes.

A command's module is imported only when it is asked for, so that help is quick and works without
any installed package. Commands raise CallbankError to end with one sentence.
"""

import argparse
import errno
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts.version import version

INTERRUPTED = 130
NO_ROOM_OR_NO_RIGHT = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subcommand:
    """One word after ./callbank; `module` differs from `name` where the word is Python's own."""

    name: str
    help: str
    module: str = ""

    @property
    def path(self) -> str:
        return f"dialer.cli.{self.module or self.name}"


SUBCOMMANDS = (
    Subcommand(name="demo", help="watch a whole campaign against a simulated telephone network"),
    Subcommand(name="test", help="run the tests, with a real Asterisk and a real PostgreSQL"),
    Subcommand(name="serve", help="run the phone bank"),
    Subcommand(name="init", help="write secrets, folders and units for Docker Compose or systemd"),
    Subcommand(name="health", help="ask the running phone bank whether it can work"),
    Subcommand(name="doctor", help="look over this machine, its parts and the settings"),
    Subcommand(name="migrate", help="bring the database to this version's schema"),
    Subcommand(name="import", module="import_", help="load a list of people to call"),
    Subcommand(name="campaign", help="make, start, stop and watch campaigns"),
    Subcommand(name="script", help="look over what volunteers read from"),
    Subcommand(name="volunteer", help="links by which volunteers join, and who has joined"),
    Subcommand(
        name="shift-lead", module="shift_lead", help="links by which shift leads watch a campaign"
    ),
    Subcommand(name="floor", help="what goes on now, and who asks for help"),
    Subcommand(name="agent", help="add volunteers and their phones"),
    Subcommand(name="export", help="write results to a file"),
    Subcommand(name="simulate", help="play a scenario with any pacing policy, in no time"),
    Subcommand(name="pacing", help="what a team can reach, and why the dialer dials"),
    Subcommand(name="compliance", help="what the law says of a number, and the proof"),
    Subcommand(name="replay", help="play a recorded evening through today's engine"),
    Subcommand(name="bench", help="measure calls, and compare pacing policies"),
    Subcommand(name="dashboards", help="Grafana's dashboards: write them, draw them"),
)

EPILOG = """All state lives in one data directory, $CALLBANK_HOME (default: var/ beside the script).
Settings come from callbank.toml there and from the environment: ./callbank doctor --example-config
Start with: ./callbank demo"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the process's exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = build_parser(words)
    args = parser.parse_args(words)
    args.home = data_directory()
    try:
        return int(args.run(args))
    except CallbankError as error:
        print(f"callbank: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (head, less) is gone: nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno not in NO_ROOM_OR_NO_RIGHT:
            raise
        place = error.filename or args.home
        print(
            f"callbank: {place} cannot be written or read ({error.strerror}): make room there,"
            " or set CALLBANK_HOME to a directory of yours.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("callbank: interrupted", file=sys.stderr)
        return INTERRUPTED


def data_directory() -> Path:
    """Where all state lives: $CALLBANK_HOME (the front door sets it), else var/ of the checkout."""
    default = Path(__file__).resolve().parents[2] / "var"
    return Path(os.environ.get("CALLBANK_HOME") or default).expanduser().absolute()


def build_parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The tree of commands; only the command that `words` asks for is imported and configured."""
    parser = argparse.ArgumentParser(
        prog="callbank",
        description="A self-hosted phone bank: it paces and places calls through Asterisk,"
        " inside the law, and can prove it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"callbank {version()}")
    places = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for subcommand in available():
        place = places.add_parser(subcommand.name, help=subcommand.help)
        if subcommand.name == asked:
            _configure(subcommand, place)
    return parser


def _configure(subcommand: Subcommand, place: argparse.ArgumentParser) -> None:
    module = importlib.import_module(subcommand.path)
    place.description = subcommand.help[0].upper() + subcommand.help[1:] + "."
    module.configure(place)
    place.set_defaults(run=module.run)


def available() -> tuple[Subcommand, ...]:
    """The subcommands whose modules this checkout has."""
    return tuple(s for s in SUBCOMMANDS if importlib.util.find_spec(s.path))
