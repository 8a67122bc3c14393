"""The engine's store commands as entries of the evidence chain.

An *entry* is what `append_evidence` (migration 0009) makes a link of: a record, the columns that
repeat it, and the number with a fresh key, in case it never had one. Used by both stores.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from dialer.compliance import evidence
from dialer.compliance.evidence import Record, kind_of, milliseconds, milliseconds_or_none
from dialer.compliance.gate import DialPermit, Refusal, VoicemailLeave
from dialer.compliance.rule import Outcome
from dialer.engine.store_commands import (
    AmendAttempt,
    CloseAttempt,
    DeferLead,
    NoteRefusal,
    SaveAttempt,
    SaveVoicemail,
)

Entry = dict[str, Any]


def entry_of(record: Record, e164: str | None = None) -> Entry:
    """A record as an entry; about that number, if it is about one."""
    entry: Entry = {
        "kind": kind_of(record),
        "at_ms": record.at_ms,
        "campaign_id": record.campaign or None,
        "attempt_id": getattr(record, "attempt", None),
        "record": evidence.record_bytes(record).decode(),
    }
    if e164:
        key = secrets.token_bytes(evidence.KEY_BYTES)
        entry["e164"] = e164
        entry["subject_key"] = key.hex()
        entry["subject"] = evidence.subject_of(e164, key).hex()
    return entry


def dialed(command: SaveAttempt) -> Entry:
    """Leave to dial, as it was when the attempt was written."""
    permit = command.permit
    record = evidence.Dialed(
        at_ms=milliseconds(command.dialed_at),
        campaign=command.campaign_id,
        lead=command.lead.id,
        attempt=command.attempt_id,
        trunk=command.trunk,
        caller_id=command.caller_id,
        seller=command.seller,
        offer=command.offer,
        message=command.message_version,
        announcement=command.announcement_version,
        agent=command.agent_id,
        **_judged(permit, Outcome.ALLOW),
    )
    return entry_of(record, permit.e164)


def ended(command: CloseAttempt) -> Entry:
    """What became of an attempt."""
    record = evidence.Ended(
        at_ms=milliseconds(command.ended_at),
        campaign=command.campaign_id,
        attempt=command.attempt_id,
        outcome=command.outcome.value,
        rang_ms=milliseconds_or_none(command.rang_at),
        answered_ms=milliseconds_or_none(command.answered_at),
        speech_started_ms=milliseconds_or_none(command.speech_started_at),
        greeting_ended_ms=milliseconds_or_none(command.greeting_ended_at),
        connected_ms=milliseconds_or_none(command.connected_at),
        parted_ms=milliseconds_or_none(command.parted_at),
        message_started_ms=milliseconds_or_none(command.message_started_at),
        message_finished_ms=milliseconds_or_none(command.message_finished_at),
        was_given_up=command.was_given_up,
        agent=command.agent_id,
        hangup_cause=command.hangup_cause,
        sip_status=command.sip_status,
        amd_verdict=command.amd_verdict.value,
        amd_cause=command.amd_cause,
    )
    return entry_of(record)


def amended(command: AmendAttempt) -> Entry:
    """What was heard of an attempt after its end; written now."""
    record = evidence.Amended(
        at_ms=milliseconds(time.time()),
        attempt=command.attempt_id,
        answered_ms=milliseconds_or_none(command.answered_at),
        speech_started_ms=milliseconds_or_none(command.speech_started_at),
        greeting_ended_ms=milliseconds_or_none(command.greeting_ended_at),
        connected_ms=milliseconds_or_none(command.connected_at),
        message_started_ms=milliseconds_or_none(command.message_started_at),
        agent=command.agent_id,
        amd_verdict=None if command.amd_verdict is None else command.amd_verdict.value,
    )
    return entry_of(record)


def voicemail(command: SaveVoicemail) -> Entry:
    """Leave to play the recorded message on a line that is up."""
    record = evidence.Voicemail(
        at_ms=milliseconds(command.at),
        campaign=command.campaign_id,
        lead=command.lead_id,
        attempt=command.attempt_id,
        message=command.voicemail_version,
        agent=command.agent_id,
        **_judged(command.leave, Outcome.ALLOW),
    )
    return entry_of(record, command.leave.e164)


def refused(command: DeferLead) -> Entry:
    """No leave to dial a lead."""
    return _refusal(evidence.Refused, command)


def held(command: NoteRefusal) -> Entry:
    """No leave to dial anybody of a campaign."""
    return _refusal(evidence.Held, command)


def _refusal(
    kind: type[evidence.Refused] | type[evidence.Held],
    command: DeferLead | NoteRefusal,
) -> Entry:
    """`lead_id` and `at` find the refusal's own row."""
    record = kind(
        at_ms=milliseconds(command.at),
        campaign=command.campaign_id,
        lead=command.lead_id,
        reasons=_own_reasons(command.refusal),
        **_judged(command.refusal, command.refusal.outcome),
    )
    return {
        **entry_of(record, command.e164),
        "lead_id": command.lead_id,
        "at": command.at,
    }


def _own_reasons(refusal: Refusal) -> tuple[str, ...]:
    """Reasons that the facts do not give: the engine never asked the gate."""
    return () if refusal.facts is not None else tuple(map(str, refusal.reasons))


def _judged(answer: DialPermit | VoicemailLeave | Refusal, outcome: Outcome) -> dict[str, Any]:
    """What an answer of the gate rests on."""
    if answer.facts is None:
        return {}
    return {
        "facts": evidence.raw(evidence.facts_bytes(answer.facts)),
        "verdict": evidence.raw(evidence.verdict_bytes(outcome, answer.findings)),
        "rule_set": answer.book,
    }


ENTRIES: Mapping[type, Callable[[Any], Entry]] = {
    SaveAttempt: dialed,
    CloseAttempt: ended,
    AmendAttempt: amended,
    SaveVoicemail: voicemail,
    DeferLead: refused,
    NoteRefusal: held,
}
"""The commands that leave evidence."""
