"""Another one of the household, who came to the telephone: his card, for the call that is his too.

Only for the volunteer of that call, and as long as it may be corrected; answers and notes that
name his lead (clicks.py) are his then. How the call went stays with the one who was called.
"""

import time

from aiohttp import web

from dialer.script.click import ClickError
from dialer.web.errors import ApiError
from dialer.web.volunteer.card import read_card
from dialer.web.volunteer.keys import VOLUNTEERING
from dialer.web.volunteer.session import require_session


class NotAtCallError(ApiError):
    """That person is not at the telephone of a call of yours."""

    status = 403
    error_id = "not-at-call"


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_get(r"/api/volunteer/calls/{attempt_id}/people/{lead_id:[0-9]{1,18}}", show)


async def show(request: web.Request) -> web.Response:
    """His card, as the socket sends that of the one who was called."""
    session = await require_session(request)
    attempt_id, lead_id = request.match_info["attempt_id"], int(request.match_info["lead_id"])
    answers = request.app[VOLUNTEERING].answers
    try:
        await answers.check_at_call(session.agent.id, attempt_id, lead_id, time.time())
    except ClickError as error:
        raise NotAtCallError(str(error)) from error
    card = await read_card(request, session, lead_id)
    return web.json_response(
        card | {"household": [], "lead_id": lead_id, "attempt_id": attempt_id}
    )
