"""Everything the engine can wish for, in the imperative. The pump (runtime/pump.py) executes them.

Three families, three executors: the `Telephony` port, the `Store` port, and whoever asked.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from dialer.compliance.gate import DialPermit, Refusal
from dialer.domain.agent import AgentState
from dialer.domain.campaign import AmdMode
from dialer.domain.lead import Lead, LeadState
from dialer.domain.list_order import ListOrder
from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.domain.trunk import OverTrunk
from dialer.domain.value import changed, value
from dialer.pacing.floor import LeadClass, LineKind


@value
class Command:
    """Something the engine wants done."""


# --- telephone -----------------------------------------------------------------------------


class TelephoneCommand(Command):
    """Executed by the Telephony port; never replayed after a lost link."""


@value
class Originate(TelephoneCommand):
    """Dial a person: only after the attempt's row is committed and while the permit is fresh."""

    attempt_id: str
    permit: DialPermit
    endpoint: str  # the trunk's PJSIP endpoint
    dial_string: str  # digits as the trunk wants them
    caller_id: str
    caller_name: str
    ring_timeout_s: float
    campaign_id: int
    amd_mode: AmdMode
    agent_channel: str = ""  # the reserved agent's leg, for the dialplan if the daemon is away
    may_play_message: bool = False
    message_version: str = ""
    audit_file: str = ""  # takes what the detector hears; empty: that is not written down


@value
class HangUp(TelephoneCommand):
    """End the line of an attempt."""

    attempt_id: str
    channel: str  # empty when the channel's name is not known yet: found by the attempt's id


@value
class PlayMessage(TelephoneCommand):
    """Take a waiting person out of the queue and play him the safe-harbor message."""

    attempt_id: str
    channel: str


@value
class ConnectCall(TelephoneCommand):
    """Take a waiting person out of the queue and put him through to an agent's leg."""

    attempt_id: str
    channel: str
    agent_channel: str


@value
class HoldCall(TelephoneCommand):
    """Take a person out of his conversation and play him music, until `ConnectCall`."""

    attempt_id: str
    channel: str


@value
class StartRecording(TelephoneCommand):
    """Record a conversation, after both have heard the announcement where there is one."""

    attempt_id: str
    file: str
    announcement_version: str  # empty: none is needed


@value
class StopRecording(TelephoneCommand):
    """End an announcement or a recording."""

    attempt_id: str


@value
class CallAgent(TelephoneCommand):
    """Call an agent's telephone, to be held up until he goes home."""

    agent_id: int
    leg_id: str
    extension: str
    queues: tuple[str, ...]  # of every campaign that he serves
    dials_in: bool = False  # his call is here already, waiting to be his leg
    may_break_off: bool = False  # a page's telephone: who talks with him is kept for him then
    over: OverTrunk | None = None  # his own telephone in the network, instead of the extension


@value
class StartPractice(TelephoneCommand):
    """Join an agent's leg with a simulated person."""

    practice_id: str
    agent_id: int
    agent_channel: str


@value
class DropAgent(TelephoneCommand):
    """End an agent's leg and take him out of his queues."""

    agent_id: int
    leg_id: str
    queues: tuple[str, ...]


@value
class ShowAgentToQueue(TelephoneCommand):
    """Tell the queue whether it may give calls to this agent."""

    agent_id: int
    is_free: bool


# --- answers to those who asked ------------------------------------------------------------


class Destination(StrEnum):
    """Where an answered call goes. The values are the dialplan's CB_ROUTE."""

    BRIDGE = "bridge"
    QUEUE = "queue"
    MESSAGE = "message"
    MACHINE = "machine"
    HANGUP = "hangup"


@value
class RouteCall(Command):
    """The answer to `RouteAsked` or `VisitAsked`. `agent_channel` only with BRIDGE."""

    request_id: str
    destination: Destination
    agent_channel: str = ""


@value
class RefuseAgent(Command):
    """An agent's wish cannot be granted; `reason` is a sentence for him."""

    agent_id: int
    reason: str


# --- store -----------------------------------------------------------------------------------


class StoreCommand(Command):
    """Executed by the Store port; a batch is one transaction, retried until it is written."""


@value
class SaveAttempt(StoreCommand):
    """Write the attempt before it is dialed."""

    attempt_id: str
    lead: Lead
    campaign_id: int
    permit: DialPermit
    trunk: str
    caller_id: str
    agent_id: int | None
    dialed_at: float
    message_version: str = ""  # of the safe-harbor message that may be played; empty: none may
    announcement_version: str = ""  # of what would tell of a recording
    seller: str = ""
    offer: str = ""


@value
class SaveProgress(StoreCommand):
    """A milestone of a live attempt that a crash must not lose. None leaves a column as it is."""

    attempt_id: str
    answered_at: float | None = None
    speech_started_at: float | None = None
    greeting_ended_at: float | None = None
    connected_at: float | None = None
    agent_id: int | None = None


