"""One campaign of an end-to-end test: its list, its volunteers, and what must hold at its end."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from dialer.compliance.places import country_of, states_of
from dialer.demo.bots import Crew
from dialer.demo.show import CALLER, MESSAGE, place_where_one_may_call
from dialer.demo.stage import OUR_NUMBER
from dialer.demo.volunteers import Habits, Volunteer
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState
from dialer.parts.carrier import FORCED, Behaviour, fate_of
from dialer.parts.speech import PERSONS
from dialer.storage.admin import Administration
from dialer.web.client import ApiClient, Json
from tests.asterisk.e2e.venue import MIX, PATIENCE_S, Row, Venue, result_rows, until

HABITS = Habits(
    talk_s=3.0,
    wrap_up_s=0.5,
    break_chance=0.0,
    vanish_chance=0.0,
    away_s=1.0,
    arrive_within_s=0.2,
)
LONG_TALKS = replace(HABITS, talk_s=9.0)

ANSWERS_ON_RECORD = 200
"""After so many good ones the governor lets a campaign over-dial."""

_STRICT = {"CA", "IN", "MD", "MN", "ND", "TX"}
"""Where no recorded voice may be the first thing heard, or (MD) a committee dials by hand alone."""

_AREAS = tuple(
    str(area)
    for area in range(201, 990)
    if country_of(f"+1{area}5550100") == "US"
    and not _STRICT.intersection(states_of(f"+1{area}5550100", "", ""))
)
_areas_left = {behaviour: iter(_AREAS) for behaviour in FORCED}


def new_number(behaviour: Behaviour) -> str:
    """A number of the United States that was never dialed before and behaves like this."""
    while True:
        number = f"1{next(_areas_left[behaviour])}55501{FORCED.index(behaviour):02}"
        if says_only_hello(number):
            return "+" + number


def says_only_hello(number: str) -> bool:
    """Whether the person there greets in a word or two: the carrier's own dice, dialplan [network].

    Who says a whole sentence is taken for a machine by AMD(), as in life.
    """
    return len(PERSONS[fate_of(number, MIX).voice][1].split()) <= 2


@dataclass(kw_only=True)
class Evening:
    """A running campaign. `behaviours` says what each number of its list does."""

    venue: Venue
    campaign: Campaign
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    history: int = 0

    def add(self, behaviours: Sequence[Behaviour], line_type: str = "landline") -> list[str]:
        """Put a new number for each behaviour on the list; returns the numbers."""
        numbers = [new_number(behaviour) for behaviour in behaviours]
        self.behaviours |= dict(zip(numbers, behaviours, strict=True))
        zone = place_where_one_may_call(time.time(), 600.0) or "America/New_York"
        self.venue.change(
            "WITH n AS (INSERT INTO numbers (e164, zones, line_type)"
            "  SELECT unnest(%s::text[]), ARRAY[%s], %s RETURNING e164),"
            " c AS (INSERT INTO contacts (campaign_id, external_id, display_name)"
            "  SELECT %s, e164, 'Somebody' FROM n RETURNING id, external_id)"
            " INSERT INTO leads (campaign_id, contact_id, e164) SELECT %s, id, external_id FROM c",
            numbers,
            zone,
            line_type,
            self.campaign.id,
            self.campaign.id,
        )
        return numbers

    def add_again(self, numbers: Sequence[str]) -> None:
        """Somebody else at each of these numbers is on the list too."""
        self.venue.change(
            "WITH c AS (INSERT INTO contacts (campaign_id, external_id, display_name)"
            "  SELECT %s, e164 || '/2', 'Somebody else' FROM unnest(%s::text[]) AS e164"
            "  RETURNING id, external_id)"
            " INSERT INTO leads (campaign_id, contact_id, e164)"
            " SELECT %s, id, split_part(external_id, '/', 1) FROM c",
            self.campaign.id,
            list(numbers),
            self.campaign.id,
        )

    def add_history(self, answers: int) -> None:
        """So many people talked with an agent two hours ago, each connected at once."""
        before = self.history
        self.history += answers
        self.venue.change(
            "WITH n AS (INSERT INTO numbers (e164)"
            "  SELECT '+1919' || (5560000 + %s * 1000 + g)"
            "  FROM generate_series(%s + 1, %s) AS g RETURNING e164),"
            " c AS (INSERT INTO contacts (campaign_id, external_id)"
            "  SELECT %s, e164 FROM n RETURNING id, external_id),"
            " l AS (INSERT INTO leads (campaign_id, contact_id, e164, state, next_at)"
            "  SELECT %s, id, external_id, 'final', 'infinity' FROM c RETURNING id, e164)"
            " INSERT INTO attempts (id, lead_id, campaign_id, e164, trunk, caller_id, permit,"
            "  due_at, dialed_at, answered_at, connected_at, parted_at, ended_at, outcome)"
            " SELECT 'cb-past-' || id, id, %s, e164, 'simulated', '', '{}', '-infinity', t.at,"
            "  t.at, t.at, t.at, t.at, 'talked'"
            " FROM l, (SELECT now() - interval '2 hours' AS at) AS t",
            self.campaign.id,
            before,
            self.history,
            *[self.campaign.id] * 3,
        )

    async def over_dials(self) -> None:
        """Give the campaign a good past, start it, and wait until the governor knows of it."""
        self.add_history(ANSWERS_ON_RECORD)
        await self.set_state(CampaignState.RUNNING)
        async with ApiClient(self.venue.stage.web_url) as client, asyncio.timeout(PATIENCE_S):
            while True:
                status = await client.campaign(self.campaign.name, self.venue.token)
                if "lines each" in str(status["live"]) and "1 ready" in str(status["live"]):
                    return
                await asyncio.sleep(0.1)

    def ringing(self) -> int:
        """How many of the campaign's lines are out."""
        ids = {str(row["id"]) for row in self.attempts()}
        return len(ids & self.venue.channels().keys())

    def attempts(self) -> list[Row]:
        """Every attempt of the campaign (but its made-up history), oldest first."""
        return self.venue.rows(
            "SELECT id, e164, trunk, agent_id, dialed_at, answered_at, connected_at, ended_at,"
            " message_started_at, outcome, amd_verdict, sip_status"
            " FROM attempts WHERE campaign_id = %s AND id NOT LIKE 'cb-past-%%'"
            " ORDER BY dialed_at",
            self.campaign.id,
        )

    def attempt(self, e164: str) -> Row | None:
        """The number's latest attempt."""
        return next((row for row in reversed(self.attempts()) if row["e164"] == e164), None)

    def outcomes(self) -> dict[str, str | None]:
        """How each number's latest attempt ended."""
        return {str(row["e164"]): row["outcome"] for row in self.attempts()}

    def talking(self) -> list[Row]:
        """The attempts that are conversations at this moment."""
        return [
            row for row in self.attempts() if row["connected_at"] and row["outcome"] is None
        ]

    async def all_dialed(self, count: int | None = None) -> None:
        """Wait until every number (or so many) had its attempt, and all attempts have ended."""
        wanted = len(self.behaviours) if count is None else count

        def is_so() -> bool:
            outcomes = self.outcomes()
            return len(outcomes) >= wanted and None not in outcomes.values()

        await until(is_so, f"{wanted} numbers dialed and ended", 2 * PATIENCE_S)

    async def set_state(self, state: CampaignState) -> None:
        """Start, pause or finish."""
        url = self.venue.database_url.replace("postgresql://", "postgresql+psycopg://")
        async with Administration.at(url) as office:
            await office.set_campaign_state(self.campaign.name, state)

    def volunteers(self, agents: Sequence[Agent]) -> list[Volunteer]:
        """Who the bots play."""
        return [
            Volunteer(
                agent_id=agent.id,
                name=agent.name,
                token=self.venue.stage.tokens.agent_token(agent.id),
                extension=agent.extension,
                campaign=self.campaign.name,
            )
            for agent in agents
        ]

    @asynccontextmanager
    async def crew(
        self, count: int, habits: Habits = HABITS, *, first: int = 0
    ) -> AsyncIterator[Crew]:
        """So many bot volunteers at work, from the `first` on; all have gone home at its end."""
        stage, closing = self.venue.stage, asyncio.Event()
        who = self.volunteers(self.venue.agents[first : first + count])
        crew = Crew(stage.web_url, who, habits, 1, stage.cut)
        working = asyncio.create_task(crew.work(closing), name="crew")
        try:
            yield crew
        finally:
            closing.set()
            await working

    async def figures(self) -> Json:
        """What `campaign status` shows."""
        async with ApiClient(self.venue.stage.web_url) as client:
            status = await client.campaign(self.campaign.name, self.venue.token)
        figures: Any = status["figures"]
        return dict(figures)

    async def check(self, crew: Crew | None = None) -> Json:
        """What must hold at the end of every campaign, whatever happened to it."""
        figures = await self.figures()
        attempts = self.attempts()
        assert figures["double_dials"] == 0
        assert figures["open_attempts"] == 0
        assert all(row["outcome"] for row in attempts)
        ends = figures["attempts"]
        people = sum(ends[end] for end in ("talked", "abandoned", "caller_left"))
        assert figures["answered"] == people
        assert sum(ends.values()) == len(attempts) + self.history
        self.check_wire()
        if crew is not None:
            results = result_rows(self.venue)
            confirmed = {key: value.value for key, value in crew.record.confirmed.items()}
            assert confirmed.items() <= results.items()
            assert not crew.record.refused
        return figures

    def check_wire(self) -> None:
        """The carrier was asked for no number that the database does not know to be dialed."""
        invites = self.venue.wire.invites()
        written: dict[str, int] = {}
        for row in self.attempts():
            if row["trunk"] == "simulated" and row["outcome"] != "not_placed":
                written[str(row["e164"])] = written.get(str(row["e164"]), 0) + 1
        for e164 in self.behaviours:
            assert invites[e164] <= written.get(e164, 0), "dialed more often than written down"
            assert invites[e164] <= 1, "the same number was dialed twice"


@asynccontextmanager
async def evening(venue: Venue, name: str, **settings: object) -> AsyncIterator[Evening]:
    """A campaign that is open (not yet running); finished at the end of the block."""
    wanted = Campaign(
        id=0,
        name=name,
        caller_id=OUR_NUMBER,
        caller_name=CALLER,
        trunks=("simulated",),
        message_text=MESSAGE,
        ring_timeout_s=15.0,
        wrap_up_s=20.0,
    )
    url = venue.database_url.replace("postgresql://", "postgresql+psycopg://")
    async with Administration.at(url) as office:
        campaign = await office.create_campaign(replace(wanted, **settings))
    its = Evening(venue=venue, campaign=campaign)
    try:
        yield its
    finally:
        await its.set_state(CampaignState.FINISHED)
