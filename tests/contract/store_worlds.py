"""The two worlds in which the store's contract is tested: a real database, and memory.

A world fills the store from outside (as list imports and `campaign create` do) and looks into
it afterwards; what happens between goes through the port.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Executable, func, insert, select, text, update
from sqlalchemy import Row as DatabaseRow

from dialer.compliance.ledger import FrozenBlock
from dialer.compliance.proof import Row
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead, LeadState, LineType
from dialer.runtime.ports import Store
from dialer.storage import tables
from dialer.storage.connect import plainly
from dialer.storage.evidence import read_links
from dialer.storage.evidence_tables import evidence_subjects
from dialer.storage.ledger import block_of
from dialer.storage.memory import MemoryStore
from dialer.storage.rows import agent_of, campaign_of, campaign_values
from dialer.storage.store import PostgresStore


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadNow:
    """How a lead stands."""

    state: LeadState
    attempt_count: int
    is_claimed: bool


class StoreWorld(Protocol):
    store: Store

    async def campaign(self, name: str, state: CampaignState = CampaignState.RUNNING) -> Campaign:
        """A campaign that exists."""

    async def campaign_like(self, campaign: Campaign) -> Campaign:
        """A campaign with these settings that exists."""

    async def blocks(self) -> list[FrozenBlock]:
        """The frozen blocks of the ledger, oldest first."""

    async def drawn(self) -> list[str]:
        """The attempts whose machine verdicts were drawn to be listened to."""

    async def agent(self, name: str) -> Agent:
        """An agent who exists."""

    async def remove_agent(self, agent_id: int) -> None:
        """He works here no more."""

    async def lead(self, campaign: Campaign, e164: str, *, priority: int = 0) -> int:
        """The id of a lead that exists and was never called."""

    async def lead_now(self, lead_id: int) -> LeadNow:
        """How the lead stands now."""

    async def results_of(self, attempt_id: str) -> list[str]:
        """All dispositions given to the attempt, oldest first."""

    async def refusals_of(self, lead_id: int) -> list[tuple[str, ...]]:
        """The reasons of all refusals of the lead."""

    async def agent_spells(self, agent_id: int) -> list[tuple[str, float]]:
        """The agent's states with their beginnings, oldest first."""

    async def evidence(self) -> list[Row]:
        """The whole evidence chain."""

    async def number_of(self, subject: bytes) -> tuple[str, bytes]:
        """The number that a subject of the evidence is, and its key."""

    async def decisions_of(self, campaign_id: int) -> list[tuple[float, str, dict[str, object]]]:
        """Instants, reasons and figures of all decisions that are kept, oldest first."""


    async def recordings(self) -> list[tuple[str, float, float | None]]:
        """Attempt, beginning and end of every recording."""


ZONES = ("America/New_York",)


@dataclass(slots=True)
class MemoryWorld:
    store: MemoryStore = field(default_factory=lambda: MemoryStore(keeps_evidence=True))

    async def campaign(self, name: str, state: CampaignState = CampaignState.RUNNING) -> Campaign:
        return self.store.add_campaign(Campaign(id=0, name=name, state=state))

    async def campaign_like(self, campaign: Campaign) -> Campaign:
        return self.store.add_campaign(campaign)

    async def blocks(self) -> list[FrozenBlock]:
        return list(self.store.tables.blocks)

    async def drawn(self) -> list[str]:
        return sorted(self.store.tables.audits)

    async def agent(self, name: str) -> Agent:
        return self.store.add_agent(name, f"x-{name}")

    async def remove_agent(self, agent_id: int) -> None:
        del self.store.tables.agents[agent_id]

    async def lead(self, campaign: Campaign, e164: str, *, priority: int = 0) -> int:
        lead = Lead(
            id=0,
            campaign_id=campaign.id,
            e164=e164,
            display_name="Ann Example",
            zones=ZONES,
            line_type=LineType.LANDLINE,
        )
        return self.store.add_lead(lead, priority=priority).id

    async def lead_now(self, lead_id: int) -> LeadNow:
        row = self.store.tables.leads[lead_id]
        return LeadNow(
            state=row.state,
            attempt_count=row.attempt_count,
            is_claimed=any(claim.lead_id == lead_id for claim in self.store.tables.claims.values()),
        )

    async def results_of(self, attempt_id: str) -> list[str]:
        return [one.disposition.value for one in self.store.tables.attempts[attempt_id].results]

    async def refusals_of(self, lead_id: int) -> list[tuple[str, ...]]:
        its = (one for (its_id, _), one in self.store.tables.refusals.items() if its_id == lead_id)
        return [one.refusal.reasons for one in its]

    async def agent_spells(self, agent_id: int) -> list[tuple[str, float]]:
        return [(one.state.value, one.at) for one in self.store.tables.agent_states[agent_id]]

    async def evidence(self) -> list[Row]:
        assert self.store.evidence is not None
        return self.store.evidence.rows

    async def number_of(self, subject: bytes) -> tuple[str, bytes]:
        kept = self.store.evidence
        assert kept is not None
        (e164,) = (number for number, one in kept.subjects.items() if one == subject)
        return e164, kept.keys[e164]

    async def decisions_of(self, campaign_id: int) -> list[tuple[float, str, dict[str, object]]]:
        its = (d for d in self.store.tables.decisions.values() if d.campaign_id == campaign_id)
        return [(one.at, one.reason, dict(one.figures)) for one in its]


    async def recordings(self) -> list[tuple[str, float, float | None]]:
        its = self.store.tables.recordings.values()
        return [(one.attempt_id, one.started_at, one.ended_at) for one in its]


