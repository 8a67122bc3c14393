"""Worked hours and instants: every day's work begins at nine, a day after the last."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialer.sim.people import ZONE

FIRST_DAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo(ZONE))
"""A Monday at nine."""

DAY_S = 86400.0


class Calendar:
    """The days of a run."""

    def __init__(self, day_h: float) -> None:
        self._day_s = min(day_h * 3600.0, DAY_S / 2)
        self.start = FIRST_DAY.timestamp()

    def instant(self, worked_h: float) -> float:
        """When so many hours have been worked."""
        days, rest_s = divmod(worked_h * 3600.0, self._day_s)
        if days and not rest_s:  # the end of a day, not the beginning of the next
            days, rest_s = days - 1, self._day_s
        return self.start + days * DAY_S + rest_s

    def worked_h(self, at: float) -> float:
        """Hours worked by then."""
        days, rest_s = divmod(at - self.start, DAY_S)
        return (days * self._day_s + min(self._day_s, rest_s)) / 3600.0

    def open_for(self, at: float) -> float:
        """Seconds until the working day ends; 0 when it has."""
        return max(0.0, self._day_s - (at - self.start) % DAY_S)

    def opens_in(self, at: float) -> float:
        """Seconds until the next morning at nine."""
        return DAY_S - (at - self.start) % DAY_S

    def is_open(self, at: float) -> bool:
        """Whether it is a working hour."""
        return (at - self.start) % DAY_S < self._day_s
