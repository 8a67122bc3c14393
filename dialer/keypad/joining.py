"""From star to the first call: the code, the PIN, the briefing, the code of conduct.

A code is a session's own (its page showed it) or an invitation's. Wrong ones are slowed down by the
caller's number, wrong PINs by the invitation, as on the page.
"""

from dataclasses import replace

from dialer.domain.campaign import Campaign
from dialer.domain.guesses import Guesses
from dialer.domain.language import known
from dialer.domain.volunteer import (
    KEYPAD_DIGITS,
    Asked,
    Invitation,
    JoinStep,
    Newcomer,
    Session,
    Way,
)
from dialer.engine import events, requests
from dialer.keypad import handing_over
from dialer.keypad.ports import Help
from dialer.keypad.prompts import LANGUAGES, Prompt
from dialer.keypad.saying import MOST_TRIES, Saying
from dialer.runtime.ports import KeypadAsked, KeypadTurn
from dialer.script.merge import merge
from dialer.script.person import Person, values

NAMELESS = "Volunteer"
"""What those are called who join without a screen: a name is not typed on a telephone."""

PIN_DIGITS = 12
PIN_WAIT_S = 15


class Joining:
    """The steps of those who have not begun yet."""

    def __init__(self, help: Help) -> None:
        self._help = help
        self._guesses = Guesses()

    async def came(self, asked: KeypadAsked) -> KeypadTurn:
        """He pressed star."""
        return await Saying(self._help, asked).ask("code", Prompt.CODE, digits=KEYPAD_DIGITS)

    async def code(self, asked: KeypadAsked) -> KeypadTurn:
        """He typed a code."""
        say, now, key = Saying(self._help, asked), self._help.clock(), f"keypad {asked.caller}"
        if self._guesses.pause_s(key, now) > 0:
            return await say.bye(Prompt.TRY_LATER)
        extension = self._help.codes.take(asked.keys, now)
        session = await self._help.register.session_of(extension) if extension else None
        if session is not None:
            self._guesses.right(key)
            return await self.go_on(replace(asked, extension=extension), session)
        invitation = await self._help.register.invitation_of_keypad(asked.keys)
        if invitation is None:
            self._guesses.wrong(key, now)
            return await self._again(say, asked, Prompt.WRONG_CODE, digits=KEYPAD_DIGITS)
        self._guesses.right(key)
        if not await self._is_open(invitation):
            return await say.bye(Prompt.LINK_OVER)
        asked = replace(asked, invitation=invitation.code)
        return await Saying(self._help, asked).ask("language", Prompt.LANGUAGE)

    async def _is_open(self, invitation: Invitation) -> bool:
        campaigns = await self._help.campaigns.campaigns()
        is_there = any(campaign.id == invitation.campaign_id for campaign in campaigns)
        return is_there and invitation.is_open(self._help.clock())

    async def language(self, asked: KeypadAsked) -> KeypadTurn:
        """He chose a language."""
        chosen = {str(number): one for number, one in enumerate(LANGUAGES, start=1)}
        language = chosen.get(asked.keys)
        if language is None:
            return await self._again(Saying(self._help, asked), asked, Prompt.LANGUAGE)
        invitation = await self._help.register.invitation(asked.invitation)
        if invitation is not None and invitation.has_pin:
            say = Saying(self._help, asked, language)
            step = f"pin:{language}"
            return await say.ask(step, Prompt.PIN, digits=PIN_DIGITS, wait_s=PIN_WAIT_S)
        return await self._join(asked, language, invitation)

    async def pin(self, asked: KeypadAsked, language: str) -> KeypadTurn:
        """He typed the invitation's PIN."""
        say, now = Saying(self._help, asked, language), self._help.clock()
        key = f"pin {asked.invitation}"
        if self._guesses.pause_s(key, now) > 0:
            return await say.bye(Prompt.TRY_LATER)
        if not await self._help.register.is_pin(asked.invitation, asked.keys):
            self._guesses.wrong(key, now)
            return await self._again(say, asked, Prompt.WRONG_PIN, digits=PIN_DIGITS)
        self._guesses.right(key)
        invitation = await self._help.register.invitation(asked.invitation)
        return await self._join(asked, language, invitation)

    async def _join(
        self, asked: KeypadAsked, language: str, invitation: Invitation | None
    ) -> KeypadTurn:
        is_asked = invitation is not None and invitation.asks_phone is not Asked.NO
        phone = f"+{asked.caller}" if asked.caller and is_asked else ""
        newcomer = Newcomer(
            first_name=NAMELESS,
            phone=phone,
            language=language,
            languages=known([language]),
            has_screen=False,
        )
        joined = await self._help.register.join(asked.invitation, newcomer, self._help.clock())
        if joined is None:
            return await Saying(self._help, asked, language).bye(Prompt.LINK_OVER)
        session, _ = joined
        return await self.go_on(replace(asked, extension=session.agent.extension), session)

    async def go_on(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """Whatever stands between him and his first call, or that call."""
        say = Saying(self._help, asked, session.language)
        conduct, version = await self._help.readings.conduct(session.campaign_id, session.language)
        match session.step(version):
            case JoinStep.APPROVAL:
                return await say.ask("approval", Prompt.APPROVAL, wait_s=60)
            case JoinStep.CONDUCT:
                rules = (conduct.title + ".", *conduct.rules, *conduct.checklist)
                said = (Prompt.BRIEFING, Prompt.CONDUCT, *rules, Prompt.AGREE)
                return await say.ask("conduct", *said, tries=asked.tries)
            case JoinStep.ENDED:
                return await say.bye(Prompt.GOODBYE)
        if session.needs_practice and not session.has_screen:
            # Nobody practises by keys alone: an organiser certifies him.
            return await say.ask("approval", Prompt.APPROVAL, wait_s=60)
        if session.way is not Way.DIAL_IN:
            await self._help.register.choose(session, Way.DIAL_IN)
        if not asked.invitation:
            return await self.begin(asked, session)
        campaign = await handing_over.campaign_of(self._help, session.campaign_id)
        opening = await self._opening(session, campaign)
        said = (Prompt.OPENING, opening) if opening else ()
        keys = handing_over.said(campaign)
        return await say.ask("begin", *said, *keys, Prompt.BEGIN, tries=asked.tries)

    async def agree(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He has heard the code of conduct: 1 agrees, anything else says it again."""
        if asked.keys == "1":
            _, version = await self._help.readings.conduct(session.campaign_id, session.language)
            await self._help.register.agree(session.id, version, self._help.clock())
            asked = replace(asked, tries=0)
            return await self.go_on(asked, await self._anew(session))
        return await self._or_goodbye(asked, session)

    async def ready(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """He has heard how to begin: 1 begins."""
        if asked.keys == "1":
            return await self.begin(asked, session)
        return await self._or_goodbye(asked, session)

    async def begin(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        """Take his call for his leg. Who has no screen is ready at once."""
        session = await self._anew(session)
        agent_id, now = session.agent.id, self._help.clock()
        await self._help.floor.post(
            events.AgentLoggedIn(
                at=now, agent_id=agent_id, agent=session.agent, campaign_id=session.campaign_id
            )
        )
        if not session.has_screen:
            await self._help.floor.post(requests.AgentAskedReady(at=now, agent_id=agent_id))
        return Saying(self._help, asked, session.language).hold()

    async def _or_goodbye(self, asked: KeypadAsked, session: Session) -> KeypadTurn:
        if asked.tries + 1 >= MOST_TRIES:
            return await Saying(self._help, asked, session.language).bye(Prompt.GOODBYE)
        return await self.go_on(replace(asked, tries=asked.tries + 1), session)

    async def _again(
        self, say: Saying, asked: KeypadAsked, prompt: Prompt, digits: int = 1
    ) -> KeypadTurn:
        if asked.tries + 1 >= MOST_TRIES:
            return await say.bye(Prompt.GOODBYE)
        return await say.ask(asked.step, prompt, digits=digits, tries=asked.tries + 1)

    async def _anew(self, session: Session) -> Session:
        return await self._help.register.session_of(session.agent.extension) or session

    async def _opening(self, session: Session, campaign: Campaign | None) -> str:
        """The script's first words, as they are said to somebody of whom nothing is known."""
        read = await self._help.readings.script(session.campaign_id, session.language)
        if read is None or campaign is None:
            return ""
        script, _ = read
        first = script.block(script.start)
        text = first.say if first is not None else ""
        return merge(text, values(Person(), campaign, session.first_name))
