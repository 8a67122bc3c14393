"""What each path of the API takes and answers: one entry a route, which document.py looks up.

A route without an entry is a fault that a test finds; what a path does is its handler's docstring.
"""

from dataclasses import dataclass, field

from dialer.domain.language import SPOKEN, Language
from dialer.domain.outcome import Disposition
from dialer.domain.volunteer import Way
from dialer.practice.voter import VoterKind
from dialer.script.click import SkipReason
from dialer.web.api.agents import WISHES as AGENT_WISHES
from dialer.web.described.shapes import (
    ANYTHING,
    FLAG,
    INSTANT,
    OPEN,
    TEXT,
    WHOLE,
    always,
    fields,
    many,
    maybe,
    named,
    one_of,
)
from dialer.web.render import Json
from dialer.web.volunteer.work import WISHES

STREAM = "text/event-stream"
WEBSOCKET = "websocket"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """`answer` is the shape of the JSON that comes back with `status`; `kind` is its content type,
    or `websocket` where the connection becomes one. `words` are the values of a path's part."""

    answer: Json = field(default_factory=dict)
    body: Json | None = None
    status: int = 200
    kind: str = "application/json"
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)


AGENT = "/api/agents/{agent_id}"
BOARD = "/api/floor/board"
VOLUNTEER = "/api/volunteer"
_STATE, _VIEW, _FLOOR = named("AgentState"), named("SessionView"), named("Floor")
_BOARD = named("Board")
_WAYS = {"way": one_of(Way)}
_SHOWN = fields(
    {
        "session": named("Session"),
        "state": named("AgentState"),
        "is_somebody": FLAG,
    }
)
_DESTINATION = fields({"destination": TEXT})
_DIALED = fields({}, lead_id=WHOLE, number=TEXT)

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/api/agents"): Operation(answer=fields({"agents": many(named("AgentLine"))})),
    ("POST", "/api/agents/login"): Operation(
        body=fields({"name": TEXT, "token": TEXT}, campaign=TEXT, campaigns=many(TEXT)),
        answer=_STATE,
    ),
    ("GET", AGENT): Operation(answer=_STATE),
    ("POST", AGENT + "/result"): Operation(
        body=fields(
            {"attempt_id": TEXT, "disposition": one_of(Disposition)},
            callback_at=maybe(INSTANT),
            language=one_of(Language),
        ),
        answer=_STATE,
    ),
    ("POST", AGENT + "/preview"): Operation(answer=_STATE),
    ("POST", AGENT + "/dial"): Operation(body=_DIALED, answer=_STATE),
    ("POST", AGENT + "/skip"): Operation(body=fields({"lead_id": WHOLE}), answer=_STATE),
    ("POST", AGENT + "/transfer"): Operation(body=_DESTINATION, answer=_STATE),
    ("POST", AGENT + "/{wish}"): Operation(
        answer=_STATE, words={"wish": tuple(AGENT_WISHES)}
    ),
    ("GET", AGENT + "/events"): Operation(kind=STREAM),
    ("GET", "/api/campaigns"): Operation(
        answer=fields({"campaigns": many(named("Campaign"))})
    ),
    ("GET", "/api/campaigns/{name}"): Operation(answer=named("Campaign")),
    ("GET", "/api/floor"): Operation(answer=_FLOOR),
    ("POST", "/api/floor/help/{agent_id}/seen"): Operation(answer=_FLOOR),
    ("GET", BOARD): Operation(answer=_BOARD),
    ("POST", BOARD + "/enter"): Operation(
        body=fields({"secret": TEXT}), answer=fields({"expires_at": INSTANT})
    ),
    ("POST", BOARD + "/leave"): Operation(answer=fields({"left": always(True)})),
    ("POST", BOARD + "/help/{agent_id}/seen"): Operation(answer=_BOARD),
    ("POST", BOARD + "/sessions/{session_id}/approve"): Operation(answer=_BOARD),
    ("GET", BOARD + "/socket"): Operation(kind=WEBSOCKET, status=101),
    ("GET", "/api/health"): Operation(
        answer=fields(
            {
                "status": one_of(("ok", "degraded")),
                "link_is_up": FLAG,
                "store_is_up": FLAG,
                "open_attempts": WHOLE,
            }
        )
    ),
    ("GET", "/api/openapi.json"): Operation(answer=ANYTHING),
    ("GET", "/api/docs"): Operation(kind="text/html"),
    ("GET", "/api/join/{code}"): Operation(answer=named("Invitation")),
    ("POST", "/api/join/{code}"): Operation(
        body=fields(
            {"first_name": TEXT},
            phone=TEXT,
            email=TEXT,
            team=TEXT,
            pin=TEXT,
            language=TEXT,
            also_speaks=many(one_of(SPOKEN)),
            us_state=TEXT,
        ),
        answer=_VIEW,
        status=201,
    ),
    ("POST", "/api/pair"): Operation(body=fields({"code": TEXT}), answer=_VIEW),
    ("GET", VOLUNTEER): Operation(answer=_VIEW),
    ("GET", VOLUNTEER + "/conduct"): Operation(answer=named("Conduct")),
    ("POST", VOLUNTEER + "/conduct"): Operation(
        body=fields({"version": TEXT}, checklist=many(TEXT)), answer=_VIEW
    ),
    ("POST", VOLUNTEER + "/audio"): Operation(
        body=fields(_WAYS, number=TEXT, may_call=always(True)), answer=named("Telephone")
    ),
    ("POST", VOLUNTEER + "/start"): Operation(
        body=fields({}, is_without_call=FLAG), answer=_VIEW
    ),
    ("POST", VOLUNTEER + "/leave"): Operation(
        answer={"anyOf": [fields({"left": always(True)}), _VIEW]}
    ),
    ("POST", VOLUNTEER + "/{wish}"): Operation(
        answer=_VIEW, words={"wish": tuple(WISHES)}
    ),
    ("POST", VOLUNTEER + "/transfer"): Operation(body=_DESTINATION, answer=_VIEW),
    ("POST", VOLUNTEER + "/help"): Operation(
        answer=fields({"asks_help_since": maybe(INSTANT)})
    ),
    ("POST", VOLUNTEER + "/breathe"): Operation(answer=_VIEW),
    ("GET", VOLUNTEER + "/practice"): Operation(
        answer=fields({"voters": many(one_of(VoterKind))})
    ),
    ("POST", VOLUNTEER + "/practice"): Operation(
        body=fields({"voter": one_of(VoterKind)}), answer=named("Card")
    ),
    ("POST", VOLUNTEER + "/practice/feedback"): Operation(
        body=fields(
            {"practice_id": TEXT},
            trail=many(TEXT),
            answers=OPEN,
            result=one_of(Disposition),
        ),
        answer=named("PracticeFeedback"),
    ),
    ("POST", VOLUNTEER + "/preview"): Operation(answer=_SHOWN),
    ("POST", VOLUNTEER + "/dial"): Operation(body=_DIALED, answer=_VIEW),
    ("POST", VOLUNTEER + "/skip"): Operation(
        body=fields({"lead_id": WHOLE, "reason": one_of(SkipReason)}), answer=_VIEW
    ),
    ("POST", VOLUNTEER + "/clicks"): Operation(
        body=fields({"clicks": many(named("Click"))}), answer=named("Saved")
    ),
    ("GET", VOLUNTEER + "/calls/{attempt_id}/people/{lead_id}"): Operation(
        answer=named("Card")
    ),
    ("GET", VOLUNTEER + "/socket"): Operation(kind=WEBSOCKET, status=101),
}
"""By method and path; bodies that are not named are empty."""
