"""`callbank compliance import-line-types`: which numbers are wireless, and since when.

Four sorts of files: carriers' look-ups with a row a number; the blocks of a thousand numbers that
were given to wireless carriers; and the two lists of numbers that were ported since.
"""

import argparse
from collections.abc import Iterable, Iterator
from datetime import datetime

from dialer.cli.fact_import import Taking, add_country, add_options, day, take_in
from dialer.cli.fact_rows import take_in_rows
from dialer.lists.fact_files import LOOKUPS, Refused, instant
from dialer.lists.number_lists import Listed, NumberList, block, number_parser
from dialer.lists.problems import RejectedRow
from dialer.storage.fact_importer import FactImport, FactSource, importing

SORTS = {
    "lookup": "number, line_type, and as far as they are known carrier, ported_at, as_of",
    "wireless-blocks": "area code, exchange and one digit",
    "ported-to-wireless": "a number, and the day it was ported if it is known",
    "ported-to-landline": "the same",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance import-line-types`."""
    add_options(parser)
    add_country(parser)
    parser.add_argument(
        "--sort", choices=tuple(SORTS), default="lookup", help="of the file (default: lookup)"
    )
    parser.add_argument(
        "--as-of", required=True, type=day, metavar="DATE", help="the day of the data"
    )
    columns = "; ".join(f"{sort}: {what}" for sort, what in SORTS.items())
    parser.description = (
        f"{parser.description} Columns: {columns}. All but look-ups replace the list of their sort"
        " before them."
    )


def run(args: argparse.Namespace) -> int:
    """Take the file in."""
    if args.sort == "lookup":
        return take_in_rows(args, LOOKUPS, "look-ups", what=args.sort, as_of=args.as_of)
    is_block = args.sort == "wireless-blocks"
    what = args.sort.replace("-", "_")
    source = FactSource(
        kind="line_types", file_name=args.file.name, what=what, as_of=args.as_of
    )
    merge = "merge_blocks" if is_block else "merge_ported"

    def read(chunks: Iterable[bytes]) -> Iterator[tuple[int, datetime | None] | RejectedRow]:
        parse = block if is_block else number_parser(args.country.lower())
        for row in NumberList(chunks, parse):
            yield row if isinstance(row, RejectedRow) else (row.number, _ported_at(row))

    def store(taken: FactImport, rows: list[tuple[int, datetime | None]]) -> None:
        taken.add_numbers(rows)

    def finish(taken: FactImport, sha256: str, rejected: int) -> int:
        return taken.replace_lines(merge, sha256=sha256, rejected=rejected)

    return take_in(
        args,
        Taking(
            noun="blocks" if is_block else "ported numbers",
            read=read,
            open=lambda url: importing(url, source, "numbers"),
            store=store,
            finish=finish,
        ),
    )


def _ported_at(row: Listed) -> datetime | None:
    """The day beside the number; what is no day says nothing, and then the stricter rule holds."""
    try:
        return instant(row.beside) if row.beside else None
    except Refused:
        return None
