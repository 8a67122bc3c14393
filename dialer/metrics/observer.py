"""Derives every metric from the pump's stream, in this one place.

app.py registers `observe` with the pump and gives the observer to the web as its exposition.
Attempts are counted from what the engine has written about them (each milestone once), so the
counts agree with the ledger; only the time from answer to bridge needs a little memory.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, disable_created_metrics, exposition

from dialer.compliance.ledger import LegalLedger
from dialer.compliance.reasons import PLACE
from dialer.domain.campaign import Campaign
from dialer.domain.outcome import ANSWERED_BY_A_PERSON, Outcome
from dialer.engine.commands import (
    CloseAttempt,
    Command,
    DeferLead,
    Destination,
    NoteRefusal,
    RouteCall,
    SaveAttempt,
    SaveDecision,
    SaveProgress,
)
from dialer.engine.events import Configured, Event, LineEvent, Restored
from dialer.engine.view import FloorView
from dialer.metrics.labels import LABELS, NOTHING, ON_DUTY, OTHER_REASON
from dialer.metrics.names import Metrics, set_or_drop
from dialer.pacing.floor import LineKind

UNKNOWN_CAMPAIGN = "(unknown)"


@dataclass(kw_only=True, slots=True)
class LiveAttempt:
    """What must be remembered of an attempt that has not ended."""

    campaign_id: int
    answered_at: float | None = None
    is_connected: bool = False


class MetricsObserver:
    """Keeps the metrics of one process up to date. Never raises into the pump."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        disable_created_metrics()  # a second series for each one, which nothing here reads
        self._registry = registry or CollectorRegistry()
        self._metrics = Metrics(self._registry)
        for reason in LABELS["reason"] or ():
            self._metrics.dials_refused.labels(reason)
        self._campaigns: dict[int, str] = {}
        self._trunks: frozenset[str] = frozenset()
        self._live: dict[str, LiveAttempt] = {}
        self._ami_events_told = 0

    def observe(
        self, event: Event, commands: Sequence[Command], view: FloorView | None = None
    ) -> None:
        """Take in one handled event with the wishes that followed from it."""
        match event:
            case Configured():
                self._know_campaigns(event.campaigns)
            case Restored():
                self._remember_restored(event)
        for command in commands:
            self._count(event, command)
        if view is not None:
            self.look(view)

    def look(self, view: FloorView) -> None:
        """Set every gauge as the floor is now."""
        metrics = self._metrics
        metrics.ami_link_up.set(view.link_is_up)
        metrics.store_up.set(view.store_is_up)
        metrics.open_attempts.set(view.open_attempts)
        for campaign in view.campaigns:
            if campaign.campaign_id not in self._campaigns:
                self._touch(campaign.campaign_id, campaign.name)
            name = self._campaigns[campaign.campaign_id]
            metrics.lines_dialing.labels(name).set(campaign.lines_dialing)
            metrics.people_waiting.labels(name).set(campaign.people_waiting)
            metrics.people_talking.labels(name).set(campaign.people_talking)
            metrics.hopper_leads.labels(name).set(campaign.hopper)
            metrics.message_failed.labels(name).set(campaign.has_message_failed)
            set_or_drop(metrics.utilisation, name, campaign.utilisation)
            set_or_drop(metrics.utilisation_reachable, name, campaign.reachable)
        self._look_at_agents(view)
        self._look_at_trunks(view)

    def hear_ledgers(self, ledgers: Iterable[LegalLedger]) -> None:
        """Set the abandonment gauges: the figures of a legal campaign for each of its campaigns
        that we know. Nothing here is counted; the ledger is the database's."""
        metrics = self._metrics
        for gauge in metrics.ledger_gauges:
            gauge.clear()
        for ledger in ledgers:
            names = [one for one in ledger.pool.names if one in self._campaigns.values()]
            for window in ledger.windows:
                if not window.rule.is_gate:
                    continue
                rate = window.rate
                for name in names:
                    its = (name, window.name)
                    metrics.ledger_answered.labels(*its).set(float(rate.answered))
                    metrics.ledger_abandoned.labels(*its).set(float(rate.abandoned))
                    metrics.ledger_rate.labels(*its).set(float(rate.share))
                    metrics.ledger_strict_rate.labels(*its).set(float(window.strict_rate.share))
                    metrics.ledger_limit.labels(*its).set(window.limit)
                    metrics.ledger_budget_left.labels(*its).set(window.left)

    def tell_ami_events(self, so_far: int) -> None:
        """Take over how many events the manager link has read since the daemon's start."""
        self._metrics.ami_events.inc(so_far - self._ami_events_told)
        self._ami_events_told = so_far

    def render(self, view: FloorView) -> tuple[bytes, str]:
        """The page for Prometheus, with gauges as of this view, and its content type."""
        self.look(view)
        return exposition.generate_latest(self._registry), exposition.CONTENT_TYPE_PLAIN_0_0_4

    @property
    def remembered_attempts(self) -> int:
        """How many live attempts are remembered; grows and falls with the lines."""
        return len(self._live)

    def _count(self, event: Event, command: Command) -> None:
        match command:
            case SaveAttempt():
                name = self._name(command.campaign_id)
                self._live[command.attempt_id] = LiveAttempt(campaign_id=command.campaign_id)
                self._metrics.attempts_placed.labels(name).inc()
            case SaveProgress():
                self._note_progress(command)
            case CloseAttempt():
                self._count_end(command)
            case RouteCall() if isinstance(event, LineEvent):
                name = self._campaign_of(event.attempt_id)
                self._metrics.calls_routed.labels(name, command.destination.value).inc()
            case DeferLead() | NoteRefusal():
                self._count_refusal(command)
            case SaveDecision():
                self._count_decision(command)

    def _count_end(self, closed: CloseAttempt) -> None:
        self._live.pop(closed.attempt_id, None)
        metrics, name = self._metrics, self._name(closed.campaign_id)
        metrics.attempts_ended.labels(name, closed.outcome.value).inc()
        if closed.outcome in ANSWERED_BY_A_PERSON:
            metrics.people_answered.labels(name).inc()
        if closed.outcome is Outcome.TALKED:
            metrics.people_connected.labels(name).inc()
        if closed.outcome is Outcome.ABANDONED:
            metrics.people_abandoned.labels(name).inc()

    def _count_refusal(self, deferred: DeferLead | NoteRefusal) -> None:
        name = self._name(deferred.campaign_id)
        self._metrics.leads_refused.labels(name).inc()
        for reason in deferred.refusal.reasons:
            known = reason if reason in PLACE else OTHER_REASON
            self._metrics.dials_refused.labels(known).inc()

    def _count_decision(self, decision: SaveDecision) -> None:
        metrics, name = self._metrics, self._name(decision.campaign_id)
        dialed = decision.kind.value if decision.count else NOTHING
        metrics.pacing_decisions.labels(name, dialed).inc()
        metrics.lines_withdrawn.labels(name).inc(decision.withdrawn)
        theta = decision.figures.get("theta")
        if isinstance(theta, float | int):
            metrics.pacing_theta.labels(name).set(theta)

    def _note_progress(self, progress: SaveProgress) -> None:
        attempt = self._live.get(progress.attempt_id)
        if attempt is None:
            return
        if progress.answered_at is not None:
            attempt.answered_at = progress.answered_at
        if progress.connected_at is None or attempt.answered_at is None or attempt.is_connected:
            return
        attempt.is_connected = True
        waited_s = max(0.0, progress.connected_at - attempt.answered_at)
        self._metrics.answer_to_connected.observe(waited_s)

    def _remember_restored(self, restored: Restored) -> None:
        for attempt in restored.attempts:
            self._live[attempt.attempt_id] = LiveAttempt(
                campaign_id=attempt.campaign_id,
                answered_at=attempt.answered_at,
                is_connected=attempt.connected_at is not None,
            )

    def _look_at_agents(self, view: FloorView) -> None:
        counts = Counter((agent.campaign_id, agent.state) for agent in view.agents)
        campaign_ids = self._campaigns.keys() | {agent.campaign_id for agent in view.agents}
        for campaign_id in campaign_ids:
            name = self._name(campaign_id)
            for state in ON_DUTY:
                self._metrics.agents.labels(name, state.value).set(counts[campaign_id, state])

    def _look_at_trunks(self, view: FloorView) -> None:
        metrics = self._metrics
        names = frozenset(trunk.name for trunk in view.trunks)
        for gone in self._trunks - names:
            for gauge in (metrics.trunk_channels, metrics.trunk_channel_limit):
                gauge.remove(gone)
            metrics.trunk_resting.remove(gone)
        self._trunks = names
        for trunk in view.trunks:
            metrics.trunk_channels.labels(trunk.name).set(trunk.channels)
            metrics.trunk_channel_limit.labels(trunk.name).set(trunk.channel_limit)
            metrics.trunk_resting.labels(trunk.name).set(trunk.rests_until is not None)

    def _know_campaigns(self, campaigns: Sequence[Campaign]) -> None:
        for gone in self._campaigns.keys() - {campaign.id for campaign in campaigns}:
            self._forget_gauges(self._campaigns.pop(gone))
        for campaign in campaigns:
            if self._campaigns.get(campaign.id) != campaign.name:
                self._touch(campaign.id, campaign.name)

    def _touch(self, campaign_id: int, name: str) -> None:
        """Make every series of a campaign exist, so that rates see its first event."""
        self._campaigns[campaign_id] = name
        metrics = self._metrics
        for metric in (
            metrics.attempts_placed,
            metrics.people_answered,
            metrics.people_connected,
            metrics.people_abandoned,
            metrics.lines_withdrawn,
            metrics.leads_refused,
            *self._campaign_gauges(),
        ):
            metric.labels(name)
        for dialed in (*LineKind, NOTHING):
            metrics.pacing_decisions.labels(name, str(dialed))
        for outcome in Outcome:
            metrics.attempts_ended.labels(name, outcome.value)
        for destination in Destination:
            metrics.calls_routed.labels(name, destination.value)
        for state in ON_DUTY:
            metrics.agents.labels(name, state.value)

    def _forget_gauges(self, name: str) -> None:
        """A finished campaign keeps its counters but is doing nothing any more."""
        for gauge in self._campaign_gauges():
            gauge.labels(name).set(0)
        metrics = self._metrics
        for share in (metrics.utilisation, metrics.utilisation_reachable, metrics.pacing_theta):
            set_or_drop(share, name, None)
        for state in ON_DUTY:
            self._metrics.agents.labels(name, state.value).set(0)

    def _campaign_gauges(self) -> tuple:
        metrics = self._metrics
        return (
            metrics.lines_dialing,
            metrics.people_waiting,
            metrics.people_talking,
            metrics.hopper_leads,
            metrics.message_failed,
        )

    def _campaign_of(self, attempt_id: str) -> str:
        attempt = self._live.get(attempt_id)
        return self._name(attempt.campaign_id) if attempt is not None else UNKNOWN_CAMPAIGN

    def _name(self, campaign_id: int) -> str:
        return self._campaigns.get(campaign_id, UNKNOWN_CAMPAIGN)
