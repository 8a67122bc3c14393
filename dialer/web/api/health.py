"""Health and metrics: for supervisors of processes and for Prometheus; open to anyone who can
reach the port, so they tell nothing about any person."""

import asyncio

from aiohttp import web

from dialer.web.errors import NoMetricsError
from dialer.web.keys import DESK, EXPOSITION


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/health", health)
    router.add_get("/metrics", metrics)


async def health(request: web.Request) -> web.Response:
    """200 as long as the daemon lives; `status` says whether it can work."""
    view = request.app[DESK].view()
    is_able = view.link_is_up and view.store_is_up
    return web.json_response(
        {
            "status": "ok" if is_able else "degraded",
            "link_is_up": view.link_is_up,
            "store_is_up": view.store_is_up,
            "open_attempts": view.open_attempts,
        }
    )


async def metrics(request: web.Request) -> web.Response:
    """Every metric, with the gauges as of now. Written in a thread: calls do not wait for it."""
    exposition = request.app[EXPOSITION]
    if exposition is None:
        raise NoMetricsError
    exposition.look(request.app[DESK].view())
    page, content_type = await asyncio.to_thread(exposition.page)
    return web.Response(body=page, headers={"Content-Type": content_type})
