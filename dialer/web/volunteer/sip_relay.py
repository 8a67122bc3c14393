"""The browser's SIP, relayed to Asterisk's websocket: one address and one certificate for all.

Only who has a session may speak to Asterisk here, and the audio goes its own way. A reverse proxy
may take over this path (`/ws`) and spare the daemon the work.
"""

import asyncio

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType, web

from dialer.web.errors import ApiError
from dialer.web.volunteer.keys import ASTERISK
from dialer.web.volunteer.session import require_session

LARGEST_MESSAGE = 64 * 1024
"""A SIP message with its SDP has a few kilobytes."""

PATIENCE_S = 5.0


class AsteriskIsAwayError(ApiError):
    """The telephone side cannot be reached at the moment; the page tries again by itself."""

    status = 503
    error_id = "asterisk-away"


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_get("/ws", relay)


async def relay(request: web.Request) -> web.WebSocketResponse:
    """Pass messages on both ways until either side has had enough."""
    await require_session(request)
    browser = web.WebSocketResponse(protocols=("sip",), max_msg_size=LARGEST_MESSAGE)
    async with ClientSession() as http:
        try:
            async with asyncio.timeout(PATIENCE_S):
                asterisk = await http.ws_connect(
                    request.app[ASTERISK], protocols=("sip",), max_msg_size=LARGEST_MESSAGE
                )
        except (ClientError, OSError, TimeoutError) as error:
            raise AsteriskIsAwayError() from error
        async with asterisk:
            await browser.prepare(request)
            ways = (_pass_on(browser, asterisk), _pass_on(asterisk, browser))
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    await browser.close()
    return browser


End = web.WebSocketResponse | ClientWebSocketResponse


async def _pass_on(source: End, target: End) -> None:
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await target.send_bytes(message.data)
