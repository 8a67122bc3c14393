"""A volunteer at work: agreeing to the code, choosing a telephone, beginning, breaks, the end."""

import time
from dataclasses import replace

from aiohttp import web

from dialer.domain.agent import AgentState
from dialer.domain.volunteer import JoinStep, Session, Way
from dialer.engine import events, requests
from dialer.lists.own_number import own_number
from dialer.web import qr
from dialer.web.body import read_body
from dialer.web.desk import post, post_help
from dialer.web.keys import DESK, SHIFTS, WATCH
from dialer.web.render import Json
from dialer.web.volunteer import reading
from dialer.web.volunteer.errors import (
    CheckAudioError,
    NoCallBackError,
    NoDialInError,
    NotOwnNumberError,
    NotYetError,
    OtherConductError,
    TooManyTriesError,
)
from dialer.web.volunteer.join import conduct_json
from dialer.web.volunteer.keys import GUESSES, VOLUNTEERING
from dialer.web.volunteer.ports import Phone
from dialer.web.volunteer.session import forget, require_own_page, require_session
from dialer.web.volunteer.view import campaign_of, session_view
from dialer.web.watch import agent_in

WISHES: dict[str, type[events.AgentEvent]] = {
    "ready": requests.AgentAskedReady,
    "break": requests.AgentAskedBreak,
    "hold": requests.AgentAskedHold,
    "resume": requests.AgentAskedResume,
    "voicemail": requests.AgentAskedVoicemail,
    "hangup": requests.AgentAskedHangup,
    "consult": requests.AgentAskedConsult,
    "put_through": requests.AgentAskedPutThrough,
    "cancel_transfer": requests.AgentCancelledTransfer,
}
"""Requests without a body, and what the engine hears of them."""

ENDS_BREATH = (requests.AgentAskedReady, requests.AgentAskedBreak)

LONGEST_NUMBER = 40
EVERY_ADDRESS = ("0.0.0.0", "::")

HAS_AGREED = (JoinStep.AUDIO, JoinStep.PRACTICE, JoinStep.READY_TO_START)
"""What may come next for somebody who has agreed to the code of conduct."""


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/volunteer", show)
    router.add_get("/api/volunteer/conduct", show_conduct)
    router.add_post("/api/volunteer/conduct", agree)
    router.add_post("/api/volunteer/audio", choose_audio)
    router.add_post("/api/volunteer/start", start)
    router.add_post("/api/volunteer/leave", leave)
    router.add_post("/api/volunteer/{wish:" + "|".join(WISHES) + "}", wish)


async def show(request: web.Request) -> web.Response:
    """Where he stands, for a page that was opened again."""
    session = await require_session(request)
    return web.json_response(await session_view(request, session))


async def show_conduct(request: web.Request) -> web.Response:
    """The code of conduct that holds now."""
    session = await require_session(request)
    documents = request.app[VOLUNTEERING].documents
    its = await reading.conduct(documents, session.campaign_id, session.language)
    return web.json_response(conduct_json(*its))


async def agree(request: web.Request) -> web.Response:
    """He has read the code of conduct (`version`) and ticked the whole checklist."""
    require_own_page(request)
    session = await require_session(request)
    volunteering = request.app[VOLUNTEERING]
    conduct, version = await reading.conduct(
        volunteering.documents, session.campaign_id, session.language
    )
    body = await read_body(request)
    read = body.text("version", longest=64)
    ticked = body.texts("checklist") if conduct.checklist else []
    body.finish()
    if read != version:
        raise OtherConductError()
    if set(ticked) != set(conduct.checklist):
        raise OtherConductError("Tick everything on the checklist before you agree.")
    if not session.is_approved:
        raise NotYetError()
    await volunteering.register.agree(session.id, version, time.time())
    return await _now(request)


async def choose_audio(request: web.Request) -> web.Response:
    """How he hears and speaks; the answer has what his telephone registers with, or whom to call
    and what to type, or the number that is called when he starts."""
    require_own_page(request)
    session = await require_session(request)
    body = await read_body(request)
    way = body.choice("way", Way)
    typed = ""
    if way is Way.CALL_ME and (session.way is not way or body.has("number")):
        typed = body.text("number", longest=LONGEST_NUMBER)
        if body.anything("may_call") is not True:
            body.problem("may_call", "must be true: your leave to call that number")
    body.finish()
    await _require_step(request, session, *HAS_AGREED)
    answer = await _chosen(request, session, way, typed)
    request.app[SHIFTS].audio_checked(session.agent.id)
    request.app[WATCH].wake(session.agent.id)
    return web.json_response({"way": way.value, **answer})


