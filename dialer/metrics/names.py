"""Every metric, once: its name, help, type and labels.

Names carry base units (`_seconds`, `_bytes`, `_ratio`) and `_total`; a gauge without a unit counts
things, or is a flag (its help begins with "1 while"). labels.py holds the labels' closed sets.
Dashboards and alert rules are checked against `sample_names()`. The observer alone sets what is
named here.
"""

from prometheus_client import CollectorRegistry
from prometheus_client.process_collector import ProcessCollector

from dialer.metrics.buckets import (
    AROUND_TWO_SECONDS,
    COMMIT,
    DETECTION,
    FINE_AND_AROUND_TWO_SECONDS,
    LAG,
)
from dialer.metrics.register import Declared, Gauge, Register

AMI_EVENTS = "callbank_ami_events_total"
"""Read by `bench calls`."""


class Metrics(Register):
    """The metrics of one process, registered where the caller wants them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__(registry)
        self._name_attempts()
        self._name_people()
        self._name_messages_and_visits()
        self._name_agents()
        self._name_pacing()
        self._name_the_ledger()
        self._name_trunks()
        self._name_links()
        self._name_the_pump()
        self._name_the_machine()

    def _name_attempts(self) -> None:
        self.attempts_placed = self.counter(
            "callbank_attempts_placed_total",
            "Attempts written down to be dialed.",
            "campaign",
        )
        self.attempts_ended = self.counter(
            "callbank_attempts_ended_total",
            "Attempts that have ended, by their one outcome.",
            "campaign",
            "outcome",
        )
        self.open_attempts = self.gauge(
            "callbank_open_attempts", "Attempts that have not ended yet."
        )
        self.dials_refused = self.counter(
            "callbank_dials_refused_total",
            "Leads that the compliance gate held back; one for each reason.",
            "reason",
        )
        self.leads_refused = self.counter(
            "callbank_leads_refused_total",
            "Leads that the compliance gate held back, whatever the reasons.",
            "campaign",
        )
        self.hopper_leads = self.gauge(
            "callbank_hopper_leads", "Claimed leads waiting to be dialed.", "campaign"
        )
        self.campaign_running = self.gauge(
            "callbank_campaign_running", "1 while a campaign is to dial.", "campaign"
        )

    def _name_people(self) -> None:
        self.people_answered = self.counter(
            "callbank_people_answered_total",
            "People who answered; counted, as all people are, when the attempt has ended.",
            "campaign",
        )
        self.people_connected = self.counter(
            "callbank_people_connected_total", "People put through to an agent.", "campaign"
        )
        self.people_connected_late = self.counter(
            "callbank_people_connected_late_total",
            "Of these, those put through after the legal clock had run out.",
            "campaign",
        )
        self.people_abandoned = self.counter(
            "callbank_people_abandoned_total",
            "People who answered while no agent was there in time.",
            "campaign",
        )
        self.transfers_ended = self.counter(
            "callbank_transfers_ended_total",
            "Transfers of people to third parties that are over, by how they came out.",
            "transfer",
        )
        self.calls_routed = self.counter(
            "callbank_calls_routed_total",
            "Answered calls by where the engine sent them.",
            "campaign",
            "destination",
        )
        self.answer_to_connected = self.histogram(
            "callbank_answer_to_connected_seconds",
            "From the person's answer until he shares a bridge with an agent.",
            FINE_AND_AROUND_TWO_SECONDS,
        )
        self.greeting_end_to_connected = self.histogram(
            "callbank_greeting_end_to_connected_seconds",
            "From the end of the person's greeting (without one, from his answer) until he shares a"
            " bridge with an agent.",
            AROUND_TWO_SECONDS,
            "campaign",
        )
        self.people_waiting = self.gauge(
            "callbank_people_waiting", "People who answered and wait for an agent.", "campaign"
        )
        self.people_longest_wait = self.gauge(
            "callbank_people_longest_wait_seconds",
            "How long that person has waited who answered first of those who wait.",
            "campaign",
        )
        self.people_talking = self.gauge(
            "callbank_people_talking", "People in conversation with an agent.", "campaign"
        )

    def _name_messages_and_visits(self) -> None:
        self.messages = self.counter(
            "callbank_messages_total",
            "Safe-harbor messages, by what became of them.",
            "campaign",
            "result",
        )
        self.message_failed = self.gauge(
            "callbank_safe_harbor_message_failed",
            "1 while a campaign's safe-harbor message cannot be played and it dials one to one.",
            "campaign",
        )
        self.detector_verdicts = self.counter(
            "callbank_detector_verdicts_total",
            "What answering-machine detection said of answered calls.",
            "campaign",
            "verdict",
        )
        self.detector_latency = self.histogram(
            "callbank_detector_latency_seconds",
            "From the answer until answering-machine detection has its verdict.",
            DETECTION,
        )
        self.do_not_call_requests = self.counter(
            "callbank_do_not_call_requests_total",
            "Requests not to be called again that the daemon took in, however they were made.",
        )
        self.visits = self.counter("callbank_visits_total", "Calls that came in and have ended.")
        self.visits_open = self.gauge(
            "callbank_visits_open", "People who called us and are still on the line."
        )

    def _name_agents(self) -> None:
        self.agents = self.gauge(
            "callbank_agents", "Agents on duty, by what they are doing.", "campaign", "state"
        )
        self.agent_wait = self.summary(
            "callbank_agent_wait_seconds",
            "Agents' finished waits, from being ready until a conversation.",
            "campaign",
        )
        self.agents_longest_wait = self.gauge(
            "callbank_agents_longest_wait_seconds",
            "How long that agent has waited who has been ready longest; reserved is waiting.",
            "campaign",
        )
        self.utilisation = self.gauge(
            "callbank_utilisation_ratio",
            "Share of their time at work, in the last quarter of an hour, that agents talked or"
            " wrapped up; absent while unknown.",
            "campaign",
        )
        self.utilisation_reachable = self.gauge(
            "callbank_utilisation_reachable_ratio",
            "What that share could be with this team and these people; absent while unknown.",
            "campaign",
        )

    def _name_pacing(self) -> None:
        self.lines_dialing = self.gauge(
            "callbank_lines_dialing", "Lines that are dialing or ringing.", "campaign"
        )
        self.pacing_decisions = self.counter(
            "callbank_pacing_decisions_total",
            "Decisions of pacing that were kept, by what they dialed.",
            "campaign",
            "dialed",
        )
        self.lines_withdrawn = self.counter(
            "callbank_lines_withdrawn_total",
            "Ringing lines that pacing took back after their lawful time.",
            "campaign",
        )
        self.pacing_theta = self.gauge(
            "callbank_pacing_theta_ratio",
            "The greatest chance of losing somebody that one more line may have, if answered;"
            " absent where the dial method asks for none.",
            "campaign",
        )

    def _name_the_ledger(self) -> None:
        self.ledger_answered = self._ledger("answered", "People who answered, as the law counts.")
        self.ledger_abandoned = self._ledger(
            "abandoned", "Of these abandoned, estimated errors of detection among them."
        )
        self.ledger_rate = self._ledger("rate_ratio", "Share of these that was abandoned.")
        self.ledger_strict_rate = self._ledger(
            "strict_rate_ratio", "The same with those who hung up before the legal clock ran out."
        )
        self.ledger_limit = self._ledger("limit_ratio", "The share that is never to be exceeded.")
        self.ledger_budget_left = self._ledger(
            "budget_left", "How many more people may be abandoned in the window."
        )

    def _name_trunks(self) -> None:
        self.trunk_channels = self.gauge(
            "callbank_trunk_channels", "Channels of a trunk in use.", "trunk"
        )
        self.trunk_channel_limit = self.gauge(
            "callbank_trunk_channel_limit", "Channels a trunk may use.", "trunk"
        )
        self.trunk_calls_per_second_limit = self.gauge(
            "callbank_trunk_calls_per_second_limit",
            "New calls that a trunk may carry in a second.",
            "trunk",
        )
        self.trunk_resting = self.gauge(
            "callbank_trunk_resting", "1 while a trunk rests after faults.", "trunk"
        )
        self.trunk_calls = self.counter(
            "callbank_trunk_calls_total", "Calls meant to go out by a trunk.", "trunk"
        )
        self.trunk_failures = self.counter(
            "callbank_trunk_failures_total", "Calls that ended by the trunk's own fault.", "trunk"
        )
        self.trunk_hangups = self.counter(
            "callbank_trunk_hangups_total", "Ends of calls by their cause.", "trunk", "cause"
        )
        self.caller_id_calls = self.counter(
            "callbank_caller_id_calls_total", "Calls that showed a number of ours.", "caller_id"
        )
        self.caller_id_spam_signals = self.counter(
            "callbank_caller_id_spam_signals_total",
            "Calls refused with a SIP status that says the number shown is taken for spam.",
            "caller_id",
            "sip_status",
        )

    def _name_links(self) -> None:
        self.ami_link_up = self.gauge(
            "callbank_ami_link_up", "1 while the manager link to Asterisk works."
        )
        self.ami_events = self.counter(
            AMI_EVENTS, "Events that Asterisk's manager interface sent us."
        )
        self.ami_faults = self.counter(
            "callbank_ami_faults_total", "What went wrong on the manager link.", "fault"
        )
        self.store_up = self.gauge("callbank_store_up", "1 while the database can be reached.")
        self.store_round_trip = self.gauge(
            "callbank_store_round_trip_seconds",
            "How long the last question to the database took; NaN while unknown.",
        )
        self.store_commit = self.histogram(
            "callbank_store_commit_seconds", "How long commits of calls' rows took.", COMMIT
        )
        self.store_queue = self.gauge(
            "callbank_store_queue_commands",
            "Rows, evidence among them, and dials behind them that wait to be committed.",
        )

    def _name_the_pump(self) -> None:
        self.pump_inbox = self.gauge(
            "callbank_pump_inbox_events", "Events that wait for the engine."
        )
        self.pump_events = self.counter(
            "callbank_pump_events_total", "Events that the engine has handled."
        )
        self.pump_lag = self.histogram(
            "callbank_pump_lag_seconds",
            "How late the engine handled the ticks of its clock.",
            LAG,
        )
        self.transcript_queue = self.gauge(
            "callbank_transcript_queue_entries", "Entries that the transcript has yet to take."
        )
        self.transcript_lost = self.gauge(
            "callbank_transcript_lost", "1 while no transcript is written because its disk failed."
        )

    def _name_the_machine(self) -> None:
        self.disk_free = self.gauge(
            "callbank_disk_free_bytes", "Room left on the disk of a directory.", "place"
        )
        self.disk_size = self.gauge(
            "callbank_disk_size_bytes", "Size of the disk of a directory.", "place"
        )
        self.certificate_expiry = self.gauge(
            "callbank_certificate_expiry_timestamp_seconds",
            "When a TLS certificate ends; absent where none is configured.",
            "certificate",
        )
        self.clock_offset = self.gauge(
            "callbank_clock_offset_seconds",
            "How far our clock is ahead of another's; absent while unknown.",
            "against",
        )
        self.start_time = self.gauge(
            "callbank_start_time_seconds", "When the daemon started, since the epoch."
        )
        self.build_info = self.gauge(
            "callbank_build_info",
            "Always 1; the labels say what runs.",
            "version",
            "python_version",
        )

    def _ledger(self, figure: str, text: str) -> Gauge:
        return self.gauge(f"callbank_abandonment_{figure}", text, "campaign", "window")


PROCESS = (
    "process_virtual_memory_bytes",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_max_fds",
)
"""What prometheus-client itself tells of our process on Linux."""


def name_the_process(registry: CollectorRegistry) -> None:
    """Let the registry tell of the process too."""
    ProcessCollector(registry=registry)


def declared() -> tuple[Declared, ...]:
    """Every metric of ours."""
    return Metrics(CollectorRegistry()).declared


def sample_names() -> frozenset[str]:
    """The name of every series that /metrics can have, for those who write queries."""
    ours = (sample for metric in declared() for sample in metric.samples)
    return frozenset(ours) | frozenset(PROCESS)
