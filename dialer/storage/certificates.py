"""Certificates of volunteers: which practice calls went well, and an organiser's word.

The web's port `CertificateKeeper` is implemented here; `callbank volunteer certify` asks too.
"""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.practice.feedback import earns_certificate
from dialer.storage.connect import PATIENCE_S, reaching_the_database
from dialer.storage.instants import moment
from dialer.storage.volunteer_tables import volunteer_sessions


class Certificates:
    """Those of all sessions. Raises StoreAway while the database is away."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def passed(
        self, session_id: int, voter: str, script_version: str, now: float
    ) -> tuple[str, ...]:
        """A practice call with that one went well, by that version of the script (empty: there is
        none); returns with whom one has so far."""
        its = volunteer_sessions.c
        kept = select(its.practised, its.certified_at, its.certified_script)
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            found = await connection.execute(kept.where(its.id == session_id).with_for_update())
            row = found.one()
            practised = tuple(sorted({*row.practised, voter}))
            is_earned = row.certified_at is None and earns_certificate(practised)
            values = {
                "practised": list(practised),
                "certified_at": moment(now) if is_earned else row.certified_at,
                "certified_script": script_version if is_earned else row.certified_script,
            }
            changed = update(volunteer_sessions).where(its.id == session_id)
            await connection.execute(changed.values(values))
        return practised

    async def certify(self, session_id: int, now: float) -> bool:
        """An organiser vouches for him; False where no such session lasts."""
        its = volunteer_sessions.c
        changed = (
            update(volunteer_sessions)
            .where(its.id == session_id, its.ended_at.is_(None))
            .values(certified_at=func.coalesce(its.certified_at, moment(now)))
            .returning(its.id)
        )
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            return (await connection.execute(changed)).first() is not None
