"""At work by keys: what a key means while he waits or talks, how a call went, the break.

While he hears a question he is on a break for the engine, so that nobody is put through to him who
could not hear him. Keys: 7 break and ready again, 8 corrects the last outcome, 9 reports a
problem, star ends a call, and in one 8 leaves the recorded message on a machine, 6 with a number
hands the person over; in a break 6 says how, and 5 the code that brings a page. Who has a page
does the rest there, and hears nothing: keys are 7, 8 and 6 in a call, and star then.
"""

import uuid
from collections.abc import Mapping

from dialer.domain.agent import AgentState
from dialer.domain.language import Language
from dialer.domain.outcome import Disposition
from dialer.domain.transfer import TransferOutcome
from dialer.domain.volunteer import Session
from dialer.engine import requests
from dialer.engine.commands import RefuseAgent
from dialer.engine.third_line import Stage
from dialer.engine.view import AgentView
from dialer.keypad import handing_over, languages
from dialer.keypad.ports import Help
from dialer.keypad.prompts import Prompt
from dialer.keypad.saying import MOST_TRIES, Saying
from dialer.runtime.ports import KeypadAsked, KeypadTurn
from dialer.script.click import ClickError, Flagged, FlagReason

OUTCOMES: Mapping[str, Disposition] = {
    "1": Disposition.SUPPORTS,
    "2": Disposition.LEANS,
    "3": Disposition.UNDECIDED,
    "4": Disposition.OPPOSES,
    "5": Disposition.REFUSED,
}
MORE_OUTCOMES: Mapping[str, Disposition] = {
    "1": Disposition.NOT_HOME,
    "2": Disposition.WRONG_NUMBER,
    "4": Disposition.DO_NOT_CALL,
    "5": Disposition.MACHINE,
    "6": Disposition.CALL_BACK,
}
BREAK_WAIT_S = 60
PAGE_LOOK_S = 2
PAGE_LOOKS = 60
"""So often it is looked whether the page has come: he must be held before it says that he is ready.
"""
HANDOVER_LOOK_S = 1
HANDOVER_LOOKS = 20
"""So often it is looked whether person and third party have come together: longer than the engine
waits for it."""

BREAK = ":break"
"""Ends a step after which he has a break."""


