"""Files of facts into the database, each whole or not at all.

One transaction a file: its rows are copied into a table of that transaction as they are read, and
merged at the end, so memory stays small whatever the file, and a crash or Ctrl-C leaves things as
they were. Called by the import commands of `callbank compliance`. Everything raised is a
CallbankError.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from dialer.errors import CallbankError, UsageError
from dialer.storage.connect import CONNECT_TIMEOUT_S, sqlalchemy_url
from dialer.storage.named import load_queries

SQL = load_queries(Path(__file__).with_name("facts.sql"))

ONE_REGISTER_AT_A_TIME = 0x43414C52
"""Advisory lock: of two imports of registers, the second waits for the first."""

SHRUNK = 0.5
"""A new copy of a register that has lost more than this share of its numbers was cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FactSource:
    """What is taken in: the table's kind, which register or sort of file, and how old it is."""

    kind: str
    file_name: str
    what: str = ""
    as_of: datetime | None = None


class FactImport:
    """An open import: `add` rows as they are read, then `finish`."""

    def __init__(self, connection: psycopg.Connection, source: FactSource, table: str) -> None:
        self._connection = connection
        self._source = source
        self._import_id = _scalar(
            connection,
            "INSERT INTO fact_imports (kind, what, file_name, file_sha256, as_of)"
            " VALUES (%s, %s, %s, '', %s) RETURNING id",
            (source.kind, source.what, source.file_name, source.as_of),
        )
        connection.execute(SQL[f"incoming_{table}"])

    def add(self, rows: Sequence[Sequence[object]]) -> None:
        """Hand over some rows, in the order of the kind's columns."""
        with self._connection.cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def add_numbers(self, numbers: Sequence[tuple[int, datetime | None]]) -> None:
        """Hand over some numbers of a bare list, each with the day it was ported, if it says."""
        text = "".join(f"{number}\t{at or _NULL}\n" for number, at in numbers)
        with self._connection.cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
            copy.write(text)

    def finish(self, merge: str, *, sha256: str, rejected: int) -> int:
        """Merge what was added; how many rows are new or changed."""
        source = self._source
        its = {
            "import_id": self._import_id,
            "what": source.what,
            "as_of": source.as_of,
            "source": f"import {self._import_id}: {source.file_name}",
        }
        count = _scalar(self._connection, SQL[merge], its)
        self._note(count, sha256, rejected)
        return count

    def replace_lines(self, merge: str, *, sha256: str, rejected: int) -> int:
        """The list instead of the one of its sort before it; how many rows it has."""
        if merge == "merge_blocks":
            self._connection.execute("DELETE FROM wireless_blocks")
        else:
            its = {"what": self._source.what}
            self._connection.execute("DELETE FROM line_types WHERE kind = %(what)s", its)
        return self.finish(merge, sha256=sha256, rejected=rejected)

    def replace_register(self, *, sha256: str, rejected: int, may_shrink: bool) -> int:
        """The copy comes into force and ends the one before it; how many numbers it has."""
        run, name, as_of = self._connection.execute, self._source.what, self._source.as_of
        run("SELECT pg_advisory_xact_lock(%s)", (ONE_REGISTER_AT_A_TIME,))
        before = run(SQL["register_in_force"], {"name": name}).fetchone()
        if before is not None and as_of is not None and before[1] > as_of:
            raise UsageError(
                f"the copy of {name} in force is as of {before[1]:%Y-%m-%d}, newer than this file"
                f" ({as_of:%Y-%m-%d}). Nothing was changed."
            )
        run("SET LOCAL work_mem = '64MB'")
        register_id = _scalar(
            self._connection,
            "INSERT INTO registers (name, as_of, import_id) VALUES (%s, %s, %s) RETURNING id",
            (name, as_of, self._import_id),
        )
        count = run(SQL["merge_register"], {"register_id": register_id}).rowcount
        if before is not None and count < before[2] * SHRUNK and not may_shrink:
            raise UsageError(
                f"the file holds {count:,} numbers and the copy of {name} in force {before[2]:,}:"
                " it looks cut off. If it is whole, say --may-shrink. Nothing was changed."
            )
        run(SQL["end_register"], {"name": name})
        run(SQL["begin_register"], {"register_id": register_id})
        self._note(count, sha256, rejected)
        return count

    def _note(self, count: int, sha256: str, rejected: int) -> None:
        self._connection.execute(
            "UPDATE fact_imports SET rows = %s, rejected = %s, file_sha256 = %s WHERE id = %s",
            (count, rejected, sha256, self._import_id),
        )


_NULL = "\\N"


@contextmanager
def importing(url: str, source: FactSource, table: str) -> Iterator[FactImport]:
    """One transaction: committed when the block ends, undone when it raises."""
    with _sentences(), _connected(url) as connection, connection.transaction():
        yield FactImport(connection, source, table)


def tidy_registers(url: str) -> None:
    """Remove the numbers of copies that are not in force any more, and let look-ups read the
    index alone. Nothing depends on it: what a crash leaves, the next import removes."""
    with _sentences(_NOT_TIDY), _connected(url) as connection:
        connection.autocommit = True
        for (old,) in connection.execute(SQL["old_registers"]).fetchall():
            connection.execute("DELETE FROM register_entries WHERE register_id = %s", (old,))
        connection.execute("VACUUM (ANALYZE) register_entries")


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    where = sqlalchemy_url(url).set(drivername="postgresql")
    with psycopg.connect(
        where.render_as_string(hide_password=False),
        connect_timeout=CONNECT_TIMEOUT_S,
        options="-c timezone=UTC -c application_name=callbank",
    ) as connection:
        yield connection


_NOTHING_DONE = "the database did not take the file in: {}. Nothing was changed."
_NOT_TIDY = (
    "the copy is in force, but the numbers of the one before it could not be removed: {}. The next"
    " import will."
)


@contextmanager
def _sentences(sentence: str = _NOTHING_DONE) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise CallbankError(sentence.format(first)) from error


def _scalar(connection: psycopg.Connection, query: str, values: object = None) -> int:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])
