"""The gate: the only maker of dial permits. Pure; evaluated at the moment of dialing.

`may_dial` returns a `DialPermit`, or a `Refusal` with *all* reasons and the earliest instant at
which the answer may change. A permit is short-lived: a call placed after `expires_at` would rest
on a judgement that no longer holds. The engine's dispatch calls it, once for each call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dialer.compliance.caps import day_cap_fits_at, rolling_cap_fits_at
from dialer.compliance.policy import is_e164, policy_window, problems
from dialer.compliance.windows import is_known_zone, is_usable_instant, next_opening, open_span
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead, LineType

PERMIT_LIFETIME_S = 5.0
"""Long enough to commit the attempt's row and wait for a trunk's next slot; short enough that a
do-not-call request or a pause is never outrun by more than this."""

ASK_AGAIN_S = 60.0
"""When only a person's action can change the answer (start the campaign, set its caller ID), no
instant is known; asking once a minute is soon enough for him and costs nothing."""


class Reason(StrEnum):
    """Why a number may not be dialed now (compliance.md 8). Stored; never rename."""

    CLOCK_INVALID = "CLOCK_INVALID"  # the instant asked about is not on any calendar
    CAMPAIGN_NOT_RUNNING = "CAMPAIGN_NOT_RUNNING"
    CAMPAIGN_INVALID = "CAMPAIGN_INVALID"  # `policy.problems` says what is wrong
    NUMBER_INVALID = "NUMBER_INVALID"
    PROTECTED_LINE = "PROTECTED_LINE"  # emergency, premium, or the called party pays
    INTERNAL_DNC = "INTERNAL_DNC"
    NO_ZONE = "NO_ZONE"  # no candidate zone, or one that is no real place's
    HOURS = "HOURS"  # outside the policy window in a candidate zone, now or while it rings
    NUMBER_IN_USE = "NUMBER_IN_USE"  # the engine's own: somebody calls the number just now
    CAP_DAY = "CAP_DAY"
    CAP_24H = "CAP_24H"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    CID_INVALID = "CID_INVALID"
    MSG_MISSING = "MSG_MISSING"  # over-dialing without a safe-harbor message
    PACING_1TO1 = "PACING_1TO1"  # over-dialing a line that takes no recorded voice


DOWNGRADES = frozenset({Reason.MSG_MISSING, Reason.PACING_1TO1})
"""A refusal for these alone is leave to ask again at once with an agent reserved."""

_FOR_EVER = frozenset(
    {
        Reason.CLOCK_INVALID,
        Reason.NUMBER_INVALID,
        Reason.PROTECTED_LINE,
        Reason.INTERNAL_DNC,
        Reason.NO_ZONE,
        Reason.ATTEMPTS_EXHAUSTED,
    }
)
UNTIL_SOMEONE_ACTS = frozenset(
    {Reason.CAMPAIGN_NOT_RUNNING, Reason.CAMPAIGN_INVALID, Reason.CID_INVALID}
)
"""Reasons that hold for every lead of the campaign, until a person changes its settings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DialPermit:
    """Leave to dial one number once, in one way, until `expires_at`."""

    lead_id: int
    e164: str
    campaign_id: int
    caller_id: str
    granted_at: float
    expires_at: float
    may_over_dial: bool  # False: an agent must be reserved before the INVITE
    may_play_recording: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a number may not be dialed now. `retry_at` is None when it never may."""

    reasons: tuple[str, ...]
    retry_at: float | None


def may_dial(
    *, lead: Lead, campaign: Campaign, caller_id_is_ours: bool, one_to_one: bool, now: float
) -> DialPermit | Refusal:
    """Judge one number at the moment of dialing.

    `one_to_one` says that an agent is reserved for this call alone. `caller_id_is_ours` says
    that the trunk may show the campaign's caller ID.
    """
    if not is_usable_instant(now):
        return Refusal(reasons=(Reason.CLOCK_INVALID,), retry_at=None)
    reasons = [
        *_campaign_reasons(campaign, caller_id_is_ours),
        *_lead_reasons(lead, campaign),
        *_pacing_reasons(lead, campaign, one_to_one),
    ]
    expires_at = now + PERMIT_LIFETIME_S
    # Hours and days cannot be judged without zones, nor by a window that cannot be read.
    if Reason.NO_ZONE not in reasons and Reason.CAMPAIGN_INVALID not in reasons:
        closes_at, timely = _time_reasons(lead, campaign, now)
        reasons += timely
        expires_at = min(expires_at, closes_at - campaign.ring_timeout_s)
    if reasons:
        return Refusal(
            reasons=tuple(reasons), retry_at=_retry_at(frozenset(reasons), lead, campaign, now)
        )
    return DialPermit(
        lead_id=lead.id,
        e164=lead.e164,
        campaign_id=campaign.id,
        caller_id=campaign.caller_id,
        granted_at=now,
        expires_at=expires_at,
        may_over_dial=may_over_dial(lead, campaign),
        may_play_recording=may_play_recording(lead, campaign),
    )


def permit_on_record(values: Mapping[str, Any]) -> DialPermit:
    """The permit that an attempt was dialed on, read back from its row: evidence, no new leave."""
    return DialPermit(**values)


def takes_recorded_voice(lead: Lead) -> bool:
    """Whether a recorded voice may be the first thing heard on this line (compliance.md 1.6).

    Only on a landline or with consent: an unknown line is treated as wireless, and so is VoIP,
    which may well be somebody's mobile.
    """
    return lead.line_type is LineType.LANDLINE or lead.has_recorded_voice_consent


def may_play_recording(lead: Lead, campaign: Campaign) -> bool:
    """Whether the safe-harbor message may be played to this person."""
    return bool(campaign.message_text) and takes_recorded_voice(lead)


def may_over_dial(lead: Lead, campaign: Campaign) -> bool:
    """Whether the number may be dialed with no agent reserved.

    Then the person may have to be abandoned, and that is lawful only with the message.
    """
    return may_play_recording(lead, campaign)


def is_protected(e164: str) -> bool:
    """Emergency, premium and toll-free numbers: never called, whatever the list says.

    Whoever is called on a toll-free number pays for the call: 47 U.S.C. 227(b)(1)(A)(iii).
    """
    digits = e164.lstrip("+")
    if not digits.startswith("1"):
        return digits.startswith(_CHARGED_NETWORKS)
    area, exchange = digits[1:4], digits[4:7]
    return area in _CHARGED_AREAS or area[1:] == "11" or exchange in _PROTECTED_EXCHANGES


_CHARGED_AREAS = frozenset({"900", "800", "822", "833", "844", "855", "866", "877", "888"})
_PROTECTED_EXCHANGES = frozenset({"911", "976"})
_CHARGED_NETWORKS = ("800", "808", "870", "878", "881", "882", "883", "888", "979")


def _campaign_reasons(campaign: Campaign, caller_id_is_ours: bool) -> list[Reason]:
    reasons = []
    if campaign.state is not CampaignState.RUNNING:
        reasons.append(Reason.CAMPAIGN_NOT_RUNNING)
    if problems(campaign):
        reasons.append(Reason.CAMPAIGN_INVALID)
    if not caller_id_is_ours or not is_e164(campaign.caller_id):
        reasons.append(Reason.CID_INVALID)
    return reasons


def _lead_reasons(lead: Lead, campaign: Campaign) -> list[Reason]:
    reasons = []
    if not is_e164(lead.e164):
        reasons.append(Reason.NUMBER_INVALID)
    elif is_protected(lead.e164):
        reasons.append(Reason.PROTECTED_LINE)
    if lead.is_do_not_call:
        reasons.append(Reason.INTERNAL_DNC)
    if not lead.zones or not all(map(is_known_zone, lead.zones)):
        reasons.append(Reason.NO_ZONE)
    if lead.attempt_count >= campaign.recycle.max_attempts:
        reasons.append(Reason.ATTEMPTS_EXHAUSTED)
    return reasons


def _pacing_reasons(lead: Lead, campaign: Campaign, one_to_one: bool) -> list[Reason]:
    if one_to_one:
        return []
    reasons = []
    if not takes_recorded_voice(lead):
        reasons.append(Reason.PACING_1TO1)
    if not campaign.message_text:
        reasons.append(Reason.MSG_MISSING)
    return reasons


def _time_reasons(lead: Lead, campaign: Campaign, now: float) -> tuple[float, list[Reason]]:
    """When the window closes (meaningful only without reasons), and what time itself forbids."""
    limits, reasons, closes_at = campaign.limits, [], now
    span = open_span(lead.zones, policy_window(limits), now, campaign.ring_timeout_s)
    if span is None:
        reasons.append(Reason.HOURS)
    else:
        closes_at = span[1]
    if day_cap_fits_at(lead.history.to_number_at, lead.zones, limits.max_attempts_per_day, now) != now:
        reasons.append(Reason.CAP_DAY)
    if rolling_cap_fits_at(lead.history.to_number_at, limits.max_attempts_per_24h, now) != now:
        reasons.append(Reason.CAP_24H)
    return closes_at, reasons


def _retry_at(
    reasons: frozenset[Reason], lead: Lead, campaign: Campaign, now: float
) -> float | None:
    """The earliest instant at which hours and caps all allow the call.

    One rule after the other moves the instant on; a later instant never breaks a cap again.
    """
    if reasons & _FOR_EVER:
        return None
    at = now + ASK_AGAIN_S if reasons & UNTIL_SOMEONE_ACTS else now
    if Reason.CAMPAIGN_INVALID in reasons:
        return at
    limits = campaign.limits
    by_day = day_cap_fits_at(lead.history.to_number_at, lead.zones, limits.max_attempts_per_day, at)
    if by_day is None:
        return None
    by_24h = rolling_cap_fits_at(lead.history.to_number_at, limits.max_attempts_per_24h, by_day)
    if by_24h is None:
        return None
    return next_opening(lead.zones, policy_window(limits), by_24h, campaign.ring_timeout_s)
