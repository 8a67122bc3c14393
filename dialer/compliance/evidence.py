"""The evidence log's records and the chain that binds them.

A *record* says what was judged or what became of it; its canonical bytes are JSON without blanks,
keys in the order of the class, values that are the default left out. A *link* is a record with its
sequence number, the *subject* it is about and the hash of all that was before it: changing,
dropping, adding or moving any record breaks the hash of one that follows. A *subject* is a
telephone number as HMAC-SHA256 under a random key of its own: whoever has the key can prove which
number it was, and once the key is erased nobody can find it out. No record names a person.

The store appends (storage/batches.py, storage/memory.py), `compliance verify` walks (proof.py).
A default in `Facts`, `Finding` or here is never changed: old records were written without it.
"""

import hashlib
import hmac
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache

import msgspec

from dialer.compliance.facts import Facts
from dialer.compliance.rule import Finding, Outcome

GENESIS = bytes(32)
"""What stands for the hash before the first record."""

KEY_BYTES = 32
"""Length of a subject's random key."""


NOTHING = msgspec.Raw()
"""Of facts that there are none."""


class Kind(StrEnum):
    """What a record is about."""

    DIALED = "dialed"
    ENDED = "ended"
    AMENDED = "amended"
    REFUSED = "refused"
    HELD = "held"
    VOICEMAIL = "voicemail"
    ERASURE = "erasure"
    CHECKPOINT = "checkpoint"


class Record(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="kind"
):
    """What all records have. `at_ms` is UTC in milliseconds; campaign 0 is none."""

    at_ms: int
    campaign: int = 0


class Judgement(Record, kw_only=True):
    """What was judged, by which rule set, and what was found. The two are kept as their bytes.

    Without facts it is a refusal of the engine's own, before the gate was asked; `reasons` has it.
    """

    facts: msgspec.Raw = NOTHING
    verdict: msgspec.Raw = NOTHING
    rule_set: str = ""
    lead: int = 0
    reasons: tuple[str, ...] = ()


class Dialed(Judgement, tag="dialed", kw_only=True):
    """Leave to dial, in the moment of dialing. Consents are in the facts, with their references.

    `message` and `announcement` are the versions of the words that may be played.
    """

    attempt: str
    trunk: str
    caller_id: str
    seller: str = ""
    offer: str = ""
    message: str = ""
    announcement: str = ""
    agent: int | None = None  # who was reserved


class Refused(Judgement, tag="refused", kw_only=True):
    """No leave to dial this lead."""


class Held(Judgement, tag="held", kw_only=True):
    """No leave to dial anybody of the campaign, found once for all."""


class Voicemail(Judgement, tag="voicemail", kw_only=True):
    """Leave to play a recorded voice on a line that is up: `message` is the version of its words,
    `agent` who asked for it. When it played is told by the record of the end."""

    attempt: str
    message: str
    agent: int


class Ended(Record, tag="ended", kw_only=True):
    """What became of an attempt: all its instants in milliseconds UTC, None where it never was."""

    attempt: str
    outcome: str
    rang_ms: int | None = None
    answered_ms: int | None = None
    speech_started_ms: int | None = None
    greeting_ended_ms: int | None = None
    connected_ms: int | None = None
    parted_ms: int | None = None
    message_started_ms: int | None = None
    message_finished_ms: int | None = None
    was_given_up: bool = False  # we hung up, or gave him up to the message; else he did
    agent: int | None = None
    hangup_cause: int | None = None
    sip_status: int | None = None
    amd_verdict: str = "not_asked"
    amd_cause: str = ""


class Amended(Record, tag="amended", kw_only=True):
    """What was heard of an attempt after its end. None leaves what the record of the end says."""

    attempt: str
    answered_ms: int | None = None
    speech_started_ms: int | None = None
    greeting_ended_ms: int | None = None
    connected_ms: int | None = None
    message_started_ms: int | None = None
    agent: int | None = None
    amd_verdict: str | None = None


class Erasure(Record, tag="erasure", kw_only=True):
    """A person's data were removed on request: what went, what stayed and on which basis."""

    by: str
    reason: str
    removed: dict[str, int] = {}
    kept: dict[str, str] = {}


class Checkpoint(Record, tag="checkpoint", kw_only=True):
    """The front of the chain was removed by retention: all before `before_ms`, up to and with the
    record number `through`, whose hash (hexadecimal) was `hash`."""

    through: int
    hash: str
    before_ms: int


AnyRecord = Dialed | Refused | Held | Voicemail | Ended | Amended | Erasure | Checkpoint

