"""Sign-ons: who answers for rules past their review date, and until when. Rows are only added.

`callbank compliance sign-on` writes and lists them; the newest end of all is the gate's
`signed_on_until` (circumstances.py).
"""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.storage.admin import working
from dialer.storage.fact_tables import rule_sign_ons
from dialer.storage.instants import moment


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOn:
    """One of them. Instants are seconds UTC; `book_version` names the rules he answers for."""

    signed_by: str
    reason: str
    signed_at: float
    until: float
    book_version: str


async def add_sign_on(engine: AsyncEngine, sign_on: SignOn) -> None:
    """Keep it. Raises CallbankError when the database is away."""
    async with working(engine) as connection:
        await connection.execute(
            insert(rule_sign_ons).values(
                signed_by=sign_on.signed_by,
                reason=sign_on.reason,
                signed_at=moment(sign_on.signed_at),
                until=moment(sign_on.until),
                book_version=sign_on.book_version,
            )
        )


async def sign_ons(engine: AsyncEngine) -> tuple[SignOn, ...]:
    """All that were ever given, in their order."""
    async with working(engine) as connection:
        rows = await connection.execute(select(rule_sign_ons).order_by(rule_sign_ons.c.id))
        return tuple(
            SignOn(
                signed_by=row.signed_by,
                reason=row.reason,
                signed_at=row.signed_at.timestamp(),
                until=row.until.timestamp(),
                book_version=row.book_version,
            )
            for row in rows
        )
