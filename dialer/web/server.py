"""The web application (`make_app`) and the server that runs it; app.py uses both."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import WSCloseCode, web

from dialer.domain.guesses import Guesses
from dialer.engine.commands import Command
from dialer.engine.events import Event
from dialer.errors import CallbankError
from dialer.runtime.ports import FrontDesk, StoreAway
from dialer.web import keys
from dialer.web.api import agent_events, agents, campaigns, docs, floor, health
from dialer.web.care import Care
from dialer.web.errors import ApiError, StoreIsAwayError, error_response
from dialer.web.lead import resource as lead_resource
from dialer.web.lead import socket as lead_socket
from dialer.web.lead.counts import Counting
from dialer.web.lead.keys import COUNTING, LEAD_SOCKETS, LEADING
from dialer.web.lead.ports import Leading
from dialer.web.ports import AgentDirectory, Exposition, FiguresSource, Tokens
from dialer.web.shift import Shifts
from dialer.web.tls import Certificate
from dialer.web.volunteer import (
    between,
    by_hand,
    clicks,
    household,
    join,
    pages,
    practice,
    sip_relay,
    socket,
    transfer,
    work,
)
from dialer.web.volunteer.goals import GoalBoard
from dialer.web.volunteer.keys import ASTERISK, GOALS, GUESSES, SOCKETS, VOLUNTEERING
from dialer.web.volunteer.ports import Volunteering
from dialer.web.watch import FloorWatch

logger = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024
SHUTDOWN_S = 2.0
ASKER_IS_GONE = 499
"""He hung up before he was answered: nobody reads it, and it is no fault of ours."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    desk: FrontDesk,
    directory: AgentDirectory,
    figures: FiguresSource,
    tokens: Tokens,
    exposition: Exposition | None,
) -> web.Application:
    """Wire the handlers to what they ask. Without an exposition there is no /metrics."""
    app = web.Application(middlewares=[errors_as_json], client_max_size=LARGEST_BODY)
    app[keys.DESK] = desk
    app[keys.DIRECTORY] = directory
    app[keys.FIGURES] = figures
    app[keys.TOKENS] = tokens
    app[keys.EXPOSITION] = exposition
    app[keys.WATCH] = FloorWatch(desk)
    app[keys.SHIFTS] = Shifts()
    app[keys.CARE] = Care(desk, app[keys.SHIFTS])
    for resource in (agents, agent_events, campaigns, docs, floor, health):
        resource.add_routes(app.router)
    app.cleanup_ctx.append(_keep_watch)
    app.cleanup_ctx.append(_keep_care)
    app.on_shutdown.append(_end_streams)
    return app


def add_volunteers(app: web.Application, volunteering: Volunteering) -> None:
    """Let volunteers join by links and work in their browsers."""
    app[VOLUNTEERING] = volunteering
    app[ASTERISK] = volunteering.asterisk_url
    app[GUESSES] = Guesses()
    app[GOALS] = GoalBoard(app[keys.DIRECTORY], volunteering.goals, app[keys.WATCH].wake)
    app[SOCKETS] = {}
    its = (join, work, between, by_hand, clicks, household, practice, socket, sip_relay, transfer)
    for resource in its:
        resource.add_routes(app.router)
    app.on_shutdown.append(_close_sockets)
    app.on_cleanup.append(_close_goals)


def add_shift_leads(app: web.Application, leading: Leading) -> None:
    """Let shift leads watch their campaign's floor by links."""
    app[LEADING] = leading
    app[COUNTING] = Counting(leading)
    app[LEAD_SOCKETS] = set()
    for resource in (lead_resource, lead_socket):
        resource.add_routes(app.router)
    app.on_shutdown.append(lead_socket.close_all)


def add_pages(app: web.Application, built: Path) -> None:
    """Serve the volunteers' and the shift leads' pages from the directory of its built files."""
    app[pages.PAGES] = built
    pages.add_routes(app.router)
    app.on_response_prepare.append(pages.add_headers)


@dataclass(frozen=True, kw_only=True, slots=True)
class SecureAddress:
    """Where https is taken besides, with our own certificate."""

    host: str
    port: int
    certificate: Certificate


class WebServer:
    """The application and the addresses it listens on."""

    def __init__(
        self,
        app: web.Application,
        host: str,
        port: int,
        secure: SecureAddress | None = None,
    ) -> None:
        self._app = app
        self._host, self._port = host, port
        self._secure = secure
        self._runner: web.AppRunner | None = None
        self._keeping: asyncio.Task[None] | None = None

    def observe(self, event: Event, commands: Sequence[Command]) -> None:
        """To be registered with the pump: notes what agents do, wakes the event streams."""
        self._app[keys.CARE].observe(event, commands)
        self._app[keys.WATCH].observe(event, commands)

    async def start(self) -> None:
        """Listen. Raises CallbankError when a port cannot be had."""
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        await _listen(runner, self._host, self._port, "web port")
        if self._secure is not None:
            its = self._secure
            context = its.certificate.context
            await _listen(runner, its.host, its.port, "web https_port", context)
            self._keeping = asyncio.create_task(its.certificate.keep_current(), name="certificate")
        self._runner = runner

    async def stop(self) -> None:
        """Close the streams and stop listening."""
        if self._keeping is not None:
            self._keeping.cancel()
        if self._runner is not None:
            await self._runner.cleanup()


async def _listen(
    runner: web.AppRunner,
    host: str,
    port: int,
    setting: str,
    context: ssl.SSLContext | None = None,
) -> None:
    try:
        await web.TCPSite(runner, host, port, ssl_context=context).start()
    except OSError as error:
        await runner.cleanup()
        raise CallbankError(
            f"The web server cannot listen on {host}:{port} ({error.strerror}); "
            f"stop what uses that port or set another one ({setting} in callbank.toml)."
        ) from error


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal in one shape, whoever raised it."""
    try:
        return await handler(request)
    except ApiError as error:
        return error.response()
    except StoreAway:
        return StoreIsAwayError().response()
    except ConnectionResetError:
        return web.Response(status=ASKER_IS_GONE)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        error_id = error.reason.lower().replace(" ", "-")
        return error_response(error.status, error_id, f"{error.reason}.")


async def _keep_watch(app: web.Application) -> AsyncIterator[None]:
    async with _running(app[keys.WATCH].run(), "floor watch"):
        yield


async def _keep_care(app: web.Application) -> AsyncIterator[None]:
    async with _running(app[keys.CARE].run(), "care"):
        yield


@contextlib.asynccontextmanager
async def _running(work: Coroutine[object, object, None], name: str) -> AsyncIterator[None]:
    task = asyncio.create_task(work, name=name)
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _close_sockets(app: web.Application) -> None:
    for one in tuple(app[SOCKETS].values()):
        await one.close(code=WSCloseCode.GOING_AWAY, message=b"the phone bank stops")


async def _close_goals(app: web.Application) -> None:
    await app[GOALS].close()


async def _end_streams(app: web.Application) -> None:
    app[keys.WATCH].close()
