"""What the engine wants written: the commands of commands.py that the Store port executes.

A batch of them is one transaction.
"""

from collections.abc import Mapping
from dataclasses import field

from dialer.compliance.gate import DialPermit, Refusal, VoicemailLeave
from dialer.domain.agent import AgentState
from dialer.domain.lead import Lead, LeadState
from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.domain.transfer import DestinationKind, TransferOutcome
from dialer.domain.value import changed, value
from dialer.engine.commands import Command
from dialer.pacing.floor import LineKind


@value
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
class SaveVoicemail(StoreCommand):
    """Leave to play the campaign's recorded message to a machine, and which words these are."""

    attempt_id: str
    campaign_id: int
    lead_id: int
    agent_id: int
    voicemail_version: str
    leave: VoicemailLeave
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
class SaveTransfer(StoreCommand):
    """A person who is to be, or was, put through to a third party; a later one takes its place."""

    transfer_id: str
    attempt_id: str
    kind: DestinationKind
    destination: str  # its name
    number: str  # E.164, or an extension
    trunk: str  # empty: none
    asked_at: float
    answered_at: float | None = None
    through_at: float | None = None
    ended_at: float | None = None
    outcome: TransferOutcome | None = None


@value
class SaveHelpRequest(StoreCommand):
    """An agent asks for the shift lead; a later one adds since when nobody need come any more."""

    help_id: str
    agent_id: int
    asked_at: float
    over_at: float | None = None


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
    wanted_language: str | None = None  # empty: none; None leaves it

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
