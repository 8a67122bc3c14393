"""What the daemon remembers of agents' shifts, for the time between their calls.

A *shift* is one agent's evening as the engine told of it: what he does, since when. It is kept in
memory only: after a restart it begins anew, but for requests for help, which an earlier engine left
in the store; what is not known is not shown. WebServer feeds it from the pump; instants are the
engine's. The volunteers' pages and the floor's page read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dialer.domain.agent import AgentState
from dialer.domain.outcome import MACHINE_ANSWERED
from dialer.engine.commands import Command
from dialer.engine.events import (
    AgentEvent,
    AgentSpoke,
    AgentSpokeAlone,
    Event,
    LinkCameUp,
    Restored,
)
from dialer.engine.requests import AgentAskedBreak, AgentAskedHangup, AgentAskedReady
from dialer.engine.store_commands import SaveAgentState, SaveHelpRequest, SaveResult
from dialer.pacing.waiting import WaitEstimate, Waits

BREATH_S = 60.0
"""What one tap gives after a hostile call."""

REST_S = 180.0
"""A break so long is one; a shorter one, as for breath, does not begin the count anew."""

WORKS_AT_MOST_S = 3000.0
"""After so much work without a break he is asked whether he would like one."""

SHORT_CALL_S = 8.0
SHORT_CALLS = 4
"""So many conversations in a row that people ended so soon: they probably hear nobody."""

SPEAKS_WITHIN_S = 10.0
SILENT_CALLS = 3
"""So many conversations in a row in which so much time went by and nothing was heard of him."""

LINELESS = frozenset({AgentState.OFFLINE, AgentState.JOINING})
AWAY = frozenset({AgentState.OFFLINE, AgentState.JOINING, AgentState.BREAK})


@dataclass(kw_only=True, slots=True)
class Shift:
    """One agent's."""

    state: AgentState = AgentState.OFFLINE
    since: float = 0.0
    waits_in: int | None = None  # the campaign whose people he waits for
    asks_help_since: float | None = None
    works_since: float | None = None  # since his last break
    away_since: float | None = None
    wants_breath: bool = False  # after the call
    breath_until: float | None = None
    attempt_id: str | None = None  # of his conversation, or of the last one
    has_hung_up: bool = False  # himself, which says nothing of whether he was heard
    was_machine: bool = False  # neither does a machine's hanging up
    was_heard: bool = True  # in his conversation, by the telephone exchange
    short_calls: int = 0
    silent_calls: int = 0
    was_silent: bool = False  # his last conversation counts among them
    is_heard: bool = False  # on the leg that he has, or since he was asked to check it
    has_page: bool = False  # that can check his microphone
    must_check_audio: bool = False


