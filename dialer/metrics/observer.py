"""Derives every metric from the pump's stream, in this one place.

app.py registers `observe` with the pump and gives the observer to the web as its exposition.
Attempts are counted from what the engine has written about them (each milestone once), so the
counts agree with the ledger; only what lies between two milestones needs a little memory. What no
event says (queues, disks, clocks) is told by metering.py: told.py.

The pump only leaves here what happened; it is gone through twice a second and before each page. To
count many events at once costs a fifth of counting each by itself, between all that a call needs.
"""

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import nan
from typing import Any, SupportsFloat

from prometheus_client import CollectorRegistry, disable_created_metrics

from dialer.compliance.ledger import LedgerWindow, LegalLedger
from dialer.compliance.reasons import PLACE
from dialer.domain.transfer import TransferOutcome
from dialer.engine import events
from dialer.engine.commands import Command, RouteCall
from dialer.engine.events import Event
from dialer.engine.store_commands import (
    AddDoNotCall,
    CloseAttempt,
    DeferLead,
    NoteRefusal,
    SaveAgentState,
    SaveAttempt,
    SaveDecision,
    SaveProgress,
    SaveTransfer,
)
from dialer.engine.view import FloorView
from dialer.metrics import page
from dialer.metrics.attempts import Attempts
from dialer.metrics.directory import Directory
from dialer.metrics.labels import LABELS, NOTHING, OTHER_REASON, LinkFault
from dialer.metrics.names import Metrics, name_the_process
from dialer.metrics.register import Gauge, Wholes
from dialer.metrics.told import Queues, Surroundings
from dialer.metrics.waits import AgentWaits

Clock = Callable[[], float]

PENDING_MOST = 2000
"""Events that wait to be counted, if nobody asks for so long."""


