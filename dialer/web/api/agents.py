"""The agents' resource: what a volunteer at work can ask for, over HTTP.

Each request becomes one engine event; the answer comes after its store commands are committed
(`desk.post` returned), so a 2xx for a result means that the result cannot be lost any more.
"""

import re
import time

from aiohttp import web

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.engine import events, requests
from dialer.engine.commands import ShowPreview
from dialer.engine.view import AgentView
from dialer.web import render
from dialer.web.body import read_body
from dialer.web.desk import post
from dialer.web.errors import (
    AgentOfflineError,
    LeadNotShownError,
    LoginRefusedError,
    NoSuchCampaignError,
    NoSuchLeadError,
)
from dialer.web.keys import DESK, DIRECTORY, TOKENS, require_agent, require_operator
from dialer.web.watch import agent_in

E164 = re.compile(r"\+[1-9][0-9]{6,14}")

LONGEST_DESTINATION = 200

WISHES: dict[str, type[events.AgentEvent]] = {
    "ready": requests.AgentAskedReady,
    "break": requests.AgentAskedBreak,
    "logout": requests.AgentLoggedOut,
    "hangup": requests.AgentAskedHangup,
    "consult": requests.AgentAskedConsult,
    "put_through": requests.AgentAskedPutThrough,
    "cancel_transfer": requests.AgentCancelledTransfer,
}
"""Requests without a body, and what the engine hears of them."""


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/agents", list_agents)
    router.add_post("/api/agents/login", log_in)
    agent = r"/api/agents/{agent_id:[0-9]{1,18}}"
    router.add_get(agent, show)
    router.add_post(agent + "/result", give_result)
    router.add_post(agent + "/preview", preview_next)
    router.add_post(agent + "/dial", dial)
    router.add_post(agent + "/skip", skip)
    router.add_post(agent + "/transfer", transfer)
    router.add_post(agent + "/{wish:" + "|".join(WISHES) + "}", wish)


async def list_agents(request: web.Request) -> web.Response:
    """Everybody on the floor."""
    require_operator(request)
    view = request.app[DESK].view()
    return web.json_response({"agents": [render.agent_line(agent) for agent in view.agents]})


async def show(request: web.Request) -> web.Response:
    """One agent's state with his lead card."""
    return _state(request, require_agent(request))


async def log_in(request: web.Request) -> web.Response:
    """Name and token against the directory; then the agent's telephone is called."""
    body = await read_body(request)
    name, token = body.text("name"), body.text("token")
    has_several = body.has("campaigns")
    wanted = body.texts("campaigns") if has_several else [body.text("campaign")]
    if has_several and body.has("campaign"):
        body.problem("campaigns", "stands instead of campaign: send one of them")
    body.finish()
    directory = request.app[DIRECTORY]
    agent = await directory.agent_by_name(name)
    if agent is None or request.app[TOKENS].agent_of(token) != agent.id:
        raise LoginRefusedError()
    known = await directory.campaigns()
    first, *others = (_campaign_named(one, known).id for one in wanted)
    await post(
        request,
        events.AgentLoggedIn(
            at=time.time(),
            agent_id=agent.id,
            agent=agent,
            campaign_id=first,
            also=tuple(others),
        ),
    )
    return _state(request, agent.id)


async def wish(request: web.Request) -> web.Response:
    """Ready, break, log out, hang up; talk with the third party of a transfer alone, put the person
    through to him, call it off."""
    agent_id = require_agent(request)
    (await read_body(request)).finish()
    event_type = WISHES[request.match_info["wish"]]
    await post(request, event_type(at=time.time(), agent_id=agent_id))
    return _state(request, agent_id)


async def give_result(request: web.Request) -> web.Response:
    """The disposition of a conversation; may be sent again, a later one corrects it."""
    agent_id = require_agent(request)
    body = await read_body(request)
    attempt_id = body.text("attempt_id", longest=64)
    disposition = body.choice("disposition", Disposition)
    callback_at = body.instant("callback_at")
    if callback_at is not None and disposition is not Disposition.CALL_BACK:
        body.problem("callback_at", "goes only with the disposition call_back")
    language = body.choice("language", Language) if body.has("language") else None
    if language is not None and disposition is not Disposition.OTHER_LANGUAGE:
        body.problem("language", "goes only with the disposition other_language")
    body.finish()
    await post(
        request,
        requests.ResultGiven(
            at=time.time(),
            agent_id=agent_id,
            attempt_id=attempt_id,
            disposition=disposition,
            callback_at=callback_at,
            language=language,
        ),
    )
    return _state(request, agent_id)


