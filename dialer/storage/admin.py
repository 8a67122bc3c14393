"""Administration: campaigns and agents. Called by the commands and the demo.

Not the engine's port: nothing here is on a call's way. Names are people's, so a wrong one is a
UsageError that says which ones there are. Everything raised is a CallbankError.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.language import Language
from dialer.errors import CallbankError, UsageError
from dialer.runtime.ports import StoreAway
from dialer.storage import rows
from dialer.storage.campaign_changes import note_change
from dialer.storage.connect import make_engine, reaching_the_database
from dialer.storage.decisions import KeptDecision, read_decisions
from dialer.storage.figures import CampaignFigures, read_figures
from dialer.storage.tables import agents, campaigns

PATIENCE_S = 60.0
FIRST_EXTENSION = 101

BEFORE = {
    CampaignState.RUNNING: (
        CampaignState.DRAFT,
        CampaignState.PAUSED,
        CampaignState.FINISHED,
    ),
    CampaignState.PAUSED: (CampaignState.RUNNING,),
    CampaignState.FINISHED: (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED),
}
"""From which states a campaign comes into a state."""


@asynccontextmanager
async def working(
    engine: AsyncEngine, patience_s: float = PATIENCE_S
) -> AsyncIterator[AsyncConnection]:
    """A transaction whose failures are sentences."""
    try:
        async with reaching_the_database(patience_s), engine.begin() as connection:
            yield connection
    except StoreAway as error:
        raise CallbankError(f"{error}. Nothing was changed.") from error
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise CallbankError(
            f"the database's login may not do this ({str(error.orig).splitlines()[0]})."
            " Nothing was changed."
        ) from error


class Administration:
    """What an operator changes by hand."""

    def __init__(self, engine: AsyncEngine, by: str = "callbank") -> None:
        """`by` is who changes campaigns, for the record."""
        self._engine = engine
        self._by = by

    @property
    def engine(self) -> AsyncEngine:
        """For what reads beside it (export)."""
        return self._engine

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, by: str = "callbank") -> AsyncIterator["Administration"]:
        """Administration of the database of that URL, for the length of a block."""
        engine = make_engine(url, pool_size=2)
        try:
            yield cls(engine, by)
        finally:
            await engine.dispose()

    # --- campaigns ----------------------------------------------------------------------------

    async def create_campaign(self, campaign: Campaign) -> Campaign:
        """Keep a new campaign; its id is given here."""
        values = rows.campaign_values(campaign)
        statement = insert(campaigns).values(**values)
        try:
            async with working(self._engine) as connection:
                found = await connection.execute(statement.returning(campaigns))
                kept = rows.campaign_of(found.one())
                await note_change(connection, kept.id, self._by, {}, values)
                return kept
        except IntegrityError as error:
            raise UsageError(
                f'there is a campaign called "{campaign.name}" already: '
                "change it with `callbank campaign set`, or choose another name."
            ) from error

    async def campaigns(self) -> tuple[Campaign, ...]:
        """All campaigns, the finished ones too."""
        async with working(self._engine) as connection:
            found = await connection.execute(select(campaigns).order_by(campaigns.c.id))
            return tuple(rows.campaign_of(row) for row in found)

    async def campaign(self, name: str) -> Campaign:
        """The campaign of that name, or a UsageError that names those there are."""
        known = await self.campaigns()
        for campaign in known:
            if campaign.name == name:
                return campaign
        raise UsageError(_no_such("campaign", name, [campaign.name for campaign in known]))

    async def change_campaign(self, campaign: Campaign) -> None:
        """Keep the campaign's settings as they are given; its state is not touched."""
        values = rows.campaign_values(campaign)
        del values["state"]
        its = campaigns.c.id == campaign.id
        async with working(self._engine) as connection:
            found = await connection.execute(select(campaigns).where(its).with_for_update())
            before = rows.campaign_values(rows.campaign_of(found.one()))
            await connection.execute(update(campaigns).where(its).values(**values))
            await note_change(connection, campaign.id, self._by, before, values)

    async def set_campaign_state(self, name: str, state: CampaignState) -> Campaign:
        """Start, pause or finish a campaign. To what it is already is no error."""
        campaign = await self.campaign(name)
        if campaign.state is not state and campaign.state not in BEFORE[state]:
            raise UsageError(f'campaign "{name}" is {campaign.state}: it cannot become {state}.')
        async with working(self._engine) as connection:
            await connection.execute(
                update(campaigns)
                .where(campaigns.c.id == campaign.id)
                .values(state=state.value)
            )
            await note_change(
                connection,
                campaign.id,
                self._by,
                {"state": campaign.state.value},
                {"state": state.value},
            )
        return replace(campaign, state=state)

    async def figures(self, name: str, *, since: float = 0.0) -> CampaignFigures:
        """The campaign's figures since an instant."""
        campaign = await self.campaign(name)
        async with working(self._engine) as connection:
            return await read_figures(connection, campaign.id, since=since)

    async def decisions(self, name: str, *, until: float, last: int) -> tuple[KeptDecision, ...]:
        """Pacing's last decisions of the campaign up to an instant, oldest first."""
        campaign = await self.campaign(name)
        async with working(self._engine) as connection:
            return await read_decisions(connection, campaign.id, until=until, last=last)

    # --- agents -------------------------------------------------------------------------------

    async def add_agent(
        self,
        name: str,
        extension: str | None = None,
        us_state: str = "",
        languages: tuple[Language, ...] = (),
    ) -> Agent:
        """A new agent; without an extension he gets the next free number."""
        try:
            async with working(self._engine) as connection:
                values = {
                    "name": name,
                    "extension": extension or await _free(connection),
                    "us_state": us_state,
                    "languages": [language.value for language in languages],
                }
                kept = await connection.execute(insert(agents).values(**values).returning(agents))
                return rows.agent_of(kept.one())
        except IntegrityError as error:
            taken = "name" if "present_name" in str(error.orig) else "extension"
            raise UsageError(
                f"another agent has that {taken} already: choose another, "
                "or remove the other agent first."
            ) from error

    async def agents(self) -> tuple[Agent, ...]:
        """Everybody who may log in."""
        wanted = select(agents).where(agents.c.removed_at.is_(None)).order_by(agents.c.id)
        async with working(self._engine) as connection:
            return tuple(rows.agent_of(row) for row in await connection.execute(wanted))

    async def agent(self, name: str) -> Agent:
        """The agent of that name, or a UsageError that names those there are."""
        known = await self.agents()
        for agent in known:
            if agent.name == name:
                return agent
        raise UsageError(_no_such("agent", name, [agent.name for agent in known]))

    async def seat_agent(self, name: str, us_state: str) -> Agent:
        """The agent sits in that state from now on; empty: nobody knows where."""
        agent = await self.agent(name)
        async with working(self._engine) as connection:
            await connection.execute(
                update(agents).where(agents.c.id == agent.id).values(us_state=us_state)
            )
        return replace(agent, us_state=us_state)

    async def remove_agent(self, name: str) -> Agent:
        """The agent may not log in any more; what he did stays."""
        agent = await self.agent(name)
        async with working(self._engine) as connection:
            await connection.execute(
                update(agents).where(agents.c.id == agent.id).values(removed_at=func.now())
            )
        return agent


async def _free(connection: AsyncConnection) -> str:
    taken = await connection.execute(
        select(agents.c.extension).where(agents.c.removed_at.is_(None))
    )
    numbers = {int(one) for one in taken.scalars() if one.isascii() and one.isdigit()}
    extension = FIRST_EXTENSION
    while extension in numbers:
        extension += 1
    return str(extension)


def _no_such(noun: str, name: str, known: Sequence[str]) -> str:
    if not known:
        return f'there is no {noun} called "{name}", and no other: make one first.'
    shown = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
    return f'there is no {noun} called "{name}". There are: {shown}.'
