"""Who leads volunteers without a screen: every turn of theirs comes here and goes to its step.

Implements runtime.ports.Keypad. Nothing is remembered between turns but wrong guesses.
"""

from dialer.domain.volunteer import Session
from dialer.engine import requests
from dialer.keypad import languages
from dialer.keypad.joining import Joining
from dialer.keypad.ports import Help
from dialer.keypad.prompts import Prompt
from dialer.keypad.saying import Saying
from dialer.keypad.shift import Shift
from dialer.runtime.ports import KeypadAsked, KeypadEvent, KeypadTurn


class KeypadDesk:
    """Leads any number of calls at a time."""

    def __init__(self, help: Help) -> None:
        self._help = help
        self._joining, self._shift = Joining(help), Shift(help)

    async def turn(self, asked: KeypadAsked) -> KeypadTurn:
        """What is next."""
        if not asked.extension:
            return await self._unknown(asked)
        session = await self._help.register.session_of(asked.extension)
        if session is None:
            return await Saying(self._help, asked).bye(Prompt.GOODBYE)
        match asked.event:
            case KeypadEvent.PRESSED:
                return await self._shift.pressed(asked, session)
            case KeypadEvent.AFTER:
                return await self._shift.after(asked, session)
            case KeypadEvent.PARTED:
                return await Saying(self._help, asked, session.language).bye(Prompt.GOODBYE)
            case KeypadEvent.GONE:
                return await self._gone(asked, session)
        return await self._typed(asked, session)

    async def _unknown(self, asked: KeypadAsked) -> KeypadTurn:
        """Somebody who has no session yet."""
        step, _, language = asked.step.partition(":")
        match step:
            case "code":
                return await self._joining.code(asked)
            case "language":
                return await self._joining.language(asked)
            case "pin":
                return await self._joining.pin(asked, language)
        return await self._joining.came(asked)

    async def _typed(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        match asked.step.partition(":")[0]:
            case "conduct":
                return await self._joining.agree(asked, session)
            case "begin":
                return await self._joining.ready(asked, session)
            case "outcome" | "more":
                return await self._shift.outcome(asked, session)
            case languages.ASKED:
                return await self._shift.language(asked, session)
            case "handover":
                return await self._shift.handover(asked, session)
            case "break":
                return await self._shift.at_break(asked, session)
            case "ready":
                return await self._shift.ready(asked, session)
            case "pair":
                return await self._shift.pairing(asked, session)
        return await self._joining.go_on(asked, session)

    async def _gone(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He hung up: a session without a page ends with it, and so does his work, also
        where his leg was just being made anew and its end is never told."""
        if not session.has_screen:
            now = self._help.clock()
            await self._help.register.end(session.id, "left", now)
            gone = requests.AgentLoggedOut(at=now, agent_id=session.agent.id)
            await self._help.floor.post(gone)
        return Saying(self._help, asked).back()
