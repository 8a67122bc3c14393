"""Scripts of campaigns: every version is kept, because each answer names the one it was given to.

Called by `callbank script`, and by the web for what a volunteer reads.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.script.language import Script
from dialer.script.reading import read_script
from dialer.storage.admin import working
from dialer.storage.connect import make_engine
from dialer.storage.instants import moment
from dialer.storage.script_tables import campaign_scripts, scripts


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptScript:
    """A version of a campaign's script, and since when it is read from."""

    version: str
    language: str
    since: float
    given_by: str
    body: str

    @property
    def script(self) -> Script:
        """The script itself. What was kept could be read when it was given."""
        return read_script(self.version, self.body)


def version_of(body: str) -> str:
    """The name of a version: the same words have the same one."""
    return hashlib.sha256(body.encode()).hexdigest()[:12]


class ScriptShelf:
    """All scripts of a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["ScriptShelf"]:
        """The shelf of the database of that URL, for the length of a block."""
        engine = make_engine(url, pool_size=1)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    async def give(self, campaign_id: int, script: Script, body: str, *, at: float, by: str) -> str:
        """Let the campaign's volunteers read from it from now on; its version.

        To give what it has already changes nothing.
        """
        version = version_of(body)
        kept = {
            "version": version, "name": script.name, "language": script.language, "body": body,
        }  # fmt: skip
        given = {
            "campaign_id": campaign_id,
            "language": script.language,
            "since": moment(at),
            "version": version,
            "given_by": by,
        }
        now = (await self.current(campaign_id)).get(script.language)
        if now is not None and now.version == version:
            return version
        async with working(self._engine) as connection:
            await connection.execute(upsert(scripts).values(kept).on_conflict_do_nothing())
            await connection.execute(insert(campaign_scripts).values(given))
        return version

    async def current(self, campaign_id: int) -> Mapping[str, KeptScript]:
        """What is read from now, by language."""
        return {one.language: one for one in await self.versions(campaign_id)}

    async def versions(self, campaign_id: int) -> tuple[KeptScript, ...]:
        """All that the campaign ever had, oldest first."""
        its = campaign_scripts.c
        wanted = (
            select(scripts.c.version, scripts.c.body, its.language, its.since, its.given_by)
            .join(scripts, scripts.c.version == its.version)
            .where(its.campaign_id == campaign_id)
            .order_by(its.since, its.language)
        )
        async with working(self._engine) as connection:
            return tuple(
                KeptScript(
                    version=row.version,
                    language=row.language,
                    since=row.since.timestamp(),
                    given_by=row.given_by,
                    body=row.body,
                )
                for row in await connection.execute(wanted)
            )
