"""What the law asks of the whole phone bank, from its tables: registers, emergencies, sign-ons and
the inventory of caller IDs. Called by the store."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.compliance.circumstances import Circumstances, OwnCallerId
from dialer.compliance.facts import Emergency
from dialer.storage.fact_tables import caller_ids, emergencies, registers, rule_sign_ons
from dialer.storage.instants import seconds


async def read_circumstances(connection: AsyncConnection) -> Circumstances:
    """All of it, as it is now."""
    in_force = await connection.execute(
        select(registers.c.name, registers.c.as_of)
        .where(registers.c.is_in_force)
        .order_by(registers.c.name)
    )
    declared = await connection.execute(select(emergencies).order_by(emergencies.c.id))
    signed_on = await connection.execute(select(func.max(rule_sign_ons.c.until)))
    ours = await connection.execute(select(caller_ids).order_by(caller_ids.c.e164))
    return Circumstances(
        registers_as_of=tuple((row.name, row.as_of.timestamp()) for row in in_force),
        emergencies=tuple(
            Emergency(
                jurisdiction=row.jurisdiction,
                began_at=row.began_at.timestamp(),
                ended_at=seconds(row.ended_at),
            )
            for row in declared
        ),
        signed_on_until=seconds(signed_on.scalar()),
        caller_ids=tuple(
            OwnCallerId(
                number=row.e164,
                authorised_from=row.authorised_from.timestamp(),
                authorised_to=seconds(row.authorised_to),
                takes_calls=row.takes_calls and row.inbound_route_ok,
            )
            for row in ours
        ),
    )
