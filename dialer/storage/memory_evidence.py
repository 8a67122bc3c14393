"""The evidence chain in memory: the same links that migration 0009 makes. For memory.py only."""

from dataclasses import dataclass, field

from dialer.compliance.evidence import GENESIS, link_hash, record_digest
from dialer.compliance.proof import Row
from dialer.engine.store_commands import (
    AmendAttempt,
    CloseAttempt,
    DeferLead,
    NoteRefusal,
    SaveAttempt,
    SaveVoicemail,
    StoreCommand,
)
from dialer.storage.evidence_rows import ENTRIES, Entry
from dialer.storage.memory_rows import Tables


@dataclass(kw_only=True, slots=True)
class MemoryEvidence:
    """The chain, and the key of every number it is about."""

    rows: list[Row] = field(default_factory=list)
    subjects: dict[str, bytes] = field(default_factory=dict)  # by number
    keys: dict[str, bytes] = field(default_factory=dict)

    def note(self, command: StoreCommand, tables: Tables) -> None:
        """The evidence of a command that is about to be written, if it leaves any."""
        if _leaves_evidence(command, tables):
            self._append(ENTRIES[type(command)](command))

    def _append(self, entry: Entry) -> None:
        """The entry as the next link."""
        before = self.rows[-1].hash if self.rows else GENESIS
        seq, record = len(self.rows) + 1, entry["record"].encode()
        subject = self._subject(entry)
        self.rows.append(
            Row(
                seq=seq,
                at_ms=entry["at_ms"],
                kind=entry["kind"],
                campaign=entry["campaign_id"],
                attempt=entry["attempt_id"],
                subject=subject,
                record=record,
                hash=link_hash(before, seq, record_digest(subject, record)),
            )
        )

    def _subject(self, entry: Entry) -> bytes:
        e164 = entry.get("e164")
        if e164 is None:
            return b""
        if e164 not in self.subjects:
            self.subjects[e164] = bytes.fromhex(entry["subject"])
            self.keys[e164] = bytes.fromhex(entry["subject_key"])
        return self.subjects[e164]


def _leaves_evidence(command: StoreCommand, tables: Tables) -> bool:
    """Whether the command leaves evidence, and did not leave it before: a batch may come twice."""
    match command:
        case SaveAttempt():
            return command.attempt_id not in tables.attempts
        case CloseAttempt():
            row = tables.attempts.get(command.attempt_id)
            return row is not None and row.closed is None
        case SaveVoicemail():
            return not tables.attempts[command.attempt_id].voicemail_version
        case AmendAttempt():
            return command.attempt_id in tables.attempts
        case DeferLead() | NoteRefusal():
            return (command.lead_id, command.at) not in tables.refusals
    return False
