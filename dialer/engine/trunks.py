"""Which trunk a call goes out on: channel limit, calls per second, rest after faults.

Channels in use are counted from the live attempts each time, never kept in a counter, so they
cannot drift. A trunk that fails by its own fault rests, twice as long each time.
"""

from dataclasses import dataclass

from dialer.domain.trunk import Trunk

FAULTS_BEFORE_REST = 3
REST_S = 30.0
REST_MAX_S = 600.0


@dataclass(kw_only=True, slots=True)
class TrunkState:
    """A trunk with its token bucket and its record of faults."""

    trunk: Trunk
    tokens: float = 1.0
    refilled_at: float = 0.0
    faults: int = 0
    rest_s: float = REST_S
    rests_until: float | None = None

    def may_dial(self, now: float) -> bool:
        """Whether one more line may go out now, as far as rate and rest are concerned."""
        self._refill(now)
        is_resting = self.rests_until is not None and now < self.rests_until
        return not is_resting and self.tokens >= 1.0

    def spend(self) -> None:
        """Account for one line that goes out."""
        self.tokens -= 1.0

    def failed(self, now: float, *, is_certain: bool) -> None:
        """Note a fault of the trunk; a certain one (no channel at all) rests it at once."""
        self.faults += FAULTS_BEFORE_REST if is_certain else 1
        if self.faults >= FAULTS_BEFORE_REST:
            self.rests_until = now + self.rest_s
            self.rest_s = min(self.rest_s * 2, REST_MAX_S)
            self.faults = FAULTS_BEFORE_REST - 1  # one more fault after the rest sends it back

    def worked(self) -> None:
        """Note a sign of life: the network beyond the trunk answered."""
        self.faults = 0
        self.rest_s = REST_S
        self.rests_until = None

    def _refill(self, now: float) -> None:
        """Add the tokens earned since the last look; at most a fifth of a second's worth."""
        rate = self.trunk.calls_per_second
        earned = max(0.0, now - self.refilled_at) * rate
        self.tokens = min(max(1.0, rate / 5), self.tokens + earned)
        self.refilled_at = now
