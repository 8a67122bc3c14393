"""One private PostgreSQL for the session; each test gets its own database, cloned from a template.

A plugin of tests/conftest.py, so that all directories of tests have the same one server. Under
xdist every worker has a server of its own: nothing is shared between processes.
"""

import itertools
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from tests.integration.private_postgres import PrivatePostgres, private_postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """A running server without any database of ours yet."""
    with private_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: PrivatePostgres) -> str:
    """The name of a database that the migrations built, to be cloned."""
    from dialer.storage.migrations import upgrade  # pure tests need not wait for SQLAlchemy

    _administer(postgres, "CREATE DATABASE callbank_template")
    upgrade(postgres.url("callbank_template"))
    return "callbank_template"


@pytest.fixture
def empty_database_url(postgres: PrivatePostgres) -> Iterator[str]:
    """A database with nothing in it."""
    yield from _database(postgres, "template1")


@pytest.fixture
def database_url(postgres: PrivatePostgres, template: str) -> Iterator[str]:
    """A database with the whole schema and no rows."""
    yield from _database(postgres, template)


def _database(postgres: PrivatePostgres, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.url(name)
    with suppress(psycopg.OperationalError):  # a test may have stopped the server
        _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(postgres: PrivatePostgres, statement: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)
