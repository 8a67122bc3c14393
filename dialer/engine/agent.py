"""An agent on duty: a table of what he may do next, and what the engine must remember of him.

    OFFLINE -> JOINING -> BREAK <-> READY <-> RESERVED -> TALKING -> WRAP_UP -> READY | BREAK

Any state -> OFFLINE when his leg is gone or he goes home. Whose leg broke off in mid-conversation
keeps his call meanwhile (`rejoin.py`). Wishes that must wait for the end of
a call ("break after this call") are kept in `wants`. A line may be dialed for him while his
wrap-up runs out: he is RESERVED for it (`next_attempt_id`) when that ends, by himself, by its
deadline or by the person's answer. Unlike line facts, agent steps are the engine's own decisions,
so a step without an entry is a defect and raises.
"""

from dataclasses import dataclass, field
from enum import StrEnum, auto

from dialer.domain.agent import Agent, AgentState
from dialer.domain.lead import Lead


class Step(StrEnum):
    """What moves an agent from state to state."""

    LOG_IN = auto()
    ARRIVE = auto()  # his telephone answered and is held
    REJOIN = auto()  # it did, and the person from whom it broke off is still there
    BECOME_READY = auto()
    RESERVE = auto()
    RELEASE = auto()  # the line dialed for him did not become a conversation
    CONNECT = auto()
    PART = auto()
    PAUSE = auto()
    LEAVE = auto()


_S = AgentState

NEXT: dict[tuple[AgentState, Step], AgentState] = {
    (_S.OFFLINE, Step.LOG_IN): _S.JOINING,
    (_S.JOINING, Step.ARRIVE): _S.BREAK,
    (_S.JOINING, Step.REJOIN): _S.TALKING,
    (_S.BREAK, Step.BECOME_READY): _S.READY,
    (_S.WRAP_UP, Step.BECOME_READY): _S.READY,
    (_S.READY, Step.RESERVE): _S.RESERVED,
    (_S.RESERVED, Step.RELEASE): _S.READY,
    (_S.READY, Step.PAUSE): _S.BREAK,
    (_S.WRAP_UP, Step.PAUSE): _S.BREAK,
    (_S.TALKING, Step.PART): _S.WRAP_UP,
    # A person can reach an agent by the dialplan alone (daemon away), whatever we believed of him.
    (_S.READY, Step.CONNECT): _S.TALKING,
    (_S.RESERVED, Step.CONNECT): _S.TALKING,
    (_S.BREAK, Step.CONNECT): _S.TALKING,
    (_S.WRAP_UP, Step.CONNECT): _S.TALKING,
    **{(state, Step.LEAVE): _S.OFFLINE for state in _S},
}

KEPT_AS = {_S.RESERVED: _S.READY}
"""What the store is told: being dialed for is still waiting, as far as figures go."""


@dataclass(kw_only=True, slots=True)
class Duty:
    """An agent at work for a campaign."""

    agent: Agent
    campaign_id: int  # for which he is working, or was last
    also: tuple[int, ...] = ()  # all that he serves, where these are several
    state: AgentState = AgentState.OFFLINE
    since: float = 0.0
    leg_id: str = ""
    channel: str = ""
    trunk: str = ""  # that his leg goes out on, where his own number is called
    attempt_id: str | None = None  # reserved for, talking in, or wrapping up
    lead: Lead | None = None
    next_attempt_id: str | None = None  # in wrap-up: the line he is reserved for after it
    last_attempt_id: str | None = None  # whose result may still be corrected
    last_lead: Lead | None = None
    reported_id: str | None = None  # the attempt that he last gave a result for
    wants: AgentState | None = None  # BREAK, OFFLINE or READY as soon as he may
    skipped: dict[int, None] = field(default_factory=dict)  # leads he passed over, by when
    practice_id: str | None = None  # on a break: the practice call that he is in
    owed: frozenset[str] = frozenset()  # lines that counted on him when he asked to go
    deadline: float | None = None
    known_state: AgentState = AgentState.OFFLINE  # of which store and queue have been told
    kept_state: AgentState = AgentState.OFFLINE  # what the store believes
    is_shown_free: bool = False  # what the queue believes
    roll: "Roll | None" = field(default=None, repr=False, compare=False)

    def take(self, step: Step, now: float) -> None:
        """Move along the table. Raises KeyError for a step that the state does not allow."""
        before, self.state = self.state, NEXT[(self.state, step)]
        self.since = now
        if self.roll is not None:
            self.roll.moved(self, before)

    def serves(self) -> tuple[int, ...]:
        """The campaigns whose people he may be given; the one he is working for comes first."""
        return (self.campaign_id, *(one for one in self.also if one != self.campaign_id))

    def may_serve(self, campaign_id: int) -> bool:
        """Whether he may be given this campaign's people."""
        return campaign_id == self.campaign_id or campaign_id in self.also

    def speaks(self, lead: Lead) -> bool:
        """Whether he can be given this person: most people want no language of their own."""
        return lead.wanted_language is None or lead.wanted_language in self.agent.languages

    def is_leaving(self) -> bool:
        """Whether he wants a break or home, and so no call but those that count on him."""
        return self.wants in (AgentState.BREAK, AgentState.OFFLINE)

    def may_be_reserved(self) -> bool:
        """Whether a line may be dialed for him: he waits for one, or will by a known instant."""
        if self.is_leaving():
            return False
        if self.state is AgentState.WRAP_UP:
            ends = self.deadline is not None
            return ends and self.next_attempt_id is None and bool(self.channel)
        return self.state is AgentState.READY

    def may(self, step: Step) -> bool:
        """Whether the table has an entry for this step."""
        return (self.state, step) in NEXT


class Roll:
    """The agents by what they do: dicts of the living, so that no count can drift."""

    def __init__(self) -> None:
        self.by_state: dict[AgentState, dict[int, Duty]] = {state: {} for state in AgentState}
        self.at_work: dict[int, set[int]] = {}  # by campaign: everybody who is not offline
        self.shared: set[int] = set()  # those of them who serve several campaigns
        self.speakers: set[int] = set()  # those of them of whom it is known what they speak
        self.changed: dict[int, Duty] = {}  # whose change store and queue have not been told of

    def enter(self, duty: Duty) -> None:
        """Begin to watch an agent, in place of what was known of him."""
        for others in self.by_state.values():
            others.pop(duty.agent.id, None)
        duty.roll = self
        self.by_state[duty.state][duty.agent.id] = duty
        self.changed[duty.agent.id] = duty
        self._note_presence(duty)

    def moved(self, duty: Duty, before: AgentState) -> None:
        """An agent's state is another one."""
        agent_id = duty.agent.id
        del self.by_state[before][agent_id]
        self.by_state[duty.state][agent_id] = duty
        self.changed[agent_id] = duty
        if AgentState.OFFLINE in (before, duty.state):
            self._note_presence(duty)

    def _note_presence(self, duty: Duty) -> None:
        is_there = duty.state is not AgentState.OFFLINE
        groups = [self.at_work.setdefault(campaign_id, set()) for campaign_id in duty.serves()]
        if duty.also:
            groups.append(self.shared)
        if duty.agent.languages:
            groups.append(self.speakers)
        for group in groups:
            if is_there:
                group.add(duty.agent.id)
            else:
                group.discard(duty.agent.id)
