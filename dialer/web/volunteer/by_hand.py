"""Dialing by hand on the page: who is next, then call or skip; or a number of the list.

The person's card comes by the socket, as with any call; it has no attempt before it is dialed.
"""

import time

from aiohttp import web

from dialer.engine import requests
from dialer.script.click import SkipReason
from dialer.web.api.agents import dial_for, show_next
from dialer.web.body import read_body
from dialer.web.desk import post
from dialer.web.errors import LeadNotShownError
from dialer.web.keys import DESK
from dialer.web.volunteer.keys import VOLUNTEERING
from dialer.web.volunteer.session import require_own_page, require_session
from dialer.web.volunteer.view import session_view
from dialer.web.watch import agent_in


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_post("/api/volunteer/preview", show)
    router.add_post("/api/volunteer/dial", dial)
    router.add_post("/api/volunteer/skip", skip)


async def show(request: web.Request) -> web.Response:
    """Whom he would call next; `is_somebody` is false while there is nobody."""
    require_own_page(request)
    session = await require_session(request)
    (await read_body(request)).finish()
    lead = await show_next(request, session.agent.id)
    return web.json_response(
        await session_view(request, session) | {"is_somebody": lead is not None}
    )


async def dial(request: web.Request) -> web.Response:
    """Dial who is shown (`lead_id`), or a `number` of the list."""
    require_own_page(request)
    session = await require_session(request)
    await dial_for(request, session.agent.id)
    return web.json_response(await session_view(request, session))


async def skip(request: web.Request) -> web.Response:
    """Do not dial who is shown, for a `reason`; he stays on the list as he was."""
    require_own_page(request)
    session = await require_session(request)
    body = await read_body(request)
    lead_id = body.whole_number("lead_id")
    reason = body.choice("reason", SkipReason)
    body.finish()
    agent_id, now = session.agent.id, time.time()
    agent = agent_in(request.app[DESK].view(), agent_id)
    if agent is None or agent.lead is None or agent.lead.id != lead_id:
        raise LeadNotShownError()
    await request.app[VOLUNTEERING].answers.skip(lead_id, agent_id, reason, now)
    await post(request, requests.PreviewSkipped(at=now, agent_id=agent_id, lead_id=lead_id))
    return web.json_response(await session_view(request, session))
