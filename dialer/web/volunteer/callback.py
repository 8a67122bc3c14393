"""When somebody wants to be called back: said in his own time, kept as an instant.

Where a number may be in several time zones the volunteer asks and says which it is. A time at which
nobody may be called there, by the campaign's window in every zone that the number may be in, is
refused while the person is still on the line; the gate judges again when it is dialed.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.compliance.predicates.hours import policy_hours
from dialer.compliance.windows import is_open, is_usable_instant
from dialer.domain.campaign import Campaign
from dialer.script.click import ClickError

LONGEST_AHEAD_S = 400 * 86400.0


def instant_in(zone: str, local: str) -> float:
    """The instant of a date and time of day (2026-11-30T18:30) there. Raises ClickError."""
    try:
        said = datetime.fromisoformat(local)
        if said.tzinfo is not None:
            raise ValueError("an offset is no time of day")
        return said.replace(tzinfo=ZoneInfo(zone)).timestamp()
    except (ValueError, OverflowError) as error:
        raise ClickError(
            "wrong-time", "That is no date and time of day, like 2026-11-30T18:30."
        ) from error


def check_callback(at: float, zones: Sequence[str], campaign: Campaign, now: float) -> None:
    """Raises ClickError when nobody would be called then."""
    if at <= now:
        raise ClickError("callback-past", "That time is over: choose a later one.")
    if at > now + LONGEST_AHEAD_S or not is_usable_instant(at):
        raise ClickError("callback-far", "That is more than a year ahead: choose an earlier time.")
    limits = campaign.limits
    hours = policy_hours(limits.window_start, limits.window_end)
    if hours is None or not zones:
        return
    if not is_open(tuple(zones), hours, at, campaign.ring_timeout_s):
        raise ClickError(
            "callback-outside",
            f"Nobody is called there then: choose a time between {limits.window_start} and "
            f"{limits.window_end} of theirs, in every time zone in which that telephone may be.",
        )
