"""What is counted of attempts, from what the engine writes about them and hears of their lines.

An attempt is remembered from its row until its end, for what lies between two milestones. Who is in
no series (directory.py) is not counted. Called by the observer for every command and line event.
"""

from collections.abc import Collection
from dataclasses import dataclass

from dialer.compliance.abandonment import LEGAL_WAIT_S, legal_clock
from dialer.domain.outcome import ANSWERED_BY_A_PERSON, AmdVerdict, Outcome
from dialer.engine.commands import Destination, RouteCall
from dialer.engine.events import (
    CallQueued,
    LineEvent,
    MessageFailed,
    MessageFinished,
    MessageStarted,
    Restored,
    RouteAsked,
)
from dialer.engine.store_commands import CloseAttempt, SaveAttempt, SaveProgress
from dialer.metrics.causes import cause_of
from dialer.metrics.directory import Directory
from dialer.metrics.labels import SPAM_SIGNALS, MessageResult
from dialer.metrics.names import Metrics

_MESSAGES: dict[type[LineEvent], MessageResult] = {
    MessageStarted: MessageResult.STARTED,
    MessageFinished: MessageResult.FINISHED,
    MessageFailed: MessageResult.FAILED,
}


@dataclass(kw_only=True, slots=True)
class LiveAttempt:
    """What must be remembered of an attempt that has not ended."""

    campaign_id: int
    trunk: str
    caller_id: str
    answered_at: float | None = None
    greeting_ended_at: float | None = None
    is_connected: bool = False
    is_waiting: bool = False


class Attempts:
    """The attempts that have not ended."""

    def __init__(self, metrics: Metrics, directory: Directory) -> None:
        self._metrics = metrics
        self._directory = directory
        self._live: dict[str, LiveAttempt] = {}

    def __len__(self) -> int:
        return len(self._live)

    @property
    def campaign_ids(self) -> Collection[int]:
        """Whose they are."""
        return {attempt.campaign_id for attempt in self._live.values()}

    def restore(self, restored: Restored) -> None:
        """Those that an earlier engine left behind."""
        for attempt in restored.attempts:
            self._live[attempt.attempt_id] = LiveAttempt(
                campaign_id=attempt.campaign_id,
                trunk=attempt.trunk,
                caller_id=attempt.permit.caller_id,
                answered_at=attempt.answered_at,
                is_connected=attempt.connected_at is not None,
            )

    def placed(self, saved: SaveAttempt) -> None:
        """An attempt is written down."""
        self._live[saved.attempt_id] = LiveAttempt(
            campaign_id=saved.campaign_id, trunk=saved.trunk, caller_id=saved.caller_id
        )
        if (campaign := self._directory.campaigns.get(saved.campaign_id)) is not None:
            campaign.placed.inc()
        if (trunk := self._directory.trunks.get(saved.trunk)) is not None:
            trunk.calls.inc()
        if (number := self._directory.caller_ids.get(saved.caller_id)) is not None:
            number.calls.inc()

    def progressed(self, progress: SaveProgress) -> None:
        """A milestone is written down."""
        attempt = self._live.get(progress.attempt_id)
        if attempt is None:
            return
        if progress.answered_at is not None:
            attempt.answered_at = progress.answered_at
        if progress.greeting_ended_at is not None:
            attempt.greeting_ended_at = progress.greeting_ended_at
        if progress.connected_at is not None and not attempt.is_connected:
            attempt.is_connected, attempt.is_waiting = True, False
            if attempt.answered_at is not None:
                self._connected(attempt, attempt.answered_at, progress.connected_at)

    def _connected(self, attempt: LiveAttempt, answered_at: float, connected_at: float) -> None:
        self._metrics.answer_to_connected.observe(max(0.0, connected_at - answered_at))
        campaign = self._directory.campaigns.get(attempt.campaign_id)
        if campaign is None:
            return
        clock_ends_at = legal_clock(answered_at, attempt.greeting_ended_at)
        began_at = clock_ends_at - LEGAL_WAIT_S
        campaign.greeting_end_to_connected.observe(max(0.0, connected_at - began_at))
        if connected_at > clock_ends_at:
            campaign.connected_late.inc()

    def closed(self, closed: CloseAttempt) -> None:
        """An attempt has ended."""
        attempt = self._live.pop(closed.attempt_id, None)
        if (campaign := self._directory.campaigns.get(closed.campaign_id)) is not None:
            campaign.ended[closed.outcome].inc()
            if closed.outcome in ANSWERED_BY_A_PERSON:
                campaign.answered.inc()
            if closed.outcome is Outcome.TALKED:
                campaign.connected.inc()
            elif closed.outcome is Outcome.ABANDONED:
                campaign.abandoned.inc()
        if attempt is not None:
            self._line_ended(attempt, closed)

    def _line_ended(self, attempt: LiveAttempt, closed: CloseAttempt) -> None:
        trunk = self._directory.trunks.get(attempt.trunk)
        if trunk is not None and closed.hangup_cause is not None:
            trunk.hangups[cause_of(closed.hangup_cause)].inc()
        if trunk is not None and closed.outcome is Outcome.TRUNK_FAILED:
            trunk.failures.inc()
        if closed.sip_status in SPAM_SIGNALS:
            number = self._directory.caller_ids.get(attempt.caller_id)
            if number is not None:
                number.spam_signals[closed.sip_status].inc()

    def routed(self, asked: RouteAsked, route: RouteCall) -> None:
        """An answered call's script was told where to go."""
        attempt = self._live.get(asked.attempt_id)
        if attempt is None:
            return
        attempt.is_waiting = route.destination is Destination.QUEUE
        campaign = self._directory.campaigns.get(attempt.campaign_id)
        if campaign is None:
            return
        campaign.routed[route.destination].inc()
        if asked.verdict is AmdVerdict.NOT_ASKED:
            return
        campaign.verdicts[asked.verdict].inc()
        if attempt.answered_at is not None and asked.at > attempt.answered_at:
            self._metrics.detector_latency.observe(asked.at - attempt.answered_at)

    def queued(self, event: CallQueued) -> None:
        """Somebody waits, perhaps because the dialplan decided so by itself."""
        attempt = self._live.get(event.attempt_id)
        if attempt is not None:
            attempt.is_waiting = not attempt.is_connected

    def played(self, event: LineEvent) -> None:
        """Something happened to a safe-harbor message; what plays to a machine that an agent has
        heard is a voicemail, and no word of anybody who was let down."""
        attempt = self._live.get(event.attempt_id)
        if attempt is None or attempt.is_connected:
            return
        attempt.is_waiting = False
        campaign = self._directory.campaigns.get(attempt.campaign_id)
        if campaign is not None:
            campaign.messages[_MESSAGES[type(event)]].inc()

    def look(self, at: float) -> None:
        """Set each campaign's longest wait of a person as of an instant."""
        longest: dict[int, float] = {}
        for attempt in self._live.values():
            if attempt.is_waiting and attempt.answered_at is not None:
                its = attempt.campaign_id
                longest[its] = max(longest.get(its, 0.0), at - attempt.answered_at)
        for campaign_id, series in self._directory.campaigns.items():
            series.people_longest_wait.set(longest.get(campaign_id, 0.0))
