"""Joining by a link: what the invitation asks for, and the way in."""

import re
import time

from aiohttp import web

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.language import SPOKEN, known
from dialer.domain.volunteer import Asked, Invitation, Newcomer
from dialer.web.body import Body, read_body
from dialer.web.keys import DIRECTORY
from dialer.web.render import Json
from dialer.web.volunteer import reading
from dialer.web.volunteer.errors import (
    LinkIsOverError,
    NoSuchLinkError,
    TooManyTriesError,
    WrongPageCodeError,
    WrongPinError,
)
from dialer.web.volunteer.keys import GUESSES, VOLUNTEERING
from dialer.web.volunteer.session import remember, require_own_page
from dialer.web.volunteer.view import session_view, ways

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{10}")
US_STATE = re.compile(r"[A-Z]{2}")
LONGEST_NAME = 40
LONGEST_PAGE_CODE = 20  # with blanks


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/join/{code}", show)
    router.add_post("/api/join/{code}", join)
    router.add_post("/api/pair", pair)


async def show(request: web.Request) -> web.Response:
    """What is on the first page: who calls, what is asked, what must be agreed to."""
    invitation, campaign = await _open_invitation(request)
    language = request.query.get("language", reading.LANGUAGES[0])
    documents = request.app[VOLUNTEERING].documents
    conduct, version = await reading.conduct(documents, campaign.id, language)
    return web.json_response(
        {
            "campaign": campaign.name,
            "organisation": campaign.caller_name or campaign.seller,
            "label": invitation.label,
            "asks": {"phone": invitation.asks_phone.value, "email": invitation.asks_email.value},
            "teams": list(invitation.teams),
            "needs_pin": invitation.has_pin,
            "needs_approval": invitation.needs_approval,
            "conduct": conduct_json(conduct, version),
            "ways": [way.value for way in ways(request, invitation.may_call_back)],
            "languages": list(reading.LANGUAGES),
            "spoken": list(SPOKEN),
        }
    )


def conduct_json(conduct: "reading.Conduct", version: str) -> Json:
    """The code of conduct as the page shows it."""
    return {
        "version": version,
        "language": conduct.language,
        "title": conduct.title,
        "rules": list(conduct.rules),
        "checklist": list(conduct.checklist),
    }


async def join(request: web.Request) -> web.Response:
    """Let somebody in, and let his browser remember him."""
    require_own_page(request)
    invitation, _ = await _open_invitation(request)
    body = await read_body(request)
    newcomer = _newcomer(body, invitation)
    pin = body.text("pin", longest=32) if invitation.has_pin else ""
    body.finish()
    if invitation.has_pin:
        await _check_pin(request, invitation.code, pin)
    joined = await request.app[VOLUNTEERING].register.join(invitation.code, newcomer, time.time())
    if joined is None:
        raise LinkIsOverError()
    session, token = joined
    response = web.json_response(await session_view(request, session), status=201)
    remember(request, response, token)
    return response


async def pair(request: web.Request) -> web.Response:
    """Who works by telephone types the `code` that it said: this page shows his work from now."""
    require_own_page(request)
    body = await read_body(request)
    code = "".join(body.text("code", longest=LONGEST_PAGE_CODE).split())
    body.finish()
    now, guesses, volunteering = time.time(), request.app[GUESSES], request.app[VOLUNTEERING]
    key = f"pair {request.remote}"
    _slow_down(guesses.pause_s(key, now))
    extension = volunteering.page_codes.take(code, now)
    paired = await volunteering.register.pair(extension) if extension else None
    if paired is None:
        guesses.wrong(key, now)
        raise WrongPageCodeError()
    guesses.right(key)
    session, token = paired
    response = web.json_response(await session_view(request, session))
    remember(request, response, token)
    return response


async def _open_invitation(request: web.Request) -> tuple[Invitation, Campaign]:
    """The invitation of the path and its campaign. Wrong codes are slowed down by address."""
    now, guesses = time.time(), request.app[GUESSES]
    key = f"link {request.remote}"
    _slow_down(guesses.pause_s(key, now))
    code = request.match_info["code"].upper()
    register = request.app[VOLUNTEERING].register
    invitation = await register.invitation(code) if CODE.fullmatch(code) else None
    if invitation is None:
        guesses.wrong(key, now)
        raise NoSuchLinkError()
    campaigns = await request.app[DIRECTORY].campaigns()
    campaign = next((one for one in campaigns if one.id == invitation.campaign_id), None)
    if campaign is None or campaign.state is CampaignState.FINISHED or not invitation.is_open(now):
        raise LinkIsOverError()
    return invitation, campaign


async def _check_pin(request: web.Request, code: str, pin: str) -> None:
    """PINs are short: tries are counted for the link, whoever makes them."""
    now, guesses = time.time(), request.app[GUESSES]
    key = f"pin {code}"
    _slow_down(guesses.pause_s(key, now))
    if not await request.app[VOLUNTEERING].register.is_pin(code, pin):
        guesses.wrong(key, now)
        raise WrongPinError()
    guesses.right(key)


def _slow_down(pause_s: float) -> None:
    if pause_s > 0:
        raise TooManyTriesError(pause_s)


def _newcomer(body: Body, invitation: Invitation) -> Newcomer:
    language = body.text("language", longest=5) if body.has("language") else reading.LANGUAGES[0]
    if language not in reading.LANGUAGES:
        body.problem("language", f"must be one of {', '.join(reading.LANGUAGES)}")
    us_state = body.text("us_state", longest=2).upper() if body.has("us_state") else ""
    if us_state and not US_STATE.fullmatch(us_state):
        body.problem("us_state", "must be two letters, such as NC")
    also = body.texts("also_speaks") if body.has("also_speaks") else []
    if not set(also) <= set(SPOKEN):
        body.problem("also_speaks", f"must be some of {', '.join(SPOKEN)}")
    team = body.text("team") if body.has("team") else ""
    if team and team not in invitation.teams:
        body.problem("team", "must be one of the invitation's teams")
    return Newcomer(
        first_name=body.text("first_name", longest=LONGEST_NAME),
        phone=_asked(body, "phone", invitation.asks_phone),
        email=_asked(body, "email", invitation.asks_email),
        team=team,
        language=language,
        languages=known([language, *also]),
        us_state=us_state,
    )


def _asked(body: Body, name: str, asked: Asked) -> str:
    """What is not asked for is not taken."""
    if asked is Asked.NO:
        return ""
    return body.text(name) if asked is Asked.REQUIRED or body.has(name) else ""
