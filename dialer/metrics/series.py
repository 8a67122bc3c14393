"""The series of one campaign, one trunk, one caller ID: made all at once, so that rates see their
first event, bound once, because they are counted at every call, and dropped all at once.

Made and read by the observer.
"""

from dialer.domain.outcome import Outcome
from dialer.domain.trunk import Trunk
from dialer.engine.commands import Destination
from dialer.engine.view import CampaignView, TrunkView
from dialer.metrics.causes import HangupCause
from dialer.metrics.labels import DETECTED, NOTHING, ON_DUTY, SPAM_SIGNALS, MessageResult
from dialer.metrics.names import Metrics
from dialer.metrics.register import set_or_drop
from dialer.pacing.floor import LineKind


class CampaignSeries:
    """Everything that is told of one campaign, but for its ledger."""

    def __init__(self, metrics: Metrics, name: str) -> None:
        self.name = name
        self._metrics = metrics
        self.placed = metrics.attempts_placed.labels(name)
        self.ended = {one: metrics.attempts_ended.labels(name, one) for one in Outcome}
        self.leads_refused = metrics.leads_refused.labels(name)
        self.answered = metrics.people_answered.labels(name)
        self.connected = metrics.people_connected.labels(name)
        self.connected_late = metrics.people_connected_late.labels(name)
        self.abandoned = metrics.people_abandoned.labels(name)
        self.routed = {one: metrics.calls_routed.labels(name, one) for one in Destination}
        self.greeting_end_to_connected = metrics.greeting_end_to_connected.labels(name)
        self.messages = {one: metrics.messages.labels(name, one) for one in MessageResult}
        self.verdicts = {one: metrics.detector_verdicts.labels(name, one) for one in DETECTED}
        self.agent_wait = metrics.agent_wait.labels(name)
        self.decisions = {
            one: metrics.pacing_decisions.labels(name, one) for one in (*LineKind, NOTHING)
        }
        self.lines_withdrawn = metrics.lines_withdrawn.labels(name)
        self._bind_gauges()

    def _bind_gauges(self) -> None:
        metrics, name = self._metrics, self.name
        self.agents = {one: metrics.agents.labels(name, one) for one in ON_DUTY}
        self.is_running = metrics.campaign_running.labels(name)
        self.hopper_leads = metrics.hopper_leads.labels(name)
        self.lines_dialing = metrics.lines_dialing.labels(name)
        self.people_waiting = metrics.people_waiting.labels(name)
        self.people_talking = metrics.people_talking.labels(name)
        self.message_failed = metrics.message_failed.labels(name)
        self.people_longest_wait = metrics.people_longest_wait.labels(name)
        self.agents_longest_wait = metrics.agents_longest_wait.labels(name)

    def look(self, view: CampaignView) -> None:
        """Set the gauges as the campaign is now."""
        self.hopper_leads.set(view.hopper)
        self.lines_dialing.set(view.lines_dialing)
        self.people_waiting.set(view.people_waiting)
        self.people_talking.set(view.people_talking)
        self.message_failed.set(view.has_message_failed)
        set_or_drop(self._metrics.utilisation, self.name, view.utilisation)
        set_or_drop(self._metrics.utilisation_reachable, self.name, view.reachable)

    def set_theta(self, theta: float | None) -> None:
        """Take over the risk threshold that pacing went by; None where it goes by none."""
        set_or_drop(self._metrics.pacing_theta, self.name, theta)

    def drop(self) -> None:
        """Nothing more is told of the campaign."""
        self._metrics.drop("campaign", self.name)


class TrunkSeries:
    """Everything that is told of one trunk."""

    def __init__(self, metrics: Metrics, trunk: Trunk) -> None:
        self._metrics = metrics
        self._name = name = trunk.name
        self.calls = metrics.trunk_calls.labels(name)
        self.failures = metrics.trunk_failures.labels(name)
        self.hangups = {one: metrics.trunk_hangups.labels(name, one) for one in HangupCause}
        self._channels = metrics.trunk_channels.labels(name)
        self._channel_limit = metrics.trunk_channel_limit.labels(name)
        self._calls_per_second_limit = metrics.trunk_calls_per_second_limit.labels(name)
        self._resting = metrics.trunk_resting.labels(name)
        self.configure(trunk)

    def configure(self, trunk: Trunk) -> None:
        """Set what the trunk may carry."""
        self._channel_limit.set(trunk.channel_limit)
        self._calls_per_second_limit.set(trunk.calls_per_second)

    def look(self, view: TrunkView, at: float) -> None:
        """Set the gauges as the trunk is at an instant."""
        self._channels.set(view.channels)
        self._resting.set(view.rests_until is not None and view.rests_until > at)

    def drop(self) -> None:
        """Nothing more is told of the trunk."""
        self._metrics.drop("trunk", self._name)


class CallerIdSeries:
    """Everything that is told of one number that we show."""

    def __init__(self, metrics: Metrics, caller_id: str) -> None:
        self._metrics = metrics
        self._caller_id = caller_id
        self.calls = metrics.caller_id_calls.labels(caller_id)
        self.spam_signals = {
            status: metrics.caller_id_spam_signals.labels(caller_id, str(status))
            for status in SPAM_SIGNALS
        }

    def drop(self) -> None:
        """Nothing more is told of the number."""
        self._metrics.drop("caller_id", self._caller_id)
