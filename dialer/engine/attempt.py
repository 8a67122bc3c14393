"""One attempt to reach one lead: its states, its instants, its end.

Theory of operation. A line's life is a table: `NEXT[(state, fact)]` is the state after a fact.
Facts come over a network, so they can be late, doubled or lost; a fact with no entry moves
nothing (it never moves an attempt backwards; only a conversation that broke off may go on). Every
state has a deadline, so that no attempt outlives its line even when the line's end was never
reported. How the attempt ended is worked out once, at the end, from the instants that were
collected.

    DIALING -> RINGING -> ANSWERED -> BRIDGING -> TALKING -> PARTED -> (ended)
                              |---> WAITING ---^   |
                              |        `--> MESSAGE -> (ended)
                              `---> SCREENED_OUT -> (ended)
    TALKING <-> ON_HOLD
    TALKING, ON_HOLD -> THROUGH -> (ended)
    TALKING, ON_HOLD, PARTED -> KEPT -> TALKING
    TALKING, ON_HOLD -> VOICEMAIL -> (ended)
    VOICEMAIL -> TALKING, where the order was lost
"""

from dataclasses import dataclass, field
from enum import StrEnum, auto

from dialer.compliance.abandonment import legal_clock
from dialer.compliance.gate import DialPermit
from dialer.compliance.recording import RecordingLeave
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.domain.value import maker
from dialer.engine.outcomes import outcome_of
from dialer.engine.store_commands import CloseAttempt
from dialer.engine.third_line import Transfer
from dialer.pacing.floor import LeadSeen


class State(StrEnum):
    """What the line is doing."""

    DIALING = auto()
    RINGING = auto()
    ANSWERED = auto()  # picked up; greeting, detection and routing are under way
    BRIDGING = auto()  # told to go to an agent's leg
    WAITING = auto()  # in the queue
    TALKING = auto()
    MESSAGE = auto()  # hears, or is about to hear, the safe-harbor message
    PARTED = auto()  # the conversation is over, the line not yet gone
    ON_HOLD = auto()  # hears music until his agent is back
    KEPT = auto()  # his agent's leg broke off in mid-conversation: he waits for it a moment
    THROUGH = auto()  # talks with a third party; his agent has parted
    SCREENED_OUT = auto()  # a machine; being hung up
    VOICEMAIL = auto()  # a machine on which the campaign's recorded message is being left


class Fact(StrEnum):
    """What moves an attempt from state to state."""

    RANG = auto()
    ANSWERED = auto()
    SENT_TO_AGENT = auto()
    SENT_TO_QUEUE = auto()
    SENT_TO_MESSAGE = auto()
    SCREENED_OUT = auto()
    CONNECTED = auto()
    PARTED = auto()
    LEG_BROKE_OFF = auto()
    PUT_ON_HOLD = auto()
    SENT_TO_VOICEMAIL = auto()
    PUT_THROUGH = auto()
    MESSAGE_STARTED = auto()


