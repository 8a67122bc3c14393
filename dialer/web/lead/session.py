"""Who watches: a shift lead by his cookie, or the operator by his token and a campaign's name.

The cookie holds the secret of the link; scripts cannot read it, and it is sent to the board's paths
alone. The secret has 192 bits, so that nobody guesses one.
"""

import time

from aiohttp import web

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.shift_lead import ShiftLead
from dialer.web.errors import NoSuchCampaignError
from dialer.web.keys import DIRECTORY, require_operator
from dialer.web.lead.errors import LeadIsOverError, NoLeadError
from dialer.web.lead.keys import LEADING
from dialer.web.volunteer.session import is_local, require_own_page

COOKIE = "callbank_lead"
PLACE = "/api/floor/board"


async def require_board(request: web.Request) -> Campaign:
    """The campaign whose board it is. Raises ApiError for whoever may not see one."""
    campaigns = await request.app[DIRECTORY].campaigns()
    if "Authorization" in request.headers:
        require_operator(request)
        name = request.query.get("campaign", "")
        named = (one for one in campaigns if one.name == name)
        campaign = next(named, None)
        if campaign is None:
            raise NoSuchCampaignError(campaign=name)
        return campaign
    if request.method == "POST":
        require_own_page(request)
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        raise NoLeadError()
    lead = await open_lead(request, secret)
    for campaign in campaigns:
        if campaign.id == lead.campaign_id and campaign.state is not CampaignState.FINISHED:
            return campaign
    raise LeadIsOverError()


async def open_lead(request: web.Request, secret: str) -> ShiftLead:
    """The link of that secret, which holds."""
    lead = await request.app[LEADING].register.lead(secret)
    if lead is None:
        raise NoLeadError()
    if not lead.is_open(time.time()):
        raise LeadIsOverError()
    return lead


def remember(request: web.Request, response: web.Response, lead: ShiftLead, secret: str) -> None:
    """Let the browser keep the secret as long as the link holds."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=max(1, round(lead.expires_at - time.time())),
        httponly=True,
        samesite="Strict",
        secure=not is_local(request),
        path=PLACE,
    )


def forget(response: web.Response) -> None:
    """Let the browser forget the secret."""
    response.del_cookie(COOKIE, path=PLACE, httponly=True, samesite="Strict")