class MetricsObserver:
    """Keeps the metrics of one process up to date. Never raises into the pump."""

    def __init__(
        self,
        registry: CollectorRegistry | None = None,
        *,
        version: str = "",
        clock: Clock = time.time,
    ) -> None:
        disable_created_metrics()  # a second series for each one, which nothing here reads
        registry = registry or CollectorRegistry()
        self._metrics = Metrics(registry)
        self._writer = page.Writer(registry)
        self._clock = clock
        self._directory = Directory(self._metrics)
        self._attempts = Attempts(self._metrics, self._directory)
        self._waits = AgentWaits(self._directory)
        self._pending: list[tuple[Event, Sequence[Command]]] = []
        self._lags_s: list[float] = []
        self._events_seen = 0
        self._wholes = Wholes()
        self._ledgers: tuple[LegalLedger, ...] = ()
        self._queues: Callable[[], Queues] | None = None
        self._ami_events_told = 0
        self._faults_told: Counter[str] = Counter()
        name_the_process(registry)
        self._begin(version)

    def _begin(self, version: str) -> None:
        """What stands from the start, and every series of a bank without campaigns."""
        metrics = self._metrics
        metrics.start_time.set(self._clock())
        metrics.build_info.labels(version, platform.python_version()).set(1)
        metrics.store_round_trip.set(nan)
        self._reasons = {
            reason: metrics.dials_refused.labels(reason) for reason in LABELS["reason"] or ()
        }
        for fault in LinkFault:
            metrics.ami_faults.labels(fault)
        for outcome in TransferOutcome:
            metrics.transfers_ended.labels(outcome)

    # --- the pump's stream -------------------------------------------------------------------

    def observe(self, event: Event, commands: Sequence[Command]) -> None:
        """Take in one handled event with the wishes that followed from it."""
        self._events_seen += 1
        if type(event) is events.Ticked:
            self._lags_s.append(self._clock() - event.at)
        if commands or type(event) in _EVENTS:
            self._pending.append((event, commands))
        if self._events_seen >= PENDING_MOST:
            self.catch_up()

    def catch_up(self) -> None:
        """Count what was observed since the last time."""
        metrics = self._metrics
        pending, self._pending = self._pending, []
        lags_s, self._lags_s = self._lags_s, []
        for event, commands in pending:
            for command in commands:
                count = _COMMANDS.get(type(command))
                if count is not None:
                    count(self, command)
            take_in = _EVENTS.get(type(event))
            if take_in is not None:
                take_in(self, event, commands)
        for lag_s in lags_s:
            metrics.pump_lag.observe(max(0.0, lag_s))
        metrics.pump_events.inc(self._events_seen)
        self._events_seen = 0

    def _configured(self, event: events.Configured, _commands: Sequence[Command]) -> None:
        self._directory.take_in(event)
        self.hear_ledgers(self._ledgers)  # what was told of campaigns that we know only now

    def _restored(self, event: events.Restored, _commands: Sequence[Command]) -> None:
        self._attempts.restore(event)

    def _route_asked(self, event: events.RouteAsked, commands: Sequence[Command]) -> None:
        for command in commands:
            if isinstance(command, RouteCall):
                self._attempts.routed(event, command)

    def _queued(self, event: events.CallQueued, _commands: Sequence[Command]) -> None:
        self._attempts.queued(event)

    def _message(self, event: events.LineEvent, _commands: Sequence[Command]) -> None:
        self._attempts.played(event)

    def _visit_ended(self, _event: events.VisitEnded, _commands: Sequence[Command]) -> None:
        self._metrics.visits.inc()

    def _attempt_placed(self, saved: SaveAttempt) -> None:
        self._attempts.placed(saved)

    def _attempt_progressed(self, progress: SaveProgress) -> None:
        self._attempts.progressed(progress)

    def _attempt_closed(self, closed: CloseAttempt) -> None:
        self._attempts.closed(closed)

    def _refused(self, deferred: DeferLead | NoteRefusal) -> None:
        series = self._directory.campaigns.get(deferred.campaign_id)
        if series is not None:
            series.leads_refused.inc()
        for reason in deferred.refusal.reasons:
            self._reasons[reason if reason in PLACE else OTHER_REASON].inc()

    def _decided(self, decision: SaveDecision) -> None:
        series = self._directory.campaigns.get(decision.campaign_id)
        if series is None:
            return
        series.decisions[decision.kind if decision.count else NOTHING].inc()
        if decision.withdrawn:
            series.lines_withdrawn.inc(decision.withdrawn)
        theta = decision.figures.get("theta")
        series.set_theta(theta if isinstance(theta, float | int) else None)

    def _agent_changed(self, told: SaveAgentState) -> None:
        self._waits.note(told)

    def _barred(self, _added: AddDoNotCall) -> None:
        self._metrics.do_not_call_requests.inc()

    def _transferred(self, told: SaveTransfer) -> None:
        if told.ended_at is not None and told.outcome is not None:
            self._metrics.transfers_ended.labels(told.outcome).inc()

    # --- what is told ------------------------------------------------------------------------

    def hear_ledgers(self, ledgers: Iterable[LegalLedger]) -> None:
        """Set the abandonment gauges: the figures of a legal campaign, in the windows that gate,
        for each of its campaigns that we know. Nothing here is counted; the ledger is the
        database's."""
        self._ledgers = tuple(ledgers)
        known = self._directory.names()
        windows = {
            (name, window.name): window
            for ledger in self._ledgers
            for name in ledger.pool.names
            for window in ledger.windows
            if name in known and window.rule.is_gate
        }
        metrics = self._metrics
        figures: tuple[tuple[Gauge, Callable[[LedgerWindow], SupportsFloat]], ...] = (
            (metrics.ledger_answered, lambda window: window.rate.answered),
            (metrics.ledger_abandoned, lambda window: window.rate.abandoned),
            (metrics.ledger_rate, lambda window: window.rate.share),
            (metrics.ledger_strict_rate, lambda window: window.strict_rate.share),
            (metrics.ledger_limit, lambda window: window.limit),
            (metrics.ledger_budget_left, lambda window: window.left),
        )
        for gauge, figure in figures:
            values = {its: float(figure(window)) for its, window in windows.items()}
            self._wholes.tell(gauge, values)

    def hear_commit(self, seconds: float) -> None:
        """The store lane has committed a batch."""
        self._metrics.store_commit.observe(seconds)

    def hear_link(self, events_read: int, counts: Mapping[str, int]) -> None:
        """Take over what the manager link has counted since the daemon's start."""
        self._metrics.ami_events.inc(events_read - self._ami_events_told)
        self._ami_events_told = events_read
        for fault in LinkFault:
            more = counts.get(fault, 0) - self._faults_told[fault]
            if more > 0:
                self._metrics.ami_faults.labels(fault).inc(more)
                self._faults_told[fault] += more

    def hear_surroundings(self, now: Surroundings) -> None:
        """Set the gauges of the machine and the parts."""
        metrics, tell = self._metrics, self._wholes.tell
        disks = {(place.value,): disk for place, disk in now.disks.items()}
        tell(metrics.disk_free, {place: disk.free_bytes for place, disk in disks.items()})
        tell(metrics.disk_size, {place: disk.size_bytes for place, disk in disks.items()})
        tell(metrics.certificate_expiry, {(name,): at for name, at in now.certificates.items()})
        offsets = now.clock_offsets_s.items()
        tell(metrics.clock_offset, {(peer.value,): ahead_s for peer, ahead_s in offsets})
        took_s = now.store_round_trip_s
        metrics.store_round_trip.set(nan if took_s is None else took_s)

    def ask_queues(self, queues: Callable[[], Queues]) -> None:
        """Whom to ask what waits, for each page."""
        self._queues = queues

    # --- the page ----------------------------------------------------------------------------

    def look(self, view: FloorView) -> None:
        """Set every gauge as the floor is now."""
        self.catch_up()
        metrics = self._metrics
        metrics.ami_link_up.set(view.link_is_up)
        metrics.store_up.set(view.store_is_up)
        metrics.open_attempts.set(view.open_attempts)
        metrics.visits_open.set(view.visits)
        self._directory.let_go(busy=self._attempts.campaign_ids)
        for campaign in view.campaigns:
            series = self._directory.campaigns.get(campaign.campaign_id)
            if series is not None:
                series.look(campaign)
        for trunk in view.trunks:
            if trunk.name in self._directory.trunks:
                self._directory.trunks[trunk.name].look(trunk, view.at)
        self._look_at_agents(view)
        self._attempts.look(view.at)
        self._waits.look(view.at)
        self._look_at_queues()

    def page(self) -> tuple[bytes, str]:
        """The page for Prometheus and its content type. May be asked for in another thread."""
        return self._writer.page(), page.CONTENT_TYPE

    @property
    def remembered_attempts(self) -> int:
        """How many live attempts are remembered; grows and falls with the lines."""
        self.catch_up()
        return len(self._attempts)

    def _look_at_agents(self, view: FloorView) -> None:
        counts = Counter((agent.campaign_id, agent.state) for agent in view.agents)
        for campaign_id, series in self._directory.campaigns.items():
            for state, gauge in series.agents.items():
                gauge.set(counts[campaign_id, state])

    def _look_at_queues(self) -> None:
        if self._queues is None:
            return
        metrics, queues = self._metrics, self._queues()
        metrics.pump_inbox.set(queues.inbox_events)
        metrics.store_queue.set(queues.store_commands)
        metrics.transcript_queue.set(queues.transcript_entries)
        metrics.transcript_lost.set(queues.is_transcript_lost)


_COMMANDS: dict[type[Command], Callable[[MetricsObserver, Any], None]] = {
    SaveAttempt: MetricsObserver._attempt_placed,
    SaveProgress: MetricsObserver._attempt_progressed,
    CloseAttempt: MetricsObserver._attempt_closed,
    DeferLead: MetricsObserver._refused,
    NoteRefusal: MetricsObserver._refused,
    SaveDecision: MetricsObserver._decided,
    SaveAgentState: MetricsObserver._agent_changed,
    AddDoNotCall: MetricsObserver._barred,
    SaveTransfer: MetricsObserver._transferred,
}

_EVENTS: dict[type[Event], Callable[[MetricsObserver, Any, Sequence[Command]], None]] = {
    events.Configured: MetricsObserver._configured,
    events.Restored: MetricsObserver._restored,
    events.RouteAsked: MetricsObserver._route_asked,
    events.CallQueued: MetricsObserver._queued,
    events.MessageStarted: MetricsObserver._message,
    events.MessageFinished: MetricsObserver._message,
    events.MessageFailed: MetricsObserver._message,
    events.VisitEnded: MetricsObserver._visit_ended,
}
