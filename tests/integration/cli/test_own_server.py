"""CALLBANK_DATABASE_URL: a server that the operator named is his; nothing is done behind his back."""

import json
from collections.abc import Iterator

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


def test_missing_steps_are_told_and_done_only_by_migrate(shop: Callbank) -> None:
    shop.run("campaign", "list").refused("lacks", "callbank migrate", code=1)
    shop.run("import", __file__, "--campaign", "x").refused("callbank migrate", code=1)
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
