"""The engine's store on PostgreSQL: implements runtime.ports.Store.

One `PostgresStore` belongs to one engine, that is to one *floor* (volunteers who share
campaigns). A lead it claims is held for CLAIM_S, and once dialed until it is settled.
`memory.py` is the same port without a database; tests/contract/test_store_contract.py says what
both must do.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.ledger import LegalLedger
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState, RecycleRules
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.list_order import (
    AREA_DIGITS,
    BUCKET_WIDTH,
    BUCKETS,
    LATE_ATTEMPT,
    TYPICAL_BUCKET,
    ListOrder,
)
from dialer.engine.events import Restored
from dialer.engine.store_commands import StoreCommand
from dialer.pacing.floor import Fact, LeadClass
from dialer.runtime.ports import LOOKED_AT, FactNews, StoreAway
from dialer.storage import recordings, rows, tables
from dialer.storage.circumstances import read_circumstances
from dialer.storage.connect import PATIENCE_S, make_engine, reaching_the_database
from dialer.storage.decisions import remove_decisions
from dialer.storage.evidence_tables import rule_sets
from dialer.storage.figures import CampaignFigures, read_figures
from dialer.storage.instants import moment
from dialer.storage.known import ATTEMPTS_KNOWN_S, PAST_KNOWN_S
from dialer.storage.ledger import keep_books, read_ledger
from dialer.storage.past import PastWrapUp, facts_of, past_attempt_of
from dialer.storage.texts import QUERIES
from dialer.storage.writer import BatchWriter

CLAIM_S = 15 * 60.0
"""How long a claimed lead is held that is neither dialed nor given back. The engine relies on a
claim for less (engine/hopper.py)."""

RESCORED_AT_ONCE = 2000
RESCORE_PAUSE_S = 0.05
"""A list is put in order in pieces, with room between them for the calls' own rows."""