async def _chosen(request: web.Request, session: Session, way: Way, typed: str) -> Json:
    volunteering, now = request.app[VOLUNTEERING], time.time()
    campaign = await campaign_of(request, session)
    if way is Way.CALL_ME:
        if not session.may_be_called:
            raise NoCallBackError()
        if not typed:  # he has given it before
            return {"number": session.agent.number}
        number = own_number(typed, campaign.caller_id)
        if not number:
            raise NotOwnNumberError()
        await volunteering.register.call_back(session, number, now)
        return {"number": number}
    if way is Way.DIAL_IN and volunteering.dial_in is None:
        raise NoDialInError()
    if way is not session.way:
        await volunteering.register.choose(session, way)
    # Asterisk may know his telephone as one of another kind, and would call the browser as if it
    # were a desk telephone: it refuses that.
    await volunteering.phones.connect()
    if way is Way.DIAL_IN and volunteering.dial_in is not None:
        code = volunteering.dial_in.code(session.agent.extension, now)
        return {"dial": campaign.caller_id, "code": code}
    phone = _reachable(request, volunteering.phones.phone(session.agent))
    credentials: Json = {
        "user": phone.user,
        "password": phone.password,
        "host": phone.host,
        "port": phone.port,
    }
    return {"phone": credentials} | ({"qr": qr.svg(phone.address)} if way is Way.SIP else {})


def _reachable(request: web.Request, phone: Phone) -> Phone:
    """Where SIP is taken at every address of this machine, the page's own host leads to it."""
    if phone.host in EVERY_ADDRESS:
        return replace(phone, host=(request.url.host or phone.host).strip("[]"))
    return phone


async def start(request: web.Request) -> web.Response:
    """Call his telephone; it stays connected from then on. Somebody at work already stays so, but
    for a page that holds no call (`is_without_call`): it was loaded again, and is called anew."""
    require_own_page(request)
    session = await require_session(request)
    body = await read_body(request)
    is_without_call = body.flag("is_without_call")
    body.finish()
    await _require_step(request, session, JoinStep.PRACTICE, JoinStep.READY_TO_START)
    request.app[SHIFTS].has_page(session.agent.id)
    agent = agent_in(request.app[DESK].view(), session.agent.id)
    if agent is None or agent.state is AgentState.OFFLINE:
        if session.way is Way.CALL_ME:
            _slow_down_calls(request, session)
        campaign = await campaign_of(request, session)
        await post(
            request,
            events.AgentLoggedIn(
                at=time.time(),
                agent_id=session.agent.id,
                agent=session.agent,
                campaign_id=campaign.id,
            ),
        )
    elif is_without_call:
        await post(request, events.AgentMissesLeg(at=time.time(), agent_id=session.agent.id))
    return await _now(request)


def _slow_down_calls(request: web.Request, session: Session) -> None:
    """Nobody's telephone is rung again and again, by whoever gives its number."""
    now, guesses = time.time(), request.app[GUESSES]
    for key in (f"calls of {session.id}", f"calls to {session.agent.number}"):
        if (pause_s := guesses.pause_s(key, now)) > 0:
            raise TooManyTriesError(pause_s)
        guesses.wrong(key, now)


async def wish(request: web.Request) -> web.Response:
    """Ready, break (after the call), hold, back from it, leave the recorded message, hang up; talk
    with the third party of a transfer alone, put the person through to him, call it off."""
    require_own_page(request)
    session = await require_session(request)
    (await read_body(request)).finish()
    event_type = WISHES[request.match_info["wish"]]
    is_ready = event_type is requests.AgentAskedReady
    if is_ready and request.app[SHIFTS].must_check_audio(session.agent.id):
        raise CheckAudioError()
    if is_ready and session.needs_practice:
        raise NotYetError(step=JoinStep.PRACTICE.value)
    await post(request, event_type(at=time.time(), agent_id=session.agent.id))
    if event_type in ENDS_BREATH:
        request.app[SHIFTS].end_breath(session.agent.id)
    return await _now(request)


async def leave(request: web.Request) -> web.Response:
    """Go home: a live call is finished first; this device is forgotten."""
    require_own_page(request)
    session = await require_session(request)
    (await read_body(request)).finish()
    agent = agent_in(request.app[DESK].view(), session.agent.id)
    if agent is not None and agent.state is not AgentState.OFFLINE:
        await post(request, requests.AgentLoggedOut(at=time.time(), agent_id=session.agent.id))
        agent = agent_in(request.app[DESK].view(), session.agent.id)
    if agent is not None and agent.state is not AgentState.OFFLINE:
        return await _now(request)  # after the call; the page asks again then
    if request.app[SHIFTS].asks_help_since(session.agent.id) is not None:
        gone = requests.AgentHelpOver(at=time.time(), agent_id=session.agent.id)
        await post_help(request, gone)
    await request.app[VOLUNTEERING].register.end(session.id, "left", time.time())
    response = web.json_response({"left": True})
    request.app[SHIFTS].forget(session.agent.id, request.app[DESK].now())
    forget(response)
    return response


async def _require_step(request: web.Request, session: Session, *steps: JoinStep) -> None:
    documents = request.app[VOLUNTEERING].documents
    _, version = await reading.conduct(documents, session.campaign_id, session.language)
    if session.step(version) not in steps:
        raise NotYetError(step=session.step(version).value)


async def _now(request: web.Request) -> web.Response:
    return web.json_response(await session_view(request, await require_session(request)))
