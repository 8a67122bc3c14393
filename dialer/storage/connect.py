"""Connections to PostgreSQL, and which of the driver's errors mean that it is away.

Everything in storage goes through `make_engine` and `reaching_the_database`; nobody else knows
the driver's exceptions.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from dialer.errors import CallbankError, UsageError
from dialer.runtime.ports import StoreAway

PATIENCE_S = 10.0
"""A server that does not answer for so long is away, though its socket may still be open."""

CONNECT_TIMEOUT_S = 5

_CONNECTING = {
    "prepare_threshold": 0,
    "connect_timeout": CONNECT_TIMEOUT_S,
    "options": "-c timezone=UTC -c application_name=callbank",
}


def sqlalchemy_url(url: str) -> URL:
    """The URL an operator wrote (postgres://, postgresql://), for SQLAlchemy with psycopg."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise UsageError("the database URL cannot be read; it should look like "
                         "postgresql://user:password@host/name") from error
    if parsed.drivername.split("+")[0] not in ("postgres", "postgresql"):
        raise UsageError(
            f"the database URL names {parsed.drivername}; Callbank works with postgresql:// only"
        )
    return parsed.set(drivername="postgresql+psycopg")


def make_engine(url: str, *, pool_size: int = 5, is_preparing: bool = True) -> AsyncEngine:
    """An engine that keeps instants in UTC and prepares each statement when it first runs."""
    connecting = {**_CONNECTING, "prepare_threshold": 0 if is_preparing else None}
    return create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        pool_timeout=PATIENCE_S,
        connect_args=connecting,
    )


async def connect_driver(engine: AsyncEngine) -> psycopg.AsyncConnection:
    """A connection of the driver's own, beside the pool, where every statement commits itself."""
    _, where = engine.dialect.create_connect_args(engine.url)
    return await psycopg.AsyncConnection.connect(**{**where, **_CONNECTING, "autocommit": True})


@contextmanager
def plainly(url: str) -> Iterator[psycopg.Connection]:
    """A connection of the driver's own to the database of that URL, for work without a loop.

    Every statement commits itself, unless the block opens a transaction. What the server cannot do
    is a CallbankError.
    """
    target = sqlalchemy_url(url)
    _, where = target.get_dialect()().create_connect_args(target)
    try:
        with psycopg.connect(**{**where, **_CONNECTING, "autocommit": True}) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise CallbankError(
            f"the database's login may not do this ({_first_line(error)}). Nothing was changed."
        ) from error
    except psycopg.Error as error:
        if not is_away(error):
            raise
        raise CallbankError(f"the database cannot be reached: {_first_line(error)}.") from error


def is_away(error: BaseException) -> bool:
    """Whether the error says that the server could not be reached or could not work just now."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_away(error.orig or RuntimeError())
    if isinstance(error, psycopg.errors.ProgramLimitExceeded):
        return False
    return isinstance(
        error,
        psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout | TimeoutError | OSError,
    )


@asynccontextmanager
async def reaching_the_database(patience_s: float = PATIENCE_S) -> AsyncIterator[None]:
    """Translate "the server is away" into StoreAway; a defect of ours stays what it is."""
    try:
        async with asyncio.timeout(patience_s):
            yield
    except Exception as error:
        if is_away(error):
            if isinstance(getattr(error, "orig", error), psycopg.errors.DiskFull):
                raise StoreAway(f"the database's disk is full: {_first_line(error)}") from error
            raise StoreAway(f"the database cannot be reached: {_first_line(error)}") from error
        raise


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