class Shift:
    """The turns of those at work."""

    def __init__(self, help: Help) -> None:
        self._help = help

    async def pressed(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """A key while he waits or talks. A conversation is never interrupted by a voice."""
        say, agent = Saying(self._help, asked, session.language), self._agent(session)
        if agent is None:
            return say.back()
        if agent.state is AgentState.TALKING:
            await self._pressed_talking(asked.keys, agent)
            return say.back()
        if asked.keys == "*" or asked.keys.startswith(handing_over.PREFIX):
            return say.back()
        if session.has_screen:
            is_back = agent.state is AgentState.BREAK
            if asked.keys == "7":
                wish = requests.AgentAskedReady if is_back else requests.AgentAskedBreak
                await self._wish(wish, session)
            return say.back()
        await self._wish(requests.AgentAskedBreak, session)
        agent = self._agent(session)
        if agent is None or agent.state is not AgentState.BREAK:
            return say.back()  # lines were dialed that count on him: a call may still come
        return await self._free(asked, session)

    async def _pressed_talking(self, key: str, agent: AgentView) -> None:
        now = self._help.clock()
        if key == "*":
            await self._help.floor.post(
                requests.AgentAskedHangup(at=now, agent_id=agent.agent_id)
            )
        elif key == "7":
            await self._help.floor.post(requests.AgentAskedBreak(at=now, agent_id=agent.agent_id))
        elif key == "8":
            await self._help.floor.post(
                requests.AgentAskedVoicemail(at=now, agent_id=agent.agent_id)
            )
        elif key == "9" and agent.attempt_id:
            await self._report(agent.agent_id, agent.attempt_id)
        elif key.startswith(handing_over.PREFIX):
            wish = await handing_over.wish(self._help, key, agent)
            if wish is not None:
                await self._help.floor.post(wish)

    async def after(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He and a person have parted. Who has a screen tells it how it went."""
        say, agent = Saying(self._help, asked, session.language), self._agent(session)
        if session.has_screen or agent is None:
            return say.hold()
        if _is_handing_over(agent):
            return await say.ask("handover", wait_s=HANDOVER_LOOK_S)
        return await self._ask_outcome(say, agent, session)

    async def handover(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He was taken out of the call to put the person through. The person is with the third
        party now, or comes back to him."""
        say, agent = Saying(self._help, asked, session.language), self._agent(session)
        if agent is None:
            return say.hold()
        if _is_handing_over(agent) and asked.tries + 1 < HANDOVER_LOOKS:
            return await say.ask("handover", wait_s=HANDOVER_LOOK_S, tries=asked.tries + 1)
        its = agent.transfer
        is_back = its is not None and its.outcome is not TransferOutcome.PUT_THROUGH
        if is_back and agent.state is AgentState.TALKING:
            return say.hold()
        return await self._ask_outcome(say, agent, session)

    async def _ask_outcome(self, say: Saying, agent: AgentView, session: Session) -> KeypadTurn:
        step = "outcome" + (BREAK if agent.wants == "break" else "")
        await self._wish(requests.AgentAskedBreak, session)
        if agent.attempt_id is None or agent.has_reported:
            return await self._next(say, step)
        return await say.ask(step, Prompt.OUTCOME)

    async def outcome(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """How the last call went, or went after all."""
        say = Saying(self._help, asked, session.language)
        step = asked.step
        is_more = step.startswith("more")
        question = Prompt.MORE_OUTCOMES if is_more else Prompt.OUTCOME
        disposition = (MORE_OUTCOMES if is_more else OUTCOMES).get(asked.keys)
        if disposition is not None:
            return await self._next(say, step, await self._give(session, disposition))
        match asked.keys:
            case "3" if is_more:
                return await self._ask_language(say, step, session)
            case "6" if not is_more:
                return await say.ask(step.replace("outcome", "more"), Prompt.MORE_OUTCOMES)
            case "0" if is_more:
                return await say.ask(step.replace("more", "outcome"), Prompt.OUTCOME)
            case "7":
                return await say.ask(step.removesuffix(BREAK) + BREAK, question)
            case "9":
                return await say.ask(step, await self._report_last(session), question)
            case "0":
                return await say.ask(step, question)
        if asked.tries + 1 >= MOST_TRIES:  # nobody listens
            return await say.ask("break", Prompt.BREAK, wait_s=BREAK_WAIT_S)
        return await say.ask(step, question, tries=asked.tries + 1)

    async def language(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """Which language the person wants to be called in."""
        say = Saying(self._help, asked, session.language)
        more = "more" + (BREAK if asked.step.endswith(BREAK) else "")
        language = languages.told(asked.step, asked.keys)
        if language is not None:
            given = await self._give(session, Disposition.OTHER_LANGUAGE, language)
            return await self._next(say, asked.step, given)
        if asked.keys == "0":
            return await say.ask(more, Prompt.MORE_OUTCOMES)
        if asked.tries + 1 >= MOST_TRIES:
            return await say.ask("break", Prompt.BREAK, wait_s=BREAK_WAIT_S)
        return await self._ask_language(say, more, session, tries=asked.tries + 1)

    async def _ask_language(
        self, say: Saying, step: str, session: Session, tries: int = 0
    ) -> KeypadTurn:
        campaign_id = session.campaign_id
        scripts = await self._help.readings.script_languages(campaign_id)
        spoken = self._help.floor.view().languages_of(campaign_id)
        there = languages.offered([*scripts, *spoken], session.language)
        return await say.ask(
            languages.step_of(there) + (BREAK if step.endswith(BREAK) else ""),
            Prompt.WHICH_LANGUAGE,
            languages.menu(there, session.language),
            Prompt.ANOTHER_LANGUAGE,
            tries=tries,
        )

    async def at_break(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """A key during a break."""
        if asked.keys == "7":
            return await self.ready(asked, session)
        if asked.keys == "5" and asked.invitation:
            code = self._help.page_codes.code(session.agent.extension, self._help.clock())
            say = Saying(self._help, asked, session.language)
            return await say.ask("pair", Prompt.PAGE_CODE, spelled=code, wait_s=PAGE_LOOK_S)
        if asked.keys == handing_over.PREFIX:
            campaign = await handing_over.campaign_of(self._help, session.campaign_id)
            say, keys = Saying(self._help, asked, session.language), handing_over.said(campaign)
            return await say.ask("break", *keys, Prompt.BREAK, wait_s=BREAK_WAIT_S)
        return await self._free(asked, session)

    async def pairing(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He has heard the code for a page. Once that is there his leg is held, in silence."""
        say = Saying(self._help, asked, session.language)
        if session.has_screen:
            return say.hold()
        if asked.keys or asked.tries + 1 >= PAGE_LOOKS:
            return await self.at_break(asked, session)
        return await say.ask("pair", wait_s=PAGE_LOOK_S, tries=asked.tries + 1)

    async def _free(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He is on a break and pressed a key: 8 and 9, or just a break."""
        say, agent = Saying(self._help, asked, session.language), self._agent(session)
        step = "" if asked.step != "break" else BREAK
        if asked.keys == "8" and agent is not None and agent.last_attempt_id:
            return await say.ask("outcome" + step, Prompt.OUTCOME)
        told = Prompt.NOTHING_TO_CORRECT if asked.keys == "8" else None
        if asked.keys == "9":
            told = await self._report_last(session)
        if told is not None:
            return await self._next(say, step, told)
        return await say.ask("break", Prompt.BREAK, wait_s=BREAK_WAIT_S)

    async def ready(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """The next person may come."""
        await self._wish(requests.AgentAskedReady, session)
        return Saying(self._help, asked, session.language).hold()

    async def _next(self, say: Saying, step: str, told: Prompt | None = None) -> KeypadTurn:
        """After a question: his break, or the next call when he has heard this out."""
        said = () if told is None else (told,)
        if step.endswith(BREAK):
            return await say.ask("break", *said, Prompt.BREAK, wait_s=BREAK_WAIT_S)
        return await say.ask("ready", *said, Prompt.NEXT, wait_s=1)

    async def _give(
        self, session: Session, disposition: Disposition, language: Language | None = None
    ) -> Prompt:
        agent = self._agent(session)
        attempt_id = (agent.attempt_id or agent.last_attempt_id) if agent is not None else None
        if attempt_id is None:
            return Prompt.NOTHING_TO_CORRECT
        given = requests.ResultGiven(
            at=self._help.clock(),
            agent_id=session.agent.id,
            attempt_id=attempt_id,
            disposition=disposition,
            language=language,
        )
        wishes = await self._help.floor.post(given)
        is_refused = any(isinstance(wish, RefuseAgent) for wish in wishes)
        return Prompt.NOT_SAVED if is_refused else Prompt.SAVED

    async def _report_last(self, session: Session) -> Prompt:
        agent = self._agent(session)
        attempt_id = (agent.attempt_id or agent.last_attempt_id) if agent is not None else None
        if attempt_id is None:
            return Prompt.NOTHING_TO_REPORT
        return await self._report(session.agent.id, attempt_id)

    async def _report(self, agent_id: int, attempt_id: str) -> Prompt:
        now = self._help.clock()
        flag = Flagged(
            id=str(uuid.uuid4()),
            agent_id=agent_id,
            attempt_id=attempt_id,
            at=now,
            reason=FlagReason.OTHER,
        )
        try:
            await self._help.clicks.keep(flag, now)
        except ClickError:
            return Prompt.NOTHING_TO_REPORT
        return Prompt.REPORTED

    async def _wish(
        self,
        wish: type[requests.AgentAskedBreak] | type[requests.AgentAskedReady],
        session: Session,
    ) -> None:
        if wish is requests.AgentAskedReady and session.needs_practice:
            return  # his page says so
        at = self._help.clock()
        await self._help.floor.post(wish(at=at, agent_id=session.agent.id))

    def _agent(self, session: Session) -> AgentView | None:
        agents = self._help.floor.view().agents
        return next((one for one in agents if one.agent_id == session.agent.id), None)


def _is_handing_over(agent: AgentView) -> bool:
    its = agent.transfer
    return agent.state is AgentState.TALKING and its is not None and its.stage is Stage.GOING