NEXT: dict[tuple[State, Fact], State] = {
    (State.DIALING, Fact.RANG): State.RINGING,
    (State.DIALING, Fact.ANSWERED): State.ANSWERED,
    (State.RINGING, Fact.ANSWERED): State.ANSWERED,
    (State.ANSWERED, Fact.SENT_TO_AGENT): State.BRIDGING,
    (State.ANSWERED, Fact.SENT_TO_QUEUE): State.WAITING,
    (State.ANSWERED, Fact.SENT_TO_MESSAGE): State.MESSAGE,
    (State.ANSWERED, Fact.SCREENED_OUT): State.SCREENED_OUT,
    (State.BRIDGING, Fact.SENT_TO_AGENT): State.BRIDGING,
    (State.BRIDGING, Fact.SENT_TO_QUEUE): State.WAITING,
    (State.BRIDGING, Fact.SENT_TO_MESSAGE): State.MESSAGE,
    (State.WAITING, Fact.SENT_TO_AGENT): State.BRIDGING,
    (State.WAITING, Fact.SENT_TO_MESSAGE): State.MESSAGE,
    # With the daemon away the dialplan connects people by itself, from any answered state.
    (State.DIALING, Fact.CONNECTED): State.TALKING,
    (State.RINGING, Fact.CONNECTED): State.TALKING,
    (State.ANSWERED, Fact.CONNECTED): State.TALKING,
    (State.BRIDGING, Fact.CONNECTED): State.TALKING,
    (State.WAITING, Fact.CONNECTED): State.TALKING,
    (State.TALKING, Fact.PARTED): State.PARTED,
    (State.TALKING, Fact.PUT_ON_HOLD): State.ON_HOLD,
    (State.ON_HOLD, Fact.CONNECTED): State.TALKING,
    (State.TALKING, Fact.SENT_TO_VOICEMAIL): State.VOICEMAIL,
    (State.ON_HOLD, Fact.SENT_TO_VOICEMAIL): State.VOICEMAIL,
    (State.VOICEMAIL, Fact.CONNECTED): State.TALKING,
    (State.TALKING, Fact.PUT_THROUGH): State.THROUGH,
    (State.ON_HOLD, Fact.PUT_THROUGH): State.THROUGH,
    (State.ON_HOLD, Fact.LEG_BROKE_OFF): State.KEPT,
    (State.TALKING, Fact.LEG_BROKE_OFF): State.KEPT,
    (State.PARTED, Fact.LEG_BROKE_OFF): State.KEPT,
    (State.KEPT, Fact.CONNECTED): State.TALKING,
    (State.ANSWERED, Fact.MESSAGE_STARTED): State.MESSAGE,
    (State.WAITING, Fact.MESSAGE_STARTED): State.MESSAGE,
    (State.BRIDGING, Fact.MESSAGE_STARTED): State.MESSAGE,
}

UNANSWERED = frozenset({State.DIALING, State.RINGING})
ON_THE_WAY = frozenset({State.ANSWERED, State.BRIDGING, State.WAITING})

make_end = maker(CloseAttempt)

HANGUP_PATIENCE_S = 5.0
"""How long a line that we hung up may take to be reported gone."""

TALK_TIMEOUT_S = 4 * 3600.0


@dataclass(kw_only=True, slots=True)
class Recording:
    """A recording of one conversation, which has a further one where it was broken off and goes on.
    Instants are None until they happened."""

    file: str
    leave: RecordingLeave
    announcement_version: str  # empty: none is needed
    announced_from: float | None = None
    announced_to: float | None = None
    started_at: float | None = None
    ended_at: float | None = None
    number: int = 1  # of this conversation
    is_gone: bool = False  # what recorded is no more

    def may_run(self) -> bool:
        """Whether what must come before it has come."""
        if self.leave is RecordingLeave.NONE_NEEDED:
            return True
        return self.announced_from is not None and self.announced_to is not None

    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.started_at is not None and self.ended_at is None


