"""The call scripts' desk: from their threads to the pump's FrontDesk on the event loop, and back.

Every question has a short bound. A script that gets no answer fails, and the dialplan then takes
the person to the queue or the message by itself.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

from agi import names
from agi.desk import DeskAway, Route
from agi.server import AgiServer, AgiSettings
from dialer.domain.outcome import AmdVerdict
from dialer.engine.events import (
    DoNotCallAdded,
    Event,
    OptOutPressed,
    RouteAsked,
    VisitAsked,
    VisitEnded,
)
from dialer.engine.store_commands import AddDoNotCall
from dialer.practice.rehearsal import Heard, Next, Rehearsals
from dialer.runtime.ports import FrontDesk, Keypad, KeypadAsked, KeypadEvent, StoreAway

ROUTE_BOUND_S = 0.8
INCOMING_BOUND_S = 2.0
OPT_OUT_BOUND_S = 5.0
KEYPAD_BOUND_S = 7.0
"""Longer than the others: what was never said before is synthesised first."""

_VERDICTS = {
    "": AmdVerdict.NOT_ASKED,
    "HUMAN": AmdVerdict.HUMAN,
    "MACHINE": AmdVerdict.MACHINE,
}

_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")

T = TypeVar("T")


def verdict_of(amd_status: str, amd_cause: str = "") -> AmdVerdict:
    """AMDSTATUS as a verdict; NOTSURE, HANGUP and anything new are unknown, thus a person.

    AMD() calls a silent line a machine, but somebody who waits for us to speak is no machine.
    """
    if amd_cause.startswith("INITIALSILENCE"):
        return AmdVerdict.UNKNOWN
    return _VERDICTS.get(amd_status, AmdVerdict.UNKNOWN)


def _e164(digits: str) -> str:
    """A number as carriers write it in a call's header; empty when it is none."""
    number = "+" + digits.lstrip("+")
    return number if _E164.match(number) else ""


