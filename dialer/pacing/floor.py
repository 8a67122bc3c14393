"""What pacing sees of a campaign's floor, what it learns from it, and what it answers.

A *seat* is an agent at work, a *line* a call in flight that nobody has answered yet, an *arrival*
a person who answered and is not with an agent yet. A *shared* line is dialed for whoever will be
free when it is answered; a *reserved* line has its agent before the INVITE, so nobody who answers
it can be abandoned. The engine implements `FloorSeen` over its own memory; pacers only read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.lead import LineType
from dialer.domain.list_order import ListOrder
from dialer.domain.outcome import Outcome
from dialer.domain.value import value


class LeadClass(StrEnum):
    """How a lead's number may be dialed: compliance.md 1.6 and architecture.md, decision 2."""

    OVER_DIALABLE = "over-dialable"  # a recorded message would be lawful: shared lines allowed
    ONE_TO_ONE = "one-to-one"  # only with an agent reserved before the INVITE


class LineKind(StrEnum):
    """Whether an agent is reserved for a line."""

    SHARED = "shared"
    RESERVED = "reserved"


@value
class Seat:
    """An agent who is ready, reserved, talking or in wrap-up. `since` is when that began."""

    agent_id: int
    state: AgentState
    since: float
    free_by: float | None = None  # when his wrap-up is ended for him at the latest
    is_leaving: bool = False  # goes on break or home after this call: takes no further one
    attempt_id: str | None = None  # the line he is reserved for (in wrap-up too), or his call


@value
class Line:
    """A call in flight, not yet answered. `odds` is the probability, as believed when it was
    dialed, that a person answers it and needs an agent."""

    attempt_id: str
    dialed_at: float
    rang_at: float | None
    odds: float
    agent_id: int | None  # the agent reserved for it


@value
class Arrival:
    """A person who answered and is not with an agent yet (detection, routing, or waiting)."""

    answered_at: float
    connect_by: float  # the legal clock


@value
class LeadSeen:
    """What the odds of a lead may depend on. Hour and weekday are the called person's own."""

    line_type: LineType
    area: str  # leading digits of the number, e.g. "+1919"
    attempt_count: int
    last_outcome: Outcome | None
    hour: int  # 0..23
    weekday: int  # Monday is 0


class FloorSeen(Protocol):
    """One campaign's floor at an instant. Where agents serve several campaigns, seats, lines and
    arrivals are those of all campaigns that share them."""

    @property
    def now(self) -> float:
        """The instant, in seconds since the epoch."""

    @property
    def ready(self) -> int:
        """Agents who wait and are not reserved."""

    @property
    def shared_lines(self) -> int:
        """Lines in flight that no agent is reserved for."""

    @property
    def people_waiting(self) -> int:
        """Answered people who are in the queue."""

    @property
    def ratio(self) -> float:
        """Lines for each ready agent (ratio method)."""

    @property
    def may_over_dial(self) -> bool:
        """Whether one more abandoned person would still keep every limit."""

    @property
    def target(self) -> float:
        """The share of abandoned people that is aimed at; never above `limit`."""

    @property
    def limit(self) -> float:
        """The share of abandoned people that is never to be exceeded."""

    @property
    def windows(self) -> tuple[BudgetWindow, ...]:
        """The abandonment ledger, up to the last person."""

    def seats(self) -> Sequence[Seat]:
        """Agents at work (not on break), longest in their state first."""

    def lines(self) -> Sequence[Line]:
        """Lines in flight, oldest first."""

    def arrivals(self) -> Sequence[Arrival]:
        """Answered people without an agent, longest wait first."""

    def next_odds(self, leads: LeadClass) -> float | None:
        """The odds of the next lead of a class in the hopper; None when it holds none."""


@value
class Decision:
    """Dial up to `count` more lines of this kind, then ask again; and why, in a sentence.

    A shared line takes over-dialable leads only. A reserved line takes the leads of `leads`, or
    of either class when that is None; its agents are `agents` in this order (ready, or certainly
    free before anybody can answer), or the longest-waiting ready ones when that is empty.
    `withdraw` are attempts of lines to take back now; only lines that rang their lawful time.
    `holds` says of a decision to do nothing that neither time alone nor a line's ringing will
    change it: the pacer need not be asked again before something else has happened.
    `figures` are the inputs and results behind the reason, for the record.
    """

    kind: LineKind = LineKind.RESERVED
    count: int = 0
    leads: LeadClass | None = None
    agents: tuple[int, ...] = ()
    withdraw: tuple[str, ...] = ()
    holds: bool = False
    reason: str
    figures: Mapping[str, float | int | str] = field(default_factory=dict)


# --- what is learned --------------------------------------------------------------------------


@value
class PersonArrived:
    """A line was answered and wants an agent. `ready_at` is when he could be given one (after
    detection), which is never before `answered_at`."""

    dialed_at: float
    answered_at: float
    ready_at: float
    lead: LeadSeen


@value
class LineFailed:
    """A line ended, or was found to be a machine, without needing an agent.

    Told only of lines that reached the network, and not of those that we withdrew.
    """

    dialed_at: float
    ended_at: float
    lead: LeadSeen


@value
class LineWithdrawn:
    """We took a line back: it had not been answered by `ended_at`, no more is known."""

    dialed_at: float
    ended_at: float
    lead: LeadSeen


@value
class Connected:
    """A person was put through: seconds from when he could be given an agent until both hear."""

    latency_s: float


@value
class PersonLost:
    """A person was abandoned, or left before anybody was there."""

    at: float


@value
class TalkEnded:
    """A conversation was over after so many seconds."""

    seconds: float


@value
class WrapUpEnded:
    """An agent was free again after so many seconds of wrap-up."""

    seconds: float


Fact = (
    PersonArrived
    | LineFailed
    | LineWithdrawn
    | Connected
    | PersonLost
    | TalkEnded
    | WrapUpEnded
)


class Pacer(Protocol):
    """Decides for one campaign how many lines there should be. Deterministic: equal facts and
    floors give equal decisions. Called by the engine's dispatch, often: at every event that may
    have made room, and at every tick."""

    def learn(self, fact: Fact) -> None:
        """Take in something that happened."""

    def odds(self, lead: LeadSeen) -> float:
        """The probability that a person answers this lead now and needs an agent."""

    def list_order(self) -> ListOrder | None:
        """What the store's list is to be ordered by, besides priority and age; None while too
        little is known to change it."""

    def decide(self, floor: FloorSeen) -> Decision:
        """The lines to add (and to take back) now."""
