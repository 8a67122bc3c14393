"""Walks the evidence chain and replays its verdicts: says what is wrong, and where.

A *row* is a link as it is kept, with the columns that repeat what its record says. A *fault* names
a sequence number and never a person. A *judge* decides facts by one rule set. Called by
`callbank compliance verify`, for the database and for an exported bundle; long chains are walked
in pieces, each beginning at the hash on record before it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dialer.compliance.evidence import (
    AnyRecord,
    Checkpoint,
    Dialed,
    Judgement,
    Voicemail,
    facts_of,
    kind_of,
    link_hash,
    record_digest,
    record_of,
    verdict_bytes,
)
from dialer.compliance.facts import Facts
from dialer.compliance.rule import Verdict

FAULTS_TOLD = 100
"""Of each piece; the others are counted."""

Judge = Callable[[Facts], Verdict]


class Row(NamedTuple):
    """A link and its columns."""

    seq: int
    at_ms: int
    kind: str
    campaign: int | None
    attempt: str | None
    subject: bytes
    record: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is wrong with the record of that number."""

    seq: int
    what: str


@dataclass(kw_only=True, slots=True)
class Walked:
    """What a walk found."""

    records: int = 0
    replayed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    checkpoints: list[tuple[int, Checkpoint]] = field(default_factory=list)

    def blame(self, seq: int, what: str) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < FAULTS_TOLD:
            self.faults.append(Fault(seq=seq, what=what))

    def add(self, other: "Walked") -> None:
        """Take in what another piece found."""
        self.records += other.records
        self.replayed += other.replayed
        self.kinds += other.kinds
        self.fault_count += other.fault_count
        self.faults += other.faults[: FAULTS_TOLD - len(self.faults)]
        self.checkpoints += other.checkpoints


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of the chain: the numbers it must have, and the hash on record before the first
    (None when that record is missing itself). `judges` is None where nothing is replayed."""

    first: int
    last: int
    before: bytes | None
    judges: Mapping[str, Judge] | None


def walk(rows: Iterable[Row], piece: Piece) -> Walked:
    """Check every link of a piece, in the order of its rows."""
    found = Walked()
    kinds: Counter[str] = found.kinds
    expected, before = piece.first, piece.before
    for row in rows:
        seq = row.seq
        if seq != expected:
            _blame_order(found, seq, expected)
            before = None if seq > expected else before
        digest = record_digest(row.subject, row.record)
        if before is not None and link_hash(before, seq, digest) != row.hash:
            found.blame(seq, "its hash does not fit: it, or the record before it, was changed")
        check_record(row, piece.judges, found)
        kinds[row.kind] += 1
        found.records += 1
        expected, before = max(expected, seq + 1), row.hash
    if expected <= piece.last:
        found.blame(expected, _missing(expected, piece.last))
    elif expected > piece.last + 1:
        found.blame(piece.last + 1, "it stands after the end of the chain")
    return found


def _blame_order(found: Walked, seq: int, expected: int) -> None:
    if seq > expected:
        found.blame(expected, _missing(expected, seq - 1))
    else:
        found.blame(seq, "it stands after a later one, or twice")


def _missing(first: int, last: int) -> str:
    return "it is missing" if first == last else f"it and all up to {last} are missing"


def check_record(
    row: Row, judges: Mapping[str, Judge] | None, found: Walked
) -> AnyRecord | None:
    """Check a record by itself, not its place in the chain; the record, if it can be read."""
    try:
        record = record_of(row.record)
    except ValueError as error:
        found.blame(row.seq, f"it cannot be read: {error}")
        return None
    if not _says_the_same(row, record):
        found.blame(row.seq, "its columns do not say what the record says")
    if isinstance(record, Judgement):
        if judges is not None:
            _replay(row.seq, record, judges, found)
    elif type(record) is Checkpoint:
        found.checkpoints.append((row.seq, record))
    return record


def _says_the_same(row: Row, record: AnyRecord) -> bool:
    return (
        row.kind == kind_of(record)
        and row.at_ms == record.at_ms
        and (row.campaign or 0) == record.campaign
        and row.attempt == getattr(record, "attempt", None)
    )


def _replay(seq: int, record: Judgement, judges: Mapping[str, Judge], found: Walked) -> None:
    if not (bytes(record.facts) and bytes(record.verdict)):
        if isinstance(record, Dialed | Voicemail) or not record.reasons:
            found.blame(seq, "it has no facts to judge")
        return
    judge = judges.get(record.rule_set)
    if judge is None:
        found.blame(
            seq,
            f"its rule set {record.rule_set} is not kept, or not as it was, so it cannot be"
            " replayed",
        )
        return
    try:
        verdict = judge(facts_of(record.facts))
    except ValueError as error:
        found.blame(seq, f"its facts cannot be read: {error}")
        return
    found.replayed += 1
    if isinstance(record, Dialed | Voicemail) and verdict.findings:
        done = "dialed" if isinstance(record, Dialed) else "played to a machine"
        found.blame(seq, f"it was {done}, but its facts say {verdict.outcome.value}")
    if verdict_bytes(verdict.outcome, verdict.findings) != bytes(record.verdict):
        found.blame(
            seq,
            f"its verdict is not that of rule set {record.rule_set} on its facts, which is"
            f" {verdict.outcome.value}",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """The head of the chain as it was told outside of the database at an instant."""

    at_ms: int
    seq: int
    hash: str


def front_fault(first: int, last: Checkpoint | None) -> str:
    """What is wrong with where the chain begins: empty when it begins at 1, or after what its last
    checkpoint says was removed."""
    if first == 1 and last is None:
        return ""
    if last is None:
        return f"the chain begins at {first}, but no checkpoint says that retention did that"
    if last.through != first - 1:
        return (
            f"the chain begins at {first}, but its last checkpoint says that all up to"
            f" {last.through} was removed"
        )
    return ""


def anchor_fault(anchor: Anchor, count: int, hash_on_record: bytes | None) -> str:
    """What an anchor proves wrong: empty when it fits. A removed record has no hash to compare."""
    if anchor.seq > count:
        return f"the chain ends at {count}, but it had a record {anchor.seq} once"
    if hash_on_record is not None and anchor.seq > 0 and hash_on_record.hex() != anchor.hash:
        return f"record {anchor.seq} had another hash once"
    return ""


def early_removal(anchors: Iterable[Anchor], last: Checkpoint | None) -> Anchor | None:
    """An anchor that proves that retention removed a record too early: one that was written after
    the anchor, which is itself younger than what retention said to remove."""
    if last is None:
        return None
    return next(
        (one for one in anchors if one.seq < last.through and one.at_ms > last.before_ms), None
    )
