"""The board's resource: coming in by a link, the board, and what a shift lead does on it."""

import logging
import time

from aiohttp import web

from dialer.domain.campaign import Campaign
from dialer.engine.requests import AgentHelpOver
from dialer.web.body import read_body
from dialer.web.desk import post_help
from dialer.web.errors import NobodyAsksError
from dialer.web.keys import DESK, SHIFTS
from dialer.web.lead.board import board
from dialer.web.lead.errors import NobodyWaitsError
from dialer.web.lead.keys import COUNTING, LEADING
from dialer.web.lead.session import forget, open_lead, remember, require_board
from dialer.web.render import Json
from dialer.web.volunteer.session import require_own_page

logger = logging.getLogger(__name__)

LONGEST_SECRET = 100


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/floor/board", show)
    router.add_post("/api/floor/board/enter", enter)
    router.add_post("/api/floor/board/leave", leave)
    router.add_post(r"/api/floor/board/help/{agent_id:[0-9]{1,18}}/seen", help_seen)
    router.add_post(r"/api/floor/board/sessions/{session_id:[0-9]{1,18}}/approve", approve)


async def enter(request: web.Request) -> web.Response:
    """A shift lead opens his link: its secret stays with his browser, which no script reads."""
    require_own_page(request)
    body = await read_body(request)
    secret = body.text("secret", longest=LONGEST_SECRET)
    body.finish()
    lead = await open_lead(request, secret)
    response = web.json_response({"expires_at": lead.expires_at})
    remember(request, response, lead, secret)
    logger.info("shift lead %d watches campaign %d", lead.id, lead.campaign_id)
    return response


async def leave(request: web.Request) -> web.Response:
    """This browser watches no more; the link still holds."""
    require_own_page(request)
    (await read_body(request)).finish()
    response = web.json_response({"left": True})
    forget(response)
    return response


async def show(request: web.Request) -> web.Response:
    """One campaign's floor; the operator names it with ?campaign=NAME."""
    return web.json_response(await board_of(request, await require_board(request)))


async def help_seen(request: web.Request) -> web.Response:
    """The shift lead is coming to this volunteer, who is told so."""
    campaign = await require_board(request)
    (await read_body(request)).finish()
    agent_id = int(request.match_info["agent_id"])
    now = await board_of(request, campaign)
    is_asking = any(one["agent_id"] == agent_id for one in now["help"])
    seen = AgentHelpOver(at=time.time(), agent_id=agent_id)
    if not is_asking or not await post_help(request, seen):
        raise NobodyAsksError()
    return web.json_response(await board_of(request, campaign))


async def approve(request: web.Request) -> web.Response:
    """Let a volunteer of this campaign go on who waits for it."""
    campaign = await require_board(request)
    (await read_body(request)).finish()
    session_id = int(request.match_info["session_id"])
    roll = request.app[LEADING].roll
    waiting = [one for one in await roll.sessions(campaign.id) if not one.session.is_approved]
    is_waiting = any(one.session.id == session_id for one in waiting)
    if not is_waiting or not await roll.approve(session_id):
        raise NobodyWaitsError()
    logger.info("session %d is approved", session_id)
    request.app[COUNTING].forget(campaign.id)
    return web.json_response(await board_of(request, campaign))


async def board_of(request: web.Request, campaign: Campaign) -> Json:
    """The campaign's board now."""
    counted = await request.app[COUNTING].of(campaign, time.time())
    return board(campaign, request.app[DESK].view(), request.app[SHIFTS], counted)
