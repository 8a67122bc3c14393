"""What a volunteer taps and writes, saved at once.

A page sends its clicks in the order in which they were made, and sends again what was not answered:
each has an id, and is kept once. What cannot be kept is told click by click; nothing else is lost.
"""

import re
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import TypedDict

from aiohttp import web

from dialer.domain.language import Language
from dialer.domain.outcome import Disposition
from dialer.domain.volunteer import Session
from dialer.engine import requests
from dialer.script.click import (
    LONGEST_NOTE,
    Answered,
    Click,
    ClickError,
    Flagged,
    FlagReason,
    Noted,
)
from dialer.web.body import Body, read_body
from dialer.web.desk import post
from dialer.web.errors import ApiError, InvalidBodyError, RefusedError
from dialer.web.render import Json
from dialer.web.volunteer.callback import check_callback, instant_in
from dialer.web.volunteer.keys import VOLUNTEERING
from dialer.web.volunteer.session import require_own_page, require_session
from dialer.web.volunteer.view import campaign_of

MOST_AT_ONCE = 100

class ClickKind(StrEnum):
    """What a click is about."""

    ANSWER = "answer"  # without a value: taken back
    RESULT = "result"
    FLAG = "flag"
    NOTE = "note"


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def add_routes(router: web.UrlDispatcher) -> None:
    """The path of this resource."""
    router.add_post("/api/volunteer/clicks", save)


async def save(request: web.Request) -> web.Response:
    """Keep the clicks one after the other; each is `saved` or `refused` with a sentence."""
    require_own_page(request)
    session = await require_session(request)
    body = await read_body(request)
    clicks = body.objects("clicks", most=MOST_AT_ONCE)
    body.finish()
    saved: list[str] = []
    refused: list[Json] = []
    for fields in clicks:
        try:
            await _keep(request, session, fields)
            saved.append(str(fields["id"]))
        except (ClickError, RefusedError, InvalidBodyError) as error:
            refused.append(_told(fields, error))
    return web.json_response({"saved": saved, "refused": refused})


async def _keep(request: web.Request, session: Session, fields: Mapping[str, object]) -> None:
    wanted = Body(fields)
    kind = wanted.choice("kind", ClickKind)
    click_id = wanted.text("id", longest=36)
    if not _UUID.fullmatch(click_id):
        wanted.problem("id", "must be a UUID in small letters")
    its = _Its(
        id=click_id,
        agent_id=session.agent.id,
        attempt_id=wanted.text("attempt_id", longest=64),
        at=wanted.instant("at") or 0.0,
    )
    if kind is ClickKind.RESULT:
        await _keep_result(request, session, wanted, its)
    else:
        await request.app[VOLUNTEERING].answers.keep(_click(wanted, kind, its), time.time())


class _Its(TypedDict):
    """What all clicks have."""

    id: str
    agent_id: int
    attempt_id: str
    at: float


def _click(wanted: Body, kind: ClickKind, its: _Its) -> Click:
    click: Click
    match kind:
        case ClickKind.FLAG:
            reason = wanted.choice("reason", FlagReason)
            words = wanted.words("words", longest=LONGEST_NOTE) if wanted.has("words") else ""
            click = Flagged(**its, reason=reason, words=words)
        case ClickKind.NOTE:
            words = wanted.words("words", longest=LONGEST_NOTE)
            click = Noted(**its, lead_id=_lead_of(wanted), words=words)
        case _:
            click = Answered(
                **its,
                lead_id=_lead_of(wanted),
                script_version=wanted.text("script_version", longest=64),
                question=wanted.text("question", longest=64),
                value=wanted.anything("value"),
            )
    wanted.finish()
    return click


def _lead_of(wanted: Body) -> int | None:
    """Of another one of the household."""
    return wanted.whole_number("lead_id") if wanted.has("lead_id") else None


async def _keep_result(
    request: web.Request, session: Session, wanted: Body, its: _Its
) -> None:
    """How the call went; who wants to be called back may say when, as `callback_local` in his
    `callback_zone`, which is not said where his number can be in one zone only. (`callback_at`, an
    instant, is for programs.) With other_language, `language` is the one he wants."""
    disposition = wanted.choice("disposition", Disposition)
    callback_at = wanted.instant("callback_at")
    local = wanted.text("callback_local", longest=32) if wanted.has("callback_local") else ""
    zone = wanted.text("callback_zone", longest=64) if wanted.has("callback_zone") else ""
    has_time = callback_at is not None or bool(local or zone)
    if has_time and disposition is not Disposition.CALL_BACK:
        wanted.problem("callback_local", "goes only with the disposition call_back")
    language = wanted.choice("language", Language) if wanted.has("language") else None
    if language is not None and disposition is not Disposition.OTHER_LANGUAGE:
        wanted.problem("language", "goes only with the disposition other_language")
    if (zone and not local) or (local and callback_at is not None):
        wanted.problem("callback_local", "must say when, and callback_at not besides")
    wanted.finish()
    given = requests.ResultGiven(
        at=time.time(),
        agent_id=its["agent_id"],
        attempt_id=its["attempt_id"],
        disposition=disposition,
        callback_at=callback_at
        or await _callback_at(request, session, its["attempt_id"], local, zone),
        language=language,
    )
    await post(request, given)


async def _callback_at(
    request: web.Request, session: Session, attempt_id: str, local: str, zone: str
) -> float | None:
    if not local:
        return None
    zones = await request.app[VOLUNTEERING].answers.zones(attempt_id)
    chosen = zone or (zones[0] if len(zones) == 1 else "")
    if chosen not in zones:
        raise ClickError(
            "callback-zone", "Ask in which time zone they are, and choose it: their number does"
            " not say.",
        )  # fmt: skip
    at = instant_in(chosen, local)
    check_callback(at, zones, await campaign_of(request, session), time.time())
    return at


def _told(fields: Mapping[str, object], error: ClickError | ApiError) -> Json:
    reason = error.reason if isinstance(error, ClickError) else error.error_id
    details = {} if isinstance(error, ClickError) else error.details
    return {
        "id": fields.get("id"), "error_id": reason, "message": str(error), "details": details,
    }  # fmt: skip
