"""A campaign's list as the gate would see it now, batch by batch; nothing is claimed or changed.

Called by `callbank compliance preview`. Each batch is a transaction of its own.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.compliance.circumstances import Circumstances
from dialer.domain.lead import Lead
from dialer.storage.admin import working
from dialer.storage.circumstances import read_circumstances
from dialer.storage.connect import make_engine
from dialer.storage.instants import moment
from dialer.storage.known import ATTEMPTS_KNOWN_S, PAST_KNOWN_S
from dialer.storage.rows import lead_of
from dialer.storage.tables import leads
from dialer.storage.texts import QUERIES

AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedLead:
    """A lead with the key of its person."""

    lead: Lead
    person: str


class ListReader:
    """Reads lists. Everything it raises is a CallbankError."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["ListReader"]:
        """A reader of the database of that URL, for the length of a block."""
        engine = make_engine(url, pool_size=1)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    async def circumstances(self) -> Circumstances:
        """What the law asks of the whole phone bank."""
        async with working(self._engine) as connection:
            return await read_circumstances(connection)

    async def count(self, campaign_id: int) -> tuple[int, int]:
        """How many people are on the list, and how many of them are done with."""
        its = leads.c.campaign_id == campaign_id
        is_done = func.count().filter(leads.c.state == "final")
        async with working(self._engine) as connection:
            found = await connection.execute(select(func.count(), is_done).where(its))
            row = found.one()
            return row[0], row[1]

    async def batches(self, campaign_id: int, now: float) -> AsyncIterator[tuple[ListedLead, ...]]:
        """The leads that are not done with, in the order of their ids."""
        after = 0
        while True:
            async with working(self._engine) as connection:
                found = await connection.execute(
                    select(leads.c.id)
                    .where(
                        leads.c.campaign_id == campaign_id,
                        leads.c.state != "final",
                        leads.c.id > after,
                    )
                    .order_by(leads.c.id)
                    .limit(AT_ONCE)
                )
                ids = list(found.scalars())
                if not ids:
                    return
                after = ids[-1]
                rows = await connection.execute(
                    QUERIES["read_leads"],
                    {
                        "lead_ids": ids,
                        "attempts_since": moment(now - ATTEMPTS_KNOWN_S),
                        "past_since": moment(now - PAST_KNOWN_S),
                    },
                )
                batch = tuple(ListedLead(lead=lead_of(row), person=row.person) for row in rows)
            yield batch
