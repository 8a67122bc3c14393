"""The embedded PostgreSQL: made, found again, killed and started, copied for tests."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from dialer.errors import CallbankError
from dialer.parts import postgres
from dialer.parts.postgres import EmbeddedPostgres


@pytest.fixture
def home() -> Iterator[Path]:
    """Not pytest's own directory: every pytest that starts closes that to all other users."""
    with tempfile.TemporaryDirectory(prefix="cb-home-") as place:
        yield Path(place)


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(place=home / "postgres", password="p@ss:/?#", durable=False)
    server.start()
    yield server
    server.stop()
    assert not server.is_running()


def query(url: str, statement: LiteralString) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    return row and row[0]


def test_it_is_not_on_the_network_and_wants_the_password(server: EmbeddedPostgres) -> None:
    assert query(server.url(), "SHOW listen_addresses") == ""
    assert query(server.url(), "SHOW timezone") == "UTC"
    stranger = EmbeddedPostgres(place=server.place, password="wrong")
    with pytest.raises(CallbankError, match="does not answer") as caught:
        postgres.check(stranger.url())
    assert "wrong" not in str(caught.value)


def test_unicode_is_folded_alike_on_every_machine(server: EmbeddedPostgres) -> None:
    assert query(server.url(), "SELECT upper('é')") == "É"


def test_a_running_server_is_found_again(server: EmbeddedPostgres) -> None:
    pid = server.server_pid()
    EmbeddedPostgres(place=server.place, password=server.password, durable=False).start()
    assert server.server_pid() == pid


def test_data_is_there_after_the_server_was_killed(home: Path) -> None:
    server = EmbeddedPostgres(place=home / "postgres", password="x", durable=True)
    server.start()
    with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = server.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.is_running():
        time.sleep(0.01)
    server.start()
    assert query(server.url(), "SELECT answer FROM kept") == 42
    server.stop()


def test_an_interrupted_making_is_done_again(home: Path) -> None:
    server = EmbeddedPostgres(place=home / "postgres", password="x", durable=False)
    (server.place / "data.new" / "base").mkdir(parents=True)
    server.start()
    assert query(server.url(), "SELECT 1") == 1
    server.stop()


def test_a_place_with_a_long_path_has_a_socket_elsewhere(home: Path) -> None:
    place = home / ("long" * 20) / "postgres"
    server = EmbeddedPostgres(place=place, password="x", durable=False)
    server.start()
    assert query(server.url(), "SELECT 1") == 1
    server.stop()
    server.sockets.rmdir()


def test_a_throw_away_database_is_a_copy_and_is_gone_afterwards(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE leads AS SELECT 7 AS n")
    with postgres.throwaway_database(server.url("postgres"), template="callbank") as url:
        assert query(url, "SELECT n FROM leads") == 7
        lingering = psycopg.connect(url.replace("+psycopg", ""))
    lingering.close()
    known = query(server.url(), "SELECT count(*) FROM pg_database WHERE datname LIKE 'throw%'")
    assert known == 0


def test_a_server_that_is_away_is_one_sentence_without_the_password() -> None:
    with pytest.raises(CallbankError, match="does not answer") as caught:
        postgres.check("postgresql+psycopg://me:hush@127.0.0.1:1/x")
    assert "hush" not in str(caught.value)
