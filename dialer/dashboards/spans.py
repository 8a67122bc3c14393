"""Spans of time as somebody types them: `now`, `now-30m`, an instant in ISO 8601, or seconds.

Called by `callbank dashboards preview` for --from and --to, and with a dashboard's own beginning.
"""

from datetime import datetime

from dialer.dashboards.answers import Span
from dialer.dashboards.prometheus import seconds_of
from dialer.errors import UsageError

SHORTEST_S = 10.0


def span_of(began: str, ended: str, now: float) -> Span:
    """The span between two words. Raises UsageError when they are none."""
    span = Span(
        began_at=instant_of(began, now, "--from"), ended_at=instant_of(ended, now, "--to")
    )
    if span.length_s < SHORTEST_S:
        raise UsageError(
            f"--from {began} must be at least {SHORTEST_S:g} s before --to {ended}."
        )
    return span


def instant_of(word: str, now: float, option: str) -> float:
    """Seconds since the epoch, UTC; an ISO instant without a zone is meant where we are."""
    try:
        if word == "now":
            return now
        if word.startswith("now-"):
            return now - seconds_of(word.removeprefix("now-"))
        if word.replace(".", "", 1).isdigit():
            return float(word)
        return datetime.fromisoformat(word).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{option} must be now, a time before it such as now-30m, or an instant such as"
            f" 2026-11-29T18:30, not {word!r}."
        ) from None
