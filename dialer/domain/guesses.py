"""Guessing made slow: after a few wrong tries at one thing, a pause that doubles with each more.

Codes and PINs are guarded by this. It forgets what is older than an hour, and when the daemon
starts again; a code has 50 bits, so that this only has to protect short PINs for an evening.
"""

from dataclasses import dataclass

FREE_TRIES = 5
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 300.0
FORGOTTEN_AFTER_S = 3600.0
MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class _Tries:
    wrong: int
    at: float


class Guesses:
    """Wrong tries by what was tried; `key` may be a code with an address."""

    def __init__(self) -> None:
        self._tries: dict[str, _Tries] = {}

    def pause_s(self, key: str, now: float) -> float:
        """How long the next try must wait; 0 when it may come now."""
        tries = self._tries.get(key)
        if tries is None or tries.wrong < FREE_TRIES or now - tries.at > FORGOTTEN_AFTER_S:
            return 0.0
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (tries.wrong - FREE_TRIES))
        return max(0.0, tries.at + pause_s - now)

    def wrong(self, key: str, now: float) -> None:
        """A try was wrong."""
        self._forget(now)
        tries = self._tries.get(key)
        if tries is None or now - tries.at > FORGOTTEN_AFTER_S:
            self._tries[key] = _Tries(1, now)
        else:
            tries.wrong, tries.at = tries.wrong + 1, now

    def right(self, key: str) -> None:
        """A try was right: what went before is forgotten."""
        self._tries.pop(key, None)

    def _forget(self, now: float) -> None:
        if len(self._tries) < MOST_REMEMBERED:
            return
        for key in [k for k, one in self._tries.items() if now - one.at > FORGOTTEN_AFTER_S]:
            del self._tries[key]
        while len(self._tries) >= MOST_REMEMBERED:
            del self._tries[next(iter(self._tries))]  # the oldest begun
