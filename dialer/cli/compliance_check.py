"""`callbank compliance check FILE`: decides files of cases by the rules that hold here.

Reads those files, the shipped rules and your own; the phone bank need not run.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dialer.compliance import cases
from dialer.compliance.cases import rules
from dialer.compliance.cases.reading import CaseError, Decided
from dialer.compliance.rulebook import RuleBook
from dialer.errors import UsageError
from dialer.parts.rules import rule_book

FORMAT = f"""
A case file is a YAML list of cases; each has an id and a kind.
{cases.hours.__doc__}
{cases.math.__doc__}
{rules.__doc__}
Keys of given: {", ".join(rules.GIVEN)}.
{cases.ledger.__doc__}
A case of kind rule whose `given` is prose is counted as undecided.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = FORMAT + "\n" + (parser.epilog or "")
    parser.add_argument("files", nargs="+", metavar="FILE", help="YAML files of cases")
    parser.add_argument("--json", action="store_true", help="print what came out as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when every case comes out as expected, 1 when one does not."""
    book = rule_book(args.home)
    try:
        decided = [one for name in args.files for one in _decided(name, book)]
    except CaseError as error:
        raise UsageError(str(error)) from error
    print_json(decided) if args.json else _tell(decided)
    return 1 if any(one.is_pass is False for one in decided) else 0


def _decided(name: str, book: RuleBook) -> list[Decided]:
    try:
        text = Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{name} cannot be read ({error.strerror}): name a case file.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no UTF-8 text: save it as UTF-8.") from error
    return [cases.decide(case, book) for case in cases.read_cases(name, text)]


def print_json(decided: Sequence[Decided]) -> None:
    """The result, for programs."""
    shown = []
    for one in decided:
        row: dict[str, object] = {
            "id": one.id,
            "pass": one.is_pass,
            "expected": one.expected,
            "got": one.got,
            "reasons": list(one.reasons),
        }
        if one.why:
            row["why"] = one.why
        shown.append(row)
    print(json.dumps({**_counts(decided), "cases": shown}, indent=2))


def _counts(decided: Sequence[Decided]) -> dict[str, int]:
    said = [one.is_pass for one in decided]
    return {
        "passed": said.count(True),
        "failed": said.count(False),
        "undecided": said.count(None),
    }


def _tell(decided: Sequence[Decided]) -> None:
    console = Console()
    words = {True: "pass", False: "FAIL", None: "undecided"}
    table = Table(box=None, pad_edge=False)
    for title in ("case", "", "expected", "got", "reasons"):
        table.add_column(title)
    for one in decided:
        why = one.why or ", ".join(one.reasons)
        table.add_row(one.id, words[one.is_pass], one.expected, one.got, why)
    console.print(table)
    counts = _counts(decided)
    print(", ".join(f"{count} {word}" for word, count in counts.items()) + ".")
