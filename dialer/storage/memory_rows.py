"""The rows of the store in memory, and what is said of one row alone. For memory.py only."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple

from dialer.compliance.abandonment import COUNTED, AnsweredCall
from dialer.compliance.audits import Heard
from dialer.compliance.circumstances import Circumstances
from dialer.compliance.ledger import FrozenBlock
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.language import Language
from dialer.domain.lead import Lead, LeadState
from dialer.domain.list_order import TYPICAL_BUCKET
from dialer.domain.outcome import (
    MACHINE_ANSWERED,
    NEVER_REACHED_THE_NETWORK,
    AmdVerdict,
    Disposition,
    Outcome,
)
from dialer.domain.value import changed, maker
from dialer.engine.events import OpenAttempt
from dialer.engine.store_commands import (
    AddDoNotCall,
    AmendAttempt,
    CloseAttempt,
    DeferLead,
    NoteRefusal,
    SaveAgentState,
    SaveAttempt,
    SaveAudit,
    SaveDecision,
    SaveHelpRequest,
    SaveProgress,
    SaveRecording,
    SaveResult,
    SaveTransfer,
    SaveVisit,
    SaveVoicemail,
    UpdateLead,
)

LONG_AGO = -inf


@dataclass(kw_only=True, slots=True)
class LeadRow:
    """A lead as it lies in the store; `lead` as it was put there, before any attempt."""

    lead: Lead
    person: str = ""  # his key across campaigns
    attempt_count: int = 0
    last_outcome: Outcome | None = None
    state: LeadState = LeadState.NEW
    next_at: float | None = None
    priority: int = 0
    queued: int = 0  # its valid entry in the queue of claims
    odds_bucket: int = TYPICAL_BUCKET
    wanted_language: str = ""

    def with_history(self) -> Lead:
        """The lead with what its own attempts have shown."""
        its, wish = self.lead, Language(self.wanted_language) if self.wanted_language else None
        known = (its.attempt_count, its.last_outcome, its.wanted_language)
        if (self.attempt_count, self.last_outcome, wish) == known:
            return its
        count, outcome = self.attempt_count, self.last_outcome
        return changed(its, attempt_count=count, last_outcome=outcome, wanted_language=wish)

    def is_meant(self, languages: tuple[Language, ...]) -> bool:
        """Whether it is among those who want one of the languages, or, without any, none."""
        if languages:
            return self.wanted_language in languages
        return not self.wanted_language

    def update(self, command: UpdateLead, *, is_counted: bool) -> None:
        """Stand where it does after an attempt."""
        self.state, self.next_at = command.state, command.next_at
        if command.wanted_language is not None:
            self.wanted_language = command.wanted_language
        if command.odds_bucket is not None:
            self.odds_bucket = command.odds_bucket
        self.last_outcome = command.last_outcome or self.last_outcome
        self.attempt_count += is_counted

    def is_due(self, now: float) -> bool:
        return self.state is not LeadState.FINAL and (self.next_at is None or self.next_at <= now)

    def turn(self) -> tuple[bool, int, int, float, int]:
        is_callback = self.state is LeadState.CALLBACK
        return (
            not is_callback,
            0 if is_callback else -self.priority,
            0 if is_callback else -self.odds_bucket,
            self.next_at if self.next_at is not None else LONG_AGO,
            self.lead.id,
        )


CountsRow = tuple[int, ...]
"""The fields of compliance.abandonment.Counts, in their order."""

NOT_COUNTED: CountsRow = (0,) * len(COUNTED)


@dataclass(kw_only=True, slots=True)
class AttemptRow:
    """An attempt as it lies in the store. The latest of `results` is valid."""

    saved: SaveAttempt
    progress: SaveProgress
    closed: CloseAttempt | None = None
    results: list[SaveResult] = field(default_factory=list)
    ledger_slice: int | None = None  # where the ledger counts it
    counts_as: CountsRow = NOT_COUNTED
    voicemail_version: str = ""

    @property
    def is_counted(self) -> bool:
        return self.closed is None or self.closed.outcome not in NEVER_REACHED_THE_NETWORK


class Claim(NamedTuple):
    """A lead held by the engine."""

    lead_id: int
    since: float
    expires_at: float


@dataclass(kw_only=True, slots=True)
class DrawnRow:
    """A machine verdict that was drawn to be listened to, and what was heard."""

    campaign_id: int
    verdict: Heard | None = None


DecisionKey = tuple[int, float, str, str]
DECISIONS_KEPT = 10_000


@dataclass(kw_only=True, slots=True)
class Tables:
    """All rows."""

    campaigns: dict[int, Campaign] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    leads: dict[int, LeadRow] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)  # by number
    attempts: dict[str, AttemptRow] = field(default_factory=dict)
    refusals: dict[tuple[int, float], DeferLead | NoteRefusal] = field(
        default_factory=dict
    )
    do_not_call: dict[str, AddDoNotCall] = field(default_factory=dict)
    agent_states: dict[int, list[SaveAgentState]] = field(default_factory=dict)
    circumstances: Circumstances = Circumstances()
    blocks: list[FrozenBlock] = field(default_factory=list)
    audits: dict[str, DrawnRow] = field(default_factory=dict)
    decisions: OrderedDict[DecisionKey, SaveDecision] = field(default_factory=OrderedDict)
    visits: dict[str, SaveVisit] = field(default_factory=dict)
    recordings: dict[str, SaveRecording] = field(default_factory=dict)  # by file
    transfers: dict[str, SaveTransfer] = field(default_factory=dict)
    help_requests: dict[str, SaveHelpRequest] = field(default_factory=dict)
    audit_files: dict[str, str] = field(default_factory=dict)  # by attempt

    def keep_recording(self, command: SaveRecording) -> None:
        """In place of what was known of it."""
        self.recordings[command.file] = command

    def keep_audit(self, command: SaveAudit) -> None:
        """Where the greeting can be heard."""
        self.audit_files[command.attempt_id] = command.file

    def keep_visit(self, command: SaveVisit) -> None:
        """In place of what was known of it."""
        self.visits[command.visit_id] = command

    def keep_transfer(self, command: SaveTransfer) -> None:
        """In place of what was known of it."""
        self.transfers[command.transfer_id] = command

    def keep_help_request(self, command: SaveHelpRequest) -> None:
        """In place of what was known of it."""
        self.help_requests[command.help_id] = command

    def keepers(self) -> dict[type, Callable[[Any], None]]:
        """How rows are kept that nothing else depends on."""
        return {
            SaveDecision: self.keep_decision,
            SaveVisit: self.keep_visit,
            SaveRecording: self.keep_recording,
            SaveAudit: self.keep_audit,
            SaveVoicemail: self.keep_voicemail,
            SaveTransfer: self.keep_transfer,
            SaveHelpRequest: self.keep_help_request,
        }

    def keep_voicemail(self, command: SaveVoicemail) -> None:
        self.attempts[command.attempt_id].voicemail_version = command.voicemail_version

    def note_refusal(self, command: DeferLead | NoteRefusal) -> None:
        self.refusals.setdefault((command.lead_id, command.at), command)

    def keep_decision(self, command: SaveDecision) -> None:
        """The last so many, because nothing here may grow without end."""
        key = (command.campaign_id, command.at, command.kind, command.reason)
        self.decisions.setdefault(key, command)
        if len(self.decisions) > DECISIONS_KEPT:
            self.decisions.popitem(last=False)

    def remove_decisions(self, before: float) -> int:
        old = [key for key, one in self.decisions.items() if one.at < before]
        for key in old:
            del self.decisions[key]
        return len(old)


make_lead_row, make_row = maker(LeadRow), maker(AttemptRow)
make_progress, make_call = maker(SaveProgress), maker(AnsweredCall)

FINAL_OUTCOMES = (Outcome.NOT_IN_SERVICE, Outcome.REJECTED, Outcome.FAX)

UNFINISHED_RESULTS = (
    Disposition.CALL_BACK,
    Disposition.NOT_HOME,
    Disposition.OTHER_LANGUAGE,
    *MACHINE_ANSWERED,
    Disposition.NO_RESULT,
)


def is_settled(last: AttemptRow, outcome: Outcome) -> bool:
    """Whether nothing follows after the attempt, whatever its number in the row."""
    has_result = any(one.disposition not in UNFINISHED_RESULTS for one in last.results)
    return outcome in FINAL_OUTCOMES or has_result


def merged(
    known: SaveProgress,
    news: SaveProgress | CloseAttempt | AmendAttempt,
) -> SaveProgress:
    instants = (news.answered_at, news.speech_started_at, news.greeting_ended_at, news.connected_at)
    if instants == (None, None, None, None) and news.agent_id is None:
        return known  # nobody answered, as with most lines
    return make_progress(
        attempt_id=known.attempt_id,
        answered_at=known.answered_at if news.answered_at is None else news.answered_at,
        speech_started_at=(
            known.speech_started_at if news.speech_started_at is None else news.speech_started_at
        ),
        greeting_ended_at=(
            known.greeting_ended_at if news.greeting_ended_at is None else news.greeting_ended_at
        ),
        connected_at=known.connected_at if news.connected_at is None else news.connected_at,
        agent_id=known.agent_id if news.agent_id is None else news.agent_id,
    )


def answered_call_of(row: AttemptRow) -> AnsweredCall | None:
    """The row as the law sees it; None while its person still waits, or without an answer."""
    closed, answered_at = row.closed, row.progress.answered_at
    if answered_at is None or (closed is None and row.progress.connected_at is None):
        return None
    said = row.results[-1].disposition if row.results else None
    outcome = None if closed is None else closed.outcome
    verdict = AmdVerdict.NOT_ASKED if closed is None else closed.amd_verdict
    return make_call(
        answered_at=answered_at,
        speech_started_at=row.progress.speech_started_at,
        greeting_ended_at=row.progress.greeting_ended_at,
        connected_at=row.progress.connected_at,
        ended_at=answered_at if closed is None else closed.ended_at,
        message_started_at=None if closed is None else closed.message_started_at,
        was_hung_up_by_us=closed is not None and closed.was_given_up,
        verdict=AmdVerdict.MACHINE if outcome is Outcome.MACHINE else verdict,
        agent_said_machine=said in MACHINE_ANSWERED,
        is_fax=outcome is Outcome.FAX,
    )


def amended(closed: CloseAttempt, news: AmendAttempt) -> CloseAttempt:
    """The end of an attempt with what was heard later."""
    message_started_at = news.message_started_at or closed.message_started_at
    verdict = news.amd_verdict or closed.amd_verdict
    return changed(closed, message_started_at=message_started_at, amd_verdict=verdict)


def open_attempt(row: AttemptRow, lead: Lead) -> OpenAttempt:
    """An attempt that has not ended, for an engine that begins; its lead as it is now."""
    return OpenAttempt(
        attempt_id=row.saved.attempt_id,
        lead=lead,
        campaign_id=row.saved.campaign_id,
        trunk=row.saved.trunk,
        permit=row.saved.permit,
        dialed_at=row.saved.dialed_at,
        answered_at=row.progress.answered_at,
        connected_at=row.progress.connected_at,
        agent_id=row.progress.agent_id,
        disposition=row.results[-1].disposition if row.results else None,
    )
