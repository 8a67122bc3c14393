"""Joining by keys with small fakes: codes, PINs, slowed guesses, each language's prompts."""

from dataclasses import dataclass, field, replace

import pytest

from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.guesses import FIRST_PAUSE_S, FREE_TRIES
from dialer.domain.language import SPOKEN, Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.domain.transfer import DestinationKind, TransferDestination, TransferOutcome
from dialer.domain.volunteer import Invitation, Newcomer, Session, Way
from dialer.engine import events, requests
from dialer.engine.third_line import Stage
from dialer.engine.view import TransferView
from dialer.keypad.codes import LASTS_S, DialInCodes
from dialer.keypad.desk import KeypadDesk
from dialer.keypad.ports import Help
from dialer.keypad.prompts import LANGUAGES, Prompt, language_name, read, words
from dialer.runtime.ports import KeypadAsked, KeypadEvent, KeypadNext, KeypadTurn
from dialer.script.click import Click
from dialer.script.conduct import Conduct
from dialer.script.language import Script
from dialer.web.testing import RehearsalDesk

CODE, PIN = "12345678", "4711"
INVITED = Invitation(code="A", campaign_id=1, has_pin=True, keypad_code=CODE)
AT_FIRST = KeypadTurn(next=KeypadNext.BACK)
ANN = Lead(
    id=1, campaign_id=1, e164="+12025550101", display_name="Ann", zones=("America/New_York",)
)
SHIFT_LEAD = TransferDestination(
    kind=DestinationKind.SHIFT_LEAD, name="Vera", number="200"
)
OFFICE = TransferDestination(
    kind=DestinationKind.OFFICE, name="Senator Gray", number="+12025550100"
)
CAMPAIGN = Campaign(
    id=1, name="Parks", caller_id="+15125550000", destinations=(SHIFT_LEAD, OFFICE)
)


@dataclass
class SmallRegister:
    """One invitation with a PIN, and the sessions that came of it."""

    made: dict[str, Session] = field(default_factory=dict)
    invited: Invitation = INVITED

    async def invitation(self, code: str) -> Invitation | None:
        return self.invited if code == self.invited.code else None

    async def invitation_of_keypad(self, digits: str) -> Invitation | None:
        return self.invited if digits == self.invited.keypad_code else None

    async def is_pin(self, code: str, pin: str) -> bool:
        return pin == PIN

    async def join(self, code: str, newcomer: Newcomer, now: float) -> tuple[Session, str] | None:
        agent = Agent(
            id=len(self.made) + 1,
            name=newcomer.first_name,
            extension="v1",
            languages=newcomer.languages,
        )
        session = Session(
            id=agent.id, agent=agent, campaign_id=1, first_name=newcomer.first_name,
            language=newcomer.language, has_screen=newcomer.has_screen,
        )  # fmt: skip
        self.made[agent.extension] = session
        return session, "token"

    async def session_of(self, extension: str) -> Session | None:
        return self.made.get(extension)

    async def agree(self, session_id: int, version: str, now: float) -> None:
        self.made["v1"] = replace(self.made["v1"], conduct_version=version)

    async def choose(self, session: Session, way: Way) -> None:
        agent = replace(session.agent, dials_in=True)
        self.made["v1"] = replace(self.made["v1"], way=way, agent=agent)

    async def end(self, session_id: int, reason: str, now: float) -> bool:
        return self.made.pop("v1", None) is not None


class SmallReadings:
    """A short code of conduct and no script."""

    async def conduct(self, campaign_id: int, language: str) -> tuple[Conduct, str]:
        return Conduct(language=language, title="Kindness", rules=("Be kind.",)), "v-1"

    async def script(self, campaign_id: int, language: str) -> tuple[Script, str] | None:
        return None

    async def script_languages(self, campaign_id: int) -> tuple[str, ...]:
        return ("en", "es", "vi")


class SmallVoice:
    """Says by writing down: a sound is its words."""

    async def say(self, words: str, language: str) -> str:
        return f"{language}: {words}"


