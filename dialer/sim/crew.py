"""The volunteers as they really are: at the telephone, at the result form, on a break, gone.

What they click goes to the engine through `post` (the browser), what their telephones do through
`emit` (AMI). They follow the engine where a page would show them its word: `hears_state`.
"""

from collections.abc import Callable
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Protocol

from dialer.domain.agent import Agent, AgentState
from dialer.domain.language import Language
from dialer.domain.outcome import Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import SaveAgentState
from dialer.sim.agenda import US, Agenda
from dialer.sim.campaign import OFFICE
from dialer.sim.chance import Chance
from dialer.sim.world import World

if TYPE_CHECKING:
    from dialer.sim.network import Line

LOOKS_AGAIN_S = 10.0
"""A volunteer whose page still shows a call that is over clicks "hang up" after so long."""

TRANSFER_STEP_S = 2.0
TRANSFER_TRIES = 12
"""How patient he is with a third party who does not answer."""

CORRECT_AFTER_S = 5.0
"""A volunteer whom the page shows as logged out although he wants to work logs in again."""


class Doing(StrEnum):
    """What a volunteer really does."""

    AWAY = auto()
    IDLE = auto()
    TALKING = auto()
    MACHINE = auto()  # listens to an answering machine that was put through to him
    WRAPPING = auto()
    BREAK = auto()


class Hands(Protocol):
    """How volunteers reach the world around them."""

    def emit(self, event: ev.Event) -> None:
        """Asterisk reports something of a volunteer's telephone."""

    def post(self, event: ev.Event) -> None:
        """A volunteer's page sends something to the engine."""

    def tick_after(self, seconds: float) -> None:
        """The engine shall look at its deadlines then."""

    def spell(self, doing: Doing, since_us: int, until_us: int) -> None:
        """A volunteer did something for a while."""


class Volunteer:
    """One volunteer. `free_at_us` is when his call and its wrap-up will be over."""

    __slots__ = (
        "agent", "channel", "doing", "free_at_us", "gives_result", "heard_machine",
        "is_reloading", "is_shown_free", "is_wanted", "leg_id", "line", "page", "reports_on",
        "since_us", "wants_break", "wrap_s",
    )  # fmt: skip

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.doing = Doing.AWAY
        self.since_us = 0
        self.free_at_us = 0
        self.leg_id = ""
        self.channel = ""
        self.line: Line | None = None
        self.reports_on = ""  # the attempt whose result he is writing
        self.wrap_s = 0.0
        self.gives_result = True
        self.heard_machine = False
        self.is_reloading = False  # his page is not there at the moment
        self.is_wanted = False  # he wants to be at work
        self.wants_break = False
        self.page: tuple[AgentState, str | None] = (AgentState.OFFLINE, None)  # what it shows
        self.is_shown_free = False


