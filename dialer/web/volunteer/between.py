"""Between calls: what a volunteer sees beside what the engine knows of him, and asks for."""

import time

from aiohttp import web

from dialer.domain.agent import AgentState
from dialer.domain.volunteer import JoinStep, Session
from dialer.engine import requests
from dialer.pacing.waiting import WaitEstimate
from dialer.web.body import read_body
from dialer.web.desk import post, post_help
from dialer.web.errors import AgentOfflineError
from dialer.web.keys import DESK, SHIFTS, WATCH
from dialer.web.render import Json
from dialer.web.volunteer.errors import NotYetError
from dialer.web.volunteer.keys import GOALS
from dialer.web.volunteer.session import require_own_page, require_session
from dialer.web.volunteer.view import session_view
from dialer.web.watch import agent_in


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_post("/api/volunteer/help", ask_help)
    router.add_post("/api/volunteer/breathe", breathe)


async def ask_help(request: web.Request) -> web.Response:
    """Page the shift lead, also in the middle of a call."""
    require_own_page(request)
    session = await require_session(request)
    (await read_body(request)).finish()
    agent_id = session.agent.id
    await post_help(request, requests.AgentAskedHelp(at=time.time(), agent_id=agent_id))
    return web.json_response({"asks_help_since": request.app[SHIFTS].asks_help_since(agent_id)})


async def breathe(request: web.Request) -> web.Response:
    """A minute off, after the call if there is one; then he is ready again by himself."""
    require_own_page(request)
    session = await require_session(request)
    (await read_body(request)).finish()
    if session.needs_practice:  # he would be ready afterwards
        raise NotYetError(step=JoinStep.PRACTICE.value)
    agent_id, view = session.agent.id, request.app[DESK].view()
    agent = agent_in(view, agent_id)
    if agent is None or agent.state is AgentState.OFFLINE:
        raise AgentOfflineError()
    is_on_break = agent.state is AgentState.BREAK
    request.app[SHIFTS].breathe(agent_id, view.at, is_on_break=is_on_break)
    await post(request, requests.AgentAskedBreak(at=time.time(), agent_id=agent_id))
    request.app[WATCH].wake(agent_id)
    return web.json_response(await session_view(request, session))


def between_calls(request: web.Request, session: Session) -> Json:
    """Fields of his state as the page gets it."""
    now, shifts, agent_id = request.app[DESK].now(), request.app[SHIFTS], session.agent.id
    return {
        "wait": _wait(shifts.wait(agent_id, now)),
        "goal": request.app[GOALS].shown_to(session, now),
        "is_heard": shifts.is_heard(agent_id),
        "check_audio": shifts.must_check_audio(agent_id),
        "nudge": "break" if shifts.needs_break(agent_id, now) else None,
        "breath_until": shifts.breath_until(agent_id),
        "asks_help_since": shifts.asks_help_since(agent_id),
    }


def _wait(its: WaitEstimate | None) -> Json | None:
    """Whole seconds: nobody can know more."""
    if its is None:
        return None
    return {
        "estimate_s": round(its.estimate_s),
        "from_s": round(its.from_s),
        "to_s": round(its.to_s),
    }
