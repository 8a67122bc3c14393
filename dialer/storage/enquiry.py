"""What the database knows of one number, for somebody who asks. Claims nothing, changes nothing."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.compliance.circumstances import Circumstances
from dialer.domain.lead import Lead
from dialer.storage import rows
from dialer.storage.admin import working
from dialer.storage.circumstances import read_circumstances
from dialer.storage.fact_tables import do_not_call, register_entries, registers
from dialer.storage.instants import moment
from dialer.storage.known import ATTEMPTS_KNOWN_S, PAST_KNOWN_S
from dialer.storage.tables import leads
from dialer.storage.texts import QUERIES


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The campaign's leads with the number, and the lists of others that hold it."""

    leads: tuple[Lead, ...]
    is_do_not_call: bool
    registers: tuple[str, ...]
    circumstances: Circumstances


async def look_up(engine: AsyncEngine, campaign_id: int, e164: str, at: float) -> Known:
    """What is known of the number now; earlier attempts as far back as caps look from `at`."""
    wanted = select(leads.c.id).where(leads.c.campaign_id == campaign_id, leads.c.e164 == e164)
    barred = select(do_not_call.c.e164).where(do_not_call.c.e164 == e164)
    listed = (
        select(registers.c.name)
        .join(register_entries, register_entries.c.register_id == registers.c.id)
        .where(registers.c.is_in_force, register_entries.c.number == int(e164.lstrip("+")))
        .order_by(registers.c.name)
    )
    async with working(engine) as connection:
        ids = sorted((await connection.execute(wanted)).scalars())
        found = await connection.execute(
            QUERIES["read_leads"],
            {
                "lead_ids": ids,
                "attempts_since": moment(at - ATTEMPTS_KNOWN_S),
                "past_since": moment(at - PAST_KNOWN_S),
            },
        )
        return Known(
            leads=tuple(rows.lead_of(row) for row in found),
            is_do_not_call=(await connection.execute(barred)).first() is not None,
            registers=tuple((await connection.execute(listed)).scalars()),
            circumstances=await read_circumstances(connection),
        )
