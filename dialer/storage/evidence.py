"""The evidence chain as it lies in PostgreSQL, read to be checked. For `compliance verify`.

A *span* is the part of the chain that is looked at. It is walked in pieces, each by a connection
of its own, so that several processes can share it and none holds more than a few rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from dialer.compliance.evidence import GENESIS, Checkpoint, record_of, subject_of
from dialer.compliance.proof import Anchor, Fault, Piece, Row, Walked, walk
from dialer.compliance.replay import judges_of
from dialer.storage.connect import plainly
from dialer.storage.instants import moment
from dialer.storage.named import load_queries

SQL = load_queries(Path(__file__).with_name("evidence.sql"))

TOLD_AT_MOST = 20
"""Of the rows beside the chain that have no evidence, or evidence without rows."""

LINK_TYPES = ("int8", "int8", "text", "int4", "text", "bytea", "bytea", "bytea")
_NO_SPAN = (0, -1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The part of the chain from `first` to `last`, of one whose records are from `begins` to
    `ends` and should, by its head, be `count` in all. `began_at` is when evidence began to be
    kept, in seconds UTC."""

    first: int
    last: int
    begins: int
    ends: int
    count: int
    head: bytes
    began_at: float
    checkpoint: Checkpoint | None

    @property
    def is_all(self) -> bool:
        return (self.first, self.last) == (self.begins, self.ends)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one process walks."""

    url: str
    first: int
    last: int
    replays: bool


def read_span(url: str, *, since: float | None = None, until: float | None = None) -> Span:
    """What there is of the chain, or of it between two instants (seconds UTC, `until` excluded)."""
    with plainly(url) as connection:
        first, last, count, head, began_at = connection.execute(SQL["extent"]).fetchone() or ()
        checkpoint = _last_checkpoint(connection)
        begins, ends = (first, max(last, count)) if last else (1, count)
        first, last = begins, ends
        if since is not None or until is not None:
            between = {
                "since": "-infinity" if since is None else moment(since),
                "until": "infinity" if until is None else moment(until),
            }
            first, last = connection.execute(SQL["span_of_time"], between).fetchone() or _NO_SPAN
    return Span(
        first=first,
        last=last,
        begins=begins,
        ends=ends,
        count=count,
        head=head,
        began_at=began_at,
        checkpoint=checkpoint,
    )


def walk_part(part: Part) -> Walked:
    """Walk a part of the chain, and replay its verdicts by the rule sets that are kept."""
    with plainly(part.url) as connection:
        judges = judges_of(rule_sets(connection)) if part.replays else None
        piece = Piece(
            first=part.first,
            last=part.last,
            before=hash_before(connection, part.first),
            judges=judges,
        )
        return walk(read_links(connection, part.first, part.last), piece)


def read_links(connection: psycopg.Connection, first: int, last: int) -> Iterator[Row]:
    """The links from one number to another, in order."""
    between = {"first": first, "last": last}
    with connection.cursor().copy(SQL["read_links"], between) as copied:
        copied.set_types(LINK_TYPES)
        for row in copied.rows():
            yield Row(*row)


def rule_sets(connection: psycopg.Connection) -> dict[str, str]:
    """The text of every rule set that is kept, by version."""
    return dict(connection.execute("SELECT version, body FROM rule_sets").fetchall())


def hash_of(connection: psycopg.Connection, seq: int) -> bytes | None:
    """The hash on record of a link, None where there is no such record."""
    found = connection.execute("SELECT hash FROM evidence WHERE seq = %s", (seq,)).fetchone()
    return None if found is None else found[0]


def hashes_of(url: str, anchors: list[Anchor]) -> list[bytes | None]:
    """The hash on record of each anchor's link."""
    with plainly(url) as connection:
        return [hash_of(connection, anchor.seq) for anchor in anchors]


def head_faults(url: str) -> list[Fault]:
    """What the head of the chain says that its last record does not."""
    with plainly(url) as connection:
        found = connection.execute(SQL["head"]).fetchone()
    if found is None:
        return [Fault(seq=0, what="the chain's head is missing")]
    count, head, last, on_record = found
    if last > count:
        return [Fault(seq=last, what=f"the chain's head says that {count} is the last")]
    if on_record is None:
        return [Fault(seq=count, what="it is the last by the chain's head, and missing")]
    if on_record != head:
        return [Fault(seq=count, what="its hash is not the one that the chain's head says")]
    return []


def faults_beside(url: str, span: Span) -> list[Fault]:
    """Attempts, ends and refusals without evidence, evidence that its rows do not bear out, and
    subjects that are not their number under their key. Number 0: no record is at fault."""
    since = span.began_at
    if span.checkpoint is not None:
        since = max(since, span.checkpoint.before_ms / 1000)
    asked = {"since": since, "most": TOLD_AT_MOST}
    faults = []
    with plainly(url) as connection:
        for query, what in _BESIDE.items():
            try:
                for seq, name in connection.execute(SQL[query], asked).fetchall():
                    faults.append(Fault(seq=seq, what=what.format(name)))
            except psycopg.DataError:
                faults.append(Fault(seq=0, what=_NOT_ALL))
        faults += _wrong_subjects(connection)
    return faults


_BESIDE = {
    "attempts_without_evidence": "attempt {} has no record of its judgement",
    "ends_without_evidence": "attempt {} has ended and has no record of its end",
    "refusals_without_evidence": "a refusal of lead {} has no record",
    "evidence_of_no_attempt": "there is no attempt {}",
    "ends_that_differ": "attempt {} does not say the same of how it ended",
    "numbers_that_differ": "attempt {} is not to the number that it is about",
}
"""Queries that find what differs, and what to say of it."""

_NOT_ALL = "a record cannot be read, so not all was held against the attempts and refusals"


def _wrong_subjects(connection: psycopg.Connection) -> list[Fault]:
    wrong = 0
    with connection.cursor().copy(SQL["read_subjects"]) as copied:
        copied.set_types(("bytea", "text", "bytea"))
        for subject, e164, key in copied.rows():
            wrong += subject_of(e164, key) != subject
    if not wrong:
        return []
    return [Fault(seq=0, what=f"{wrong} subjects are not their number under their key")]


def hash_before(connection: psycopg.Connection, first: int) -> bytes | None:
    """The hash on record before a link, None where that record is missing."""
    if first == 1:
        return GENESIS
    on_record = hash_of(connection, first - 1)
    if on_record is not None:
        return on_record
    checkpoint = _last_checkpoint(connection)
    if checkpoint is not None and checkpoint.through == first - 1:
        return bytes.fromhex(checkpoint.hash)
    return None


def _last_checkpoint(connection: psycopg.Connection) -> Checkpoint | None:
    """None also where the record cannot be read, which the walk tells."""
    found = connection.execute(SQL["last_checkpoint"]).fetchone()
    try:
        record = None if found is None else record_of(found[0].encode())
    except ValueError:
        return None
    return record if isinstance(record, Checkpoint) else None
