"""The campaigns' resource: which there are, what they are doing, and their figures so far."""

from aiohttp import web

from dialer.domain.campaign import Campaign
from dialer.web import render
from dialer.web.errors import NoSuchCampaignError
from dialer.web.keys import DESK, DIRECTORY, FIGURES, require_anyone_known, require_operator


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/campaigns", list_campaigns)
    router.add_get("/api/campaigns/{name}", show)


async def list_campaigns(request: web.Request) -> web.Response:
    """Every campaign that is not finished."""
    require_anyone_known(request)
    campaigns = await request.app[DIRECTORY].campaigns()
    view = request.app[DESK].view()
    return web.json_response(
        {"campaigns": [render.campaign(campaign, view) for campaign in campaigns]}
    )


async def show(request: web.Request) -> web.Response:
    """One campaign with its figures (`campaign status`)."""
    require_operator(request)
    campaign = await _campaign_named(request)
    figures = await request.app[FIGURES].campaign_figures(campaign.id)
    state = render.campaign(campaign, request.app[DESK].view())
    return web.json_response({**state, "figures": render.figures(figures)})


async def _campaign_named(request: web.Request) -> Campaign:
    name = request.match_info["name"]
    for campaign in await request.app[DIRECTORY].campaigns():
        if campaign.name == name:
            return campaign
    raise NoSuchCampaignError(campaign=name)
