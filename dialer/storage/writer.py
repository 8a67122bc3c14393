"""Writes batches of store commands: one transaction and one round trip each.

The hot path of the store, so it has a connection of its own and skips SQLAlchemy. On that
connection the writing half of queries.sql is put together as a temporary function, which takes
a whole batch: measured against a pipeline of the same statements it costs a third of the Python.
"""

import json
import re
from asyncio import Lock
from collections.abc import Sequence

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.engine.store_commands import StoreCommand
from dialer.storage.batches import QUERIES_USED, plan
from dialer.storage.connect import connect_driver
from dialer.storage.texts import SQL_TEXTS

WRITE = b"SELECT pg_temp.write_batch(%s::jsonb, %s)"

_FUNCTION = """\
CREATE FUNCTION pg_temp.write_batch(steps jsonb, its_floor text) RETURNS void
LANGUAGE plpgsql AS $write_batch$
DECLARE
    step jsonb;
BEGIN
    FOR step IN SELECT jsonb_array_elements(steps) LOOP
        CASE step->>'query'
{cases}
        END CASE;
    END LOOP;
END
$write_batch$
"""


class BatchWriter:
    """One connection that writes; opened when first needed, and anew after any failure."""

    def __init__(self, engine: AsyncEngine, floor: str) -> None:
        self._engine = engine
        self._floor = floor
        self._connection: psycopg.AsyncConnection | None = None
        self._turn = Lock()

    async def write(self, batch: Sequence[StoreCommand]) -> None:
        """All of the batch, or nothing. Raises the driver's errors."""
        steps = json.dumps([{"query": step.query, "rows": step.rows} for step in plan(batch)])
        async with self._turn:
            try:
                if self._connection is None:
                    self._connection = await connect_driver(self._engine)
                    await self._connection.execute(function_text())
                await self._connection.execute(WRITE, (steps, self._floor))
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def function_text() -> str:
    """The temporary function, from the queries that batches are made of."""
    cases = (
        f"        WHEN '{name}' THEN\n{_with_variables(SQL_TEXTS[name])};" for name in QUERIES_USED
    )
    return _FUNCTION.format(cases="\n".join(cases))


def _with_variables(sql: str) -> str:
    sql = sql.replace("CAST(:rows AS jsonb)", "step->'rows'")
    return re.sub(r"(?<!:):floor\b", "its_floor", sql)