class PostgresStore:
    """See the port for what each method promises."""

    def __init__(
        self, engine: AsyncEngine, *, floor: str = "main", patience_s: float = PATIENCE_S
    ) -> None:
        self._engine = engine
        self._floor = floor
        self._patience_s = patience_s
        self._writer = BatchWriter(engine, floor)

    @classmethod
    def at(cls, url: str, *, floor: str = "main") -> "PostgresStore":
        """A store on the database of that URL."""
        return cls(make_engine(url), floor=floor)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._writer.close()
        await self._engine.dispose()

    async def write(self, batch: Sequence[StoreCommand]) -> None:
        async with self._reaching():
            await self._writer.write(batch)

    async def claim_leads(
        self,
        campaign_id: int,
        count: int,
        now: float,
        leads: LeadClass | None = None,
        languages: tuple[Language, ...] = (),
    ) -> tuple[Lead, ...]:
        query = "claim_due_leads"
        wanted: dict[str, object] = {
            "campaign_id": campaign_id,
            "count": count,
            "now": moment(now),
            "floor": self._floor,
            "expires_at": moment(now + CLAIM_S),
        }
        if languages:
            query += "_of_language"
            wanted["languages"] = [language.value for language in languages]
        elif leads is not None:
            query += "_of_class"
            wanted["may_hear_recording"] = leads is LeadClass.OVER_DIALABLE
            wanted["looked_at"] = LOOKED_AT
        async with self._transaction() as connection:
            await connection.execute(QUERIES["free_expired_claims"], {"now": moment(now)})
            claimed = await connection.execute(QUERIES[query], wanted)
            return await self._read_leads(connection, list(claimed.scalars()), now)

    async def rescore_leads(self, campaign_id: int, order: ListOrder) -> None:
        wanted = {
            "campaign_id": campaign_id,
            "effects": json.dumps(order.effects),
            "count": RESCORED_AT_ONCE,
            "area_digits": AREA_DIGITS,
            "late_attempt": LATE_ATTEMPT,
            "buckets": BUCKETS,
            "typical_bucket": TYPICAL_BUCKET,
            "bucket_width": BUCKET_WIDTH,
        }
        after: int | None = 0
        while after is not None:
            async with self._transaction() as connection:
                looked_at = await connection.execute(
                    QUERIES["rescore_leads"], {**wanted, "after": after}
                )
                after = looked_at.scalar()
            await asyncio.sleep(RESCORE_PAUSE_S)

    async def restore(self, now: float) -> Restored:
        async with self._transaction() as connection:
            await self._settle(connection, now)
            its = {"floor": self._floor}
            await connection.execute(QUERIES["claim_open_attempts"], its)
            attempts = list(await connection.execute(QUERIES["open_attempts"], its))
            agents = list(await connection.execute(QUERIES["agents_on_duty"]))
            visits = list(await connection.execute(QUERIES["open_visits"]))
            transfers = list(await connection.execute(QUERIES["open_transfers"]))
            asking = list(await connection.execute(QUERIES["open_help_requests"]))
            known = (*attempts, *agents, *visits)
            lead_ids = {row.lead_id for row in known if row.lead_id is not None}
            leads = {
                lead.id: lead for lead in await self._read_leads(connection, sorted(lead_ids), now)
            }
            return Restored(
                at=now,
                attempts=tuple(rows.open_attempts_of(attempts, leads)),
                agents=tuple(rows.agent_on_duty_of(row, leads) for row in agents),
                visits=tuple(rows.open_visit_of(row, leads) for row in visits),
                transfers=tuple(map(rows.open_transfer_of, transfers)),
                help_requests=tuple(map(rows.help_request_of, asking)),
            )

    async def campaigns(self) -> tuple[Campaign, ...]:
        wanted = (
            select(tables.campaigns)
            .where(tables.campaigns.c.state != CampaignState.FINISHED.value)
            .order_by(tables.campaigns.c.id)
        )
        async with self._transaction() as connection:
            return tuple(rows.campaign_of(row) for row in await connection.execute(wanted))

    async def agents(self) -> tuple[Agent, ...]:
        wanted = (
            select(tables.agents)
            .where(tables.agents.c.removed_at.is_(None))
            .order_by(tables.agents.c.id)
        )
        async with self._transaction() as connection:
            return tuple(rows.agent_of(row) for row in await connection.execute(wanted))

    async def agent_by_name(self, name: str) -> Agent | None:
        wanted = select(tables.agents).where(
            tables.agents.c.name == name, tables.agents.c.removed_at.is_(None)
        )
        async with self._transaction() as connection:
            row = (await connection.execute(wanted)).first()
            return None if row is None else rows.agent_of(row)

    async def ledger(self, campaign: Campaign, now: float) -> LegalLedger:
        async with self._transaction() as connection:
            return await read_ledger(connection, campaign, now)

    async def keep_books(self, now: float) -> None:
        async with self._transaction() as connection:
            await keep_books(connection, now)

    async def past_facts(self, campaign_id: int, limit: int) -> tuple[Fact, ...]:
        its = {"campaign_id": campaign_id, "count": limit}
        async with self._transaction() as connection:
            found = await connection.execute(QUERIES["past_attempts"], its)
            attempts = [past_attempt_of(row) for row in found]
            if not attempts:
                return ()
            since = moment(attempts[0].dialed_at)
            spells = await connection.execute(
                QUERIES["past_wrap_ups"], {"campaign_id": campaign_id, "since": since}
            )
            wrap_ups = [
                PastWrapUp(began_at=row.started_at.timestamp(), ended_at=row.ended_at.timestamp())
                for row in spells
            ]
        return facts_of(attempts, wrap_ups)

    async def circumstances(self) -> Circumstances:
        async with self._transaction() as connection:
            return await read_circumstances(connection)

    async def fact_news(self) -> FactNews:
        async with self._transaction() as connection:
            found = await connection.execute(QUERIES["fact_news"], {"floor": self._floor})
            row = found.one()
            return FactNews(
                barred=frozenset(row.barred), revoked=frozenset(row.revoked), imports=row.imports
            )

    async def keep_rule_set(self, version: str, body: str) -> None:
        """Keep the text of a rule set, before it judges anything."""
        statement = upsert(rule_sets).values(version=version, body=body)
        async with self._transaction() as connection:
            await connection.execute(statement.on_conflict_do_nothing())

    async def remove_decisions(self, before: float) -> int:
        async with self._transaction() as connection:
            return await remove_decisions(connection, before)

    async def clock_at(self) -> float:
        """The instant by the database's clock."""
        async with self._transaction() as connection:
            now = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            return float(now.timestamp())

    async def draw_key(self) -> bytes:
        """By which calls are drawn for an audit of the detector."""
        async with self._transaction() as connection:
            return await recordings.draw_key(connection)

    async def expired_recordings(self, before: float) -> tuple[str, ...]:
        """Files of recordings from before an instant, some of them at most."""
        async with self._transaction() as connection:
            return await recordings.expired_recordings(connection, before)

    async def recordings_removed(self, files: Sequence[str], at: float) -> None:
        """The files are gone."""
        async with self._transaction() as connection:
            await recordings.note_removed(connection, files, at)

    async def recordings_without_row(self, files: Sequence[str]) -> tuple[str, ...]:
        """Of the files those that nothing gives leave to keep."""
        async with self._transaction() as connection:
            return await recordings.without_row(connection, files)

    async def campaign_figures(self, campaign_id: int) -> CampaignFigures:
        """The figures of one campaign, from its first attempt to now (for the web)."""
        async with self._transaction() as connection:
            return await read_figures(connection, campaign_id)

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        now = time.time()
        async with self._transaction() as connection:
            await connection.execute(QUERIES["free_expired_claims"], {"now": moment(now)})
            claimed = await connection.execute(
                QUERIES["claim_lead_of_number"],
                {
                    "campaign_id": campaign_id,
                    "e164": e164,
                    "now": moment(now),
                    "floor": self._floor,
                    "expires_at": moment(now + CLAIM_S),
                },
            )
            leads = await self._read_leads(connection, list(claimed.scalars()), now)
            return leads[0] if leads else None

    async def leads_of_caller(self, e164: str) -> tuple[Lead, ...]:
        async with self._transaction() as connection:
            found = await connection.execute(QUERIES["leads_of_caller"], {"e164": e164})
            ids = list(found.scalars())
            leads = await self._read_leads(connection, ids, time.time())
        return tuple(sorted(leads, key=lambda lead: ids.index(lead.id)))

    async def _read_leads(
        self, connection: AsyncConnection, lead_ids: list[int], now: float
    ) -> tuple[Lead, ...]:
        if not lead_ids:
            return ()
        found = await connection.execute(
            QUERIES["read_leads"],
            {
                "lead_ids": lead_ids,
                "attempts_since": moment(now - ATTEMPTS_KNOWN_S),
                "past_since": moment(now - PAST_KNOWN_S),
            },
        )
        return tuple(rows.lead_of(row) for row in found)

    async def _settle(self, connection: AsyncConnection, now: float) -> None:
        """What an engine before us held: its leads rest, or are free again."""
        usual = RecycleRules()
        await connection.execute(
            QUERIES["settle_claims"],
            {
                "floor": self._floor,
                "now": moment(now),
                "max_attempts": usual.max_attempts,
                "abandoned_s": usual.abandoned_s,
                "lost_s": usual.lost_s,
            },
        )
        await connection.execute(QUERIES["free_claims"], {"floor": self._floor})

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        async with self._reaching(), self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def _reaching(self) -> AsyncIterator[None]:
        try:
            async with reaching_the_database(self._patience_s):
                yield
        except StoreAway:
            # The pool's other connections are most likely dead as well: begin afresh.
            await self._engine.dispose()
            raise
