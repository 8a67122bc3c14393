"""Shapes of JSON, as schemas of OpenAPI 3.1, and small words to write them with.

`named` shapes stand in the document once and are referred to. Read by operations.py.
"""

from collections.abc import Iterable
from enum import StrEnum

from dialer.domain.agent import AgentState
from dialer.domain.campaign import CampaignState, DialMethod, Purpose
from dialer.domain.language import SPOKEN, Language
from dialer.domain.outcome import Disposition, Outcome
from dialer.domain.transfer import DestinationKind, TransferOutcome
from dialer.domain.volunteer import Asked, JoinStep, Way
from dialer.engine.third_line import Stage
from dialer.practice.feedback import Finding
from dialer.practice.voter import VoterKind
from dialer.web.lead.board import Trouble
from dialer.web.render import Json
from dialer.web.volunteer.clicks import ClickKind

TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
WHOLE: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
INSTANT: Json = {"type": "number", "description": "seconds since 1970-01-01, UTC"}
NOTHING: Json = {"type": "null"}
ANYTHING: Json = {}
OPEN: Json = {"type": "object"}


def named(name: str) -> Json:
    """The shape of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(shape: Json) -> Json:
    """That, or null."""
    return {"anyOf": [shape, NOTHING]}


def many(shape: Json) -> Json:
    """A list."""
    return {"type": "array", "items": shape}


def one_of(words: type[StrEnum] | Iterable[str]) -> Json:
    """One of these words."""
    return {"type": "string", "enum": [str(word) for word in words]}


def always(value: object) -> Json:
    """Exactly that."""
    return {"const": value}


def fields(its: dict[str, Json], /, **optional: Json) -> Json:
    """An object with these fields, some of which may be missing, and no others."""
    return {
        "type": "object",
        "properties": its | optional,
        "required": list(its),
        "additionalProperties": False,
    }


_WANTS = one_of(("", "ready", "break", "offline", "log out"))
_LINE = {
    "agent_id": WHOLE,
    "name": maybe(TEXT),
    "campaign_id": maybe(WHOLE),
    "state": one_of(AgentState),
    "since": maybe(INSTANT),
    "wants": _WANTS,
    "campaign_ids": many(WHOLE),
    "practice_id": maybe(TEXT),
}
_BOARD = fields(
    {
        "campaign": TEXT,
        "state": one_of(CampaignState),
        "dial_method": one_of(DialMethod),
        "trouble": many(one_of(Trouble)),
        "last_decision": TEXT,
        "help": many(
            fields({"agent_id": WHOLE, "name": TEXT, "team": TEXT, "since": INSTANT})
        ),
        "waiting_approval": many(
            fields({"session_id": WHOLE, "first_name": TEXT, "team": TEXT, "since": INSTANT})
        ),
        "volunteers": many(
            fields(
                {
                    "agent_id": WHOLE,
                    "name": TEXT,
                    "team": TEXT,
                    "state": one_of(AgentState),
                    "since": INSTANT,
                    "wants": _WANTS,
                    "is_practising": FLAG,
                    "is_on_hold": FLAG,
                }
            )
        ),
        "lines_dialing": WHOLE,
        "people_waiting": WHOLE,
        "people_talking": WHOLE,
        "goal": maybe(
            fields(
                {
                    "counts": TEXT,
                    "question": maybe(TEXT),
                    "choice": maybe(TEXT),
                    "target": WHOLE,
                    "by": maybe(INSTANT),
                    "all": WHOLE,
                }
            )
        ),
        "abandonment": maybe(
            fields(
                {
                    "window": TEXT,
                    "answered": NUMBER,
                    "abandoned": NUMBER,
                    "rate": NUMBER,
                    "limit": NUMBER,
                    "left": WHOLE,
                }
            )
        ),
        "utilisation": maybe(NUMBER),
        "reachable": maybe(NUMBER),
    }
)
_LEAD = fields(
    {
        "lead_id": WHOLE,
        "name": TEXT,
        "number": TEXT,
        "attempts": WHOLE,
        "last_outcome": maybe(one_of(Outcome)),
    }
)
_CONDUCT = fields(
    {
        "version": TEXT,
        "language": TEXT,
        "title": TEXT,
        "rules": many(TEXT),
        "checklist": many(TEXT),
    }
)
_PERSON = fields(
    {
        "name": TEXT,
        "first_name": TEXT,
        "spoken": TEXT,
        "town": TEXT,
        "state": TEXT,
        "language": TEXT,
        "zones": many(TEXT),
        "last_contact": maybe(
            fields(
                {
                    "at": INSTANT,
                    "outcome": one_of(Outcome),
                    "disposition": maybe(one_of(Disposition)),
                    "note": TEXT,
                }
            )
        ),
        "campaign": TEXT,
        "purpose": one_of(Purpose),
        "offer": TEXT,
    }
)

NAMED: dict[str, Json] = {
    "Error": fields({"error_id": TEXT, "message": TEXT, "details": OPEN}),
    "AgentLine": fields(_LINE),
    "AgentState": fields(
        _LINE
        | {
            "attempt_id": maybe(TEXT),
            "last_attempt_id": maybe(TEXT),
            "lead": maybe(named("Lead")),
            "is_incoming": FLAG,
            "is_on_hold": FLAG,
            "can_leave_message": FLAG,
            "transfer": maybe(named("Transfer")),
        }
    ),
    "Transfer": fields(
        {
            "destination": TEXT,
            "kind": one_of(DestinationKind),
            "stage": one_of(Stage),
            "outcome": maybe(one_of(TransferOutcome)),
        }
    ),
    "Lead": _LEAD,
    "Floor": fields(
        {
            "at": INSTANT,
            "link_is_up": FLAG,
            "store_is_up": FLAG,
            "open_attempts": WHOLE,
            "campaigns": many(OPEN),
            "agents": many(named("AgentLine")),
            "trunks": many(OPEN),
            "help": many(fields({"agent_id": WHOLE, "name": maybe(TEXT), "since": INSTANT})),
        }
    ),
    "Board": _BOARD,
    "Campaign": {
        "type": "object",
        "properties": {
            "campaign_id": WHOLE,
            "name": TEXT,
            "state": TEXT,
            "dial_method": one_of(DialMethod),
            "figures": OPEN,
        },
        "required": ["campaign_id", "name", "state", "dial_method"],
    },
    "Conduct": _CONDUCT,
    "Invitation": fields(
        {
            "campaign": TEXT,
            "organisation": TEXT,
            "label": TEXT,
            "asks": fields({"phone": one_of(Asked), "email": one_of(Asked)}),
            "teams": many(TEXT),
            "needs_pin": FLAG,
            "needs_approval": FLAG,
            "conduct": named("Conduct"),
            "ways": many(one_of(Way)),
            "languages": many(TEXT),
            "spoken": many(one_of(SPOKEN)),
        }
    ),
    "Session": fields(
        {
            "id": WHOLE,
            "first_name": TEXT,
            "team": TEXT,
            "language": TEXT,
            "way": maybe(one_of(Way)),
            "ways": many(one_of(Way)),
            "campaign": TEXT,
            "dial_method": one_of(DialMethod),
            "step": one_of(JoinStep),
            "needs_practice": FLAG,
            "destinations": many(fields({"name": TEXT, "kind": one_of(DestinationKind)})),
        }
    ),
    "SessionView": fields({"session": named("Session"), "state": named("AgentState")}),
    "PracticeFeedback": fields(
        {
            "voter": one_of(VoterKind),
            "has_passed": FLAG,
            "findings": many(one_of(Finding)),
            "talk_share": maybe(NUMBER),
            "spoken_s": NUMBER,
            "answers_missed": many(TEXT),
            "right_results": many(one_of(Disposition)),
            "practised": many(one_of(VoterKind)),
        }
    ),
    "Telephone": fields(
        {"way": one_of(Way)},
        phone=fields({"user": TEXT, "password": TEXT, "host": TEXT, "port": WHOLE}),
        qr={"type": "string", "description": "the telephone's address as an SVG picture"},
        dial=TEXT,
        code=TEXT,
        number=TEXT,
    ),
    "Click": {
        "type": "object",
        "description": "kept once, by its id; answers and notes may name another one of the"
        " household by lead_id",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "kind": one_of(ClickKind),
            "attempt_id": TEXT,
            "at": INSTANT,
            "lead_id": WHOLE,
            "script_version": TEXT,
            "question": TEXT,
            "value": ANYTHING,
            "disposition": one_of(Disposition),
            "callback_local": TEXT,
            "callback_zone": TEXT,
            "callback_at": INSTANT,
            "language": one_of(Language),
            "reason": TEXT,
            "words": TEXT,
        },
        "required": ["id", "kind", "attempt_id", "at"],
    },
    "Saved": fields(
        {
            "saved": many(TEXT),
            "refused": many(
                fields({"id": ANYTHING, "error_id": TEXT, "message": TEXT, "details": OPEN})
            ),
        }
    ),
    "Card": fields(
        {
            "lead_id": WHOLE,
            "attempt_id": maybe(TEXT),
            "person": _PERSON,
            "answers": OPEN,
            "languages": many(one_of(SPOKEN)),
            "other_languages": many(one_of(SPOKEN)),
            "script": maybe(OPEN),
            "household": many(fields({"lead_id": WHOLE, "name": TEXT})),
        }
    ),
}