@dataclass(slots=True)
class PostgresWorld:
    store: PostgresStore

    async def campaign(self, name: str, state: CampaignState = CampaignState.RUNNING) -> Campaign:
        return await self.campaign_like(Campaign(id=0, name=name, state=state))

    async def campaign_like(self, campaign: Campaign) -> Campaign:
        values = campaign_values(campaign)
        statement = insert(tables.campaigns).values(**values).returning(tables.campaigns)
        rows = await self._run(statement)
        return campaign_of(rows[0])

    async def blocks(self) -> list[FrozenBlock]:
        blocks = tables.abandonment_blocks
        return [block_of(row) for row in await self._run(select(blocks).order_by(blocks.c.id))]

    async def drawn(self) -> list[str]:
        return [row.attempt_id for row in await self._run(select(tables.amd_audits))]

    async def agent(self, name: str) -> Agent:
        values = {"name": name, "extension": f"x-{name}"}
        rows = await self._run(insert(tables.agents).values(**values).returning(tables.agents))
        return agent_of(rows[0])

    async def remove_agent(self, agent_id: int) -> None:
        gone = update(tables.agents).where(tables.agents.c.id == agent_id)
        await self._run(gone.values(removed_at=func.now()))

    async def lead(self, campaign: Campaign, e164: str, *, priority: int = 0) -> int:
        await self._run(
            text(
                "INSERT INTO numbers (e164, zones, line_type) VALUES (:e164, :zones, 'landline')"
                " ON CONFLICT DO NOTHING"
            ),
            {"e164": e164, "zones": list(ZONES)},
        )
        rows = await self._run(
            text(
                "WITH p AS (INSERT INTO contacts (campaign_id, external_id, display_name)"
                " VALUES (:campaign_id, gen_random_uuid()::text, 'Ann Example') RETURNING id)"
                " INSERT INTO leads (campaign_id, contact_id, e164, priority)"
                " SELECT :campaign_id, p.id, :e164, :priority FROM p RETURNING id"
            ),
            {"campaign_id": campaign.id, "e164": e164, "priority": priority},
        )
        return rows[0].id

    async def lead_now(self, lead_id: int) -> LeadNow:
        leads, claims = tables.leads, tables.claims
        wanted = select(leads.c.state, leads.c.attempt_count).where(leads.c.id == lead_id)
        row = (await self._run(wanted))[0]
        claimed = await self._run(select(claims).where(claims.c.lead_id == lead_id))
        return LeadNow(
            state=LeadState(row.state), attempt_count=row.attempt_count, is_claimed=bool(claimed)
        )

    async def results_of(self, attempt_id: str) -> list[str]:
        results = tables.results
        wanted = select(results).where(results.c.attempt_id == attempt_id).order_by(results.c.at)
        return [row.disposition for row in await self._run(wanted)]

    async def refusals_of(self, lead_id: int) -> list[tuple[str, ...]]:
        refusals = tables.refusals
        wanted = select(refusals).where(refusals.c.lead_id == lead_id).order_by(refusals.c.at)
        return [tuple(row.reasons) for row in await self._run(wanted)]

    async def agent_spells(self, agent_id: int) -> list[tuple[str, float]]:
        states = tables.agent_states
        wanted = select(states).where(states.c.agent_id == agent_id).order_by(states.c.started_at)
        return [(row.state, row.started_at.timestamp()) for row in await self._run(wanted)]

    async def evidence(self) -> list[Row]:
        url = self.store._engine.url.render_as_string(hide_password=False)
        with plainly(url) as connection:
            return list(read_links(connection, 1, 2**40))

    async def number_of(self, subject: bytes) -> tuple[str, bytes]:
        its = evidence_subjects
        (row,) = await self._run(select(its).where(its.c.subject == subject))
        return row.e164, row.key

    async def decisions_of(self, campaign_id: int) -> list[tuple[float, str, dict[str, object]]]:
        decisions = tables.pacing_decisions
        its = select(decisions).where(decisions.c.campaign_id == campaign_id)
        found = await self._run(its.order_by(decisions.c.id))
        return [(row.at.timestamp(), row.reason, row.figures) for row in found]

    async def recordings(self) -> list[tuple[str, float, float | None]]:
        its = tables.recordings
        return [
            (row.attempt_id, row.started_at.timestamp(), row.ended_at and row.ended_at.timestamp())
            for row in await self._run(select(its).order_by(its.c.started_at))
        ]

    async def _run(
        self, statement: Executable, values: dict[str, object] | None = None
    ) -> list[DatabaseRow[Any]]:
        async with self.store._engine.begin() as connection:
            result = await connection.execute(statement, values or {})
            return list(result) if result.returns_rows else []
