"""Practice: a call with a simulated person, by the real telephone, card and script, then feedback.

The volunteer is on a break for the engine all the time. What he taps stays on his page until the
end, comes here once, and is never a person's answer nor a call's result.
"""

import logging
import secrets
import time

from aiohttp import web

from dialer.domain.outcome import Disposition
from dialer.domain.volunteer import Session
from dialer.engine import requests
from dialer.engine.practice import is_of, practice_id_of
from dialer.errors import CallbankError
from dialer.practice.feedback import Feedback, feedback
from dialer.practice.rehearsal import Heard, Rehearsal, Written
from dialer.practice.voter import Voter, VoterKind
from dialer.practice.voters import VOTERS
from dialer.script.person import Person
from dialer.web.body import LONGEST_LIST, Body, read_body
from dialer.web.desk import post
from dialer.web.errors import RefusedError
from dialer.web.keys import DESK
from dialer.web.render import Json
from dialer.web.volunteer import reading
from dialer.web.volunteer.card import card_of
from dialer.web.volunteer.errors import (
    NoPracticeError,
    NoSuchPracticeError,
    StillPractisingError,
)
from dialer.web.volunteer.keys import VOLUNTEERING
from dialer.web.volunteer.ports import PracticeHall
from dialer.web.volunteer.session import require_own_page, require_session
from dialer.web.watch import agent_in

logger = logging.getLogger(__name__)


def add_routes(router: web.UrlDispatcher) -> None:
    """The paths of this resource."""
    router.add_get("/api/volunteer/practice", show)
    router.add_post("/api/volunteer/practice", begin)
    router.add_post("/api/volunteer/practice/feedback", end)


async def show(request: web.Request) -> web.Response:
    """With whom one can practise here; nobody where there is no voice for them."""
    await require_session(request)
    has_voices = request.app[VOLUNTEERING].practice is not None
    return web.json_response({"voters": [kind.value for kind in VOTERS] if has_voices else []})


async def begin(request: web.Request) -> web.Response:
    """Let the `voter` pick up; the answer is his card."""
    require_own_page(request)
    session = await require_session(request)
    body = await read_body(request)
    voter = VOTERS[body.choice("voter", VoterKind)]
    body.finish()
    hall = _hall(request)
    try:
        sounds = await hall.voices.sounds(voter)
    except CallbankError as error:
        logger.error("%s", error)
        raise NoPracticeError("The person's voice could not be made: tell an organizer.") from error
    practice_id = practice_id_of(session.agent.id, secrets.token_hex(6))
    now = time.time()
    hall.rehearsals.begin(practice_id, Rehearsal(voter, sounds, now))
    wish = requests.PracticeAsked(at=now, agent_id=session.agent.id, practice_id=practice_id)
    try:
        await post(request, wish)
    except RefusedError:
        hall.rehearsals.forget(practice_id)
        raise
    return web.json_response(await _card(request, session, voter, practice_id))


async def end(request: web.Request) -> web.Response:
    """What was tapped in a call that is over (`trail`, `answers`, `result`), for feedback on it."""
    require_own_page(request)
    session = await require_session(request)
    body = await read_body(request)
    practice_id = body.text("practice_id", longest=64)
    written = _written(body)
    body.finish()
    rehearsal = _hall(request).rehearsals.of(practice_id)
    if rehearsal is None or not is_of(practice_id, session.agent.id):
        raise NoSuchPracticeError()
    agent = agent_in(request.app[DESK].view(), session.agent.id)
    if agent is not None and agent.practice_id == practice_id:
        raise StillPractisingError()
    rehearsal.turn(Heard.GONE, time.time())  # Asterisk's own word of it may be under way
    documents = request.app[VOLUNTEERING].documents
    read = await reading.script(documents, session.campaign_id, session.language)
    script, version = (None, "") if read is None else read
    its = feedback(rehearsal.voter, rehearsal.record, rehearsal.write(written), script)
    practised = session.practised
    if its.has_passed:
        certificates = request.app[VOLUNTEERING].certificates
        practised = await certificates.passed(
            session.id, rehearsal.voter.kind, version, time.time()
        )
    answer = _feedback(rehearsal.voter, its) | {"practised": list(practised)}
    return web.json_response(answer)


def _hall(request: web.Request) -> PracticeHall:
    hall = request.app[VOLUNTEERING].practice
    if hall is None:
        raise NoPracticeError()
    return hall


def _written(body: Body) -> Written:
    trail = body.texts("trail") if body.has("trail") else []
    answers = body.anything("answers")
    if answers is not None and (not isinstance(answers, dict) or len(answers) > LONGEST_LIST):
        body.problem("answers", "must be an object of answers by question")
    result = body.choice("result", Disposition) if body.has("result") else None
    return Written(
        trail=trail, answers=answers if isinstance(answers, dict) else {}, result=result
    )


async def _card(
    request: web.Request, session: Session, voter: Voter, practice_id: str
) -> Json:
    """As the socket's card of a real person; it is no lead's."""
    person = Person(
        first_name=voter.first_name,
        last_name=voter.last_name,
        full_name=f"{voter.first_name} {voter.last_name}",
        state=voter.state,
        custom={"town": voter.town},
    )
    card = await card_of(request, session, person, {})
    return card | {"lead_id": 0, "attempt_id": practice_id, "household": []}


def _feedback(voter: Voter, its: Feedback) -> Json:
    return {
        "voter": voter.kind.value,
        "has_passed": its.has_passed,
        "findings": [finding.value for finding in its.findings],
        "talk_share": None if its.talk_share is None else round(its.talk_share, 2),
        "spoken_s": round(its.spoken_s, 1),
        "answers_missed": list(its.answers_missed),
        "right_results": sorted(result.value for result in voter.right_results),
    }
