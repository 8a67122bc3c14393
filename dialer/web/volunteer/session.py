"""Whose request it is: the session's cookie, and the guard against other sites' forms.

The token is only ever in the cookie, which scripts cannot read and other sites do not send.
Requests that change something must carry X-Callbank besides, which no form of another site can.
"""

from aiohttp import web

from dialer.domain.volunteer import Session
from dialer.web.volunteer.errors import ForeignRequestError, NoSessionError, SessionIsOverError
from dialer.web.volunteer.keys import VOLUNTEERING

COOKIE = "callbank_session"
COOKIE_DAYS = 30
GUARD = "X-Callbank"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


async def require_session(request: web.Request) -> Session:
    """The volunteer of the request. Raises NoSessionError and SessionIsOverError."""
    token = request.cookies.get(COOKIE, "")
    session = await request.app[VOLUNTEERING].register.session(token) if token else None
    if session is None:
        raise NoSessionError()
    if session.ended_at is not None:
        raise SessionIsOverError()
    return session


def require_own_page(request: web.Request) -> None:
    """Only a page of ours may go on."""
    if GUARD not in request.headers:
        raise ForeignRequestError()


def remember(request: web.Request, response: web.Response, token: str) -> None:
    """Let the browser keep the token; over plain HTTP only on this machine."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        samesite="Strict",
        secure=not is_local(request),
        path="/",
    )


def is_local(request: web.Request) -> bool:
    """Whether the browser is on this machine, by the address that it asks."""
    return request.host.rpartition(":")[0] in LOCAL_HOSTS or request.host in LOCAL_HOSTS


def forget(response: web.Response) -> None:
    """Let the browser forget the token."""
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
