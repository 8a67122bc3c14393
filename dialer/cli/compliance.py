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
    Word(name="import-register", help="take in a national or state do-not-call register"),
    Word(name="import-consents", help="take in consents, with their evidence"),
    Word(name="import-line-types", help="take in which numbers are wireless"),
    Word(name="import-reassigned", help="take in answers of the Reassigned Numbers Database"),
    Word(name="import-relations", help="take in who bought, asked or gave before"),
    Word(name="import-businesses", help="take in which numbers belong to one business"),
    Word(name="do-not-call", help="the list of those who asked not to be called"),
    Word(name="consent", help="write down that somebody takes his consent back"),
    Word(name="caller-id", help="the numbers that may be shown, with their proof"),
    Word(name="emergency", help="declared emergencies, in which some calls are forbidden"),
    Word(name="preview", help="how many of a list may be dialed, in which mode and when"),
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
