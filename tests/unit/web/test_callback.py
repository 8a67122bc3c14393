"""When somebody is called back: his own clock counts, and so does what the campaign allows."""

from datetime import UTC, datetime

import pytest

from dialer.domain.campaign import Campaign
from dialer.script.click import ClickError
from dialer.web.volunteer.callback import check_callback, instant_in

EASTERN, PACIFIC = "America/New_York", "America/Los_Angeles"
CAMPAIGN = Campaign(id=1, name="Parks", caller_id="+15125550000")
NOW = datetime(2026, 11, 28, 17, 0, tzinfo=UTC).timestamp()  # noon in New York


def at(hour: int, zone: str = EASTERN) -> float:
    return instant_in(zone, f"2026-11-30T{hour:02}:00")


def test_a_time_of_day_is_that_of_the_persons_own_clock() -> None:
    assert instant_in(EASTERN, "2026-11-30T18:30") == datetime(
        2026, 11, 30, 23, 30, tzinfo=UTC
    ).timestamp()
    assert at(12, PACIFIC) - at(12) == 3 * 3600


@pytest.mark.parametrize("said", ["", "tomorrow", "2026-11-30T18:30Z", "2026-02-30T18:30"])
def test_what_is_no_time_of_day_is_refused(said: str) -> None:
    with pytest.raises(ClickError) as caught:
        instant_in(EASTERN, said)
    assert caught.value.reason == "wrong-time"


@pytest.mark.parametrize(
    ("wanted", "zones", "reason"),
    [
        (NOW - 60, (EASTERN,), "callback-past"),
        (NOW + 500 * 86400, (EASTERN,), "callback-far"),
        (at(3), (EASTERN,), "callback-outside"),
        (at(22), (EASTERN,), "callback-outside"),
        (at(10), (EASTERN, PACIFIC), "callback-outside"),  # seven in the morning there
    ],
)
def test_a_time_at_which_nobody_would_be_called_is_refused(
    wanted: float, zones: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(ClickError) as caught:
        check_callback(wanted, zones, CAMPAIGN, NOW)
    assert caught.value.reason == reason


@pytest.mark.parametrize("zones", [(EASTERN,), (EASTERN, PACIFIC), ()])
def test_a_time_by_day_in_every_zone_is_taken(zones: tuple[str, ...]) -> None:
    check_callback(at(14), zones, CAMPAIGN, NOW)
