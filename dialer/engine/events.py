"""Everything that can happen, in the past tense, as the engine hears of it.

`at` is when it happened, in seconds since the epoch, by the clock of whoever saw it (Asterisk's
own microsecond timestamps for line facts). Adapters make events; only the engine interprets them.
"""

from dialer.compliance.circumstances import Circumstances
from dialer.domain.agent import Agent
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import Campaign
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import AmdVerdict
from dialer.domain.trunk import Trunk
from dialer.domain.value import value
from dialer.engine.left_behind import (
    AgentOnDuty,
    HelpRequest,
    LegSeen,
    OpenAttempt,
    OpenTransfer,
    OpenVisit,
)
from dialer.pacing.floor import Fact


@value
class Event:
    """Something that happened at an instant."""

    at: float


# --- the called person's line -------------------------------------------------------------
@value
class LineEvent(Event):
    """Something that happened on the line of one attempt."""

    attempt_id: str


@value
class LineRang(LineEvent):
    """The far end reported ringing."""


@value
class LineAnswered(LineEvent):
    """Somebody or something picked up. `channel` is Asterisk's channel name."""

    channel: str


@value
class SpeechStarted(LineEvent):
    """The called person began to speak."""


@value
class SpeechStopped(LineEvent):
    """The called person has been silent for `silence_s`: his words ended at `at - silence_s`."""

    silence_s: float


@value
class RouteAsked(LineEvent):
    """The answered call's script asks where to go. Answered by a `RouteCall` to `request_id`."""

    request_id: str
    channel: str
    verdict: AmdVerdict = AmdVerdict.NOT_ASKED
    amd_cause: str = ""


@value
class CallQueued(LineEvent):
    """The answered person stands in the campaign's queue."""


@value
class CallUnqueued(LineEvent):
    """The answered person left the queue, for an agent or otherwise."""


@value
class CallConnected(LineEvent):
    """Person and agent are in one bridge; `at` is when the later of the two entered it."""

    agent_id: int


@value
class CallBridgedAlone(LineEvent):
    """The dialplan put the person through with no daemon there; no later than `at`."""


@value
class CallParted(LineEvent):
    """The person left the bridge he shared with an agent."""


@value
class MessageStarted(LineEvent):
    """The safe-harbor message began to play."""


@value
class MessageFinished(LineEvent):
    """The safe-harbor message was played to its end."""


@value
class MessageFailed(LineEvent):
    """The safe-harbor message was to be played and could not be."""


@value
class OptOutPressed(LineEvent):
    """The person pressed the opt-out key during a message. Who called us has a visit's id here."""


@value
class AnnouncementBegan(LineEvent):
    """Both parties of the conversation begin to hear that it will be recorded."""


@value
class AnnouncementEnded(LineEvent):
    """The announcement was played to its end."""


@value
class RecordingBegan(LineEvent):
    """The conversation is being recorded from now on."""


@value
class RecordingEnded(LineEvent):
    """Nothing is recorded any more, or nothing ever was."""


@value
class LineEnded(LineEvent):
    """The line is gone. `cause` is the Q.850 cause, `sip_status` the SIP status when known."""

    cause: int
    sip_status: int | None = None


@value
class OriginateRefused(LineEvent):
    """Asterisk could not even make a channel: a fault of ours or the trunk's configuration."""

    reason: str


@value
class OriginateUnsent(LineEvent):
    """The wish to dial never left the daemon, so no telephone can have rung."""

    reason: str


# --- calls that come in -------------------------------------------------------------------
@value
class VisitEvent(Event):
    """Something that happened on the line of a call that came in."""

    visit_id: str


@value
class VisitAsked(VisitEvent):
    """Somebody calls a number of ours. Answered by a `RouteCall` to `request_id`.

    `called` and `caller` are E.164, or empty. `leads` are those of the caller's number, the one
    that was tried last first; they are not claimed for us.
    """

    request_id: str
    channel: str
    called: str
    caller: str = ""
    leads: tuple[Lead, ...] = ()


@value
class VisitConnected(VisitEvent):
    """Caller and agent are in one bridge."""

    agent_id: int


@value
class VisitParted(VisitEvent):
    """The caller left the bridge he shared with an agent."""


@value
class VisitEnded(VisitEvent):
    """The caller's line is gone."""


# --- the line of a third party --------------------------------------------------------------
@value
class ThirdEvent(Event):
    """Something that happened on the line of a third party (transfer.py)."""

    transfer_id: str


