"""CALLBANK_DATABASE_URL: the server is the operator's; nothing is done behind his back."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.callbank_command import Callbank, callbank, counts


@pytest.fixture
def shop(empty_database_url: str) -> Iterator[Callbank]:
    with callbank() as command:
        command.environment["CALLBANK_DATABASE_URL"] = empty_database_url
        yield command


def url_of(shop: Callbank) -> str:
    return shop.environment["CALLBANK_DATABASE_URL"]


def test_missing_steps_are_told_and_done_only_by_migrate(shop: Callbank, tmp_path: Path) -> None:
    shop.run("campaign", "list").refused("lacks", "callbank migrate", code=1)
    file = tmp_path / "people.csv"
    file.write_text("name,phone\nAnn Lee,9195550123\n", encoding="utf-8")
    shop.run("import", str(file), "--campaign", "x").refused("callbank migrate", code=1)
    check = shop.run("migrate", "--check", "--json")
    assert (check.code, bool(json.loads(check.out)["missing"])) == (1, True)
    assert counts(url_of(shop)) == {}
    assert shop.run("migrate").code == 0
    check = shop.run("migrate", "--check", "--json")
    assert (check.code, json.loads(check.out)["missing"]) == (0, [])
    assert shop.run("campaign", "create", "spring").code == 0
    assert counts(url_of(shop))["campaigns"] == 1
    assert not (shop.home / "postgres").exists()


def test_a_login_without_rights_is_one_sentence(shop: Callbank) -> None:
    with psycopg.connect(url_of(shop), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS onlooker")
        connection.execute("CREATE ROLE onlooker LOGIN")
    theirs = url_of(shop).replace("callbank@", "onlooker@")
    done = shop.run("migrate", CALLBANK_DATABASE_URL=theirs)
    done.refused("permission denied", code=1)


def test_a_login_that_may_only_look_on_changes_nothing(shop: Callbank) -> None:
    assert shop.run("migrate").code == 0
    assert shop.run("campaign", "create", "spring").code == 0
    with psycopg.connect(url_of(shop), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN IN ROLE pg_read_all_data")
    theirs = url_of(shop).replace("callbank@", "reader@")
    assert "spring" in shop.run("campaign", "list", CALLBANK_DATABASE_URL=theirs).out
    done = shop.run("campaign", "create", "fall", CALLBANK_DATABASE_URL=theirs)
    done.refused("may not do this", "Nothing was changed", code=1)
    assert counts(url_of(shop))["campaigns"] == 1