@dataclass(kw_only=True, slots=True)
class Attempt:
    """A live attempt. Instants are seconds since the epoch, None until they happened."""

    id: str
    lead: Lead
    campaign_id: int
    trunk: str
    permit: DialPermit
    dialed_at: float
    deadline: float
    odds: float = 0.0  # that a person answers and needs an agent, as believed when it was dialed
    seen: LeadSeen | None = None  # what these rest on
    agent_id: int | None = None  # the agent it is reserved for, being bridged to, or talking to
    channel: str = ""
    state: State = State.DIALING
    is_hanging_up: bool = False
    is_withdrawn: bool = False  # we took the ringing line back
    was_crossed: bool = False  # answered while we were hanging up
    verdict: AmdVerdict = AmdVerdict.NOT_ASKED
    amd_cause: str = ""
    rang_at: float | None = None
    ringing_heard_at: float | None = None  # by our own clock
    answered_at: float | None = None
    is_answer_exact: bool = False  # the line itself said when
    speech_started_at: float | None = None
    greeting_ended_at: float | None = None
    wanted_agent_at: float | None = None  # detection, if any, is over
    connected_at: float | None = None
    bridged_alone_at: float | None = None  # by the dialplan, with no daemon there
    parted_at: float | None = None
    is_message_awaited: bool = False  # ordered; its beginning is not told yet
    message_started_at: float | None = None
    message_finished_at: float | None = None
    disposition: Disposition | None = None
    callback_at: float | None = None
    wanted_language: Language | None = None  # by that disposition
    tried_agents: set[int] = field(default_factory=set)
    recording: Recording | None = None
    transfer: Transfer | None = None  # the latest one
    audit_file: str = ""  # of what the detector hears
    board: "Board | None" = field(default=None, repr=False, compare=False)

    def take(self, fact: Fact) -> bool:
        """Move along the table; False for a fact that comes too late to move anything."""
        after = NEXT.get((self.state, fact))
        if after is None:
            return False
        if self.board is not None:
            del self.board[self.state][self.id]
            self.board[after][self.id] = self
        self.state = after
        return True

    def is_in_flight(self) -> bool:
        """Whether it may still be answered: dialed, not answered, not being hung up."""
        return self.state in UNANSWERED and not self.is_hanging_up

    def may_want_agent(self) -> bool:
        """Whether somebody may still have to be put through: in flight, or answered and on the
        way to an agent."""
        return self.is_in_flight() or self.state in ON_THE_WAY

    def must_be_connected_by(self) -> float:
        """The legal clock: after this instant a person not connected counts as abandoned."""
        assert self.answered_at is not None
        return legal_clock(answered_at=self.answered_at, greeting_ended_at=self.greeting_ended_at)

    def is_speaking(self) -> bool:
        """Whether the greeting has begun and is not known to have ended."""
        return self.speech_started_at is not None and self.greeting_ended_at is None

    def outcome(self, ended_at: float, cause: int, sip_status: int | None) -> Outcome:
        """How the attempt ended, now that the line is gone."""
        if self.connected_at is not None:
            return Outcome.TALKED
        if self.answered_at is None:
            return Outcome.WITHDRAWN if self.is_withdrawn else outcome_of(cause, sip_status)
        if self.verdict is AmdVerdict.MACHINE:
            return Outcome.MACHINE
        if self.was_given_up() or ended_at >= self.must_be_connected_by():
            return Outcome.ABANDONED
        return Outcome.CALLER_LEFT

    def was_given_up(self) -> bool:
        """Whether we hung up on the person, or gave him up to the message."""
        return self.is_hanging_up or self.was_crossed or self.state is State.MESSAGE

    def closing(
        self, outcome: Outcome, ended_at: float, cause: int | None, sip_status: int | None
    ) -> CloseAttempt:
        """The command that writes the attempt's end with all its instants."""
        return make_end(
            attempt_id=self.id,
            campaign_id=self.campaign_id,
            outcome=outcome,
            ended_at=ended_at,
            rang_at=self.rang_at,
            answered_at=self.answered_at,
            speech_started_at=self.speech_started_at,
            greeting_ended_at=self.greeting_ended_at,
            connected_at=self.connected_at,
            parted_at=self.parted_at,
            message_started_at=self.message_started_at,
            message_finished_at=self.message_finished_at,
            agent_id=self.agent_id if self.connected_at is not None else None,
            hangup_cause=cause,
            sip_status=sip_status,
            amd_verdict=self.verdict,
            amd_cause=self.amd_cause,
            was_given_up=self.was_given_up(),
        )


Board = dict[State, dict[str, Attempt]]
"""A campaign's attempts by state: dicts of the living, so that no count can drift."""


def empty_board() -> Board:
    """A board with a place for every state."""
    return {state: {} for state in State}
