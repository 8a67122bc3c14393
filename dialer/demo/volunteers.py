"""Whom the bots play, how they behave, and what they keep a record of.

Values and their dice only; bots.py brings them to life, and bench/same_evening.py plays the same
evening in the simulator. The demo and benchmarks choose the habits.
"""

import asyncio
import random
from dataclasses import dataclass, field

from dialer.domain.outcome import Disposition

LONGEST_BACK_OFF_S = 5.0

RESULTS = {
    Disposition.SUPPORTS: 30,
    Disposition.LEANS: 15,
    Disposition.UNDECIDED: 20,
    Disposition.OPPOSES: 12,
    Disposition.REFUSED: 10,
    Disposition.NOT_HOME: 5,
    Disposition.WRONG_NUMBER: 4,
    Disposition.MACHINE: 3,
    Disposition.DO_NOT_CALL: 1,
}
"""How conversations go, by weight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Volunteer:
    """Whom a bot plays."""

    agent_id: int
    name: str
    token: str = field(repr=False)
    extension: str
    campaign: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """How volunteers behave; times are medians of skewed draws, chances are per conversation."""

    talk_s: float = 20.0
    wrap_up_s: float = 5.0
    break_chance: float = 0.03
    break_s: float = 20.0
    vanish_chance: float = 0.01
    away_s: float = 15.0
    arrive_within_s: float = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """How one conversation will go, as far as it is the volunteer's doing."""

    talk_s: float  # until he hangs up
    vanish_after_s: float | None  # until his network is gone, if it will be
    wants_break: bool


class Temper:
    """One volunteer's habits with dice of his own: a seed means one course of his evening.

    The draws must be asked for in the order of the evening: arrival, then for each conversation
    its course, wrap-up and result, and what follows.
    """

    def __init__(self, habits: Habits, seed: int, agent_id: int) -> None:
        self._habits = habits
        self._chance = random.Random(f"{seed}/{agent_id}")

    def arrives_after_s(self) -> float:
        """How late he comes."""
        return self._chance.uniform(0.0, self._habits.arrive_within_s)

    def course(self) -> Course:
        """Of the conversation that begins."""
        habits, chance = self._habits, self._chance
        talk_s = self._draw_s(habits.talk_s)
        will_vanish = chance.random() < habits.vanish_chance
        vanish_after_s = chance.random() * talk_s
        return Course(
            talk_s=talk_s,
            vanish_after_s=vanish_after_s if will_vanish else None,
            wants_break=chance.random() < habits.break_chance,
        )

    def wrap_up_s(self) -> float:
        """How long he writes."""
        return self._draw_s(self._habits.wrap_up_s)

    def result(self) -> Disposition:
        """What he writes."""
        (drawn,) = self._chance.choices(list(RESULTS), weights=list(RESULTS.values()))
        return drawn

    def break_s(self) -> float:
        """How long he rests."""
        return self._draw_s(self._habits.break_s)

    def away_s(self) -> float:
        """How long he is gone who lost his network."""
        return self._draw_s(self._habits.away_s)

    def _draw_s(self, median_s: float) -> float:
        return median_s * min(4.0, self._chance.lognormvariate(0.0, 0.5))


@dataclass(kw_only=True, slots=True)
class Record:
    """What a bot did; `confirmed` must all be found in the database afterwards."""

    conversations: int = 0
    breaks: int = 0
    vanished: int = 0
    reconnects: int = 0
    confirmed: dict[str, Disposition] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


class BackOff:
    """Waits a little longer after each failure, with jitter, and not for ever."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._failures = 0

    def reset(self) -> None:
        """Things work again."""
        self._failures = 0

    async def wait(self) -> None:
        """Rest after a failure."""
        delay = min(LONGEST_BACK_OFF_S, 0.2 * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        await asyncio.sleep(delay * (0.5 + self._chance.random()))