class NoClicks:
    """Nothing is reported here."""

    async def keep(self, click: Click, now: float) -> None:
        raise AssertionError("nothing was to be kept")


class OneCampaign:
    """The campaigns there are."""

    async def campaigns(self) -> tuple[Campaign, ...]:
        return (CAMPAIGN,)


@dataclass
class Hall:
    """A desk, what it works with, and what stays in the call."""

    now: float = 1000.0
    register: SmallRegister = field(default_factory=SmallRegister)
    floor: RehearsalDesk = field(default_factory=RehearsalDesk)
    codes: DialInCodes = field(default_factory=DialInCodes)
    page_codes: DialInCodes = field(default_factory=DialInCodes)
    last: KeypadTurn = AT_FIRST

    def __post_init__(self) -> None:
        help = Help(
            floor=self.floor,
            register=self.register,
            readings=SmallReadings(),
            clicks=NoClicks(),
            speaker=SmallVoice(),
            campaigns=OneCampaign(),
            codes=self.codes,
            page_codes=self.page_codes,
            clock=lambda: self.now,
        )
        self.desk = KeypadDesk(help)

    async def calls(self) -> KeypadTurn:
        """A new call."""
        self.last = await self.desk.turn(KeypadAsked(event=KeypadEvent.CAME, caller="1919"))
        return self.last

    async def types(
        self, keys: str, event: KeypadEvent = KeypadEvent.KEYS
    ) -> KeypadTurn:
        kept = self.last
        asked = KeypadAsked(
            event=event,
            caller="1919",
            keys=keys,
            step=kept.step,
            tries=kept.tries,
            extension=kept.extension,
            invitation=kept.invitation,
        )
        self.last = await self.desk.turn(asked)
        return self.last


    async def talks(self) -> None:
        """He has joined, begun, and a person is there."""
        await self.calls()
        for keys in (CODE, "1", PIN, "1", "1"):
            await self.types(keys)
        self.floor.put_through(1, "cb-1", ANN)

    def has_page(self) -> None:
        """He typed the code that he heard on a page."""
        self.register.made["v1"] = replace(self.register.made["v1"], has_screen=True)

    def hands_over(self, stage: Stage, outcome: TransferOutcome | None = None) -> None:
        """So far the engine is with handing the person over."""
        its = TransferView(
            destination=OFFICE.name, kind=OFFICE.kind, stage=stage, outcome=outcome
        )
        self.floor.agents[1] = replace(self.floor.agents[1], transfer=its)

    async def parts(self) -> KeypadTurn:
        """The person has hung up."""
        self.floor.part(1)
        return await self.types("", KeypadEvent.AFTER)


@pytest.fixture
def hall() -> Hall:
    return Hall()


async def test_code_language_pin_and_conduct_lead_to_the_held_leg(hall: Hall) -> None:
    asked = await hall.calls()
    assert (asked.step, asked.digits) == ("code", 8)
    assert "en: " in asked.sound and "es: " in asked.sound, "his language is not known yet"
    assert (await hall.types(CODE)).step == "language"
    assert (await hall.types("2")).sound == "es: " + words("es", Prompt.PIN)
    conduct = await hall.types(PIN)
    assert conduct.step == "conduct" and "Be kind." in conduct.sound
    assert (await hall.types("0")).step == "conduct", "only 1 agrees"
    assert (await hall.types("1")).step == "begin"
    assert (await hall.types("1")).next is KeypadNext.HOLD
    logged_in, ready = hall.floor.posted
    assert isinstance(logged_in, events.AgentLoggedIn) and logged_in.agent.dials_in
    assert isinstance(ready, requests.AgentAskedReady)
    assert hall.register.made["v1"].language == "es"


async def test_who_types_nothing_is_let_go(hall: Hall) -> None:
    await hall.calls()
    await hall.types(CODE)
    for _ in range(2):
        assert (await hall.types("")).next is KeypadNext.ASK
    assert (await hall.types("")).next is KeypadNext.BYE


