"""Imported leads into the database: implements lists.ports.LeadImporter.

Each batch is copied into a table of this transaction alone and merged from there by a few
statements, so a hundred thousand people take seconds and an import is all or nothing.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import psycopg
from psycopg import AsyncConnection as Driver
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.errors import CallbankError
from dialer.lists.importing import ImportedLead
from dialer.lists.ports import Stored
from dialer.lists.report import ImportReport
from dialer.storage.admin import working
from dialer.storage.connect import make_engine
from dialer.storage.tables import campaigns, list_imports
from dialer.storage.texts import QUERIES

IMPORT_PATIENCE_S = 3600.0

_COPY = (
    "COPY incoming (row_number, external_id, e164, first_name, last_name, display_name, zip,"
    " state, language, zones, line_type, custom) FROM STDIN"
)


class PostgresImporter:
    """See the port for what each method promises."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["PostgresImporter"]:
        """An importer into the database of that URL, for the length of a block."""
        # Planned anew each time: the tables grow a hundredfold while the import runs.
        engine = make_engine(url, pool_size=1, is_preparing=False)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    async def campaign_id(self, name: str) -> int | None:
        async with working(self._engine) as connection:
            wanted = select(campaigns.c.id).where(campaigns.c.name == name)
            return (await connection.execute(wanted)).scalar_one_or_none()

    @asynccontextmanager
    async def importing(
        self, campaign_id: int, report: ImportReport
    ) -> AsyncIterator["PostgresBatches"]:
        try:
            async with working(self._engine, IMPORT_PATIENCE_S) as connection:
                batches = await PostgresBatches.begin(connection, campaign_id, report)
                yield batches
                await batches.finish()
        except (DBAPIError, psycopg.Error) as error:
            raise CallbankError(
                f"the database refused the list: {str(error).splitlines()[0]}. "
                "Nothing was imported."
            ) from error


class PostgresBatches:
    """One import's transaction."""

    def __init__(self, connection: AsyncConnection, campaign_id: int, import_id: int) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._import_id = import_id
        self._stored = Stored()

    @classmethod
    async def begin(
        cls, connection: AsyncConnection, campaign_id: int, report: ImportReport
    ) -> "PostgresBatches":
        await connection.execute(QUERIES["make_incoming"])
        kept = await connection.execute(
            insert(list_imports)
            .values(campaign_id=campaign_id, report=report.as_dict())
            .returning(list_imports.c.id)
        )
        return cls(connection, campaign_id, kept.scalar_one())

    async def add(self, leads: Sequence[ImportedLead]) -> Stored:
        await self._copy(leads)
        its = {"campaign_id": self._campaign_id, "import_id": self._import_id}
        await self._connection.execute(QUERIES["merge_numbers"])
        people = await self._connection.execute(QUERIES["merge_contacts"], its)
        await self._connection.execute(QUERIES["find_contacts"], its)
        merged = (await self._connection.execute(QUERIES["merge_leads"], its)).all()
        added = sum(row.is_new for row in merged)
        updated = len({*people.scalars(), *(row.contact_id for row in merged)}) - added
        await self._connection.execute(text("TRUNCATE incoming"))
        stored = Stored(added=added, updated=updated, unchanged=len(leads) - added - updated)
        self._stored += stored
        return stored

    async def finish(self) -> None:
        """Keep the report, unless the import changed nothing."""
        mine = list_imports.c.id == self._import_id
        if not (self._stored.added or self._stored.updated):
            await self._connection.execute(delete(list_imports).where(mine))
            return
        counts = {name: getattr(self._stored, name) for name in ("added", "updated", "unchanged")}
        await self._connection.execute(update(list_imports).where(mine).values(**counts))

    async def _copy(self, leads: Sequence[ImportedLead]) -> None:
        driver = (await self._connection.get_raw_connection()).driver_connection
        assert isinstance(driver, Driver)
        async with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for lead in leads:
                await copy.write_row(_incoming(lead))


def _incoming(lead: ImportedLead) -> tuple[object, ...]:
    return (
        lead.row_number,
        lead.external_id,
        lead.e164,
        lead.first_name,
        lead.last_name,
        f"{lead.first_name} {lead.last_name}".strip(),
        lead.zip_code,
        lead.state,
        lead.language,
        sorted(lead.zones),
        lead.line_type.value,
        json.dumps(lead.custom, ensure_ascii=False),
    )