class Crew:
    """All volunteers."""

    def __init__(
        self, world: World, agenda: Agenda, chances: Callable[[str], Chance], hands: Hands
    ) -> None:
        self._law = world.volunteers
        self._detector = world.detector
        self._limit_s = world.rules.wrap_up_limit_s
        self._agenda = agenda
        self._hands = hands
        self._talk, self._wrap = chances("talk"), chances("wrap")
        self._moods, self._transfers = chances("volunteers"), chances("transfers")
        self._campaign_id = 0
        self._legs = 0
        self.by_id: dict[int, Volunteer] = {}
        self.by_channel: dict[str, Volunteer] = {}

    # --- who is at work -----------------------------------------------------------------------

    def hire(self, agents: list[Agent], campaign_id: int) -> None:
        """Those who may ever come."""
        self._campaign_id = campaign_id
        self.by_id = {agent.id: Volunteer(agent) for agent in agents}

    def staff(self, wanted: int) -> None:
        """So many shall be at work; idle ones leave first, the others when they are next idle."""
        there = [one for one in self.by_id.values() if one.is_wanted]
        others = [one for one in self.by_id.values() if not one.is_wanted]
        for one in others[: max(0, wanted - len(there))]:
            one.is_wanted = True
            if one.doing is Doing.AWAY and not one.leg_id:
                self._log_in(one)
        there.sort(key=lambda one: (one.doing is not Doing.IDLE, one.agent.id))
        for one in there[: max(0, len(there) - wanted)]:
            one.is_wanted = False
            self._log_out(one)

    def _log_in(self, one: Volunteer) -> None:
        if one.is_wanted and one.doing is Doing.AWAY and not (one.leg_id or one.is_reloading):
            self._hands.post(
                ev.AgentLoggedIn(
                    at=self._agenda.now,
                    agent_id=one.agent.id,
                    agent=one.agent,
                    campaign_id=self._campaign_id,
                )
            )

    def hears_state(self, told: SaveAgentState) -> None:
        """What the volunteer's page shows."""
        one = self.by_id[told.agent_id]
        one.page = (told.state, told.attempt_id)
        if told.state is AgentState.READY and one.doing is Doing.BREAK:
            self._turn(one, Doing.IDLE)
        elif told.state is AgentState.BREAK and one.doing is Doing.IDLE:
            self._turn(one, Doing.BREAK)
            # Whoever is put on break without having asked for it says at once that he is ready.
            break_s = self._break_s(one) if one.wants_break else 1.0
            one.wants_break = False
            self._agenda.after(break_s, self._back_from_break, one)
        elif told.state is AgentState.OFFLINE and one.is_wanted:
            self._agenda.after(CORRECT_AFTER_S, self._log_in, one)
        if told.state is AgentState.READY and not one.is_wanted:
            self._agenda.after(CORRECT_AFTER_S, self._log_out, one)  # his wish was forgotten

    def _break_s(self, _: Volunteer) -> float:
        """How long he rests."""
        return self._moods.exponential(self._law.break_mean_s)

    def _log_out(self, one: Volunteer) -> None:
        if not one.is_wanted and one.page[0] is not AgentState.OFFLINE:
            self._hands.post(requests.AgentLoggedOut(at=self._agenda.now, agent_id=one.agent.id))

    def _back_from_break(self, one: Volunteer) -> None:
        if one.doing is Doing.BREAK and one.is_wanted:
            self._hands.post(requests.AgentAskedReady(at=self._agenda.now, agent_id=one.agent.id))

    def _wants_break(self, what: tuple[Volunteer, str]) -> None:
        one, leg_id = what
        if one.leg_id != leg_id:
            return
        if one.doing is not Doing.BREAK and one.is_wanted:
            one.wants_break = True
            self._hands.post(requests.AgentAskedBreak(at=self._agenda.now, agent_id=one.agent.id))
        self._plan(self._law.breaks_per_hour, self._wants_break, what)

    def _vanishes(self, what: tuple[Volunteer, str]) -> None:
        one, leg_id = what
        if one.leg_id == leg_id:
            self.leg_gone(one)
            self._agenda.after(self._law.return_after_s, self._log_in, one)

    def _reloads(self, what: tuple[Volunteer, str]) -> None:
        """His page is loaded again: his telephone is gone, the person stays on the line."""
        one, leg_id = what
        if one.leg_id != leg_id:
            return
        line, one.line = one.line, None
        if line is not None:
            line.network.switch.keep(line)
        self.leg_gone(one)
        one.is_reloading = True
        self._agenda.after(self._law.reload_s, self._is_loaded, one)

    def _is_loaded(self, one: Volunteer) -> None:
        one.is_reloading = False
        self._log_in(one)

    def _plan(
        self,
        per_hour: float,
        do: Callable[[tuple[Volunteer, str]], None],
        what: tuple[Volunteer, str],
    ) -> None:
        if per_hour > 0.0:
            self._agenda.after(self._moods.exponential(3600.0 / per_hour), do, what)

    # --- his telephone --------------------------------------------------------------------------

    def call(self, wish: cmd.CallAgent) -> None:
        """His telephone rings; he picks up if he is there."""
        one = self.by_id[wish.agent_id]
        if one.leg_id or not one.is_wanted:
            self._hands.emit(ev.AgentLegDown(at=self._agenda.now, agent_id=wish.agent_id))
            return
        one.leg_id = wish.leg_id
        self._agenda.after(self._law.pick_up_s, self._picks_up, (one, wish.leg_id))

    def _picks_up(self, what: tuple[Volunteer, str]) -> None:
        one, leg_id = what
        if one.leg_id != leg_id:
            return
        self._legs += 1
        one.channel = f"PJSIP/{one.agent.extension}-{self._legs:08x}"
        self.by_channel[one.channel] = one
        at, agent_id = self._agenda.now, one.agent.id
        self._hands.emit(ev.AgentLegUp(at=at, agent_id=agent_id, channel=one.channel))
        self._hands.post(requests.AgentAskedReady(at=at, agent_id=agent_id))
        self._turn(one, Doing.IDLE)
        self._plan(self._law.breaks_per_hour, self._wants_break, what)
        self._plan(self._law.vanishings_per_hour, self._vanishes, what)
        self._plan(self._law.reloads_per_hour, self._reloads, what)

    def drop(self, wish: cmd.DropAgent) -> None:
        """We hang up on him: he may go home."""
        one = self.by_id[wish.agent_id]
        if one.leg_id == wish.leg_id:
            self.leg_gone(one)

    def leg_gone(self, one: Volunteer) -> None:
        """His telephone is not held any more: he went, or it broke."""
        line = one.line
        self.by_channel.pop(one.channel, None)
        one.leg_id = one.channel = ""
        one.is_shown_free = False
        if line is not None:
            line.network.end(line, 16, None)
        one.reports_on = ""
        one.wants_break = False
        self._turn(one, Doing.AWAY)
        self._hands.emit(ev.AgentLegDown(at=self._agenda.now, agent_id=one.agent.id))

    # --- his calls ------------------------------------------------------------------------------

    def connect(self, one: Volunteer, line: "Line") -> None:
        """He and the called person hear each other. How long it takes is drawn now."""
        one.line = line
        one.reports_on = line.id
        one.heard_machine = not line.is_person
        if line.is_person:
            talk_s, wrap_s = self._course(one)
            if self._law.transfer_share and self._transfers.happens(self._law.transfer_share):
                self._agenda.after(talk_s / 2, self._asks_transfer, (one, line))
            if self._moods.happens(self._law.result_in_talk_share):
                self._agenda.after(talk_s * 0.9, self._reports, (one, line.id))
                wrap_s = 0.0
        else:
            talk_s, wrap_s = self._detector.volunteer_notices_s, 1.0
        one.wrap_s = min(wrap_s, self._limit_s)
        one.gives_result = wrap_s <= self._limit_s
        self._turn(one, Doing.TALKING if line.is_person else Doing.MACHINE)
        over_us = self._agenda.after(talk_s, self._talk_over, (one, line))
        one.free_at_us = over_us + int(one.wrap_s * US + 0.5)

    def _asks_transfer(self, what: tuple[Volunteer, "Line"]) -> None:
        one, line = what
        if one.line is line:
            at, its = self._agenda.now, one.agent.id
            self._hands.post(requests.TransferAsked(at=at, agent_id=its, destination=OFFICE.name))
            self._agenda.after(TRANSFER_STEP_S, self._goes_on, (one, line, 1))

    def _goes_on(self, what: tuple[Volunteer, "Line", int]) -> None:
        """He clicks "put through" until somebody has answered, and gives it up in the end."""
        one, line, tries = what
        if one.line is not line or line.is_over:
            return
        at, its = self._agenda.now, one.agent.id
        if tries > TRANSFER_TRIES:
            self._hands.post(requests.AgentCancelledTransfer(at=at, agent_id=its))
            return
        self._hands.post(requests.AgentAskedPutThrough(at=at, agent_id=its))
        self._agenda.after(TRANSFER_STEP_S, self._goes_on, (one, line, tries + 1))

    def _course(self, _: Volunteer) -> tuple[float, float]:
        """How long the conversation that begins will last, and its wrap-up."""
        talk_s = self._talk.lognormal(self._law.talk_mean_s, self._law.talk_cv)
        return talk_s, self._wrap.lognormal(self._law.wrap_mean_s, self._law.wrap_cv)

    def _talk_over(self, what: tuple[Volunteer, "Line"]) -> None:
        one, line = what
        if line.is_over or one.line is not line:
            return
        if not line.is_person and self._moods.happens(self._law.leaves_message_share):
            at, agent_id = self._agenda.now, one.agent.id
            self._hands.post(requests.AgentAskedVoicemail(at=at, agent_id=agent_id))
            self._agenda.after(2.0, self._talk_over, what)  # where it is not lawful, he hangs up
        elif not line.is_person or self._moods.happens(self._law.hangs_up_share):
            self._hands.post(requests.AgentAskedHangup(at=self._agenda.now, agent_id=one.agent.id))
            self._agenda.after(2.0, self._talk_over, what)  # clicks again where nothing happened
        else:
            line.network.end(line, 16, None)

    def parted(self, one: Volunteer) -> None:
        """The call is over; he writes down the result."""
        attempt_id, one.line = one.reports_on, None
        self._turn(one, Doing.WRAPPING)
        over_us = self._agenda.after(one.wrap_s, self._wrapped, (one, attempt_id))
        one.free_at_us = over_us
        if not attempt_id or not one.gives_result:
            self._hands.tick_after(one.wrap_s)

    def left_message(self, one: Volunteer) -> None:
        """He is out of the call, and its result is given."""
        one.line, one.reports_on = None, ""
        self._turn(one, Doing.IDLE)

    def _wrapped(self, what: tuple[Volunteer, str]) -> None:
        one, attempt_id = what
        if one.doing is not Doing.WRAPPING or one.reports_on != attempt_id:
            return
        if one.gives_result and attempt_id:
            self._reports(what)
        one.reports_on = ""
        self._turn(one, Doing.IDLE)
        if one.page == (AgentState.TALKING, attempt_id):
            self._agenda.after(LOOKS_AGAIN_S, self._ends_dead_call, what)

    def _ends_dead_call(self, what: tuple[Volunteer, str]) -> None:
        one, attempt_id = what
        if one.doing is Doing.IDLE and one.page == (AgentState.TALKING, attempt_id):
            self._hands.post(requests.AgentAskedHangup(at=self._agenda.now, agent_id=one.agent.id))
            self._agenda.after(LOOKS_AGAIN_S, self._ends_dead_call, what)

    def _reports(self, what: tuple[Volunteer, str]) -> None:
        one, attempt_id = what
        if one.reports_on != attempt_id:
            return
        if one.line is not None:
            one.gives_result = False  # he has given it already when the call is over
        disposition, callback_at = self._result(one)
        is_foreign = disposition is Disposition.OTHER_LANGUAGE
        self._hands.post(
            requests.ResultGiven(
                at=self._agenda.now,
                agent_id=one.agent.id,
                attempt_id=attempt_id,
                disposition=disposition,
                callback_at=callback_at,
                language=Language.SPANISH if is_foreign else None,
            )
        )

    def _result(self, one: Volunteer) -> tuple[Disposition, float | None]:
        if one.heard_machine:
            return Disposition.MACHINE, None
        law = self._law
        if self._moods.happens(law.callback_share):
            return Disposition.CALL_BACK, self._agenda.now + self._moods.between(600.0, 7200.0)
        if self._moods.happens(law.other_language_share):
            return Disposition.OTHER_LANGUAGE, None
        if self._moods.happens(law.not_home_share):
            return Disposition.NOT_HOME, None
        return Disposition.SUPPORTS, None

    def _turn(self, one: Volunteer, doing: Doing) -> None:
        self._hands.spell(one.doing, one.since_us, self._agenda.now_us)
        one.doing = doing
        one.since_us = self._agenda.now_us
