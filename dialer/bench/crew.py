"""The volunteers of a benchmark: they log in, say ready once, and never wrap up.

The campaign's wrap-up time is zero, so each is ready again by himself; nothing but their
telephones and the daemon works while calls are measured.
"""

import asyncio
import time
from collections.abc import Sequence

from dialer.demo.volunteers import Volunteer
from dialer.domain.agent import AgentState
from dialer.errors import CallbankError
from dialer.web.client import ApiClient, ApiRefused, Json

JOIN_TIMEOUT_S = 90.0
AT_ONCE = 8

_AT_WORK = frozenset({AgentState.READY, AgentState.RESERVED, AgentState.TALKING})


class SteadyCrew:
    """Volunteers who are always there."""

    def __init__(self, client: ApiClient, volunteers: Sequence[Volunteer], token: str) -> None:
        self._client = client
        self._volunteers = volunteers
        self._token = token
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def arrive(self) -> None:
        """Everybody is held up and ready when this returns. Raises CallbankError."""
        deadline = time.monotonic() + JOIN_TIMEOUT_S
        while missing := await self._missing():
            if time.monotonic() > deadline:
                raise CallbankError(
                    f"{len(missing)} of {len(self._volunteers)} bot volunteers could not be"
                    f" reached by telephone within {JOIN_TIMEOUT_S:g} s: is this machine too"
                    " busy? Try fewer --volunteers."
                )
            await asyncio.gather(*(self._join(who, state) for who, state in missing))
            await asyncio.sleep(0.5)

    async def _missing(self) -> list[tuple[Volunteer, AgentState]]:
        floor = await self._client.floor(self._token)
        lines = floor["agents"]
        assert isinstance(lines, list)
        states = {line["agent_id"]: AgentState(str(line["state"])) for line in lines}
        present = ((who, states.get(who.agent_id, AgentState.OFFLINE)) for who in self._volunteers)
        return [(who, state) for who, state in present if state not in _AT_WORK]

    async def _join(self, who: Volunteer, state: AgentState) -> None:
        async with self._gate:
            try:
                if state is AgentState.OFFLINE:
                    await self._client.post("/api/agents/login", body=_login(who))
                await self._client.post(f"/api/agents/{who.agent_id}/ready", who.token)
            except ApiRefused:
                return  # not yet; looked at again


def _login(who: Volunteer) -> Json:
    return {"name": who.name, "token": who.token, "campaign": who.campaign}
