"""The floor's resource: what is going on at this moment, without any person's number or name
of those who are called."""

from aiohttp import web

from dialer.web import render
from dialer.web.keys import DESK, require_operator


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_get("/api/floor", show)


async def show(request: web.Request) -> web.Response:
    """The whole floor."""
    require_operator(request)
    return web.json_response(render.floor(request.app[DESK].view()))