async def test_wrong_codes_are_slowed_down_also_over_several_calls(hall: Hall) -> None:
    for _ in range(FREE_TRIES):
        if hall.last.next is not KeypadNext.ASK:
            await hall.calls()
        await hall.types("00000000")
    await hall.calls()
    refused = await hall.types(CODE)
    assert refused.next is KeypadNext.BYE
    assert words("en", Prompt.TRY_LATER) in refused.sound
    hall.now += FIRST_PAUSE_S
    await hall.calls()
    assert (await hall.types(CODE)).step == "language"


async def test_three_wrong_pins_end_the_call_and_nobody_has_joined(hall: Hall) -> None:
    await hall.calls()
    await hall.types(CODE)
    await hall.types("1")
    for _ in range(2):
        assert (await hall.types("0000")).next is KeypadNext.ASK
    assert (await hall.types("0000")).next is KeypadNext.BYE
    assert not hall.register.made


async def test_who_has_a_screen_is_held_by_its_code_once(hall: Hall) -> None:
    session, _ = await hall.register.join("A", Newcomer(first_name="Ada"), hall.now) or (None, "")
    assert session is not None
    await hall.register.agree(session.id, "v-1", hall.now)
    code = hall.codes.code("v1", hall.now)
    await hall.calls()
    assert (await hall.types(code)).next is KeypadNext.HOLD
    [logged_in] = hall.floor.posted
    assert isinstance(logged_in, events.AgentLoggedIn), "his screen says when he is ready"
    await hall.calls()
    assert (await hall.types(code)).step == "code", "it is used up"


async def test_an_outcome_of_the_second_menu_is_kept_and_the_next_call_may_come(
    hall: Hall,
) -> None:
    await hall.talks()
    assert (await hall.parts()).step == "outcome"
    assert (await hall.types("0")).step == "outcome"
    assert (await hall.types("6")).step == "more"
    told = await hall.types("4")
    assert hall.floor.results["cb-1"].disposition is Disposition.DO_NOT_CALL
    assert told.step == "ready" and hall.floor.agents[1].state is AgentState.BREAK
    assert (await hall.types("")).next is KeypadNext.HOLD
    assert hall.floor.agents[1].state is AgentState.READY


@pytest.mark.parametrize(
    ("keys", "language"),
    [("1", Language.SPANISH), ("2", Language.VIETNAMESE), ("9", Language.OTHER)],
)
async def test_after_another_language_it_is_asked_which_and_the_wish_is_told_with_the_outcome(
    hall: Hall, keys: str, language: Language
) -> None:
    await hall.talks()
    await hall.parts()
    await hall.types("6")
    asked = await hall.types("3")
    assert asked.step == "speaks:es.vi"
    assert "1, Spanish. 2, Vietnamese." in asked.sound, "his own is the one that was tried"
    assert (await hall.types(keys)).step == "ready"
    assert hall.floor.results["cb-1"].disposition is Disposition.OTHER_LANGUAGE
    [given] = [one for one in hall.floor.posted if isinstance(one, requests.ResultGiven)]
    assert given.language is language


async def test_a_wrong_key_asks_for_the_language_again_and_zero_goes_back(hall: Hall) -> None:
    await hall.talks()
    await hall.types("7", KeypadEvent.PRESSED)
    await hall.parts()
    for keys in ("6", "3"):
        await hall.types(keys)
    assert (await hall.types("5")).step == "speaks:es.vi:break"
    assert (await hall.types("0")).step == "more:break"
    await hall.types("3")
    assert not hall.floor.results
    assert (await hall.types("2")).step == "break"


async def test_a_language_that_somebody_at_work_speaks_has_a_key_though_it_has_no_script(
    hall: Hall,
) -> None:
    await hall.talks()
    his = hall.floor.agents[1]
    hall.floor.agents[2] = replace(his, agent_id=2, languages=(Language.KOREAN,))
    await hall.parts()
    await hall.types("6")
    assert (await hall.types("3")).step == "speaks:es.ko.vi"


async def test_who_chose_spanish_is_called_for_those_who_want_it(hall: Hall) -> None:
    await hall.calls()
    for keys in (CODE, "2", PIN):
        await hall.types(keys)
    assert hall.register.made["v1"].agent.languages == (Language.SPANISH,)