_KINDS: dict[type[Record], Kind] = {
    Dialed: Kind.DIALED,
    Ended: Kind.ENDED,
    Amended: Kind.AMENDED,
    Refused: Kind.REFUSED,
    Held: Kind.HELD,
    Voicemail: Kind.VOICEMAIL,
    Erasure: Kind.ERASURE,
    Checkpoint: Kind.CHECKPOINT,
}


class _Findings(msgspec.Struct):
    findings: tuple[Finding, ...] = ()


class _Line(msgspec.Struct):
    seq: int
    subject: str
    record: msgspec.Raw


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyRecord)
_facts_decoder = msgspec.json.Decoder(Facts)
_verdict_decoder = msgspec.json.Decoder(_Findings)
_line_decoder = msgspec.json.Decoder(_Line)


def record_bytes(record: Record) -> bytes:
    """The canonical bytes of a record."""
    return _encoder.encode(record)


def record_of(data: bytes) -> AnyRecord:
    """The record of these bytes. Raises ValueError when they are none."""
    return _decoder.decode(data)


def kind_of(record: Record) -> Kind:
    """What the record is about."""
    return _KINDS[type(record)]


def facts_bytes(facts: Facts) -> bytes:
    """The canonical bytes of facts."""
    return _encoder.encode(_shortened(facts))


def facts_of(data: bytes | msgspec.Raw) -> Facts:
    """The facts of these bytes. Raises ValueError when they are none."""
    return _facts_decoder.decode(data)


def verdict_bytes(outcome: Outcome, findings: tuple[Finding, ...] = ()) -> bytes:
    """The canonical bytes of a verdict: two verdicts are the same when these are. When to ask
    again follows from facts and findings, and is left out."""
    return _encoder.encode({"outcome": outcome, "findings": _shortened(findings)})


def reasons_of(record: "Judgement") -> tuple[str, ...]:
    """Every reason that stood in the way, once."""
    found = _verdict_decoder.decode(record.verdict).findings if bytes(record.verdict) else ()
    return tuple(dict.fromkeys([*record.reasons, *(str(one.reason) for one in found)]))


def exported_line(seq: int, subject: bytes, record: bytes) -> bytes:
    """A record as a line of an export: its own bytes stay as they are."""
    return b'{"seq":%d,"subject":"%s","record":%s}\n' % (seq, subject.hex().encode(), record)


def read_exported_line(line: bytes) -> tuple[int, bytes, bytes]:
    """Number, subject and bytes of an exported record. Raises ValueError when it is none."""
    one = _line_decoder.decode(line)
    return one.seq, bytes.fromhex(one.subject), bytes(one.record)


def raw(data: bytes) -> msgspec.Raw:
    """Canonical bytes as a part of a record."""
    return msgspec.Raw(data)


# --- the chain -------------------------------------------------------------------------------


def record_digest(subject: bytes, record: bytes) -> bytes:
    """What a link binds of its record: enough to walk past it without reading it, so that an
    export of one campaign need not show the records of another."""
    return hashlib.sha256(len(subject).to_bytes(2, "big") + subject + record).digest()


def link_hash(before: bytes, seq: int, digest: bytes) -> bytes:
    """The hash of a link. Migration 0009 computes the same in SQL."""
    return hashlib.sha256(before + seq.to_bytes(8, "big") + digest).digest()


def subject_of(e164: str, key: bytes) -> bytes:
    """The number under its key."""
    return hmac.digest(key, e164.encode(), "sha256")


def milliseconds(at: float) -> int:
    """An instant as records have it."""
    return round(at * 1000)


def milliseconds_or_none(at: float | None) -> int | None:
    """The same of an instant that may never have been."""
    return None if at is None else round(at * 1000)


# --- values without their defaults -------------------------------------------------------------

_NEVER = object()


def _shortened(value: object) -> object:
    """A value as JSON has it, the fields of dataclasses left out where they are their default."""
    kind = type(value)
    if isinstance(value, tuple):
        return [_shortened(one) for one in value]
    plan = _plan(kind)
    if plan is None:
        return value
    kept = {}
    for name, default, short_default in plan:
        one = getattr(value, name)
        if one is default:
            continue
        short = _shortened(one)
        if short != short_default or type(one) is not type(default):
            kept[name] = short
    return kept


@cache
def _plan(kind: type) -> tuple[tuple[str, object, object], ...] | None:
    """The fields with their defaults, as they are and shortened; None for what has no fields."""
    if not is_dataclass(kind):
        return None
    plan: list[tuple[str, object, object]] = []
    for one in fields(kind):
        if one.default is not MISSING:
            plan.append((one.name, one.default, _shortened(one.default)))
        elif one.default_factory is not MISSING:
            plan.append((one.name, _NEVER, _shortened(one.default_factory())))
        else:
            plan.append((one.name, _NEVER, _NEVER))
    return tuple(plan)
