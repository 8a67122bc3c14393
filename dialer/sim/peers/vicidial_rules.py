"""VICIdial's arithmetic, as dialers.md 1.4 to 1.6 describe it: pure functions and their settings.

The *level* is the number of lines for each agent. One rule moves it (1.4), a statistic of dropped
calls brakes it (1.5), another rule turns it into calls to place (1.6). `vicidial.py` has the
clocks by which they run.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """VICIdial's dial methods that originate by themselves (1.1)."""

    RATIO = "RATIO"
    HARD_LIMIT = "ADAPT_HARD_LIMIT"
    AVERAGE = "ADAPT_AVERAGE"
    TAPERED = "ADAPT_TAPERED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A campaign's settings, by VICIdial's defaults where not said otherwise."""

    method: Method
    level: float | None = None  # to start with; None: RATIO by hand-tuning, ADAPT_ at 1
    drop_limit_percent: float = 3.0  # adaptive_dropped_percentage
    max_level: float = 3.0  # adaptive_maximum_level
    intensity: float = 0.0  # adaptive_intensity, in percent
    diff_target: float = 0.0  # adaptive_dl_diff_target
    is_target_dialed: bool = False  # dl_diff_target_method = CALLS_PLACED
    is_tally_available_only: bool = False  # available_only_ratio_tally
    latest_server_time: int = 2100  # for TAPERED; as a decimal number HHMM
    utc_offset_s: float = -5 * 3600.0  # the server's clock: midnight and HHMM
    drop_call_s: float = 1.0
    """drop_call_seconds. Effective patience is this and 1 s; so 1 is the law's two seconds, and
    the stock value is 5."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """The last 15 samples of a campaign, in the mean (1.3)."""

    ready: float
    waiting: float
    total: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Drops:
    """The statistic of drops as it was last computed, up to a minute ago (1.5)."""

    calls_today: int = 0
    drop_answer_percent_today: float = 0.0
    calls_last_minute: int = 0
    drop_percent_last_minute: float = 0.0


def next_level(
    settings: Settings, level: float, means: Means, drops: Drops, server_hhmm: int
) -> float:
    """The dial level after one of the 15-second sweeps (1.4)."""
    step = means.ready - means.waiting + settings.diff_target
    percent = 100 * step / means.total if means.total else 0.0
    leaning = settings.intensity / 100
    percent *= abs(leaning - 1) if percent < 0 else leaning + 1
    moved = float(f"{level * (1 + percent / 100):.3f}")
    moved = max(1.0, min(moved, settings.max_level))
    moved = max(1.0, _braked(settings, moved, drops, server_hhmm))
    return float(f"{moved:.15g}"[:6])  # the column holds six characters


def _braked(settings: Settings, level: float, drops: Drops, server_hhmm: int) -> float:
    """The brakes, in their order. Fifty calls of the day go without the second one."""
    if drops.calls_last_minute > 20 and drops.drop_percent_last_minute > 50:
        level /= 2
    is_over = drops.drop_answer_percent_today > settings.drop_limit_percent
    if drops.calls_today <= 50 or not is_over:
        return level
    if settings.method is Method.HARD_LIMIT:
        return 1.0
    if settings.method is Method.AVERAGE:
        return level / 2
    left = settings.latest_server_time - server_hhmm  # HHMM is subtracted as a decimal number
    return 1.0 if left < 0 else level * min(1.0, left / 1000)


def calls_to_place(settings: Settings, level: float, agents: "OnServer") -> int:
    """How many calls one cycle of the auto-dialer places (1.6)."""
    count = float(agents.ready)
    if not settings.is_tally_available_only:
        count += agents.in_call
    if settings.is_target_dialed:
        count = max(0.0, count + settings.diff_target)
    goal = level * count
    if settings.is_tally_available_only:
        goal += agents.in_call
    return max(0, round(goal) - agents.calls_out - agents.in_call)  # round() is half-even


@dataclass(frozen=True, kw_only=True, slots=True)
class OnServer:
    """Agents and calls as the auto-dialer counts them. Wrap-up is PAUSED and never counts."""

    ready: int
    in_call: int
    calls_out: int  # sent, ringing, in detection, waiting


@dataclass(kw_only=True, slots=True)
class DropCount:
    """Counts the rows of the call log, from which the statistic is drawn (1.5).

    Calls in progress are in neither numerator nor denominator; a person whom an agent talked to
    counts when the disposition is made, and a drop at once.
    """

    calls_today: int = 0
    dispositioned_today: int = 0
    drops_today: int = 0
    calls_at: deque[float] = field(default_factory=deque)
    drops_at: deque[float] = field(default_factory=deque)

    def call(self, at: float) -> None:
        """A call came to its row: answered, or over without an answer."""
        self.calls_today += 1
        self.calls_at.append(at)

    def disposition(self) -> None:
        """An agent said how a conversation ended; always taken for a person's."""
        self.dispositioned_today += 1

    def drop(self, at: float) -> None:
        """A person was dropped, or hung up while waiting."""
        self.drops_today += 1
        self.drops_at.append(at)

    def midnight(self) -> None:
        """The day's figures begin anew."""
        self.calls_today = self.dispositioned_today = self.drops_today = 0

    def statistic(self, now: float) -> Drops:
        """The statistic as of now."""
        for times in (self.calls_at, self.drops_at):
            while times and times[0] <= now - 60.0:
                times.popleft()
        answers = self.dispositioned_today + self.drops_today
        recent = len(self.calls_at)
        return Drops(
            calls_today=self.calls_today,
            drop_answer_percent_today=round(100 * self.drops_today / max(1, answers), 2),
            calls_last_minute=recent,
            drop_percent_last_minute=100 * len(self.drops_at) / max(1, recent),
        )
