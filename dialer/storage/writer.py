"""Writes a batch of store commands: one transaction, sent to the server in one go.

The hot path of the store, hence psycopg's pipeline on the pool's connection instead of
SQLAlchemy's own execution: the same statements cost half the Python (measured).
"""

from collections.abc import Sequence

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.engine.commands import StoreCommand
from dialer.storage.batches import plan
from dialer.storage.texts import DRIVER_QUERIES


async def write_batch(engine: AsyncEngine, batch: Sequence[StoreCommand], floor: str) -> None:
    """All of the batch, or nothing. Raises the driver's errors."""
    statements = tuple(plan(batch))
    if not statements:
        return
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, AsyncConnection)
        try:
            async with driver.pipeline():
                for statement in statements:
                    its = {"rows": statement.rows, "floor": floor}
                    await driver.execute(DRIVER_QUERIES[statement.query], its)
                await driver.commit()
        except BaseException:
            # Whatever state the pipeline is in, the next batch begins on a fresh connection.
            await connection.invalidate()
            raise
