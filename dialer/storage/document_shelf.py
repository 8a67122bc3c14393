"""What a campaign's volunteers read: scripts, and the code of conduct. Every version is kept.

Each answer names the script that it was given to, and each volunteer the code that he agreed to.
Called by `callbank script` and `callbank volunteer`, and by the web.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.script.document import Document, DocumentKind, version_of
from dialer.storage.admin import working
from dialer.storage.connect import make_engine
from dialer.storage.instants import moment
from dialer.storage.volunteer_tables import campaign_documents, documents


class DocumentShelf:
    """All documents of a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["DocumentShelf"]:
        """The shelf of the database of that URL, for the length of a block."""
        engine = make_engine(url, pool_size=1)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    async def give(self, campaign_id: int, kind: DocumentKind, document: Document) -> str:
        """Let the campaign's volunteers read it from `since` on; its version.

        To give what they read already changes nothing.
        """
        version = version_of(document.body)
        read_now = (await self.current(campaign_id, kind)).get(document.language)
        if read_now is not None and read_now.version == version:
            return version
        whatever = {"version": version, "kind": kind.value, "language": document.language}
        kept = upsert(documents).values(**whatever, body=document.body)
        given = insert(campaign_documents).values(
            **whatever,
            campaign_id=campaign_id,
            since=moment(document.since),
            given_by=document.given_by,
        )
        async with working(self._engine) as connection:
            await connection.execute(kept.on_conflict_do_nothing())
            await connection.execute(given)
        return version

    async def current(self, campaign_id: int, kind: DocumentKind) -> Mapping[str, Document]:
        """What is read from now, by language."""
        return {one.language: one for one in await self.versions(campaign_id, kind)}

    async def versions(self, campaign_id: int, kind: DocumentKind) -> tuple[Document, ...]:
        """All of a kind that the campaign ever had, oldest first."""
        its = campaign_documents.c
        wanted = (
            select(documents.c.version, documents.c.body, its.language, its.since, its.given_by)
            .join(documents, documents.c.version == its.version)
            .where(its.campaign_id == campaign_id, its.kind == kind.value)
            .order_by(its.since, its.language)
        )
        async with working(self._engine) as connection:
            return tuple(
                Document(
                    version=row.version,
                    language=row.language,
                    since=row.since.timestamp(),
                    given_by=row.given_by,
                    body=row.body,
                )
                for row in await connection.execute(wanted)
            )