async def preview_next(request: web.Request) -> web.Response:
    """Show the next lead before it is dialed; `lead` is null when there is none yet."""
    agent_id = require_agent(request)
    (await read_body(request)).finish()
    lead = await show_next(request, agent_id)
    state = render.agent_state(agent_id, agent_in(request.app[DESK].view(), agent_id))
    return web.json_response(state | {"lead": render.lead_card(lead)})


async def show_next(request: web.Request, agent_id: int) -> Lead | None:
    """The lead that the engine shows to an agent now; None while there is nobody to be dialed."""
    commands = await post(request, requests.PreviewAsked(at=time.time(), agent_id=agent_id))
    shown = (one for one in commands if isinstance(one, ShowPreview) and one.agent_id == agent_id)
    return next((one.lead for one in shown), None)


async def dial(request: web.Request) -> web.Response:
    """Dial the lead that is shown (`lead_id`), or a number of the list (`number`)."""
    agent_id = require_agent(request)
    await dial_for(request, agent_id)
    return _state(request, agent_id)


async def dial_for(request: web.Request, agent_id: int) -> None:
    """Have dialed for an agent what the request's body says."""
    body = await read_body(request)
    lead_id = body.whole_number("lead_id") if body.has("lead_id") else None
    number = body.text("number", longest=20) if body.has("number") else ""
    if (lead_id is None) == (not number):
        body.problem("lead_id", "send either the lead_id that is shown or a number")
    if number and not E164.fullmatch(number):
        body.problem("number", "must be a number in E.164 form, like +1 and ten digits")
    body.finish()
    shown = _on_duty(request, agent_id).lead
    if number and not (shown and shown.e164 == number):
        await _dial_number(request, agent_id, number)
        return
    if shown is None or (lead_id is not None and shown.id != lead_id):
        raise LeadNotShownError()
    await post(request, requests.DialAsked(at=time.time(), agent_id=agent_id, lead=shown))


async def _dial_number(request: web.Request, agent_id: int, number: str) -> None:
    """A number that was typed: its lead waits in the hopper, or is claimed now, or is unknown."""
    sought = await post(
        request, requests.NumberSought(at=time.time(), agent_id=agent_id, e164=number)
    )
    if not any(isinstance(one, ShowPreview) and one.agent_id == agent_id for one in sought):
        agent = _on_duty(request, agent_id)
        lead = await _lead_for(request, agent.also or (agent.campaign_id,), number)
        if lead is None:
            raise NoSuchLeadError()
        await post(request, requests.DialAsked(at=time.time(), agent_id=agent_id, lead=lead))


async def _lead_for(
    request: web.Request, campaign_ids: tuple[int, ...], number: str
) -> Lead | None:
    for campaign_id in campaign_ids:
        lead = await request.app[DIRECTORY].lead_for_number(campaign_id, number)
        if lead is not None:
            return lead
    return None


async def skip(request: web.Request) -> web.Response:
    """Pass over the lead that is shown."""
    agent_id = require_agent(request)
    body = await read_body(request)
    lead_id = body.whole_number("lead_id")
    body.finish()
    await post(request, requests.PreviewSkipped(at=time.time(), agent_id=agent_id, lead_id=lead_id))
    return _state(request, agent_id)


async def transfer(request: web.Request) -> web.Response:
    """Call a third party (`destination`, one of the campaign's) for the person on the line."""
    agent_id = require_agent(request)
    await transfer_for(request, agent_id)
    return _state(request, agent_id)


async def transfer_for(request: web.Request, agent_id: int) -> None:
    """Have called for an agent whom the request's body names."""
    body = await read_body(request)
    destination = body.text("destination", longest=LONGEST_DESTINATION)
    body.finish()
    wish = requests.TransferAsked(at=time.time(), agent_id=agent_id, destination=destination)
    await post(request, wish)


def _state(request: web.Request, agent_id: int) -> web.Response:
    agent = agent_in(request.app[DESK].view(), agent_id)
    return web.json_response(render.agent_state(agent_id, agent))


def _on_duty(request: web.Request, agent_id: int) -> AgentView:
    agent = agent_in(request.app[DESK].view(), agent_id)
    if agent is None or agent.state is AgentState.OFFLINE:
        raise AgentOfflineError()
    return agent


def _campaign_named(name: str, campaigns: tuple[Campaign, ...]) -> Campaign:
    for campaign in campaigns:
        if campaign.name == name:
            return campaign
    raise NoSuchCampaignError(campaign=name)
