"""The evidence chain in memory: the same links that migration 0009 makes. For memory.py only."""

from dataclasses import dataclass, field

from dialer.compliance.evidence import GENESIS, link_hash
from dialer.compliance.proof import Row
from dialer.storage.evidence_rows import Entry


@dataclass(kw_only=True, slots=True)
class MemoryEvidence:
    """The chain, and the key of every number it is about."""

    rows: list[Row] = field(default_factory=list)
    subjects: dict[str, bytes] = field(default_factory=dict)  # by number
    keys: dict[str, bytes] = field(default_factory=dict)

    def append(self, entry: Entry) -> None:
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
                hash=link_hash(before, seq, subject, record),
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
