"""Builds and updates the schema: Alembic steps from sql/versions, under a lock and time limits.

Called by `callbank migrate`, by `serve` and `demo` at their start, and by tests.
"""

import io
import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from dialer.errors import CallbankError
from dialer.storage.connect import CONNECT_TIMEOUT_S, sqlalchemy_url

SQL_DIR = Path(__file__).resolve().parents[2] / "sql"

ONE_AT_A_TIME = 0x43414C4C
"""Advisory lock: two daemons that start together do not migrate together."""

LOCK_TIMEOUT = "4s"
"""A step that cannot get its table gives way to the calls in progress and is tried later."""

STATEMENT_TIMEOUT = "60s"

NOT_OURS = (
    "is not Callbank's and is left alone: give Callbank an empty database of its own in"
    " CALLBANK_DATABASE_URL"
)

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
      AND relname <> 'alembic_version'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    ORDER BY relname"""
"""Tables where ours would be made, but those that belong to an extension."""


def pending_steps(url: str) -> tuple[str, ...]:
    """The steps that the database still lacks, oldest first, as `0001 what it does`."""
    with _connected(url) as connection:
        return _pending(connection)


def upgrade(url: str) -> tuple[str, ...]:
    """Bring the database up to date; the steps that were done."""
    with _connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        # Only now: whoever waits for the other daemon's migration may wait for long.
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        steps = _pending(connection)
        if steps:
            config = _config()
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
                connection.commit()
            except DBAPIError as error:
                reason = str(error.orig or error).strip().splitlines()[0]
                raise CallbankError(
                    f"the database refused the schema's steps ({reason}); nothing was changed."
                    " Run `callbank migrate` again as a login that may create tables."
                ) from error
        return steps


def upgrade_sql() -> str:
    """All steps as SQL, for a database administrator to run."""
    written = io.StringIO()
    command.upgrade(_config(written), "head", sql=True)
    return written.getvalue()


def _pending(connection: Connection) -> tuple[str, ...]:
    have = set(MigrationContext.configure(connection).get_current_heads())
    steps = list(ScriptDirectory.from_config(_config()).walk_revisions())
    _refuse_other_schema(connection, have, {step.revision for step in steps})
    lacking = []
    for step in steps:
        if step.revision in have:
            break
        lacking.append(f"{step.revision} {step.doc}")
    connection.rollback()
    return tuple(reversed(lacking))


def _refuse_other_schema(connection: Connection, have: set[str], known: set[str]) -> None:
    """Raises CallbankError for a database of a newer Callbank, or of somebody else."""
    strange = have - known
    if strange and all(re.fullmatch(r"\d{4}", one) for one in strange):
        raise CallbankError(
            f"the database is at step {max(strange)} and this Callbank knows steps up to"
            f" {max(known)}: a newer Callbank made it. Install that version again, or restore a"
            " backup from before the upgrade."
        )
    if strange:
        raise CallbankError(f"the database {NOT_OURS} (it is at {', '.join(sorted(strange))}).")
    if have:
        return
    tables = [str(name) for (name,) in connection.execute(text(_TABLES))]
    if tables:
        shown = ", ".join(tables[:3]) + (", ..." if len(tables) > 3 else "")
        raise CallbankError(f"the database {NOT_OURS} (it has {shown}).")


def _config(output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output) if output is not None else Config()
    config.set_main_option("script_location", str(SQL_DIR).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _connected(url: str) -> Connection:
    engine = create_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": "-c timezone=UTC"},
    )
    try:
        return engine.connect()
    except OperationalError as error:
        reason = str(error.orig or error).strip().splitlines()[0]
        raise CallbankError(f"the database cannot be reached: {reason}") from error


