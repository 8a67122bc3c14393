"""Whom the bots play, how they behave, and what they keep a record of.

Values only; bots.py brings them to life. The demo and benchmarks choose the habits.
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
