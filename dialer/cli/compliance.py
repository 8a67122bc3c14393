"""`callbank compliance ...`: what the law says of a number, and the proof that it was kept.

Each of its words has a file of its own, and one row here; none is imported before it is needed.
"""

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word after `compliance`; its module has `configure(parser)` and `run(args)`."""

    name: str
    help: str

    @property
    def path(self) -> str:
        return f"dialer.cli.compliance_{self.name.replace('-', '_')}"


WORDS: tuple[Word, ...] = (
    Word(name="rules", help="the rules in force, in words, with their sources"),
    Word(name="check", help="decide files of cases by the rules"),
    Word(name="explain", help="say whether a number may be dialed, why, and when that changes"),
    Word(name="sign-on", help="answer for rules that are past their review date"),
    Word(name="verify", help="walk the evidence, or an exported bundle, and replay every verdict"),
    Word(name="export", help="write an auditor's bundle of a campaign"),
    Word(name="erase", help="remove a person's data on request, and say what stays and why"),
    Word(name="retain", help="remove what is older than it must be kept"),
    Word(name="ledger", help="the abandonment ledger: blocks, windows, what is left of the budget"),
    Word(name="audit-sample", help="machine verdicts to be listened to, and what was heard"),
)

NOT_ADVICE = "This is not legal advice: which laws bind you is for you and your lawyer."


def configure(parser: argparse.ArgumentParser) -> None:
    """The words, each with options of its own; each sets `do`."""
    parser.epilog = NOT_ADVICE
    places = parser.add_subparsers(metavar="WHAT", required=True)
    for word in WORDS:
        place = places.add_parser(
            word.name,
            help=word.help,
            description=word.help[0].upper() + word.help[1:] + ".",
            epilog=NOT_ADVICE,
        )
        module = importlib.import_module(word.path)
        module.configure(place)
        place.set_defaults(do=module.run)


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)
