"""What an operator writes down by hand about the law's facts, one at a time.

Do-not-call requests, revocations, the inventory of caller IDs, emergencies. Called by the words of
`callbank compliance`, and by `serve` for the caller IDs of the settings. Everything raised is a
CallbankError.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.errors import UsageError
from dialer.storage.admin import working
from dialer.storage.connect import make_engine
from dialer.storage.fact_tables import caller_ids, consents, do_not_call, emergencies, revocations

Row = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Somebody asked not to be called, or took a consent back."""

    how: str
    channel: str = "telephone"
    taken_by: str = ""
    words: str = ""


class FactAdministration:
    """What an operator changes by hand."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator["FactAdministration"]:
        """Administration of the database of that URL, for the length of a block."""
        engine = make_engine(url, pool_size=1)
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    # --- people who ask -----------------------------------------------------------------------

    async def add_do_not_call(self, e164s: Sequence[str], request: Request) -> int:
        """Put numbers on the list; how many were new. The first reason of a number stands."""
        values = [
            {
                "e164": e164,
                "reason": request.how,
                "channel": request.channel,
                "added_by": request.taken_by,
            }
            for e164 in e164s
        ]
        statement = upsert(do_not_call).on_conflict_do_nothing().returning(do_not_call.c.e164)
        async with working(self._engine) as connection:
            return len((await connection.execute(statement.values(values))).all())

    async def do_not_call(self, e164: str | None, last: int) -> list[Row]:
        """The newest entries, or that of one number."""
        wanted = select(do_not_call).order_by(do_not_call.c.added_at.desc(), do_not_call.c.e164)
        if e164 is not None:
            wanted = wanted.where(do_not_call.c.e164 == e164)
        async with working(self._engine) as connection:
            return list((await connection.execute(wanted.limit(last))).mappings())

    async def do_not_call_count(self) -> int:
        """How many numbers are on the list."""
        async with working(self._engine) as connection:
            found = await connection.execute(select(func.count()).select_from(do_not_call))
            return found.scalar_one()

    async def revoke(self, e164: str, person: str, at: datetime, request: Request) -> int:
        """Write a revocation down; how many consents had been given up to then."""
        its = consents.c.e164 == e164
        if person:
            its &= consents.c.person.in_(("", person))
        async with working(self._engine) as connection:
            await connection.execute(
                upsert(revocations)
                .values(
                    e164=e164,
                    person=person,
                    revoked_at=at,
                    how=request.how,
                    words=request.words,
                    taken_by=request.taken_by,
                    source="callbank compliance consent revoke",
                )
                .on_conflict_do_nothing()
            )
            ended = select(func.count()).select_from(consents)
            found = await connection.execute(ended.where(its, consents.c.given_at <= at))
            return found.scalar_one()

    # --- caller IDs ---------------------------------------------------------------------------

    async def take_in_configured(self, trunks: Iterable[tuple[str, Sequence[str]]]) -> int:
        """Begin the inventory with what the settings give each trunk to show; how many.

        Only while it is empty: later numbers come in with their own proof.
        """
        named: dict[str, str] = {}
        for trunk, e164s in trunks:
            for e164 in e164s:
                named.setdefault(e164, trunk)
        if not named:
            return 0
        values = [
            {
                "e164": e164,
                "proof": f"configured for trunk {trunk}",
                "takes_calls": True,
                "inbound_route_ok": True,
                "authorised_from": func.to_timestamp(0),
            }
            for e164, trunk in named.items()
        ]
        async with working(self._engine) as connection:
            known = await connection.execute(select(func.count()).select_from(caller_ids))
            if known.scalar_one():
                return 0
            await connection.execute(upsert(caller_ids).values(values).on_conflict_do_nothing())
            return len(values)

    async def put_caller_id(self, e164: str, values: Mapping[str, object]) -> bool:
        """Add a number to the inventory, or change what is said of it; whether it is new."""
        try:
            return await self._put_caller_id(e164, values)
        except IntegrityError as error:
            raise UsageError(
                f"the authorisation of {e164} would end before it begins: give --from as well."
                " Nothing was changed."
            ) from error

    async def _put_caller_id(self, e164: str, values: Mapping[str, object]) -> bool:
        async with working(self._engine) as connection:
            known = await connection.execute(
                select(caller_ids.c.e164).where(caller_ids.c.e164 == e164)
            )
            is_new = known.first() is None
            if is_new and not values.get("proof"):
                raise UsageError(
                    f"{e164} is not in the inventory: say with --proof which document shows that"
                    " it may be shown. Nothing was changed."
                )
            if is_new:
                await connection.execute(insert(caller_ids).values(e164=e164, **values))
            elif values:
                its = caller_ids.c.e164 == e164
                await connection.execute(update(caller_ids).where(its).values(**values))
            return is_new

    async def retire_caller_id(self, e164: str, at: datetime) -> None:
        """The number may not be shown from then on."""
        async with working(self._engine) as connection:
            gone = await connection.execute(
                update(caller_ids)
                .where(caller_ids.c.e164 == e164)
                .values(authorised_to=func.greatest(at, caller_ids.c.authorised_from))
                .returning(caller_ids.c.e164)
            )
            if gone.first() is None:
                raise UsageError(
                    f"{e164} is not in the inventory: `callbank compliance caller-id list`"
                    " shows those that are."
                )

    async def caller_ids(self) -> list[Row]:
        """The inventory."""
        return await self._all(caller_ids, "e164")

    # --- emergencies --------------------------------------------------------------------------

    async def declare_emergency(self, jurisdiction: str, values: Mapping[str, object]) -> bool:
        """An emergency is in force there; False: one was already."""
        statement = upsert(emergencies).values(jurisdiction=jurisdiction, **values)
        async with working(self._engine) as connection:
            kept = await connection.execute(
                statement.on_conflict_do_nothing().returning(emergencies.c.id)
            )
            return kept.first() is not None

    async def end_emergency(self, jurisdiction: str, at: datetime) -> None:
        """The emergency there is over."""
        is_open = emergencies.c.ended_at.is_(None)
        its = (emergencies.c.jurisdiction == jurisdiction) & is_open
        async with working(self._engine) as connection:
            ended = await connection.execute(
                update(emergencies)
                .where(its)
                .values(ended_at=func.greatest(at, emergencies.c.began_at))
                .returning(emergencies.c.id)
            )
            if ended.first() is None:
                raise UsageError(
                    f"no emergency is in force in {jurisdiction}: `callbank compliance emergency"
                    " list` shows those that are."
                )

    async def emergencies(self) -> list[Row]:
        """All that were ever declared, oldest first."""
        return await self._all(emergencies, "began_at")

    async def _all(self, table: Table, order: str) -> list[Row]:
        async with working(self._engine) as connection:
            found = await connection.execute(select(table).order_by(table.c[order]))
            return list(found.mappings())
