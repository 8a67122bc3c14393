"""The gate: the only maker of dial permits. Pure; evaluated at the moment of dialing.

`may_dial` returns a `DialPermit`, or a `Refusal` with *all* reasons and the earliest instant at
which the answer may change. A permit is short-lived: a call placed after `expires_at` would rest
on a judgement that no longer holds.
"""

from dataclasses import dataclass


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
