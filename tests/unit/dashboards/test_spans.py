"""Instants and durations as somebody types them, or Prometheus writes them."""

from datetime import UTC, datetime

import pytest

from dialer.dashboards.prometheus import seconds_of
from dialer.dashboards.spans import span_of
from dialer.errors import UsageError

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("word", "seconds"),
    [("15s", 15.0), ("1m", 60.0), ("1m30s", 90.0), ("500ms", 0.5), ("2h", 7200.0), ("1d", 86400.0)],
)
def test_a_duration_is_understood(word: str, seconds: float) -> None:
    assert seconds_of(word) == seconds


@pytest.mark.parametrize("word", ["s", "15", "15x", "1m30", "-5s", "m5"])
def test_what_is_no_duration_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds_of(word)


def test_a_span_is_given_relatively_or_by_instants() -> None:
    assert span_of("now-30m", "now", NOW).length_s == 1800.0
    assert span_of("now-3h", "now-1h", NOW).ended_at == NOW - 3600.0
    iso = datetime.fromtimestamp(NOW - 60, tz=UTC).isoformat()
    assert span_of(iso, str(NOW), NOW).began_at == NOW - 60


@pytest.mark.parametrize(
    ("began", "ended", "option"),
    [
        ("yesterday", "now", "--from"),
        ("now-1h", "now+1h", "--to"),
        ("now-x", "now", "--from"),
        ("now", "now-1h", "--from now"),
        ("now-1s", "now", "--from now-1s"),
    ],
)
def test_a_span_that_is_none_is_refused(began: str, ended: str, option: str) -> None:
    with pytest.raises(UsageError, match=option):
        span_of(began, ended, NOW)