class LoopDesk:
    """Implements agi.desk.Desk over a FrontDesk that lives on an event loop."""

    def __init__(
        self,
        front_desk: FrontDesk,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], float] = time.time,
        keypad: Keypad | None = None,
        rehearsals: Rehearsals | None = None,
    ) -> None:
        self._front_desk = front_desk
        self._loop = loop
        self._clock = clock
        self._keypad = keypad
        self._rehearsals = rehearsals
        self._numbers = itertools.count(1)

    def route(self, attempt_id: str, channel: str, amd_status: str, amd_cause: str) -> Route:
        """Where this answered call goes now."""
        asked = RouteAsked(
            at=self._clock(),
            attempt_id=attempt_id,
            request_id=f"{attempt_id}/{next(self._numbers)}",
            channel=channel,
            verdict=verdict_of(amd_status, amd_cause),
            amd_cause=amd_cause[:100],
        )
        answer = self._ask(self._front_desk.route(asked), ROUTE_BOUND_S)
        return Route(destination=answer.destination.value, agent_channel=answer.agent_channel)

    def incoming(self, visit_id: str, channel: str, called: str, caller: str) -> Route:
        """Where somebody goes who calls us."""
        asked = VisitAsked(
            at=self._clock(),
            visit_id=visit_id,
            request_id=f"{visit_id}/{next(self._numbers)}",
            channel=channel,
            called=_e164(called),
            caller=_e164(caller),
        )
        answer = self._ask(self._front_desk.incoming(asked), INCOMING_BOUND_S)
        return Route(destination=answer.destination.value, agent_channel=answer.agent_channel)

    def keypad(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        """What a volunteer hears next who called us. He is no caller any more when he comes."""
        if self._keypad is None:
            raise DeskAway("nobody leads volunteers by telephone here")
        event = KeypadEvent(asked.get("event", ""))
        visit_id = asked.get("visit", "")
        if event is KeypadEvent.CAME and visit_id:
            came = VisitEnded(at=self._clock(), visit_id=visit_id)
            self._ask(self._front_desk.post(came), OPT_OUT_BOUND_S, may_cancel=False)
        tries = asked.get("tries", "")
        question = KeypadAsked(
            event=event,
            caller=asked.get("caller", ""),
            keys=asked.get("keys", ""),
            step=asked.get("step", ""),
            tries=int(tries) if tries.isdecimal() else 0,
            extension=asked.get("extension", ""),
            invitation=asked.get("invitation", ""),
        )
        turn = self._ask(self._keypad.turn(question), KEYPAD_BOUND_S, may_cancel=False)
        return {
            names.VAR_NEXT: turn.next.value,
            names.VAR_SAY: turn.sound,
            names.VAR_DIGITS: str(turn.digits),
            names.VAR_WAIT: str(turn.wait_s),
            names.VAR_STEP: turn.step,
            names.VAR_TRIES: str(turn.tries),
            names.VAR_EXTENSION: turn.extension,
            names.VAR_INVITATION: turn.invitation,
        }

    def practice(self, practice_id: str, event: str) -> Mapping[str, str]:
        """What the simulated person of a practice call does next. One that nobody knows (any more)
        is over."""
        return self._ask(self._practice_turn(practice_id, Heard(event)), ROUTE_BOUND_S)

    async def _practice_turn(self, practice_id: str, heard: Heard) -> Mapping[str, str]:
        rehearsal = None if self._rehearsals is None else self._rehearsals.of(practice_id)
        if rehearsal is None:
            return {names.VAR_NEXT: Next.BYE.value}
        turn = rehearsal.turn(heard, self._clock())
        return {
            names.VAR_NEXT: turn.next.value,
            names.VAR_SAY: turn.sound,
            names.VAR_WAIT: f"{turn.wait_s:g}",
        }

    def opt_out(self, attempt_id: str, number: str) -> bool:
        """Never call this person again; True once that is committed.

        By attempt if the engine still knows it, else by number (somebody who called back).
        """
        now = self._clock()
        if attempt_id and self._commits(OptOutPressed(at=now, attempt_id=attempt_id)):
            return True
        if _E164.match(number):
            return self._commits(DoNotCallAdded(at=now, e164=number))
        return False

    def _commits(self, event: Event) -> bool:
        """Whether the event put a number on the do-not-call list. Never cancelled half-way."""
        wishes = self._ask(self._front_desk.post(event), OPT_OUT_BOUND_S, may_cancel=False)
        return any(isinstance(wish, AddDoNotCall) for wish in wishes)

    def _ask(
        self, question: Coroutine[Any, Any, T], bound_s: float, *, may_cancel: bool = True
    ) -> T:
        try:
            answer = asyncio.run_coroutine_threadsafe(question, self._loop)
        except RuntimeError as error:  # the loop is closed
            question.close()
            raise DeskAway("the daemon is stopping") from error
        try:
            return answer.result(bound_s)
        except FutureTimeout as error:
            if may_cancel:
                answer.cancel()
            raise DeskAway(f"the daemon did not answer within {bound_s} s") from error
        except (CancelledError, StoreAway) as error:
            raise DeskAway("the daemon cannot answer now") from error


class FastAgi:
    """The FastAGI server as an asyncio component: start and stop never block the loop."""

    def __init__(
        self,
        settings: AgiSettings,
        front_desk: FrontDesk,
        keypad: Keypad | None = None,
        rehearsals: Rehearsals | None = None,
    ) -> None:
        self._settings = settings
        self._keypad = keypad
        self._rehearsals = rehearsals
        self._front_desk = front_desk
        self._server: AgiServer | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return 0 if self._server is None else self._server.port

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        desk = LoopDesk(
            self._front_desk,
            asyncio.get_running_loop(),
            keypad=self._keypad,
            rehearsals=self._rehearsals,
        )
        self._server = AgiServer(self._settings, desk)
        self._server.start()

    async def stop(self) -> None:
        """Stop listening and end the scripts."""
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)
            self._server = None
