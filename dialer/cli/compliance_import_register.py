"""`callbank compliance import-register`: a copy of a national or state do-not-call register.

The copy in force stays in force until the new one is whole; they change in one transaction.
"""

import argparse
from contextlib import AbstractContextManager
from datetime import datetime

from dialer.cli.fact_import import Taking, add_options, day, take_in
from dialer.compliance.rulebook import RuleBook
from dialer.errors import UsageError
from dialer.lists.number_lists import Listed, NumberList, number_parser
from dialer.parts.rules import rule_book
from dialer.storage.fact_importer import FactImport, FactSource, importing, tidy_registers


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance import-register`."""
    add_options(parser)
    parser.add_argument(
        "--register", required=True, metavar="NAME", help="such as us.national, us.fl, gb.tps"
    )
    parser.add_argument(
        "--as-of", required=True, type=day, metavar="DATE", help="the day of the copy"
    )
    parser.add_argument(
        "--may-shrink",
        action="store_true",
        help="take the file though it has less than half of the numbers of the copy in force",
    )
    parser.description = (
        f"{parser.description} "
        "One number a line, or columns: a number, or area code and number, with a header or"
        " without. Lines that hold no number are reported and left out."
    )


def run(args: argparse.Namespace) -> int:
    """Take the copy in, and bring it into force."""
    name, as_of = _known(args.register, rule_book(args.home)), args.as_of
    parse = number_parser(name.partition(".")[0])
    source = FactSource(kind="register", file_name=args.file.name, what=name, as_of=as_of)

    def finish(taken: FactImport, sha256: str, rejected: int) -> int:
        return taken.replace_register(
            sha256=sha256, rejected=rejected, may_shrink=args.may_shrink
        )

    used: list[str] = []

    def opened(url: str) -> AbstractContextManager[FactImport]:
        used.append(url)
        return importing(url, source, "numbers")

    code = take_in(
        args,
        Taking(
            noun="numbers",
            read=lambda chunks: NumberList(chunks, parse),
            open=opened,
            store=store_numbers,
            finish=finish,
        ),
    )
    for url in used:
        tidy_registers(url)
    return code


def store_numbers(taken: FactImport, rows: list[Listed]) -> None:
    """Numbers of a bare list, without what stands beside them."""
    nothing: datetime | None = None
    taken.add_numbers([(row.number, nothing) for row in rows])


def _known(name: str, book: RuleBook) -> str:
    """A register that some rule asks about: a mistyped one would protect nobody."""
    known = {
        str(rule.arguments["register"])
        for rule in book.rules
        if "register" in rule.arguments
    }
    if name not in known:
        raise UsageError(
            f'no rule asks for a register called "{name}". There are: {", ".join(sorted(known))}.'
        )
    return name
