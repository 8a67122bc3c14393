"""A rehearsal floor with two volunteers behind a real web side, and ways to speak to it."""

from dataclasses import dataclass

from aiohttp.test_utils import TestClient

from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.web.testing import RehearsalDesk, RehearsalDirectory
from dialer.web.tokens import SecretTokens

ANNA = Agent(id=1, name="anna", extension="201")
BEN = Agent(id=2, name="ben", extension="202")
CAMPAIGN = Campaign(id=7, name="Turnout 2026")
LEAD = Lead(
    id=31,
    campaign_id=7,
    e164="+12025550123",
    display_name="Grace Hopper",
    zones=("America/New_York",),
)


@dataclass
class House:
    """Everything a test speaks to."""

    desk: RehearsalDesk
    directory: RehearsalDirectory
    tokens: SecretTokens
    http: TestClient

    def headers(self, agent: Agent | None = None) -> dict[str, str]:
        """The operator's header, or an agent's."""
        token = self.tokens.agent_token(agent.id) if agent else self.tokens.operator_token
        return {"Authorization": f"Bearer {token}"}

    async def ask(
        self, path: str, body: object = None, agent: Agent | None = ANNA
    ) -> tuple[int, dict]:
        """POST as an agent; status and answer."""
        async with self.http.post(path, json=body, headers=self.headers(agent)) as response:
            return response.status, await response.json()

    async def log_in(self, agent: Agent = ANNA) -> tuple[int, dict]:
        """Log an agent in to the campaign."""
        token = self.tokens.agent_token(agent.id)
        body = {"name": agent.name, "token": token, "campaign": CAMPAIGN.name}
        async with self.http.post("/api/agents/login", json=body) as response:
            return response.status, await response.json()
