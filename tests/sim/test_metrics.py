"""Every metric is fed: simulated evenings move each of them, but for those that are named here.

Who adds a metric that nothing feeds, or stops feeding one, finds its name in a failure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from dialer.domain.campaign import AmdMode, DialMethod
from dialer.domain.outcome import Outcome
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.metrics.names import declared
from dialer.metrics.observer import MetricsObserver
from dialer.runtime.watch import Watch
from dialer.sim.run import Evening
from dialer.sim.world import (
    Detector,
    EndKind,
    Faults,
    Leads,
    LineEnd,
    Rules,
    TrunkLaw,
    Volunteers,
    World,
)
from tests.sim.evenings import BUSY, evening

LOOK_EVERY_S = 2.0

TOLD_BY_METERING = frozenset(
    {
        "callbank_ami_events_total",
        "callbank_ami_faults_total",
        "callbank_store_round_trip_seconds",
        "callbank_store_queue_commands",
        "callbank_pump_inbox_events",
        "callbank_transcript_queue_entries",
        "callbank_transcript_lost",
        "callbank_disk_free_bytes",
        "callbank_disk_size_bytes",
        "callbank_certificate_expiry_timestamp_seconds",
        "callbank_clock_offset_seconds",
    }
)
"""Told by dialer/metering.py, of real parts: tests/integration/live/test_metering.py."""

NOT_SIMULATED = {
    "callbank_store_commit_seconds": "told by the store lane; the simulator has one of its own",
    "callbank_visits_total": "nobody calls in",
    "callbank_visits_open": "nobody calls in",
    "callbank_do_not_call_requests_total": "nobody presses a key, and no volunteer says so",
    "callbank_safe_harbor_message_failed": "the simulator's messages are always there",
    "callbank_trunk_failures_total": "a trunk that fails answers 503, which is congestion",
}

DEAR = World(
    name="metered",
    burn_in_min=0.0,
    tick_s=1.0,
    carrier=replace(
        BUSY.carrier,
        greeting_from_s=0.5,
        greeting_to_s=1.6,
        patience_s=6.0,
        connect_s=0.8,
        ends=(*BUSY.carrier.ends, LineEnd(kind=EndKind.REJECTED, share=0.05, from_s=1.0, to_s=2.0)),
        trunks=(TrunkLaw(name="a", failures_per_hour=6.0, failure_s=30.0, refused_share=0.05),),
    ),
    volunteers=Volunteers(talk_mean_s=20.0, wrap_mean_s=3.0),
    detector=Detector(
        mode=AmdMode.GATE, person_delay_s=1.0, machine_delay_s=2.5, person_as_machine=0.02
    ),
    rules=Rules(dial_method=DialMethod.RATIO, ratio=3.0),
)
FORESEEING = replace(BUSY, rules=Rules(dial_method=DialMethod.PREDICTIVE, abandon_target=0.03))
ROUGH = replace(
    BUSY,
    leads=Leads(count=60, shared_number_share=0.8),
    volunteers=replace(BUSY.volunteers, transfer_share=0.5),
    faults=Faults(store_cuts_per_hour=12.0, link_cuts_per_hour=12.0),
)


class MeteredEvening(Evening):
    """An evening with an observer, whose page is read now and then."""

    observer: MetricsObserver

    def happened(self, event: ev.Event, commands: Sequence[cmd.Command]) -> None:
        """The engine was told something."""
        super().happened(event, commands)
        self.observer.observe(event, commands)

    def begin(self) -> None:
        """Meter it from the first event on."""
        self.observer = MetricsObserver(clock=lambda: self.agenda.now + 0.01)
        self.first = self.last = self.read()
        self.moved: set[str] = set()
        self.agenda.after(LOOK_EVERY_S, self._read_now_and_then)

    def read(self) -> Mapping[str, float]:
        """Every series as it stands on the page."""
        page, _ = self.observer.page()
        lines = (line.rpartition(" ") for line in page.decode().splitlines())
        return {
            head: float(value)
            for head, _, value in lines
            if not head.startswith("#") and value != "NaN"
        }

    def _read_now_and_then(self, _: object) -> None:
        if self.desk.engine is not None:
            self.observer.look(self.view())
        now = self.read()
        last = self.last
        moved = (head for head, value in now.items() if value != last.get(head, 0.0))
        self.moved |= {head.partition("{")[0] for head in moved}
        self.last = now
        self.agenda.after(LOOK_EVERY_S, self._read_now_and_then)

    def _watch(self, sink: Callable[[ev.Event], None]) -> Watch:
        watch = super()._watch(sink)
        watch.hears_ledgers = self.observer.hear_ledgers
        return watch


def metered(world: World, *, agents: int, hours: float) -> MeteredEvening:
    """An evening that is over."""
    one = evening(world, agents=agents, hours=hours, kind=MeteredEvening)
    assert isinstance(one, MeteredEvening)
    one.begin()
    one.run()
    one.observer.look(one.view())
    return one


@pytest.fixture(scope="module")
def evenings() -> tuple[MeteredEvening, ...]:
    return (
        metered(DEAR, agents=8, hours=0.4),
        metered(FORESEEING, agents=8, hours=0.4),
        metered(ROUGH, agents=4, hours=0.25),
    )


def test_every_metric_moves_in_an_evening(evenings: tuple[MeteredEvening, ...]) -> None:
    moved = {name for one in evenings for name in one.moved}
    stands = {"callbank_start_time_seconds", "callbank_build_info"}  # from the first page on
    fed = {metric.name for metric in declared() if moved & set(metric.samples)} | stands
    unfed = {metric.name for metric in declared()} - fed
    assert unfed == TOLD_BY_METERING | NOT_SIMULATED.keys()


def test_an_evenings_counts_are_those_of_its_rows(evenings: tuple[MeteredEvening, ...]) -> None:
    one = evenings[0]
    page = one.read()
    rows = one.store.tables.attempts.values()
    for outcome in Outcome:
        ended = sum(row.closed is not None and row.closed.outcome is outcome for row in rows)
        its = f'campaign="{one.campaign.name}",outcome="{outcome.value}"'
        assert page[f"callbank_attempts_ended_total{{{its}}}"] == ended
    its = f'campaign="{one.campaign.name}"'
    waited = page[f"callbank_greeting_end_to_connected_seconds_count{{{its}}}"]
    assert waited == sum(row.progress.connected_at is not None for row in rows)


def test_no_series_is_left_of_attempts_that_are_over(evenings: tuple[MeteredEvening, ...]) -> None:
    for one in evenings:
        assert one.observer.remembered_attempts == one.view().open_attempts