class Shifts:
    """Everybody's."""

    def __init__(self) -> None:
        self._shifts: dict[int, Shift] = {}
        self._waits: dict[int, Waits] = {}  # by campaign
        self._hears_voices = False  # an operator's older dialplan tells of none
        self._to_stop: set[int] = set()  # before anybody else is put through to them

    def observe(self, event: Event, commands: Sequence[Command]) -> None:
        """Called for each handled event; cheap, never raises."""
        match event:
            case AgentSpoke():
                shift = self._of(event.agent_id)
                shift.was_heard = shift.is_heard = self._hears_voices = True
            case AgentSpokeAlone():
                self._of(event.agent_id).is_heard = self._hears_voices = True
            case LinkCameUp():  # while it was down nobody could be heard
                for shift in self._shifts.values():
                    shift.was_heard = True
            case AgentAskedHangup():
                self._of(event.agent_id).has_hung_up = True
            case Restored():
                for asking in event.help_requests:
                    self._of(asking.agent_id).asks_help_since = asking.asked_at
        for command in commands:
            match command:
                case SaveAgentState():
                    self._note(command)
                case SaveHelpRequest():
                    is_over = command.over_at is not None
                    asks_since = None if is_over else command.asked_at
                    self._of(command.agent_id).asks_help_since = asks_since
                case SaveResult() if command.disposition in MACHINE_ANSWERED:
                    _note_machine(self._of(command.agent_id), command.attempt_id)

    def wait(self, agent_id: int, now: float) -> WaitEstimate | None:
        """How long one who waits will still wait; None when that is not known."""
        shift = self._shifts.get(agent_id)
        if shift is None or shift.waits_in is None:
            return None
        return self._waits[shift.waits_in].estimate(agent_id, now)

    def needs_break(self, agent_id: int, now: float) -> bool:
        """Whether he has worked for long without one."""
        shift = self._shifts.get(agent_id)
        if shift is None or shift.works_since is None or shift.state in AWAY:
            return False
        return now - shift.works_since >= WORKS_AT_MOST_S

    def breathe(self, agent_id: int, now: float, *, is_on_break: bool) -> None:
        """He has asked for a break and gets a minute of it, from its beginning."""
        shift = self._of(agent_id)
        shift.wants_breath = not is_on_break
        shift.breath_until = now + BREATH_S if is_on_break else None

    def breath_until(self, agent_id: int) -> float | None:
        """Until when, as far as the minute has begun."""
        shift = self._shifts.get(agent_id)
        return None if shift is None else shift.breath_until

    def end_breath(self, agent_id: int) -> None:
        """He has thought better of it: works again, or takes a longer break."""
        shift = self._of(agent_id)
        shift.wants_breath, shift.breath_until = False, None

    def is_heard(self, agent_id: int) -> bool:
        """Whether the telephone exchange has heard him since his telephone was connected, or since
        he was asked to check it."""
        shift = self._shifts.get(agent_id)
        return shift is not None and shift.is_heard

    def has_page(self, agent_id: int) -> None:
        """His page can check his microphone: he may be asked for it."""
        self._of(agent_id).has_page = True

    def must_check_audio(self, agent_id: int) -> bool:
        """Whether nobody is put through to him before he has checked his microphone."""
        shift = self._shifts.get(agent_id)
        return shift is not None and shift.must_check_audio

    def audio_checked(self, agent_id: int) -> None:
        """He has done so."""
        shift = self._of(agent_id)
        shift.must_check_audio, shift.short_calls, shift.silent_calls = False, 0, 0
        self._to_stop.discard(agent_id)

    @property
    def is_one_to_stop(self) -> bool:
        """Whether somebody is to go on break at once."""
        return bool(self._to_stop)

    @property
    def is_anything_promised(self) -> bool:
        """Whether something is due now or will be by time alone."""
        return self.is_one_to_stop or any(
            shift.breath_until is not None for shift in self._shifts.values()
        )

    def due(self, now: float) -> list[AgentEvent]:
        """What is to be asked of the engine in agents' names now."""
        stopped = sorted(self._to_stop)
        self._to_stop.clear()
        for agent_id in stopped:
            self.end_breath(agent_id)
        asked: list[AgentEvent] = [AgentAskedBreak(at=now, agent_id=one) for one in stopped]
        over = [
            agent_id
            for agent_id, shift in self._shifts.items()
            if shift.breath_until is not None and shift.breath_until <= now
        ]
        for agent_id in over:
            self.end_breath(agent_id)
        return asked + [
            AgentAskedReady(at=now, agent_id=agent_id)
            for agent_id in over
            if not self._shifts[agent_id].must_check_audio
        ]

    def asks_help_since(self, agent_id: int) -> float | None:
        """Since when he has been asking and nobody has seen it."""
        shift = self._shifts.get(agent_id)
        return None if shift is None else shift.asks_help_since

    def asking_help(self) -> list[tuple[int, float]]:
        """Who asks since when, longest first. Also who has no telephone any more: he may need it
        most."""
        asking = [
            (agent_id, shift.asks_help_since)
            for agent_id, shift in self._shifts.items()
            if shift.asks_help_since is not None
        ]
        return sorted(asking, key=lambda one: one[1])

    def forget(self, agent_id: int, now: float) -> None:
        """He has left for good."""
        self._to_stop.discard(agent_id)
        for waits in self._waits.values():
            waits.ended(agent_id, now, is_connected=False)
        self._shifts.pop(agent_id, None)

    def _of(self, agent_id: int) -> Shift:
        return self._shifts.setdefault(agent_id, Shift())

    def _note(self, told: SaveAgentState) -> None:
        shift = self._of(told.agent_id)
        self._note_wait(shift, told)
        _note_rest(shift, told)
        _note_breath(shift, told)
        shift.was_heard = shift.was_heard or not self._hears_voices
        shift.is_heard = shift.is_heard and told.state not in LINELESS
        if _note_talk(shift, told):
            self._to_stop.add(told.agent_id)
        shift.state, shift.since = told.state, told.at

    def _note_wait(self, shift: Shift, told: SaveAgentState) -> None:
        """Being dialed for is waiting; the engine tells of it as of being ready."""
        if shift.waits_in is not None and told.state is not AgentState.READY:
            is_connected = told.state is AgentState.TALKING
            self._waits[shift.waits_in].ended(told.agent_id, told.at, is_connected=is_connected)
            shift.waits_in = None
        if told.state is AgentState.READY and shift.waits_in is None:
            shift.waits_in = told.campaign_id
            self._waits.setdefault(told.campaign_id, Waits()).began(told.agent_id, told.at)


