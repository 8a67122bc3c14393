"""Everything that can happen, in the past tense, as the engine hears of it.

`at` is when it happened, in seconds since the epoch, by the clock of whoever saw it (Asterisk's
own microsecond timestamps for line facts). Adapters make events; only the engine interprets them.
"""

from dataclasses import dataclass

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.gate import DialPermit
from dialer.domain.agent import Agent, AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.domain.outcome import AmdVerdict, Disposition
from dialer.domain.trunk import Trunk
from dialer.pacing.floor import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened at an instant."""

    at: float


# --- the called person's line -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class LineEvent(Event):
    """Something that happened on the line of one attempt."""

    attempt_id: str


class LineRang(LineEvent):
    """The far end reported ringing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineAnswered(LineEvent):
    """Somebody or something picked up. `channel` is Asterisk's channel name."""

    channel: str


class SpeechStarted(LineEvent):
    """The called person began to speak."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechStopped(LineEvent):
    """The called person has been silent for `silence_s`: his words ended at `at - silence_s`."""

    silence_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteAsked(LineEvent):
    """The answered call's script asks where to go. Answered by a `RouteCall` to `request_id`."""

    request_id: str
    channel: str
    verdict: AmdVerdict = AmdVerdict.NOT_ASKED
    amd_cause: str = ""


class CallQueued(LineEvent):
    """The answered person stands in the campaign's queue."""


class CallUnqueued(LineEvent):
    """The answered person left the queue, for an agent or otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallConnected(LineEvent):
    """Person and agent are in one bridge; `at` is when the later of the two entered it."""

    agent_id: int


class CallBridgedAlone(LineEvent):
    """The dialplan put the person through with no daemon there; no later than `at`."""


class CallParted(LineEvent):
    """The person left the bridge he shared with an agent."""


class MessageStarted(LineEvent):
    """The safe-harbor message began to play."""


class MessageFinished(LineEvent):
    """The safe-harbor message was played to its end."""


class MessageFailed(LineEvent):
    """The safe-harbor message was to be played and could not be."""


class OptOutPressed(LineEvent):
    """The person pressed the opt-out key during the message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineEnded(LineEvent):
    """The line is gone. `cause` is the Q.850 cause, `sip_status` the SIP status when known."""

    cause: int
    sip_status: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginateRefused(LineEvent):
    """Asterisk could not even make a channel: a fault of ours or the trunk's configuration."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginateUnsent(LineEvent):
    """The wish to dial never left the daemon, so no telephone can have rung."""

    reason: str


# --- the agents -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentEvent(Event):
    """Something that an agent did or that happened to his held leg."""

    agent_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentLoggedIn(AgentEvent):
    """The agent wants to work for a campaign, or for several; his telephone is to be called."""

    agent: Agent
    campaign_id: int
    also: tuple[int, ...] = ()  # the others


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentLegUp(AgentEvent):
    """The agent's telephone answered and is held. `channel` is its channel name."""

    channel: str


class AgentLegDown(AgentEvent):
    """The agent's leg is gone: he hung up, lost his network, or never answered."""


class AgentAskedReady(AgentEvent):
    """The agent wants the next call (after a break or log-in)."""


class AgentAskedBreak(AgentEvent):
    """The agent wants no further call; a call in progress is finished first."""


class AgentLoggedOut(AgentEvent):
    """The agent goes home; a call in progress is finished first."""


class AgentAskedHangup(AgentEvent):
    """The agent ends the conversation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultGiven(AgentEvent):
    """The agent says how the conversation went. `callback_at` only with CALL_BACK."""

    attempt_id: str
    disposition: Disposition
    callback_at: float | None = None


class PreviewAsked(AgentEvent):
    """The agent wants to see the next lead before it is dialed (preview)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DialAsked(AgentEvent):
    """The agent wants this lead dialed now (manual or preview)."""

    lead: Lead


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberSought(AgentEvent):
    """The agent typed a number of the list: dial it if its lead waits in our hopper."""

    e164: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewSkipped(AgentEvent):
    """The agent passes over the lead he was shown."""

    lead_id: int


# --- clock, store, link, configuration ---------------------------------------------------


class Ticked(Event):
    """Time went on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockJumped(Event):
    """The wall clock was set, or the machine slept: `at` is by the new clock, which reads `by_s`
    seconds more (or less) than the old one would have at this moment."""

    by_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PastLearned(Event):
    """What pacing had learned of a campaign before this engine started, oldest first."""

    campaign_id: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadsClaimed(Event):
    """The store handed these leads to our hopper."""

    campaign_id: int
    leads: tuple[Lead, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DoNotCallAdded(Event):
    """A number must not be called any more, whoever said so and wherever."""

    e164: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NumbersBarred(Event):
    """Somebody else put these numbers on the do-not-call list: a command, another program."""

    e164s: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FactsChanged(Event):
    """What is known of these numbers changed since they were claimed; of all, if none is named."""

    e164s: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AbandonmentCounted(Event):
    """The ledger's figures for a campaign, in each of its accounting windows, as of `at`; those of
    all the campaigns of its legal campaign. The bound is what machine errors are reckoned by."""

    campaign_id: int
    windows: tuple[BudgetWindow, ...]
    machine_error_bound: float | None = None  # None: the campaign's setting


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageLost(Event):
    """The sound file of a campaign's safe-harbor message is not there."""

    campaign_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageMended(Event):
    """The sound file is there again, or another one."""

    campaign_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Configured(Event):
    """Campaigns and trunks as they are configured from now on, and what the law asks of the whole
    phone bank. Without `circumstances` those told before stand; before any nobody is dialed."""

    campaigns: tuple[Campaign, ...]
    trunks: tuple[Trunk, ...]
    circumstances: Circumstances | None = None


class StoreWentAway(Event):
    """The database cannot be reached: nothing may be dialed."""


class StoreCameBack(Event):
    """The database can be reached again."""


class LinkWentDown(Event):
    """The AMI link is lost: line facts may be missed until it is back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LegSeen:
    """A leg found alive on Asterisk after a gap."""

    channel_id: str  # the attempt's or the agent leg's id
    channel: str
    is_up: bool
    bridge_id: str
    context: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkCameUp(Event):
    """The AMI link works, and these legs of ours are what is really up."""

    legs: tuple[LegSeen, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAttempt:
    """An attempt that the store holds as not ended when an engine starts."""

    attempt_id: str
    lead: Lead
    campaign_id: int
    trunk: str
    permit: DialPermit
    dialed_at: float
    answered_at: float | None = None
    connected_at: float | None = None
    agent_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentOnDuty:
    """An agent who was at work when an earlier engine stopped.

    `attempt_id` and `lead` are the conversation he was in or had not given a result for.
    """

    agent: Agent
    campaign_id: int
    state: AgentState
    attempt_id: str | None = None
    lead: Lead | None = None
    also: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored(Event):
    """What an earlier engine left behind; comes once, before the first LinkCameUp."""

    attempts: tuple[OpenAttempt, ...]
    agents: tuple[AgentOnDuty, ...]
