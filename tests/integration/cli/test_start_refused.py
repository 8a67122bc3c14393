"""A start with a wrong clock, a database that is not ours, a secret missing: not half a run."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dialer.config import load_settings
from dialer.errors import CallbankError
from dialer.house import prepare
from dialer.parts import fitness, processes
from tests.integration.cli.callbank_command import Callbank, callbank


@pytest.fixture
def shop() -> Iterator[Callbank]:
    with callbank() as command:
        yield command


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
    words = ("serve",), ("migrate",), ("campaign", "create", "spring")
    for each in words:
        ended = shop.run(*each, CALLBANK_DATABASE_URL=empty_database_url)
        ended.refused("is not Callbank's", "invoices", code=1)


def test_serve_leaves_a_newer_callbanks_database_alone(shop: Callbank, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9001'")
    ended = shop.run("serve", CALLBANK_DATABASE_URL=database_url)
    ended.refused("a newer Callbank made it", code=1)


def test_serve_without_a_secret_of_the_named_file_is_refused(
    shop: Callbank, tmp_path: Path
) -> None:
    given = tmp_path / "secrets.json"
    given.write_text('{"master": "0123456789abcdef"}', encoding="utf-8")
    ended = shop.run("serve", CALLBANK_SECRETS_FILE=str(given))
    ended.refused("lacks ami_password", "callbank init", code=1)


def test_health_is_bad_while_nobody_answers(shop: Callbank) -> None:
    shop.run("health").refused("does not answer", code=1)
