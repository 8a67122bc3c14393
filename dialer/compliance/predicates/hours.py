"""Hours of the day: by rule or by the campaign's own window, in every candidate zone at once.

The whole time that a telephone may ring lies inside. A rule may name the zone by which its hours
are told, whoever is called (Mississippi's are Central). Zones that are not known are another
finding (`zones_are_known`): without them there is no hour to speak of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dialer.compliance.facts import Facts
from dialer.compliance.holidays import is_holiday
from dialer.compliance.predicates.breach import FOR_GOOD, Breach
from dialer.compliance.predicates.number import are_zones_known
from dialer.compliance.rule import Rule
from dialer.compliance.windows import (
    WHOLE_DAY,
    Hours,
    WeekHours,
    Window,
    is_open,
    next_opening,
    parse_window,
)

EPOCH = date(1970, 1, 1)

_DAYS = ("mon_fri",) * 5 + ("sat", "sun")


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursCheck:
    """The hours of one rule. `hours` None: those of the campaign; `zone` "": the candidates'."""

    hours: Hours | None
    zone: str = ""

    def zones(self, facts: Facts) -> tuple[str, ...]:
        """In which zones the hours are told."""
        return (self.zone,) if self.zone else facts.zones

    def hours_for(self, facts: Facts) -> Hours | None:
        """The rule's hours, or the campaign's own; None where they cannot be read."""
        if self.hours is not None:
            return self.hours
        return policy_hours(facts.policy.window_start, facts.policy.window_end)

    def __call__(self, facts: Facts) -> Breach | None:
        """Whether the whole ring fits into the hours."""
        hours, zones = self.hours_for(facts), self.zones(facts)
        if hours is None:
            return None if not facts.call.is_in_order else FOR_GOOD  # said already
        if not are_zones_known(zones):
            return None
        ring_s = facts.call.ring_timeout_s
        if is_open(zones, hours, facts.at, ring_s):
            return None
        return Breach(next_opening(zones, hours, facts.at, ring_s))


def within_hours(rule: Rule) -> HoursCheck:
    """The hours that the rule's arguments lay down; a day that they leave out is free."""
    arguments = rule.arguments
    usual = _window(arguments["all"]) if "all" in arguments else WHOLE_DAY
    days = tuple(_window(arguments[day]) if day in arguments else usual for day in _DAYS)
    calendar = arguments.get("holidays", "")
    has_holidays = bool(calendar) and "holiday" in arguments
    return HoursCheck(
        hours=WeekHours(
            days=days,
            on_holiday=_window(arguments["holiday"]) if has_holidays else None,
            is_holiday=_holidays_of(calendar) if has_holidays else None,
        ),
        zone=arguments.get("zone", ""),
    )


def within_policy_hours(_rule: Rule) -> HoursCheck:
    """The campaign's own window."""
    return HoursCheck(hours=None)


@lru_cache(maxsize=1024)
def policy_hours(start: str, end: str) -> Window | None:
    """The window of the campaign; None when it cannot be read."""
    try:
        return parse_window(start, end)
    except ValueError:
        return None


def _holidays_of(calendar: str) -> Callable[[int], bool]:
    return lambda day: is_holiday(calendar, EPOCH + timedelta(days=day))


def _window(times: object) -> Window | None:
    if times is None:
        return None
    start, end = times  # type: ignore[misc]  # the rule book has read them as two times of day
    return parse_window(str(start), str(end))
