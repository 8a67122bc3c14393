"""The floor's resource: what is going on at this moment, without any person's number or name
of those who are called."""

import time

from aiohttp import web

from dialer.engine.requests import AgentHelpOver
from dialer.web import render
from dialer.web.desk import post_help
from dialer.web.errors import NobodyAsksError
from dialer.web.keys import DESK, SHIFTS, require_operator
from dialer.web.watch import agent_in


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/floor", show)
    router.add_post(r"/api/floor/help/{agent_id:[0-9]{1,18}}/seen", help_seen)


async def show(request: web.Request) -> web.Response:
    """The whole floor."""
    require_operator(request)
    return web.json_response(_floor(request))


async def help_seen(request: web.Request) -> web.Response:
    """The shift lead has seen that this volunteer asks for help."""
    require_operator(request)
    agent_id = int(request.match_info["agent_id"])
    if not await post_help(request, AgentHelpOver(at=time.time(), agent_id=agent_id)):
        raise NobodyAsksError()
    return web.json_response(_floor(request))


def _floor(request: web.Request) -> render.Json:
    view = request.app[DESK].view()
    asking = [
        {
            "agent_id": agent_id,
            "name": None if (agent := agent_in(view, agent_id)) is None else agent.name,
            "since": since,
        }
        for agent_id, since in request.app[SHIFTS].asking_help()
    ]
    return render.floor(view) | {"help": asking}
