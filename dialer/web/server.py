"""The web application and the site it listens on. app.py calls `make_app` and `start_site`.

`make_app` returns an application that holds a `FloorWatch` under the key WATCH; app.py
registers the watch's `observe` with the pump.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from dialer.errors import CallbankError
from dialer.runtime.ports import FrontDesk, StoreAway
from dialer.web import keys
from dialer.web.api import agent_events, agents, campaigns, floor, health
from dialer.web.errors import ApiError, StoreIsAwayError, error_response
from dialer.web.ports import AgentDirectory, Exposition, FiguresSource, Tokens
from dialer.web.watch import FloorWatch

logger = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024
SHUTDOWN_S = 2.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    desk: FrontDesk,
    directory: AgentDirectory,
    figures: FiguresSource,
    tokens: Tokens,
    exposition: Exposition,
) -> web.Application:
    """Wire the handlers to what they ask."""
    app = web.Application(middlewares=[errors_as_json], client_max_size=LARGEST_BODY)
    app[keys.DESK] = desk
    app[keys.DIRECTORY] = directory
    app[keys.FIGURES] = figures
    app[keys.TOKENS] = tokens
    app[keys.EXPOSITION] = exposition
    app[keys.WATCH] = FloorWatch(desk)
    for resource in (agents, agent_events, campaigns, floor, health):
        resource.add_routes(app.router)
    app.cleanup_ctx.append(_keep_watch)
    app.on_shutdown.append(_end_streams)
    return app


def watch_of(app: web.Application) -> FloorWatch:
    """The watch that wants to observe the pump."""
    return app[keys.WATCH]


async def start_site(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Listen; the caller ends it with `runner.cleanup()`."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise CallbankError(
            f"The web server cannot listen on {host}:{port} ({error.strerror}); "
            "stop what uses that port or set another one (web port in callbank.toml)."
        ) from error
    return runner


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal in one shape, whoever raised it."""
    try:
        return await handler(request)
    except ApiError as error:
        return error.response()
    except StoreAway:
        return StoreIsAwayError().response()
    except web.HTTPException as error:
        if error.status < 400:
            raise
        error_id = error.reason.lower().replace(" ", "-")
        return error_response(error.status, error_id, f"{error.reason}.")


async def _keep_watch(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[keys.WATCH].run(), name="floor watch")
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _end_streams(app: web.Application) -> None:
    app[keys.WATCH].close()
