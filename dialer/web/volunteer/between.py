"""What a volunteer sees between calls, beside what the engine knows of him."""

from aiohttp import web

from dialer.domain.volunteer import Session
from dialer.pacing.waiting import WaitEstimate
from dialer.web.keys import DESK, SHIFTS
from dialer.web.render import Json
from dialer.web.volunteer.keys import GOALS


async def between_calls(request: web.Request, session: Session) -> Json:
    """Fields of his state as the page gets it."""
    now = request.app[DESK].view().at
    return {
        "wait": _wait(request.app[SHIFTS].wait(session.agent.id, now)),
        "goal": await request.app[GOALS].shown_to(session, now),
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
