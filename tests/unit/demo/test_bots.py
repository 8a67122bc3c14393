"""Bot volunteers against a real web side over a rehearsal floor: they work, and lose nothing."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest
from aiohttp.test_utils import unused_port

from dialer.demo.bots import Crew
from dialer.demo.volunteers import RESULTS, Habits, Volunteer
from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.engine.view import AgentView
from dialer.web.server import WebServer, make_app
from dialer.web.testing import (
    RehearsalDesk,
    RehearsalDirectory,
    RehearsalExposition,
    RehearsalFigures,
)
from dialer.web.tokens import SecretTokens

CAMPAIGN = Campaign(id=7, name="Turnout")
LEAD = Lead(id=31, campaign_id=7, e164="+12025550123", display_name="Grace", zones=("UTC",))
QUICK = Habits(
    talk_s=0.01,
    wrap_up_s=0.01,
    break_chance=0.0,
    break_s=0.01,
    vanish_chance=0.0,
    away_s=0.01,
    arrive_within_s=0.01,
)


@dataclass
class Stage:
    """A web side that can be stopped and started again, and the bots' employer."""

    agents: tuple[Agent, ...]
    desk: RehearsalDesk
    port: int = field(default_factory=unused_port)
    tokens: SecretTokens = field(
        default_factory=lambda: SecretTokens(operator_token="operator", agent_key="key")
    )
    vanished: list[str] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    server: WebServer | None = None

    async def open(self) -> None:
        """Start the web side."""
        app = make_app(
            self.desk,
            RehearsalDirectory(self.agents, (CAMPAIGN,)),
            RehearsalFigures(),
            self.tokens,
            RehearsalExposition(),
        )
        self.server = WebServer(app, "127.0.0.1", self.port)
        self.desk.observers = [self.server.observe]
        await self.server.start()

    async def shut(self) -> None:
        """Stop it; the floor stays as it is."""
        if self.server is not None:
            await self.server.stop()
            self.server = None

    def crew(self, habits: Habits = QUICK, seed: int = 1) -> Crew:
        """Bots for all agents."""
        volunteers = [
            Volunteer(
                agent_id=agent.id,
                name=agent.name,
                token=self.tokens.agent_token(agent.id),
                extension=agent.extension,
                campaign=CAMPAIGN.name,
            )
            for agent in self.agents
        ]
        return Crew(f"http://127.0.0.1:{self.port}", volunteers, habits, seed, self.vanish)

    async def vanish(self, extension: str) -> None:
        """The telephone is cut: the leg goes down."""
        self.vanished.append(extension)
        self.desk.lose_leg(int(extension) - 200)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for the floor to come to a state."""
        async with asyncio.timeout(30.0):
            while not is_so():
                await asyncio.sleep(0.01)

    def agent(self, agent_id: int = 1) -> AgentView | None:
        """An agent on the floor."""
        return self.desk.agents.get(agent_id)

    def is_in(self, state: AgentState, agent_id: int = 1) -> bool:
        """Whether the agent is in that state now."""
        agent = self.agent(agent_id)
        return agent is not None and agent.state is state

    @contextlib.asynccontextmanager
    async def at_work(self, crew: Crew) -> AsyncIterator[None]:
        """The crew works during the block and has gone home after it."""
        task = asyncio.create_task(crew.work(self.closing, grace_s=20.0))
        try:
            yield
        finally:
            self.closing.set()
            await task


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """One volunteer."""
    made = Stage(
        agents=(Agent(id=1, name="anna", extension="201"),),
        desk=RehearsalDesk(campaigns=(CAMPAIGN,)),
    )
    await made.open()
    yield made
    await made.shut()


async def test_a_bot_logs_in_talks_gives_a_result_and_goes_home(stage: Stage) -> None:
    crew = stage.crew()
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        await stage.until(lambda: "cb-1" in stage.desk.results)
        await stage.until(lambda: stage.is_in(AgentState.READY))
    assert stage.desk.agents == {}
    assert crew.record.conversations == 1
    assert crew.record.confirmed["cb-1"] in RESULTS


async def test_a_person_who_hangs_up_first_gets_his_result_too(stage: Stage) -> None:
    crew = stage.crew(replace(QUICK, talk_s=1000.0))
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        await asyncio.sleep(0.05)
        stage.desk.part(1)
        await stage.until(lambda: "cb-1" in stage.desk.results)


async def test_a_result_survives_the_loss_of_the_daemon(stage: Stage) -> None:
    crew = stage.crew()
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        await stage.shut()
        stage.desk.part(1)
        await asyncio.sleep(0.1)
        await stage.open()
        await stage.until(lambda: "cb-1" in stage.desk.results)
    assert "cb-1" in crew.record.confirmed
    assert crew.record.reconnects >= 1


async def test_an_unconfirmed_result_is_sent_until_it_is_confirmed(stage: Stage) -> None:
    crew = stage.crew()
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        await stage.until(lambda: stage.is_in(AgentState.WRAP_UP))
        stage.desk.is_store_up = False
        await asyncio.sleep(0.2)
        assert "cb-1" not in crew.record.confirmed
        stage.desk.bring_store_back()
        await stage.until(lambda: "cb-1" in crew.record.confirmed)
    assert len(stage.desk.results) == 1


async def test_a_bot_that_is_forgotten_logs_in_again(stage: Stage) -> None:
    async with stage.at_work(stage.crew()):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.lose_leg(1)
        await stage.until(lambda: stage.is_in(AgentState.READY))


async def test_a_bot_that_starts_before_the_daemon_waits_for_it(stage: Stage) -> None:
    await stage.shut()
    async with stage.at_work(stage.crew()):
        await asyncio.sleep(0.1)
        await stage.open()
        await stage.until(lambda: stage.is_in(AgentState.READY))


async def test_a_vanishing_bot_cuts_its_telephone_and_comes_back(stage: Stage) -> None:
    crew = stage.crew(replace(QUICK, talk_s=0.02, vanish_chance=1.0))
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        await stage.until(lambda: bool(stage.vanished))
        await stage.until(lambda: stage.is_in(AgentState.READY))
    assert stage.vanished == ["201"]
    assert crew.record.confirmed == {}


async def test_a_break_is_taken_after_the_result_and_ends(stage: Stage) -> None:
    crew = stage.crew(replace(QUICK, break_chance=1.0, break_s=0.05))
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        await stage.until(lambda: stage.is_in(AgentState.BREAK))
        await stage.until(lambda: stage.is_in(AgentState.READY))
    assert crew.record.breaks == 1


async def test_closing_time_lets_a_conversation_end_with_its_result(stage: Stage) -> None:
    crew = stage.crew()
    async with stage.at_work(crew):
        await stage.until(lambda: stage.is_in(AgentState.READY))
        stage.desk.put_through(1, "cb-1", LEAD)
        stage.closing.set()
    assert "cb-1" in crew.record.confirmed
    assert stage.desk.agents == {}


async def test_a_wrong_token_is_an_error_and_not_a_retry(stage: Stage) -> None:
    stage.tokens = SecretTokens(operator_token="operator", agent_key="another")
    with pytest.raises(Exception, match="valid token"):
        await stage.crew().work(stage.closing)


async def test_two_hundred_bots_work_in_one_process() -> None:
    agents = tuple(Agent(id=n, name=f"v{n}", extension=str(200 + n)) for n in range(1, 201))
    stage = Stage(agents=agents, desk=RehearsalDesk(campaigns=(CAMPAIGN,)))
    await stage.open()
    crew = stage.crew()
    chance = random.Random(3)
    try:
        async with stage.at_work(crew):
            await stage.until(lambda: len(stage.desk.agents) == 200)
            for n in range(600):
                free = [a.agent_id for a in stage.desk.agents.values() if a.state == "ready"]
                while not free:
                    await asyncio.sleep(0.01)
                    free = [a.agent_id for a in stage.desk.agents.values() if a.state == "ready"]
                stage.desk.put_through(chance.choice(free), f"cb-{n}", LEAD)
            await stage.until(lambda: len(stage.desk.results) == 600)
    finally:
        await stage.shut()
    assert crew.record.confirmed.keys() == stage.desk.results.keys()
    assert crew.record.refused == {}
