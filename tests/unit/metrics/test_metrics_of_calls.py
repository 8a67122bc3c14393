"""Metrics of the legal clock, the detector, trunks and numbers, waits, and what lies around."""

from dataclasses import replace
from math import isnan

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.outcome import AmdVerdict, Outcome
from dialer.engine import commands, events, store_commands
from dialer.engine.commands import Destination
from dialer.metrics.labels import Peer, Place
from dialer.metrics.observer import MetricsObserver
from dialer.metrics.told import Disk, Queues, Surroundings
from tests.unit.metrics.floor import (
    OURS,
    Page,
    closed,
    placed,
    tell,
)

WAITED = "callbank_greeting_end_to_connected_seconds"


def connect(observer: MetricsObserver, at: float, greeting_ended_at: float | None = None) -> None:
    """Somebody answers at 110, and is put through."""
    answered = events.LineAnswered(at=110.0, attempt_id="cb-1", channel="PJSIP/x-1")
    tell(observer, events.Ticked(at=100.0), placed())
    tell(observer, answered, store_commands.SaveProgress(attempt_id="cb-1", answered_at=110.0))
    tell(
        observer,
        events.CallConnected(at=at, attempt_id="cb-1", agent_id=1),
        store_commands.SaveProgress(
            attempt_id="cb-1", greeting_ended_at=greeting_ended_at, connected_at=at, agent_id=1
        ),
    )


@pytest.mark.parametrize(
    ("greeting_ended_at", "connected_at", "waited_s", "late"),
    [
        (None, 111.9, 1.9, 0),
        (None, 112.1, 2.1, 1),
        (111.5, 113.4, 1.9, 0),
        (111.5, 113.6, 2.1, 1),
        (111.5, 111.0, 0.0, 0),
    ],
)
def test_the_legal_wait_runs_from_the_end_of_the_greeting(
    observer: MetricsObserver,
    greeting_ended_at: float | None,
    connected_at: float,
    waited_s: float,
    late: int,
) -> None:
    connect(observer, connected_at, greeting_ended_at)
    page = Page(observer)
    assert page.value(f"{WAITED}_sum", campaign="Turnout") == pytest.approx(waited_s)
    assert page.value(f"{WAITED}_bucket", campaign="Turnout", le="2.0") == 1 - late
    assert page.value("callbank_people_connected_late_total", campaign="Turnout") == late


def test_a_verdict_is_counted_and_timed_from_the_answer(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=100.0), placed())
    answered = events.LineAnswered(at=110.0, attempt_id="cb-1", channel="PJSIP/x-1")
    tell(observer, answered, store_commands.SaveProgress(attempt_id="cb-1", answered_at=110.0))
    asked = events.RouteAsked(
        at=111.2,
        attempt_id="cb-1",
        request_id="r",
        channel="PJSIP/x-1",
        verdict=AmdVerdict.MACHINE,
    )
    route = commands.RouteCall(request_id="r", destination=Destination.MACHINE)
    tell(observer, asked, route)
    page = Page(observer)
    verdicts = "callbank_detector_verdicts_total"
    assert page.value(verdicts, campaign="Turnout", verdict="machine") == 1
    assert page.value(verdicts, campaign="Turnout", verdict="human") == 0
    latency = "callbank_detector_latency_seconds_sum"
    assert page.value(latency) == pytest.approx(1.2)


def test_a_refusal_that_smells_of_spam_is_held_against_our_number(
    observer: MetricsObserver,
) -> None:
    tell(observer, events.Ticked(at=100.0), placed())
    end = replace(closed(Outcome.REJECTED), hangup_cause=21, sip_status=608)
    tell(observer, events.LineEnded(at=101.0, attempt_id="cb-1", cause=21, sip_status=608), end)
    page = Page(observer)
    signals = "callbank_caller_id_spam_signals_total"
    assert page.value(signals, caller_id=OURS, sip_status="608") == 1
    assert page.value(signals, caller_id=OURS, sip_status="607") == 0
    assert page.value("callbank_caller_id_calls_total", caller_id=OURS) == 1
    hangups = "callbank_trunk_hangups_total"
    assert page.value(hangups, trunk="main", cause="call_rejected") == 1
    assert page.value("callbank_trunk_calls_total", trunk="main") == 1
    assert page.value("callbank_trunk_failures_total", trunk="main") == 0


def test_a_cause_without_a_word_is_another_one(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=100.0), placed())
    end = replace(closed(Outcome.TRUNK_FAILED), hangup_cause=99)
    tell(observer, events.Ticked(at=101.0), end)
    page = Page(observer)
    assert page.value("callbank_trunk_hangups_total", trunk="main", cause="other") == 1
    assert page.value("callbank_trunk_failures_total", trunk="main") == 1


def agent_is(state: AgentState, at: float) -> store_commands.SaveAgentState:
    return store_commands.SaveAgentState(agent_id=1, campaign_id=7, state=state, at=at)


