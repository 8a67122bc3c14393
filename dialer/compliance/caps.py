"""Attempt caps: how often one number may be tried, and when the next attempt fits again.

Each function answers with the earliest instant, `now` or later, at which one more attempt is
within the cap, or None when it never is. The gate calls them. Attempts dated after `now` (a
clock was set back) count as made, so that a wrong clock can only make us stricter.
"""

from collections.abc import Sequence

from dialer.compliance.windows import DAY_S, local_day, next_local_day


def rolling_cap_fits_at(
    attempts_at: Sequence[float], cap: int, now: float, span_s: float = DAY_S
) -> float | None:
    """By the cap on attempts in any `span_s` seconds; an attempt counts for exactly so long."""
    if cap < 1:
        return None
    if len(attempts_at) < cap:
        return now
    ends = sorted(at + span_s for at in attempts_at if at + span_s > now)
    return now if len(ends) < cap else ends[len(ends) - cap]


def day_cap_fits_at(
    attempts_at: Sequence[float], zones: Sequence[str], cap: int, now: float
) -> float | None:
    """By the cap on attempts in one calendar day of the called person, in every candidate zone."""
    if cap < 1:
        return None
    if len(attempts_at) < cap:
        return now
    fits_at, before = now, None
    while fits_at != before:  # one zone's next day may be the day before again in another: DST
        before = fits_at
        for zone in zones:
            fits_at = _day_cap_fits_in_zone(attempts_at, zone, cap, fits_at)
    return fits_at


def _day_cap_fits_in_zone(attempts_at: Sequence[float], zone: str, cap: int, now: float) -> float:
    fits_at = now
    while _attempts_since_morning(attempts_at, zone, fits_at) >= cap:
        fits_at = next_local_day(zone, fits_at)
    return fits_at


def _attempts_since_morning(attempts_at: Sequence[float], zone: str, now: float) -> int:
    today = local_day(zone, now)
    return sum(1 for at in attempts_at if local_day(zone, at) >= today)
