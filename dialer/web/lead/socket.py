"""A shift lead's WebSocket: the whole board when it has changed, and from time to time.

It is looked at once a second for each page; a link that was ended ends its sockets within as much.
"""

import asyncio
import contextlib
import json
import time

from aiohttp import WSCloseCode, web

from dialer.domain.campaign import Campaign
from dialer.runtime.ports import StoreAway
from dialer.web.errors import ApiError
from dialer.web.lead.keys import LEAD_SOCKETS
from dialer.web.lead.resource import board_of
from dialer.web.lead.session import require_board
from dialer.web.render import Json

LOOK_EVERY_S = 1.0

STILL_HERE_S = 15.0
"""A board at least this often: a page that hears less of us is cut off."""

LARGEST_MESSAGE = 1024
"""Pages say nothing here."""

OVER = 4001
"""The close code of a page that may watch no more."""


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_get("/api/floor/board/socket", connect)


async def connect(request: web.Request) -> web.WebSocketResponse:
    """Stay open until the page goes, its link ends, or the daemon stops."""
    campaign = await require_board(request)
    socket = web.WebSocketResponse(heartbeat=STILL_HERE_S, max_msg_size=LARGEST_MESSAGE)
    await socket.prepare(request)
    request.app[LEAD_SOCKETS].add(socket)
    telling = asyncio.create_task(_tell(request, socket, campaign))
    try:
        async for _ in socket:
            pass  # reading is what notices that the page has gone
    finally:
        telling.cancel()
        request.app[LEAD_SOCKETS].discard(socket)
    return socket


async def _tell(request: web.Request, socket: web.WebSocketResponse, campaign: Campaign) -> None:
    told: Json = {}
    told_at = 0.0
    while True:
        try:
            with contextlib.suppress(StoreAway):  # who might watch a moment ago still may
                campaign = await require_board(request)
        except ApiError:
            await socket.close(code=OVER, message=b"this link holds no more")
            return
        its, now = await board_of(request, campaign), time.time()
        if its != told or now - told_at >= STILL_HERE_S:
            try:
                await socket.send_str(json.dumps({"type": "board", "at": now, "board": its}))
            except ConnectionError:
                return
            told, told_at = its, now
        await asyncio.sleep(LOOK_EVERY_S)


async def close_all(app: web.Application) -> None:
    """The daemon stops."""
    for one in tuple(app[LEAD_SOCKETS]):
        await one.close(code=WSCloseCode.GOING_AWAY, message=b"the phone bank stops")
