"""A daemon's web side over a rehearsal floor and a real database, and a volunteer's browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp.test_utils import TestClient

from dialer.domain.agent import Agent
from dialer.domain.lead import Lead
from dialer.domain.volunteer import Invitation
from dialer.keypad.codes import DialInCodes
from dialer.practice.rehearsal import Rehearsals
from dialer.practice.voter import Voter
from dialer.storage.answer_book import AnswerBook
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.volunteers import Volunteers
from dialer.web.care import Care
from dialer.web.keys import CARE
from dialer.web.testing import RehearsalDesk
from dialer.web.volunteer.ports import Phone
from tests.unit.web.described import check_answer

ANN = Lead(
    id=1,
    campaign_id=1,
    e164="+12025550101",
    display_name="Ann Example",
    zones=("America/New_York",),
)

OWN_PAGE = {"X-Callbank": "1"}


class TestPhones:
    """Telephones with passwords that can be told."""

    def phone(self, agent: Agent) -> Phone:
        return Phone(
            user=agent.extension, password=f"secret of {agent.extension}", host="::1", port=5060
        )

    async def connect(self) -> None:
        """There is no telephone side that would have to know them."""


class TestDialIn:
    """Codes that can be told."""

    def code(self, extension: str, now: float) -> str:
        return f"code of {extension}"


class TestVoices:
    """Sounds that are named after the lines."""

    async def sounds(self, voter: Voter) -> Mapping[str, str]:
        return {name: f"/sounds/{name}" for name in voter.lines}


@dataclass
class VolunteerHouse:
    """Everything a test speaks to. `http` is the browser of one volunteer."""

    url: str
    desk: RehearsalDesk
    volunteers: Volunteers
    shelf: DocumentShelf
    book: AnswerBook
    page_codes: DialInCodes
    rehearsals: Rehearsals
    http: TestClient

    @property
    def care(self) -> Care:
        return self.http.server.app[CARE]

    async def invite(self, *, pin: str = "", **wishes: object) -> str:
        """A link's code."""
        wanted = replace(Invitation(code="", campaign_id=1), **wishes)
        return (await self.volunteers.invite(wanted, pin=pin, by="Vera")).code

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(path) as response:
            answer = await response.json()
            check_answer(self.http.server.app.router, "GET", path, response.status, answer)
            return response.status, answer

    async def post(
        self, path: str, body: object = None, headers: Mapping[str, str] = OWN_PAGE
    ) -> tuple[int, Any]:
        async with self.http.post(path, json=body or {}, headers=headers) as response:
            answer = await response.json()
            check_answer(self.http.server.app.router, "POST", path, response.status, answer)
            return response.status, answer

    async def join(self, code: str, **fields: object) -> tuple[int, Any]:
        return await self.post(f"/api/join/{code}", {"first_name": "Ada", **fields})

    async def agree(self) -> tuple[int, Any]:
        """Read the code of conduct, tick all of it, agree."""
        _, conduct = await self.get("/api/volunteer/conduct")
        return await self.post(
            "/api/volunteer/conduct",
            {"version": conduct["version"], "checklist": conduct["checklist"]},
        )

    async def begin(
        self, *, team: str = "", also_speaks: Sequence[str] = (), **wishes: object
    ) -> int:
        """Join, agree, choose the browser, start; the agent's id."""
        its: dict[str, object] = {"team": team} if team else {}
        its |= {"also_speaks": list(also_speaks)} if also_speaks else {}
        status, view = await self.join(await self.invite(**wishes), **its)
        assert status == 201, view
        await self.agree()
        await self.post("/api/volunteer/audio", {"way": "browser"})
        status, view = await self.post("/api/volunteer/start")
        assert status == 200, view
        return int(view["state"]["agent_id"])