@value
class ThirdAnswered(ThirdEvent):
    """Somebody picked up, and waits. `channel` is Asterisk's channel name."""

    channel: str


@value
class ThirdJoined(ThirdEvent):
    """Person and third party are in one bridge."""


@value
class ThirdEnded(ThirdEvent):
    """The line is gone, or never came up. `cause` is the Q.850 cause, 0 where none is known."""

    cause: int
    sip_status: int | None = None


# --- the agents -----------------------------------------------------------------------------
@value
class AgentEvent(Event):
    """Something that an agent did or that happened to his held leg."""

    agent_id: int


@value
class AgentLoggedIn(AgentEvent):
    """The agent wants to work for a campaign, or for several; his telephone is to be called."""

    agent: Agent
    campaign_id: int
    also: tuple[int, ...] = ()  # the others


@value
class AgentLegUp(AgentEvent):
    """The agent's telephone answered and is held. `channel` is its channel name."""

    channel: str


@value
class AgentLegDown(AgentEvent):
    """The agent's leg is gone: he hung up, lost his network, or never answered."""


@value
class AgentSpoke(AgentEvent):
    """The agent's voice reached us for the first time in this conversation."""


@value
class AgentSpokeAlone(AgentEvent):
    """The agent's voice reached us while nobody was with him: told once between conversations."""


@value
class AgentMissesLeg(AgentEvent):
    """His page has a telephone that holds no call, whatever we believe of his leg."""


@value
class PracticeEnded(AgentEvent):
    """The line of a practice call is gone, or never came up."""

    practice_id: str


# --- clock, store, link, configuration ---------------------------------------------------
@value
class Ticked(Event):
    """Time went on."""


@value
class ClockJumped(Event):
    """The wall clock was set, or the machine slept: `at` is by the new clock, which reads `by_s`
    seconds more (or less) than the old one would have at this moment."""

    by_s: float


@value
class PastLearned(Event):
    """What pacing had learned of a campaign before this engine started, oldest first."""

    campaign_id: int
    facts: tuple[Fact, ...]


@value
class LeadsClaimed(Event):
    """The store handed these leads to our hopper; `languages` as they were asked for."""

    campaign_id: int
    leads: tuple[Lead, ...]
    languages: tuple[Language, ...] = ()


@value
class DoNotCallAdded(Event):
    """A number must not be called any more, whoever said so and wherever."""

    e164: str


@value
class NumbersBarred(Event):
    """Somebody else put these numbers on the do-not-call list: a command, another program."""

    e164s: tuple[str, ...]


@value
class FactsChanged(Event):
    """What is known of these numbers changed since they were claimed; of all, if none is named."""

    e164s: tuple[str, ...] = ()


@value
class AbandonmentCounted(Event):
    """The ledger's figures for a campaign, in each of its accounting windows, as of `at`; those of
    all the campaigns of its legal campaign. The bound is what machine errors are reckoned by."""

    campaign_id: int
    windows: tuple[BudgetWindow, ...]
    machine_error_bound: float | None = None  # None: the campaign's setting


@value
class MessageLost(Event):
    """The sound file of a campaign's safe-harbor message is not there."""

    campaign_id: int


@value
class MessageMended(Event):
    """The sound file is there again, or another one."""

    campaign_id: int


@value
class Configured(Event):
    """Campaigns and trunks as they are configured from now on, and what the law asks of the whole
    phone bank. Without `circumstances` those told before stand; before any nobody is dialed."""

    campaigns: tuple[Campaign, ...]
    trunks: tuple[Trunk, ...]
    circumstances: Circumstances | None = None


@value
class StoreWentAway(Event):
    """The database cannot be reached: nothing may be dialed."""


@value
class StoreCameBack(Event):
    """The database can be reached again."""


@value
class LinkWentDown(Event):
    """The AMI link is lost: line facts may be missed until it is back."""


@value
class LinkCameUp(Event):
    """The AMI link works, and these legs of ours are what is really up."""

    legs: tuple[LegSeen, ...]


@value
class Restored(Event):
    """What an earlier engine left behind; comes once, before the first LinkCameUp."""

    attempts: tuple[OpenAttempt, ...]
    agents: tuple[AgentOnDuty, ...]
    visits: tuple[OpenVisit, ...] = ()
    transfers: tuple[OpenTransfer, ...] = ()
    help_requests: tuple[HelpRequest, ...] = ()
