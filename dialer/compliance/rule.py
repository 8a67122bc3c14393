"""A rule as data, and what a judgement finds: the words that rule book, gate and evidence share.

A *rule* holds for some calls (jurisdiction, purposes, organisations, methods, voices, line types)
from a date on. Its *predicate* says what must be true; where it is not, the rule's *outcome*
follows, unless one of its exceptions does. A rule only ever forbids: adding one can make nothing
lawful, which is why policy can tighten and never loosen. Rules live in `rules/*.yaml`.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Any

from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind
from dialer.domain.value import value


class Outcome(StrEnum):
    """What a judgement says, strictest last."""

    ALLOW = "allow"
    DOWNGRADE = "downgrade"  # only by a stricter dial method
    DEFER = "defer"  # not now
    BLOCK = "block"  # not until something other than time changes


class Basis(StrEnum):
    """What a rule rests on. A reading of an agency does not bind a court; policy is our own."""

    STATUTE = "statute"
    REGULATION = "regulation"
    AGENCY_READING = "agency_reading"
    CARRIER = "carrier"
    POLICY = "policy"


@value
class Unless:
    """Exceptions: each alone lifts the rule. Relations hold so many calendar months."""

    consents: tuple[ConsentKind, ...] = ()
    relations: Mapping[RelationKind, int] = field(default_factory=dict)
    has_reserved_agent: bool = False


@value
class Rule:
    """One row of the rule book. An empty tuple of words means all of them.

    `jurisdiction` is `*` (everywhere), a country (`US`) or a state of it (`US-FL`). `arguments` are
    those of the predicate. `downgrade_to` is the strictest method that is still lawful, with
    outcome downgrade alone.
    """

    id: str
    jurisdiction: str
    predicate: str
    outcome: Outcome
    reason: str
    basis: Basis
    cite: str
    confidence: str  # A: primary text read; B: secondary source; M: to be confirmed by counsel
    effective_from: date
    review_by: date
    purposes: tuple[Purpose, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    methods: tuple[DialMethod, ...] = ()
    voices: tuple[Voice, ...] = ()
    lines: tuple[LineType, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    unless: Unless = Unless()
    downgrade_to: DialMethod | None = None
    effective_to: date | None = None
    supersedes: str = ""
    source_url: str = ""
    note: str = ""


@value
class Finding:
    """One rule that stands in the way. `until` is when it no longer does, as far as time alone can
    change it; None when time cannot."""

    rule: str
    reason: str
    outcome: Outcome
    until: float | None = None
    downgrade_to: DialMethod | None = None


@value
class Verdict:
    """A judgement: the strictest outcome of its findings, all of them, in the book's order.

    `retry_at` is the earliest instant at which the outcome may be better, None when no instant is
    known. `method` is the strictest dial method a downgrade leaves.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    retry_at: float | None = None
    method: DialMethod | None = None
    closes_at: float | None = None  # when an allowed call stops being so: the end of its hours
