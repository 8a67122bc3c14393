"""A session as its page sees it: where the volunteer stands, and what he has to do next."""

from aiohttp import web

from dialer.domain.campaign import Campaign
from dialer.domain.volunteer import JoinStep, Session, Way
from dialer.web.keys import DESK, DIRECTORY, SHIFTS
from dialer.web.render import Json, agent_state
from dialer.web.volunteer import reading
from dialer.web.volunteer.errors import LinkIsOverError
from dialer.web.volunteer.keys import VOLUNTEERING
from dialer.web.watch import agent_in


async def session_view(request: web.Request, session: Session) -> Json:
    """The answer to GET /api/volunteer."""
    campaign = await campaign_of(request, session)
    documents = request.app[VOLUNTEERING].documents
    _, conduct_version = await reading.conduct(documents, campaign.id, session.language)
    step = session.step(conduct_version)
    if step is JoinStep.READY_TO_START and request.app[SHIFTS].must_check_audio(session.agent.id):
        step = JoinStep.AUDIO  # again
    agent = agent_in(request.app[DESK].view(), session.agent.id)
    return {
        "session": {
            "id": session.id,
            "first_name": session.first_name,
            "team": session.team,
            "language": session.language,
            "way": None if session.way is None else session.way.value,
            "ways": [way.value for way in ways(request, session.may_be_called)],
            "campaign": campaign.name,
            "dial_method": campaign.dial_method.value,
            "step": step.value,
            "needs_practice": session.needs_practice,
            "destinations": [
                {"name": one.name, "kind": one.kind.value} for one in campaign.destinations
            ],
        },
        "state": agent_state(session.agent.id, agent) | {"lead": None},
    }


def ways(request: web.Request, may_call_back: bool) -> list[Way]:
    """The ways to hear and speak that there are here for who joined by such an invitation."""
    has_dial_in = request.app[VOLUNTEERING].dial_in is not None
    without = {Way.DIAL_IN: not has_dial_in, Way.CALL_ME: not may_call_back}
    return [way for way in Way if not without.get(way, False)]


async def campaign_of(request: web.Request, session: Session) -> Campaign:
    """The session's campaign. Raises LinkIsOverError when that is finished."""
    for campaign in await request.app[DIRECTORY].campaigns():
        if campaign.id == session.campaign_id:
            return campaign
    raise LinkIsOverError()
