"""Every metric, once: its name, help, labels and buckets.

Names carry base units (`_seconds`) and `_total`; labels come only from small closed sets
(campaign, outcome, destination, reason, state, trunk), never a number, a person or an attempt.
Dashboards and alert rules are checked against this file.
"""

from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

ANSWER_TO_CONNECTED_BUCKETS = (
    0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.2, 0.5,
    1.0, 1.5, 1.8, 1.9, 2.0, 2.1, 2.2, 2.5, 3.0, 5.0,
)  # fmt: skip
"""Fine around 50 ms (our own aim for a reserved agent) and around 2 s (the legal clock)."""


class Metrics:
    """The metrics of one process, registered where the caller wants them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._name_what_happened()
        self._name_what_is()
        self._name_the_ledger()

    def _name_what_happened(self) -> None:
        self.attempts_placed = self._counter(
            "callbank_attempts_placed_total",
            "Attempts written down to be dialed.",
            "campaign",
        )
        self.attempts_ended = self._counter(
            "callbank_attempts_ended_total",
            "Attempts that have ended, by their one outcome.",
            "campaign",
            "outcome",
        )
        self.people_answered = self._counter(
            "callbank_people_answered_total", "People who answered.", "campaign"
        )
        self.people_connected = self._counter(
            "callbank_people_connected_total", "People put through to an agent.", "campaign"
        )
        self.people_abandoned = self._counter(
            "callbank_people_abandoned_total",
            "People who answered while no agent was there in time.",
            "campaign",
        )
        self.calls_routed = self._counter(
            "callbank_calls_routed_total",
            "Answered calls by where the engine sent them.",
            "campaign",
            "destination",
        )
        self.dials_refused = self._counter(
            "callbank_dials_refused_total",
            "Leads that the compliance gate held back; one for each reason.",
            "campaign",
            "reason",
        )
        self.pacing_decisions = self._counter(
            "callbank_pacing_decisions_total",
            "Decisions of pacing that were kept, by what they dialed.",
            "campaign",
            "dialed",
        )
        self.lines_withdrawn = self._counter(
            "callbank_lines_withdrawn_total",
            "Ringing lines that pacing took back after their lawful time.",
            "campaign",
        )
        self.ami_events = self._counter(
            "callbank_ami_events_total", "Events that Asterisk's manager interface sent us."
        )
        self.answer_to_connected = Histogram(
            "callbank_answer_to_connected_seconds",
            "From the person's answer until he shares a bridge with an agent.",
            ["campaign"],
            buckets=ANSWER_TO_CONNECTED_BUCKETS,
            registry=self._registry,
        )

    def _name_what_is(self) -> None:
        self.utilisation = self._gauge(
            "callbank_utilisation_ratio",
            "Share of their time at work, in the last quarter of an hour, that agents talked or"
            " wrapped up.",
            "campaign",
        )
        self.utilisation_reachable = self._gauge(
            "callbank_utilisation_reachable_ratio",
            "What that share could be with this team and these people; absent while unknown.",
            "campaign",
        )
        self.pacing_theta = self._gauge(
            "callbank_pacing_theta_ratio",
            "The greatest chance of losing somebody that one more line may have, if answered.",
            "campaign",
        )
        self.agents = self._gauge(
            "callbank_agents", "Agents on duty, by what they are doing.", "campaign", "state"
        )
        self.lines_dialing = self._gauge(
            "callbank_lines_dialing", "Lines that are dialing or ringing.", "campaign"
        )
        self.people_waiting = self._gauge(
            "callbank_people_waiting", "People who answered and wait for an agent.", "campaign"
        )
        self.people_talking = self._gauge(
            "callbank_people_talking", "People in conversation with an agent.", "campaign"
        )
        self.hopper_leads = self._gauge(
            "callbank_hopper_leads", "Claimed leads waiting to be dialed.", "campaign"
        )
        self.trunk_channels = self._gauge(
            "callbank_trunk_channels", "Channels of a trunk in use.", "trunk"
        )
        self.trunk_channel_limit = self._gauge(
            "callbank_trunk_channel_limit", "Channels a trunk may use.", "trunk"
        )
        self.trunk_resting = self._gauge(
            "callbank_trunk_resting", "1 while a trunk rests after faults.", "trunk"
        )
        self.open_attempts = self._gauge(
            "callbank_open_attempts", "Attempts that have not ended yet."
        )
        self.ami_link_up = self._gauge(
            "callbank_ami_link_up", "1 while the manager link to Asterisk works."
        )
        self.store_up = self._gauge("callbank_store_up", "1 while the database can be reached.")

    def _name_the_ledger(self) -> None:
        self.message_failed = self._gauge(
            "callbank_safe_harbor_message_failed",
            "1 while a campaign's safe-harbor message cannot be played and it dials one to one.",
            "campaign",
        )
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

    @property
    def ledger_gauges(self) -> tuple[Gauge, ...]:
        """All that the abandonment ledger says."""
        return (
            self.ledger_answered,
            self.ledger_abandoned,
            self.ledger_rate,
            self.ledger_strict_rate,
            self.ledger_limit,
            self.ledger_budget_left,
        )

    def _ledger(self, figure: str, text: str) -> Gauge:
        return self._gauge(f"callbank_abandonment_{figure}", text, "campaign", "window")

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self._registry)


def set_or_drop(gauge: Gauge, label: str, value: float | None) -> None:
    """Set a gauge's series; one that is not known is left out, because 0 would be a lie."""
    if value is not None:
        gauge.labels(label).set(value)
        return
    with suppress(KeyError):
        gauge.remove(label)