async def test_seven_during_the_call_is_a_break_after_its_outcome(hall: Hall) -> None:
    await hall.talks()
    assert (await hall.types("7", KeypadEvent.PRESSED)).next is KeypadNext.BACK
    await hall.parts()
    assert (await hall.types("1")).step == "break"
    assert (await hall.types("7")).next is KeypadNext.HOLD


async def test_who_says_no_outcome_three_times_has_a_break_and_is_called_for_nobody(
    hall: Hall,
) -> None:
    await hall.talks()
    await hall.parts()
    await hall.types("")
    await hall.types("")
    assert (await hall.types("")).step == "break"
    assert not hall.floor.results


async def test_star_ends_the_call_and_like_six_means_nothing_between_calls(hall: Hall) -> None:
    await hall.talks()
    await hall.types("*", KeypadEvent.PRESSED)
    assert isinstance(hall.floor.posted[-1], requests.AgentAskedHangup)
    await hall.parts()
    await hall.types("1")
    await hall.types("")
    before = len(hall.floor.posted)
    for keys in ("*", "61"):
        assert (await hall.types(keys, KeypadEvent.PRESSED)).next is KeypadNext.BACK
    assert len(hall.floor.posted) == before


async def test_the_keys_of_the_campaigns_destinations_are_said_before_the_first_call(
    hall: Hall,
) -> None:
    await hall.calls()
    for keys in (CODE, "1", PIN):
        await hall.types(keys)
    begin = await hall.types("1")
    assert begin.step == "begin" and "1, Vera. 2, Senator Gray." in begin.sound


async def test_in_a_break_six_says_them_again(hall: Hall) -> None:
    await hall.talks()
    await hall.types("7", KeypadEvent.PRESSED)
    await hall.parts()
    await hall.types("1")
    said = await hall.types("6")
    assert said.step == "break" and "2, Senator Gray." in said.sound
    assert hall.floor.agents[1].state is AgentState.BREAK


async def test_six_and_a_number_hand_the_person_over_and_six_and_zero_call_it_off(
    hall: Hall,
) -> None:
    await hall.talks()
    await hall.types("62", KeypadEvent.PRESSED)
    asked = hall.floor.posted[-1]
    assert isinstance(asked, requests.TransferAsked) and asked.destination == OFFICE.name
    before = len(hall.floor.posted)
    assert (await hall.types("63", KeypadEvent.PRESSED)).next is KeypadNext.BACK
    assert len(hall.floor.posted) == before, "there is no third destination"
    await hall.types("60", KeypadEvent.PRESSED)
    assert isinstance(hall.floor.posted[-1], requests.AgentCancelledTransfer)


async def test_who_has_handed_a_person_over_is_asked_how_it_went(hall: Hall) -> None:
    await hall.talks()
    hall.hands_over(Stage.GOING)
    silent = await hall.types("", KeypadEvent.AFTER)
    assert (silent.step, silent.sound) == ("handover", "")
    assert (await hall.types("")).step == "handover"
    hall.hands_over(Stage.THROUGH, TransferOutcome.PUT_THROUGH)
    hall.floor.part(1)
    assert (await hall.types("")).step == "outcome"


async def test_a_person_who_could_not_be_handed_over_is_back_and_nothing_is_asked(
    hall: Hall,
) -> None:
    await hall.talks()
    hall.hands_over(Stage.GOING)
    await hall.types("", KeypadEvent.AFTER)
    hall.hands_over(Stage.OVER, TransferOutcome.THIRD_LEFT)
    assert (await hall.types("")).next is KeypadNext.HOLD


async def test_eight_leaves_the_message_on_a_machine_and_then_nothing_is_asked(
    hall: Hall,
) -> None:
    await hall.talks()
    await hall.types("8", KeypadEvent.PRESSED)
    assert isinstance(hall.floor.posted[-1], requests.AgentAskedVoicemail)
    hall.floor.agents[1] = replace(hall.floor.agents[1], has_reported=True)
    turn = await hall.types("", KeypadEvent.AFTER)
    assert (turn.step, turn.sound) == ("ready", f"en: {words('en', Prompt.NEXT)}")


