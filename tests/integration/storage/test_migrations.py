"""The migrations build what sql/schema.sql and the Core tables say."""

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

from dialer.errors import CallbankError
from dialer.storage import evidence_tables, fact_tables, tables, volunteer_tables
from dialer.storage.connect import sqlalchemy_url
from dialer.storage.migrations import SQL_DIR, pending_steps, upgrade, upgrade_sql

WITH_TABLES = (tables, evidence_tables, fact_tables, volunteer_tables)

CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
             LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
          AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'alembic_version'
        ORDER BY c.relname, a.attnum""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
          AND conrelid::regclass::text <> 'alembic_version'
        ORDER BY 1, 2""",
    "indexes": """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1""",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1",
    "comments": """
        SELECT relname, obj_description(oid) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
          AND relname <> 'alembic_version' ORDER BY 1""",
}


def catalogue(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query).fetchall() for name, query in CATALOGUE.items()}


def test_the_readable_schema_is_what_the_migrations_build(
    database_url: str, empty_database_url: str
) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute((SQL_DIR / "schema.sql").read_text(encoding="utf-8"))
    written, migrated = catalogue(empty_database_url), catalogue(database_url)
    for name in CATALOGUE:
        assert migrated[name] == written[name]


def test_the_steps_as_sql_build_the_same(database_url: str, empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(upgrade_sql())
    assert catalogue(empty_database_url) == catalogue(database_url)
    assert pending_steps(empty_database_url) == ()


def test_the_core_tables_have_the_columns_of_the_database(database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    found = inspect(engine)
    names = set(found.get_table_names()) - {"alembic_version"}
    known = {name for module in WITH_TABLES for name in module.metadata.tables}
    assert names == known
    for name, table in tables.metadata.tables.items():
        real = {
            column["name"]: (column["type"].compile(engine.dialect), column["nullable"])
            for column in found.get_columns(name)
        }
        ours = {
            column.name: (column.type.compile(engine.dialect), bool(column.nullable))
            for column in table.columns
        }
        assert {k: v[1] for k, v in ours.items()} == {k: v[1] for k, v in real.items()}, name
        assert {k: _plain(v[0]) for k, v in ours.items()} == {
            k: _plain(v[0]) for k, v in real.items()
        }, name
    engine.dispose()


def _plain(type_name: str) -> str:
    return type_name.split(" WITH")[0]


def test_migrating_twice_does_nothing_the_second_time(empty_database_url: str) -> None:
    pending = [step.split()[0] for step in pending_steps(empty_database_url)]
    assert pending == [f"{number:04}" for number in range(1, len(pending) + 1)] != []
    assert len(upgrade(empty_database_url)) == len(pending)
    assert upgrade(empty_database_url) == () and pending_steps(empty_database_url) == ()


def test_every_step_has_a_number_and_a_sentence() -> None:
    steps = sorted(Path(SQL_DIR / "versions").glob("*.py"))
    assert [step.name.split("_")[0] for step in steps] == [
        f"{number:04}" for number in range(1, len(steps) + 1)
    ]


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallbankError, match="cannot be reached") as caught:
        pending_steps(f"postgresql://nobody@/none?host={tmp_path}")
    assert "\n" not in str(caught.value)


def test_a_consent_that_was_a_mere_yes_becomes_a_row_of_its_own(empty_database_url: str) -> None:
    upgrade_to(empty_database_url, "0006")
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(
            "INSERT INTO numbers (e164, has_recorded_voice_consent)"
            " VALUES ('+12025550101', true), ('+12025550102', false)"
        )
        connection.execute(
            "INSERT INTO do_not_call (e164, reason, added_at)"
            " VALUES ('+12025550103', 'told the agent', '2026-01-01')"
        )
    upgrade(empty_database_url)
    with psycopg.connect(empty_database_url, options="-c timezone=UTC") as connection:
        kept = connection.execute("SELECT e164, kind, given_at::date::text, source FROM consents")
        assert kept.fetchall() == [("+12025550101", "express", "1970-01-01", "migration 0007")]
        barred = connection.execute("SELECT channel, keep_until::date::text FROM do_not_call")
        assert barred.fetchall() == [("telephone", "2036-01-01")]


def upgrade_to(url: str, step: str) -> None:
    """The schema as it was at a step."""
    engine = create_engine(sqlalchemy_url(url))
    config = Config()
    config.set_main_option("script_location", str(SQL_DIR))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, step)
        connection.commit()
    engine.dispose()


def test_a_database_that_a_newer_callbank_made_is_left_alone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9001'")
    for asks in (pending_steps, upgrade):
        with pytest.raises(CallbankError, match=r"at step 9001 .* a newer Callbank made it"):
            asks(database_url)


@pytest.mark.parametrize(
    "theirs",
    ["CREATE TABLE invoices (id int)",
     "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version"
     " VALUES ('1975ea83b712')"],
    ids=["without steps", "with another's steps"],
)  # fmt: skip
def test_a_database_of_somebody_else_is_left_alone(empty_database_url: str, theirs: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(theirs)
    before = catalogue(empty_database_url)
    with pytest.raises(CallbankError, match=r"is not Callbank's .* an empty database of its own"):
        upgrade(empty_database_url)
    assert catalogue(empty_database_url) == before
