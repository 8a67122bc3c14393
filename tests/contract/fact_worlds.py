"""The worlds of the store's contract once more, with what the law asks about numbers and people.

A world puts facts in from outside, as the commands of `callbank compliance` do.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Executable, Row, Table, insert, text, update

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import Consent, ConsentKind, Reassigned, Relation, RelationKind
from dialer.storage import fact_tables, tables
from dialer.storage.instants import moment
from dialer.storage.memory_facts import LineRow, RegisterRow
from dialer.storage.rows import campaign_of, campaign_values
from tests.contract.store_worlds import ZONES, MemoryWorld, PostgresWorld, StoreWorld


class FactWorld(StoreWorld, Protocol):
    async def campaign_for(self, name: str, seller: str, offer: str) -> Campaign:
        """A running campaign on somebody's behalf."""

    async def lead_of(self, campaign: Campaign, e164: str, person: str) -> int:
        """A lead of a person who has a key of his own."""

    async def consent(
        self, e164: str, given_at: float, *, kind: str = "express", person: str = ""
    ) -> None: ...

    async def revoke(self, e164: str, at: float, *, person: str = "") -> None: ...

    async def relation(
        self, kind: str, at: float, *, e164: str = "", person: str = ""
    ) -> None: ...

    async def register(self, name: str, as_of: float, e164s: list[str]) -> None:
        """A copy of a do-not-call register comes into force."""

    async def answer(self, e164: str, answer: Reassigned) -> None:
        """The Reassigned Numbers Database answered."""

    async def business(self, e164: str, key: str) -> None: ...

    async def line(
        self, e164: str, line_type: str, as_of: float, *, ported_at: float | None = None
    ) -> None:
        """A carrier's data; with `ported_at` a row of a list of ported numbers."""

    async def wireless_block(self, prefix: str, as_of: float) -> None: ...


@dataclass(slots=True)
class MemoryFactWorld(MemoryWorld):
    async def campaign_for(self, name: str, seller: str, offer: str) -> Campaign:
        its = Campaign(id=0, name=name, seller=seller, offer=offer, state=CampaignState.RUNNING)
        return self.store.add_campaign(its)

    async def lead_of(self, campaign: Campaign, e164: str, person: str) -> int:
        lead = Lead(
            id=0,
            campaign_id=campaign.id,
            e164=e164,
            display_name="Ann Example",
            zones=ZONES,
            line_type=LineType.LANDLINE,
        )
        return self.store.add_lead(lead, person=person).id

    async def consent(
        self, e164: str, given_at: float, *, kind: str = "express", person: str = ""
    ) -> None:
        rows = self.store.facts.consents.setdefault(e164, [])
        consent = Consent(reference=len(rows) + 1, kind=ConsentKind(kind), given_at=given_at)
        rows.append((person, consent))

    async def revoke(self, e164: str, at: float, *, person: str = "") -> None:
        self.store.facts.revocations.setdefault(e164, []).append((person, at))

    async def relation(
        self, kind: str, at: float, *, e164: str = "", person: str = ""
    ) -> None:
        relation = Relation(kind=RelationKind(kind), at=at)
        self.store.facts.relations.append((e164, person, relation))

    async def register(self, name: str, as_of: float, e164s: list[str]) -> None:
        row = RegisterRow(as_of=as_of, numbers=frozenset(e164s))
        self.store.facts.registers[name] = row

    async def answer(self, e164: str, answer: Reassigned) -> None:
        self.store.facts.reassigned.setdefault(e164, []).append(answer)

    async def business(self, e164: str, key: str) -> None:
        self.store.facts.businesses[e164] = key

    async def line(
        self, e164: str, line_type: str, as_of: float, *, ported_at: float | None = None
    ) -> None:
        row = LineRow(
            line_type=LineType(line_type), as_of=as_of, ported_to_wireless_at=ported_at
        )
        self.store.facts.lines.setdefault(e164, []).append(row)

    async def wireless_block(self, prefix: str, as_of: float) -> None:
        self.store.facts.wireless_blocks[prefix] = as_of


@dataclass(slots=True)
class PostgresFactWorld(PostgresWorld):
    async def campaign_for(self, name: str, seller: str, offer: str) -> Campaign:
        its = Campaign(id=0, name=name, seller=seller, offer=offer, state=CampaignState.RUNNING)
        statement = insert(tables.campaigns).values(**campaign_values(its))
        (row,) = await self._run(statement.returning(tables.campaigns))
        return replace(campaign_of(row), name=name)

    async def lead_of(self, campaign: Campaign, e164: str, person: str) -> int:
        lead_id = await self.lead(campaign, e164)
        await self._run(
            text(
                "UPDATE contacts SET external_id = :person"
                " WHERE id = (SELECT contact_id FROM leads WHERE id = :lead_id)"
            ),
            {"person": person, "lead_id": lead_id},
        )
        return lead_id

    async def consent(
        self, e164: str, given_at: float, *, kind: str = "express", person: str = ""
    ) -> None:
        await self._put(
            fact_tables.consents,
            e164=e164,
            person=person,
            kind=kind,
            given_at=moment(given_at),
            source="a test",
        )

    async def revoke(self, e164: str, at: float, *, person: str = "") -> None:
        await self._put(
            fact_tables.revocations,
            e164=e164,
            person=person,
            revoked_at=moment(at),
            source="a test",
        )

    async def relation(
        self, kind: str, at: float, *, e164: str = "", person: str = ""
    ) -> None:
        await self._put(
            fact_tables.relations,
            e164=e164,
            person=person,
            kind=kind,
            at=moment(at),
            source="a test",
        )

    async def register(self, name: str, as_of: float, e164s: list[str]) -> None:
        registers = fact_tables.registers
        await self._run(
            update(registers).where(registers.c.name == name).values(is_in_force=False)
        )
        (row,) = await self._run(
            insert(registers)
            .values(
                name=name,
                as_of=moment(as_of),
                is_in_force=True,
                import_id=await self._import("register"),
            )
            .returning(registers.c.id)
        )
        for e164 in e164s:
            entry = {"register_id": row.id, "number": int(e164[1:])}
            await self._put(fact_tables.register_entries, **entry)

    async def answer(self, e164: str, answer: Reassigned) -> None:
        await self._put(
            fact_tables.reassigned_answers,
            e164=e164,
            answer=answer.answer.value,
            asked_about=moment(answer.asked_about),
            asked_at=moment(answer.asked_at),
            source="a test",
        )

    async def business(self, e164: str, key: str) -> None:
        await self._put(fact_tables.business_lines, e164=e164, business=key)

    async def line(
        self, e164: str, line_type: str, as_of: float, *, ported_at: float | None = None
    ) -> None:
        await self._put(
            fact_tables.line_types,
            e164=e164,
            kind="lookup" if ported_at is None else "ported_to_wireless",
            line_type=line_type,
            ported_at=None if ported_at is None else moment(ported_at),
            as_of=moment(as_of),
            import_id=await self._import("line_types"),
        )

    async def wireless_block(self, prefix: str, as_of: float) -> None:
        await self._put(
            fact_tables.wireless_blocks,
            prefix=prefix,
            as_of=moment(as_of),
            import_id=await self._import("line_types"),
        )

    async def _import(self, kind: str) -> int:
        imports = fact_tables.fact_imports
        values = {"kind": kind, "file_name": "a test", "file_sha256": ""}
        (row,) = await self._run(insert(imports).values(**values).returning(imports.c.id))
        return int(row.id)

    async def _put(self, table: Table, **values: object) -> None:
        statement: Executable = insert(table).values(**values)
        rows: list[Row] = await self._run(statement)
        assert not rows