async def test_the_code_for_a_page_is_said_in_a_break_digit_by_digit(hall: Hall) -> None:
    await hall.talks()
    await hall.parts()
    await hall.types("7")
    await hall.types("1")
    said = await hall.types("5")
    assert said.step == "pair"
    code = "".join(one.removeprefix("en: ") for one in said.sound.split("&")[1:])
    assert len(code) == 8 and hall.page_codes.take(code, hall.now) == "v1"
    silent = await hall.types("")
    assert (silent.step, silent.sound) == ("pair", "")
    hall.has_page()
    assert (await hall.types("")).next is KeypadNext.HOLD
    assert hall.floor.agents[1].state is AgentState.BREAK, "his page says when he is ready"


async def test_without_a_page_the_code_is_waited_for_no_longer_than_two_minutes(
    hall: Hall,
) -> None:
    await hall.talks()
    await hall.parts()
    await hall.types("7")
    await hall.types("1")
    await hall.types("5")
    waited_s = 0
    while hall.last.step == "pair":
        waited_s += hall.last.wait_s
        await hall.types("")
    assert (waited_s, hall.last.step) == (120, "break")


async def test_who_has_a_page_is_asked_nothing_by_voice(hall: Hall) -> None:
    await hall.talks()
    hall.has_page()
    assert (await hall.parts()).next is KeypadNext.HOLD
    await hall.floor.post(
        requests.ResultGiven(
            at=hall.now, agent_id=1, attempt_id="cb-1", disposition=Disposition.SUPPORTS
        )
    )
    for state in (AgentState.BREAK, AgentState.READY):
        assert (await hall.types("7", KeypadEvent.PRESSED)).next is KeypadNext.BACK
        assert hall.floor.agents[1].state is state
    await hall.types("", KeypadEvent.GONE)
    assert hall.register.made, "hanging up does not end what his page shows"


async def test_where_a_certificate_is_required_an_organiser_lets_him_in_who_has_keys_alone(
    hall: Hall,
) -> None:
    await hall.calls()
    for keys in (CODE, "1", PIN):
        await hall.types(keys)
    assert hall.last.step == "conduct"
    hall.register.made["v1"] = replace(hall.register.made["v1"], needs_practice=True)
    for _ in range(2):
        assert (await hall.types("1")).step == "approval"
    assert not hall.floor.agents
    hall.register.made["v1"] = replace(hall.register.made["v1"], needs_practice=False)
    assert (await hall.types("1")).step == "begin"


async def test_keys_make_nobody_ready_who_has_to_practise_first(hall: Hall) -> None:
    await hall.talks()
    hall.has_page()
    await hall.parts()
    await hall.floor.post(
        requests.ResultGiven(
            at=hall.now, agent_id=1, attempt_id="cb-1", disposition=Disposition.SUPPORTS
        )
    )
    hall.register.made["v1"] = replace(hall.register.made["v1"], needs_practice=True)
    for _ in range(2):
        assert (await hall.types("7", KeypadEvent.PRESSED)).next is KeypadNext.BACK
        assert hall.floor.agents[1].state is AgentState.BREAK


async def test_with_the_session_ended_by_an_organiser_the_call_ends(hall: Hall) -> None:
    await hall.talks()
    hall.register.made.clear()
    assert (await hall.types("", KeypadEvent.PARTED)).next is KeypadNext.BYE


def test_a_code_is_good_for_a_short_time_and_replaced_by_the_next() -> None:
    codes = DialInCodes()
    first = codes.code("v1", 0.0)
    second = codes.code("v1", 1.0)
    assert codes.take(first, 2.0) == ""
    assert codes.take(second, 1.0 + LASTS_S) == ""
    assert codes.take(codes.code("v1", 0.0), LASTS_S - 1) == "v1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_is_there_in_every_language_and_no_other(language: str) -> None:
    assert set(read(language)) == {prompt.value for prompt in Prompt}
    assert all(language_name(language, one) for one in SPOKEN)
    assert LANGUAGES == ("en", "es")
