"""A volunteer's WebSocket: his state as the engine has it, with the card of the person he gets.

A message is the whole state, so that a page that was away only connects again. The card comes in
the same message as the state that brings a person, and is read while the line is still dialed
wherever it is dialed for him. Of two tabs the one that came last is in use; the other is told so.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from aiohttp import WSCloseCode, web

from dialer.domain.volunteer import Session
from dialer.engine.view import AgentView
from dialer.runtime.ports import StoreAway
from dialer.web.keys import SHIFTS, WATCH
from dialer.web.render import Json, agent_state
from dialer.web.volunteer.between import between_calls
from dialer.web.volunteer.card import read_card
from dialer.web.volunteer.keys import SOCKETS, VOLUNTEERING
from dialer.web.volunteer.session import require_session
from dialer.web.watch import Subscription

STILL_HERE_S = 15.0
"""A state at least this often: a page that hears less of us is cut off."""

LARGEST_MESSAGE = 1024
"""Pages say nothing here; what they want done they ask for by requests."""

ELSEWHERE = 4000
"""The close code of a tab whose place another one took."""


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_get("/api/volunteer/socket", connect)


async def connect(request: web.Request) -> web.WebSocketResponse:
    """Stay open until the page goes, another tab comes, or the daemon stops."""
    session = await require_session(request)
    socket = web.WebSocketResponse(heartbeat=STILL_HERE_S, max_msg_size=LARGEST_MESSAGE)
    await socket.prepare(request)
    await _take_place(request.app[SOCKETS], session.id, socket)
    request.app[SHIFTS].has_page(session.agent.id)
    watch = request.app[WATCH]
    subscription = watch.subscribe(session.agent.id)
    telling = asyncio.create_task(_tell(request, session, socket, subscription))
    try:
        async for _ in socket:
            pass  # reading is what notices that the page has gone
    finally:
        telling.cancel()
        watch.unsubscribe(subscription)
        if request.app[SOCKETS].get(session.id) is socket:
            del request.app[SOCKETS][session.id]
    return socket


async def _take_place(
    sockets: dict[int, web.WebSocketResponse], session_id: int, socket: web.WebSocketResponse
) -> None:
    before = sockets.get(session_id)
    sockets[session_id] = socket
    if before is not None and not before.closed:
        await before.send_str(json.dumps({"type": "elsewhere"}))
        await before.close(code=ELSEWHERE, message=b"another tab is in use")


async def _tell(
    request: web.Request,
    session: Session,
    socket: web.WebSocketResponse,
    subscription: Subscription,
) -> None:
    number = 0
    cards = _Cards(request, session)
    async for agent in _states(subscription):
        number += 1
        message: Json = {
            "type": "state",
            "seq": number,
            "at": time.time(),
            "state": _state(request, session, agent),
            "card": await cards.of(agent),
        }
        try:
            await socket.send_str(json.dumps(message))
        except ConnectionError:
            return
    await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the phone bank stops")


def _state(request: web.Request, session: Session, agent: AgentView | None) -> Json:
    its = agent_state(session.agent.id, agent) | {"lead": None}
    return its | between_calls(request, session)


async def _states(subscription: Subscription) -> AsyncIterator[AgentView | None]:
    """His state now, at each change, and from time to time."""
    yield subscription.latest
    while True:
        await subscription.has_changed(STILL_HERE_S)
        if subscription.is_closed:
            return
        yield subscription.latest


class _Cards:
    """The card of the person he has, read once for each."""

    def __init__(self, request: web.Request, session: Session) -> None:
        self._request = request
        self._session = session
        self._lead_id: int | None = None
        self._card: Json | None = None

    async def of(self, agent: AgentView | None) -> Json | None:
        """None while there is nobody, or while the database is away: the next state has it."""
        if agent is None or agent.lead is None:
            self._lead_id = self._card = None
            return None
        if agent.lead.id != self._lead_id or self._card is None:
            try:
                self._card = await self._read(agent.lead.id)
            except StoreAway:
                return None
            self._lead_id = agent.lead.id
        return self._card | {"lead_id": agent.lead.id, "attempt_id": agent.attempt_id}

    async def _read(self, lead_id: int) -> Json:
        answers = self._request.app[VOLUNTEERING].answers
        card = await read_card(self._request, self._session, lead_id)
        members = await answers.household(lead_id)
        return card | {
            "household": [{"lead_id": one.lead_id, "name": one.name} for one in members]
        }
