"""An agent's event stream (server-sent events): his state now, and again at each change.

Each message is the whole state, so a client that lost its connection only connects again; it
needs no memory of what it missed.
"""

import json
from collections.abc import AsyncIterator

from aiohttp import web

from dialer.web import render
from dialer.web.keys import WATCH, require_agent
from dialer.web.watch import Subscription

STILL_HERE_S = 10.0
"""A comment line at least this often, so that both sides notice a dead connection."""


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_get(r"/api/agents/{agent_id:[0-9]{1,18}}/events", stream)


async def stream(request: web.Request) -> web.StreamResponse:
    """Stay open until the client goes or the daemon stops."""
    agent_id = require_agent(request)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    watch = request.app[WATCH]
    subscription = watch.subscribe(agent_id)
    try:
        async for message in _messages(subscription):
            await response.write(message)
    except ConnectionResetError:
        pass  # the client went away, which is how a stream normally ends
    finally:
        watch.unsubscribe(subscription)
    return response


async def _messages(subscription: Subscription) -> AsyncIterator[bytes]:
    yield _state_message(subscription)
    while True:
        has_changed = await subscription.has_changed(STILL_HERE_S)
        if subscription.is_closed:
            return
        yield _state_message(subscription) if has_changed else b": still here\n\n"


def _state_message(subscription: Subscription) -> bytes:
    state = render.agent_state(subscription.agent_id, subscription.latest)
    return f"event: state\ndata: {json.dumps(state)}\n\n".encode()
