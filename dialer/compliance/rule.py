"""A rule as data, and what a judgement finds: the words that rule book, gate and evidence share.

A *rule* holds for some calls (jurisdiction, purposes, organisations, methods, voices, line types)
from a date on. Its *predicate* says what must be true; where it is not, the rule's *outcome*
follows, unless one of its exceptions does. A rule only ever forbids: adding one can make nothing
lawful, which is why policy can tighten and never loosen. Rules live in `rules/*.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind


class Reason(StrEnum):
    """Why a number may not be dialed now, in the order in which findings are told: compliance.md
    section 8, with our own in their places. Stored, so never renamed."""

    # The clock, the campaign, the rules' age
    CLOCK_INVALID = "CLOCK_INVALID"  # the instant asked about is not on any calendar
    CAMPAIGN_NOT_RUNNING = "CAMPAIGN_NOT_RUNNING"
    CAMPAIGN_INVALID = "CAMPAIGN_INVALID"  # `policy.problems` says what is wrong
    CIRCUMSTANCES_UNKNOWN = "CIRCUMSTANCES_UNKNOWN"  # the engine's own: not read from the store yet
    RULES_STALE = "RULES_STALE"  # past their review date, and nobody has signed on
    # The number
    NUMBER_INVALID = "NUMBER_INVALID"
    PROTECTED_LINE = "PROTECTED_LINE"  # emergency, premium, or the called party pays
    NO_PROFILE = "NO_PROFILE"  # no rules are known for the number's country
    NO_ZONE = "NO_ZONE"  # no candidate zone, or one that is no real place's
    # Suppression
    INTERNAL_DNC = "INTERNAL_DNC"
    REVOKED = "REVOKED"  # the person took his consent back
    RND_REQUIRED = "RND_REQUIRED"
    RND_REASSIGNED = "RND_REASSIGNED"
    # Do-not-call registers
    DNC_STALE = "DNC_STALE"
    DNC_NATIONAL = "DNC_NATIONAL"
    DNC_STATE = "DNC_STATE"
    # Consent
    CONSENT_WIRELESS_VOICE = "CONSENT_WIRELESS_VOICE"
    CONSENT_PEWC = "CONSENT_PEWC"
    CONSENT_STATE = "CONSENT_STATE"
    PRERECORDED_CAP = "PRERECORDED_CAP"
    OPT_OUT_MISSING = "OPT_OUT_MISSING"  # a recorded voice that offers no opt-out
    # Hours
    HOURS = "HOURS"  # outside the campaign's own window in a candidate zone, now or while it rings
    HOURS_FED = "HOURS_FED"  # outside a country's hours
    HOURS_STATE = "HOURS_STATE"
    HOLIDAY = "HOLIDAY"
    EMERGENCY = "EMERGENCY"
    # Caps
    NUMBER_IN_USE = "NUMBER_IN_USE"  # the engine's own: somebody calls the number just now
    BUSINESS_IN_USE = "BUSINESS_IN_USE"  # another line of the same business is being called
    CAP_DAY = "CAP_DAY"
    CAP_24H = "CAP_24H"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    UK_72H = "UK_72H"
    UK_AM_24H = "UK_AM_24H"
    # The call itself
    RING_TOO_SHORT = "RING_TOO_SHORT"
    CID_INVALID = "CID_INVALID"
    RECORDING_NEEDS_NOTICE = "RECORDING_NEEDS_NOTICE"
    PACING_1TO1 = "PACING_1TO1"  # over-dialing a line that takes no recorded voice
    ABANDON_LIMIT = "ABANDON_LIMIT"
    MSG_MISSING = "MSG_MISSING"  # over-dialing without a safe-harbor message


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Unless:
    """Exceptions: each alone lifts the rule. Relations hold so many calendar months."""

    consents: tuple[ConsentKind, ...] = ()
    relations: Mapping[RelationKind, int] = field(default_factory=dict)
    has_reserved_agent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One rule that stands in the way. `until` is when it no longer does, as far as time alone can
    change it; None when time cannot."""

    rule: str
    reason: str
    outcome: Outcome
    until: float | None = None
    downgrade_to: DialMethod | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
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