@value
class AmendAttempt(StoreCommand):
    """What was heard of an attempt after its end, for the ledger. None leaves a column."""

    attempt_id: str
    answered_at: float | None = None
    speech_started_at: float | None = None
    greeting_ended_at: float | None = None
    connected_at: float | None = None
    message_started_at: float | None = None
    agent_id: int | None = None
    amd_verdict: AmdVerdict | None = None


@value
class CloseAttempt(StoreCommand):
    """Write how an attempt ended, with all its instants. Written once for each attempt."""

    attempt_id: str
    campaign_id: int
    outcome: Outcome
    ended_at: float
    rang_at: float | None = None
    answered_at: float | None = None
    speech_started_at: float | None = None
    greeting_ended_at: float | None = None
    connected_at: float | None = None
    parted_at: float | None = None
    message_started_at: float | None = None
    message_finished_at: float | None = None
    agent_id: int | None = None
    hangup_cause: int | None = None
    sip_status: int | None = None
    amd_verdict: AmdVerdict = AmdVerdict.NOT_ASKED
    amd_cause: str = ""
    was_given_up: bool = False  # we hung up on him, or gave him up to the message


@value
class SaveResult(StoreCommand):
    """The agent's disposition of an attempt; a later one corrects it."""

    attempt_id: str
    agent_id: int
    disposition: Disposition
    at: float


@value
class SaveRecording(StoreCommand):
    """A conversation that is, or was, recorded; a later one adds its end."""

    attempt_id: str
    file: str
    leave: str  # on which ground: compliance/recording.py
    announcement_version: str
    announced_from: float | None
    announced_to: float | None
    started_at: float
    ended_at: float | None = None


@value
class SaveAudit(StoreCommand):
    """A machine verdict was drawn, and what the detector heard can be listened to."""

    attempt_id: str
    file: str
    at: float


@value
class SaveVisit(StoreCommand):
    """A call that came in, as far as it has gone; a later one takes its place."""

    visit_id: str
    campaign_id: int
    lead_id: int | None
    e164: str  # empty unless an agent may still be told not to call it again
    agent_id: int | None
    came_at: float
    connected_at: float | None = None
    parted_at: float | None = None
    opted_out_at: float | None = None
    ended_at: float | None = None
    disposition: Disposition | None = None


@value
class UpdateLead(StoreCommand):
    """Where a lead stands after an attempt; gives up our claim on it."""

    lead_id: int
    state: LeadState
    next_at: float | None
    last_outcome: Outcome | None
    counted: bool  # whether the attempt counts (the person's telephone may have rung)
    odds_bucket: int | None = None  # his place in the list's order; None leaves it

    def in_bucket(self, odds_bucket: int) -> "UpdateLead":
        """The same, with his place in the list's order."""
        return changed(self, odds_bucket=odds_bucket)


@value
class ReleaseLeads(StoreCommand):
    """Give claimed leads back as they were."""

    lead_ids: tuple[int, ...]


@value
class DeferLead(StoreCommand):
    """Give a lead back that the gate refused; not before `next_at`, or never (None)."""

    lead_id: int
    campaign_id: int
    refusal: Refusal
    next_at: float | None
    at: float
    e164: str = ""


@value
class NoteRefusal(StoreCommand):
    """Write down that nobody of a campaign may be dialed, and why; `lead_id` is whom it was asked
    for. Once for each change of the reasons: the lead keeps its place."""

    campaign_id: int
    lead_id: int
    refusal: Refusal
    at: float
    e164: str = ""


@value
class AddDoNotCall(StoreCommand):
    """Put a number on the internal do-not-call list, org-wide."""

    e164: str
    reason: str
    at: float
    attempt_id: str | None = None


@value
class SaveAgentState(StoreCommand):
    """An agent's state from `at` on (ends the state before it)."""

    agent_id: int
    campaign_id: int
    state: AgentState
    at: float
    attempt_id: str | None = None
    also: tuple[int, ...] = ()  # all the campaigns that he serves, where these are several


@value
class SaveDecision(StoreCommand):
    """What pacing decided and why. Kept when lines were added or taken back, and otherwise when
    the reason changed, at most once a second for each campaign."""

    campaign_id: int
    at: float
    kind: LineKind
    count: int  # lines that were dialed on it
    withdrawn: int  # lines that were taken back on it
    reason: str
    figures: Mapping[str, float | int | str] = field(default_factory=dict)


@value
class ClaimLeads(Command):
    """Ask the store for `count` leads, of one class where it can tell; then `LeadsClaimed`."""

    campaign_id: int
    count: int
    leads: LeadClass | None = None


@value
class RescoreLeads(Command):
    """Put the campaign's list in this order: long work, which a later order makes up for."""

    campaign_id: int
    order: ListOrder


@value
class ShowPreview(Command):
    """Show an agent the lead he may dial next, or that there is none."""

    agent_id: int
    lead: Lead | None
