"""The nouns of a practice call's person.

A *voter* is somebody invented. What he says are *lines*; which line follows depends on whether he
heard speech, and for how long: nothing here understands words. `voters` has them all, `rehearsal`
plays one, parts/practice_voices.py gives them voices.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.outcome import Disposition


class VoterKind(StrEnum):
    """Whom one can practise with."""

    FRIENDLY = "friendly"
    BUSY = "busy"
    ANGRY = "angry"
    SPANISH = "spanish"  # speaks nothing else
    WRONG_NUMBER = "wrong_number"


BRIEF_S = 1.2
"""Speech that is shorter is a word or two."""

LONG_S = 7.0
"""Speech that is longer is too much for somebody who has no time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Something he says. An empty way out is as `after`; a line without `after` is his last one."""

    words: str
    after: str = ""  # the line that follows when the volunteer has spoken
    after_brief: str = ""
    after_long: str = ""
    after_silence: str = ""
    pause_s: float = 0.4  # before he says it
    patience_s: int = 6  # how long he waits for the volunteer
    asks_to_stop: bool = False  # from here on every further word is arguing

    @property
    def is_last(self) -> bool:
        """Whether he hangs up after it."""
        return not self.after

    def follows(self, heard_s: float | None) -> str:
        """The line after speech of that length, or after silence (None)."""
        if heard_s is None:
            return self.after_silence or self.after
        if heard_s < BRIEF_S:
            return self.after_brief or self.after
        return (self.after_long if heard_s > LONG_S else "") or self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class Voter:
    """Somebody invented, as the volunteer's card shows him, and what he says."""

    kind: VoterKind
    first_name: str
    last_name: str
    town: str
    state: str
    right_results: frozenset[Disposition]  # how such a call is written down
    goes_through_script: bool = False  # he has time for all of it
    lines: dict[str, Line]  # by name; the first one is how he answers

    @property
    def start(self) -> str:
        """How he answers."""
        return next(iter(self.lines))
