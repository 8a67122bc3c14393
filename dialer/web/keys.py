"""Where the application's collaborators are kept, and who may ask for what.

Handlers fetch what they need through these keys; server.py is the only one that sets them.
"""

from aiohttp import web

from dialer.runtime.ports import FrontDesk
from dialer.web.care import Care
from dialer.web.errors import ForbiddenError, UnauthorizedError
from dialer.web.ports import AgentDirectory, Exposition, FiguresSource, Tokens
from dialer.web.shift import Shifts
from dialer.web.watch import FloorWatch

DESK = web.AppKey("desk", FrontDesk)
DIRECTORY = web.AppKey("directory", AgentDirectory)
FIGURES = web.AppKey("figures", FiguresSource)
TOKENS = web.AppKey("tokens", Tokens)
EXPOSITION = web.AppKey("exposition", Exposition | None)
WATCH = web.AppKey("watch", FloorWatch)
CARE = web.AppKey("care", Care)
SHIFTS = web.AppKey("shifts", Shifts)


def require_operator(request: web.Request) -> None:
    """Only the operator may go on."""
    tokens = request.app[TOKENS]
    token = _bearer(request)
    if tokens.is_operator(token):
        return
    if tokens.agent_of(token) is None:
        raise UnauthorizedError()
    raise ForbiddenError()


def require_anyone_known(request: web.Request) -> None:
    """The operator or any agent may go on."""
    tokens = request.app[TOKENS]
    token = _bearer(request)
    if not tokens.is_operator(token) and tokens.agent_of(token) is None:
        raise UnauthorizedError()


def require_agent(request: web.Request) -> int:
    """The agent of the path, who is himself or is helped by the operator."""
    agent_id = int(request.match_info["agent_id"])
    tokens = request.app[TOKENS]
    token = _bearer(request)
    if tokens.is_operator(token):
        return agent_id
    known = tokens.agent_of(token)
    if known is None:
        raise UnauthorizedError()
    if known != agent_id:
        raise ForbiddenError()
    return agent_id


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
