"""Imports of facts that come with a header: rows of `lists.fact_files` into a table of their kind.

For the words of `callbank compliance` that import consents, relations, answers of the Reassigned
Numbers Database, business lines, carriers' look-ups and do-not-call requests.
"""

import argparse
from datetime import UTC, datetime

from dialer.cli.fact_import import Taking, take_in
from dialer.errors import UsageError
from dialer.lists.fact_files import FactFile, FactKind
from dialer.lists.normalise import is_country
from dialer.storage.fact_importer import FactImport, FactSource, importing


def take_in_rows(
    args: argparse.Namespace,
    kind: FactKind,
    noun: str,
    *,
    what: str = "",
    as_of: datetime | None = None,
) -> int:
    """Import the file of `args` as rows of the kind; returns the exit code."""
    country = args.country.upper()
    if not is_country(country):
        raise UsageError(f'"{args.country}" is no country: give its two letters, such as US.')
    now = datetime.now(UTC)
    source = FactSource(
        kind=kind.name, file_name=args.file.name, what=what, as_of=as_of or now
    )

    def finish(taken: FactImport, sha256: str, rejected: int) -> int:
        return taken.finish(f"merge_{kind.name}", sha256=sha256, rejected=rejected)

    return take_in(
        args,
        Taking(
            noun=noun,
            read=lambda chunks: FactFile(kind=kind, chunks=chunks, country=country, now=now),
            open=lambda url: importing(url, source, kind.name),
            store=lambda taken, rows: taken.add(rows),
            finish=finish,
        ),
    )
