"""The order in which a campaign's list is dialed, as far as the odds of an answer make it.

What is known of a lead's odds, whatever the hour, is kept beside him in the store as a *bucket*,
0 to 15, that the list is ordered by. Buckets are coarse, so that leads who hardly differ stay in
the order in which they came, and so that a list of a million is not rewritten all the time.
Pacing makes the order (pacing/answer_odds.py), the engine and both stores apply it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import floor

from dialer.domain.lead import Lead

BUCKETS = 16
TYPICAL_BUCKET = 8
"""Of a lead of whom nothing is known. Where no order is known everybody is here."""

BUCKET_WIDTH = 0.25
"""In log-odds: at usual odds of one in five a bucket is about four points of a hundred."""

AREA_DIGITS = 5
"""Of an E.164 number with its plus sign: +1 and the area code, elsewhere as coarse."""

LATE_ATTEMPT = 6
"""From here on attempts are one level."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListOrder:
    """What each level of a lead's features adds to his log-odds; a level without entry, nothing.

    Features are `area`, `line_type`, `attempt` (counted attempts so far) and `last_outcome` (empty
    before the first).
    """

    effects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def bucket(self, lead: Lead) -> int:
        """Where the lead stands, as queries.sql (rescore_leads) has it too."""
        return bucket_of(
            self.effect("area", lead.e164[:AREA_DIGITS])
            + self.effect("line_type", str(lead.line_type))
            + self.effect("attempt", str(min(lead.attempt_count, LATE_ATTEMPT)))
            + self.effect("last_outcome", str(lead.last_outcome or ""))
        )

    def moved_from(self, earlier: "ListOrder") -> float:
        """The most that the effect of any level has moved since an earlier order."""
        levels = {level for one in (self, earlier) for level in one._levels()}
        return max((abs(self.effect(*at) - earlier.effect(*at)) for at in levels), default=0.0)

    def effect(self, feature: str, level: str) -> float:
        """What a level adds to the log-odds."""
        return self.effects.get(feature, {}).get(level, 0.0)

    def _levels(self) -> Iterator[tuple[str, str]]:
        return ((feature, level) for feature, levels in self.effects.items() for level in levels)


def bucket_of(score: float) -> int:
    """The bucket of what is added to the typical log-odds."""
    steps = floor(score / BUCKET_WIDTH + 0.5)
    return min(BUCKETS - 1, max(0, TYPICAL_BUCKET + steps))