def _note_rest(shift: Shift, told: SaveAgentState) -> None:
    if told.state in AWAY:
        if shift.state not in AWAY or shift.away_since is None:
            shift.away_since = told.at
        return
    has_rested = shift.away_since is not None and told.at - shift.away_since >= REST_S
    if shift.works_since is None or has_rested:
        shift.works_since = told.at
    shift.away_since = None


def _note_breath(shift: Shift, told: SaveAgentState) -> None:
    if told.state is AgentState.BREAK:
        if shift.wants_breath:
            shift.wants_breath, shift.breath_until = False, told.at + BREATH_S
    elif shift.state is AgentState.BREAK or told.state is AgentState.OFFLINE:
        shift.breath_until = None
        shift.wants_breath = shift.wants_breath and told.state is not AgentState.OFFLINE


def _note_talk(shift: Shift, told: SaveAgentState) -> bool:
    """Count the conversations in a row that people ended at once, and those in which he was not
    heard; whether they are too many."""
    if told.state is AgentState.TALKING:
        shift.attempt_id = told.attempt_id
        shift.has_hung_up = shift.was_machine = shift.was_heard = False
    elif shift.state is AgentState.TALKING:
        if told.at - shift.since >= SHORT_CALL_S:
            shift.short_calls = 0
        elif not shift.has_hung_up and not shift.was_machine:
            shift.short_calls += 1
        _note_silence(shift, told.at - shift.since)
        is_unheard = shift.short_calls >= SHORT_CALLS or shift.silent_calls >= SILENT_CALLS
        if is_unheard and shift.has_page:
            shift.must_check_audio, shift.short_calls, shift.silent_calls = True, 0, 0
            shift.is_heard = False
            return True
    return False


def _note_silence(shift: Shift, lasted_s: float) -> None:
    """To a machine nobody needs to speak."""
    shift.was_silent = False
    if shift.was_heard:
        shift.silent_calls = 0
    elif lasted_s >= SPEAKS_WITHIN_S and not shift.was_machine:
        shift.silent_calls += 1
        shift.was_silent = True


def _note_machine(shift: Shift, attempt_id: str) -> None:
    """A machine's call does not count, whether that is said during the call or after it."""
    if shift.attempt_id != attempt_id or shift.was_machine:
        return
    shift.was_machine = True
    if shift.was_silent:
        shift.silent_calls, shift.was_silent = max(0, shift.silent_calls - 1), False
    if shift.state is not AgentState.TALKING and not shift.has_hung_up:
        shift.short_calls = max(0, shift.short_calls - 1)
