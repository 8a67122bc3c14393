"""A start with a wrong clock, a database that is not ours, a secret missing: not half a run.

Nobody is well afterwards: `callbank health`, which supervisors of processes ask, says so each time.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest

from dialer.config import load_settings
from dialer.errors import CallbankError
from dialer.house import prepare
from dialer.parts import fitness, postgres, processes
from tests.integration.cli.callbank_command import Callbank, callbank

A_MINUTE_AHEAD = """
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
    $$ SELECT pg_catalog.clock_timestamp() + interval '61 seconds' $$
"""


@pytest.fixture
def shop() -> Iterator[Callbank]:
    with callbank() as command:
        yield command


def refuses_to_serve(shop: Callbank, *fragments: str, **more: str) -> None:
    """One sentence, nothing that runs, and a health check that fails."""
    shop.run("serve", **more).refused(*fragments, code=1)
    assert not shop.server.is_running()
    shop.run("health", **more).refused(code=1)


def test_serve_with_a_database_whose_clock_is_a_minute_off_is_refused(
    shop: Callbank, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(A_MINUTE_AHEAD)
        connection.execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog',"
            " current_database()); END $$"
        )
    refuses_to_serve(
        shop, "the clock of the database is 61 s ahead", "NTP", CALLBANK_DATABASE_URL=database_url
    )


@pytest.mark.parametrize(("off_s", "which"), [(61.0, "behind"), (-61.0, "ahead of")])
def test_a_clock_a_minute_from_the_databases_is_refused(
    database_url: str, tmp_path: Path, off_s: float, which: str
) -> None:
    agi, web = processes.free_ports(2)
    environ = {"CALLBANK_AGI_PORT": str(agi), "CALLBANK_WEB_PORT": str(web)}
    environ |= {"CALLBANK_DATABASE_URL": database_url, "CALLBANK_ASTERISK_MODE": "external"}
    settings = load_settings(environ, home=tmp_path)
    with pytest.raises(CallbankError, match=rf"the database is 61 s {which} this machine's"):
        prepare(settings, lambda words: None, lambda: time.time() + off_s)


def test_a_clock_a_second_from_the_databases_is_accepted(database_url: str) -> None:
    fitness.refuse_database_clock(database_url, lambda: time.time() + 1)


def test_serve_leaves_a_database_that_is_not_ours_alone(
    shop: Callbank, empty_database_url: str
) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    refuses_to_serve(
        shop, "is not Callbank's", "invoices", CALLBANK_DATABASE_URL=empty_database_url
    )
    for each in ("migrate",), ("campaign", "create", "spring"):
        ended = shop.run(*each, CALLBANK_DATABASE_URL=empty_database_url)
        ended.refused("is not Callbank's", "invoices", code=1)


def test_serve_leaves_a_newer_callbanks_database_alone(shop: Callbank, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9001'")
    refuses_to_serve(shop, "a newer Callbank made it", CALLBANK_DATABASE_URL=database_url)


def test_serve_refuses_a_database_in_which_names_cannot_be_written(
    shop: Callbank, empty_database_url: str
) -> None:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII'"
            " LOCALE_PROVIDER libc LOCALE 'C'"
        )
        url = postgres.with_database(empty_database_url, "ascii")
        try:
            refuses_to_serve(shop, "SQL_ASCII", "ENCODING 'UTF8'", CALLBANK_DATABASE_URL=url)
            shop.run("migrate", CALLBANK_DATABASE_URL=url).refused("SQL_ASCII", code=1)
        finally:
            connection.execute("DROP DATABASE ascii WITH (FORCE)")


def test_serve_without_a_secret_of_the_named_file_is_refused(
    shop: Callbank, tmp_path: Path
) -> None:
    given = tmp_path / "secrets.json"
    given.write_text('{"master": "0123456789abcdef"}', encoding="utf-8")
    ended = shop.run("serve", CALLBANK_SECRETS_FILE=str(given))
    ended.refused("lacks ami_password", "callbank init", code=1)
    shop.run("health", CALLBANK_SECRETS_FILE=str(given)).refused("lacks ami_password", code=1)


def test_data_of_another_postgresql_is_refused_and_kept(shop: Callbank) -> None:
    assert shop.run("campaign", "list").code == 0
    shop.server.stop()
    version = shop.server.data / "PG_VERSION"
    ours = version.read_text(encoding="ascii")
    version.write_text("13\n", encoding="ascii")
    refuses_to_serve(shop, "made by PostgreSQL 13", f"PostgreSQL {ours.strip()}", "pg_dump")
    version.write_text(ours, encoding="ascii")
    assert shop.run("campaign", "list").code == 0


@pytest.mark.parametrize("says", ["[]", '{"status": "ok"}', "<html>"])
def test_a_stranger_on_the_daemons_port_is_refused_and_is_not_healthy(
    shop: Callbank, says: str
) -> None:
    with stranger(says) as port:
        refuses_to_serve(shop, port, "[web] port", CALLBANK_WEB_PORT=port)


@contextlib.contextmanager
def stranger(says: str) -> Iterator[str]:
    """Answers everything with the same words; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(says.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield str(server.server_port)
        finally:
            server.shutdown()
            thread.join()


def test_health_is_bad_while_nobody_answers(shop: Callbank) -> None:
    shop.run("health").refused("does not answer", code=1)
