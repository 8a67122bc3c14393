"""Putting the person through to a third party: whom the campaign names for it, and the wish.

How far it is comes by the socket, as all that the engine does. Consulting, putting through and
calling off are wishes without a body (work.py).
"""

from aiohttp import web

from dialer.web.api.agents import transfer_for
from dialer.web.volunteer.session import require_own_page, require_session
from dialer.web.volunteer.view import session_view


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_post("/api/volunteer/transfer", ask)


async def ask(request: web.Request) -> web.Response:
    """Call a third party (`destination`, one of the session's) while the conversation goes on."""
    require_own_page(request)
    session = await require_session(request)
    await transfer_for(request, session.agent.id)
    return web.json_response(await session_view(request, session))
