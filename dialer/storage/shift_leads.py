"""The shift leads' links. Only a hash of each link's secret is kept, so that nobody finds one in
the database; the web's port `LeadRegister` is implemented here, `callbank shift-lead` asks too.

Everything raised is StoreAway.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.domain.shift_lead import ShiftLead
from dialer.storage.connect import PATIENCE_S, make_engine, reaching_the_database
from dialer.storage.instants import moment, seconds
from dialer.storage.volunteer_tables import shift_leads

SECRET_BYTES = 24
"""192 bits: no link is ever found by trying, so that tries need not be slowed down."""


class ShiftLeads:
    """All links of a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["ShiftLeads"]:
        """Those of the database of that URL, for the length of a block."""
        engine = make_engine(url, pool_size=1)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    async def invite(self, wanted: ShiftLead, *, by: str) -> tuple[ShiftLead, str]:
        """Keep a link; its id and its secret are made here, and the secret is told only now."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        values = {
            "secret_hash": _hash(secret),
            "campaign_id": wanted.campaign_id,
            "label": wanted.label,
            "created_at": moment(wanted.created_at),
            "created_by": by,
            "expires_at": moment(wanted.expires_at),
        }
        async with self._transaction() as connection:
            kept = await connection.execute(
                insert(shift_leads).values(values).returning(shift_leads)
            )
            return _lead_of(kept.one()), secret

    async def lead(self, secret: str) -> ShiftLead | None:
        """Whose secret it is, also of a link that holds no more."""
        wanted = select(shift_leads).where(shift_leads.c.secret_hash == _hash(secret))
        async with self._transaction() as connection:
            row = (await connection.execute(wanted)).first()
            return None if row is None else _lead_of(row)

    async def all(self, campaign_id: int | None) -> tuple[ShiftLead, ...]:
        """Those of a campaign, or of all, newest first."""
        wanted = select(shift_leads).order_by(shift_leads.c.id.desc())
        if campaign_id is not None:
            wanted = wanted.where(shift_leads.c.campaign_id == campaign_id)
        async with self._transaction() as connection:
            return tuple(map(_lead_of, await connection.execute(wanted)))

    async def revoke(self, lead_id: int, now: float) -> bool:
        """Nobody watches by that link any more; False where there is none."""
        its = shift_leads.c
        revoked = (
            update(shift_leads)
            .where(its.id == lead_id)
            .values(revoked_at=func.coalesce(its.revoked_at, moment(now)))
            .returning(its.id)
        )
        async with self._transaction() as connection:
            return (await connection.execute(revoked)).first() is not None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            yield connection


def _lead_of(row: Row[Any]) -> ShiftLead:
    return ShiftLead(
        id=row.id,
        campaign_id=row.campaign_id,
        label=row.label,
        created_at=row.created_at.timestamp(),
        expires_at=row.expires_at.timestamp(),
        revoked_at=seconds(row.revoked_at),
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