def test_an_agents_wait_is_from_ready_to_talking(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=80.0), agent_is(AgentState.READY, 80.0))
    longest = "callbank_agents_longest_wait_seconds"
    assert Page(observer).value(longest, campaign="Turnout") == 20.0
    tell(observer, events.Ticked(at=105.0), agent_is(AgentState.TALKING, 105.0))
    page = Page(observer)
    assert page.value("callbank_agent_wait_seconds_sum", campaign="Turnout") == 25.0
    assert page.value("callbank_agent_wait_seconds_count", campaign="Turnout") == 1
    assert page.value(longest, campaign="Turnout") == 0.0


def test_a_break_is_no_wait(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=80.0), agent_is(AgentState.READY, 80.0))
    tell(observer, events.Ticked(at=90.0), agent_is(AgentState.BREAK, 90.0))
    tell(observer, events.Ticked(at=95.0), agent_is(AgentState.TALKING, 95.0))
    assert Page(observer).value("callbank_agent_wait_seconds_count", campaign="Turnout") == 0


def test_who_waits_longest_is_told_until_he_is_put_through(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=90.0), placed())
    answered = events.LineAnswered(at=98.5, attempt_id="cb-1", channel="PJSIP/x-1")
    tell(observer, answered, store_commands.SaveProgress(attempt_id="cb-1", answered_at=98.5))
    asked = events.RouteAsked(at=98.6, attempt_id="cb-1", request_id="r", channel="PJSIP/x-1")
    tell(observer, asked, commands.RouteCall(request_id="r", destination=Destination.QUEUE))
    longest = "callbank_people_longest_wait_seconds"
    assert Page(observer).value(longest, campaign="Turnout") == 1.5
    connected = events.CallConnected(at=100.0, attempt_id="cb-1", agent_id=1)
    tell(observer, connected, store_commands.SaveProgress(attempt_id="cb-1", connected_at=100.0))
    assert Page(observer).value(longest, campaign="Turnout") == 0.0


def test_messages_are_counted_by_what_became_of_them(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=90.0), placed())
    tell(observer, events.MessageStarted(at=100.0, attempt_id="cb-1"))
    tell(observer, events.MessageFailed(at=101.0, attempt_id="cb-1"))
    page = Page(observer)
    for result, count in (("started", 1), ("finished", 0), ("failed", 1)):
        assert page.value("callbank_messages_total", campaign="Turnout", result=result) == count


def test_a_voicemail_is_no_safe_harbor_message(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=90.0), placed())
    connected = events.CallConnected(at=100.0, attempt_id="cb-1", agent_id=1)
    tell(observer, connected, store_commands.SaveProgress(attempt_id="cb-1", connected_at=100.0))
    tell(observer, events.MessageStarted(at=110.0, attempt_id="cb-1"))
    page = Page(observer)
    assert page.value("callbank_messages_total", campaign="Turnout", result="started") == 0


# --- what is told beside the stream ------------------------------------------------------------


def test_the_links_counts_are_taken_over_as_they_grow(observer: MetricsObserver) -> None:
    observer.hear_link(10, {"reconnects": 1, "messages": 9})
    observer.hear_link(25, {"reconnects": 3, "messages": 22})
    page = Page(observer)
    assert page.value("callbank_ami_events_total") == 25
    assert page.value("callbank_ami_faults_total", fault="reconnects") == 3
    assert page.value("callbank_ami_faults_total", fault="malformed") == 0


def test_queues_are_asked_for_each_page(observer: MetricsObserver) -> None:
    waiting = [Queues(inbox_events=3, store_commands=40, transcript_entries=7)]
    observer.ask_queues(lambda: waiting[-1])
    assert Page(observer).value("callbank_store_queue_commands") == 40
    waiting.append(Queues(inbox_events=0, store_commands=0, is_transcript_lost=True))
    page = Page(observer)
    assert page.value("callbank_pump_inbox_events") == 0
    assert page.value("callbank_transcript_lost") == 1


def test_what_is_not_known_of_the_surroundings_is_left_out(observer: MetricsObserver) -> None:
    disk = Disk(free_bytes=10, size_bytes=100)
    observer.hear_surroundings(
        Surroundings(
            disks={Place.DATA: disk},
            certificates={"proxy.pem": 2e9},
            clock_offsets_s={Peer.DATABASE: -0.25},
            store_round_trip_s=0.002,
        )
    )
    page = Page(observer)
    assert page.value("callbank_disk_free_bytes", place="data") == 10
    expiry = "callbank_certificate_expiry_timestamp_seconds"
    assert page.value(expiry, certificate="proxy.pem") == 2e9
    assert page.value("callbank_clock_offset_seconds", against="database") == -0.25
    assert page.value("callbank_store_round_trip_seconds") == 0.002
    observer.hear_surroundings(Surroundings())
    page = Page(observer)
    assert isnan(page.value("callbank_store_round_trip_seconds"))
    for gone in ("disk_free_bytes", "certificate_expiry_timestamp_seconds", "clock_offset_seconds"):
        assert f"callbank_{gone}{{" not in page.text


def test_a_late_tick_is_the_pumps_lag() -> None:
    observer = MetricsObserver(clock=lambda: 100.5)
    tell(observer, events.Ticked(at=100.3))
    page = Page(observer)
    assert page.value("callbank_pump_lag_seconds_sum") == pytest.approx(0.2)
    assert page.value("callbank_pump_events_total") == 1
    assert page.value("callbank_start_time_seconds") == 100.5
