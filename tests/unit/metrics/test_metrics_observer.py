"""Metrics from event transcripts: what is counted, when, and that nothing personal gets in."""

from dataclasses import replace

import pytest

from dialer.compliance.abandonment import Audit, Counts
from dialer.compliance.gate import Reason, Refusal
from dialer.compliance.ledger import LegalLedger, Pool, ledger_of, periods_at
from dialer.domain.outcome import Outcome
from dialer.domain.transfer import DestinationKind, TransferOutcome
from dialer.engine import commands, events, store_commands
from dialer.engine.commands import Destination
from dialer.engine.view import FloorView
from dialer.metrics.labels import ON_DUTY
from dialer.metrics.observer import MetricsObserver
from dialer.pacing.floor import LineKind
from tests.unit.metrics.floor import (
    CAMPAIGN,
    FLOOR,
    LEAD,
    NUMBER,
    OURS,
    PERMIT,
    Page,
    closed,
    placed,
    tell,
)


def test_every_label_value_exists_from_the_start(observer: MetricsObserver) -> None:
    page = Page(observer)
    for outcome in Outcome:
        assert page.value("callbank_attempts_ended_total", campaign="Turnout", outcome=outcome) == 0
    for destination in Destination:
        routed = "callbank_calls_routed_total"
        assert page.value(routed, campaign="Turnout", destination=destination) == 0
    for reason in (*Reason, "other"):
        refused = "callbank_dials_refused_total"
        assert page.value(refused, reason=reason) == 0
    for state in ON_DUTY:
        page.value("callbank_agents", campaign="Turnout", state=state)
    for name in ("answered", "connected", "abandoned"):
        assert page.value(f"callbank_people_{name}_total", campaign="Turnout") == 0
    assert page.value("callbank_answer_to_connected_seconds_count") == 0


def test_a_conversation_is_counted_once_in_all_its_figures(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=100.0), placed())
    answered = events.LineAnswered(at=110.0, attempt_id="cb-1", channel="PJSIP/x-1")
    tell(observer, answered, store_commands.SaveProgress(attempt_id="cb-1", answered_at=110.0))
    route = commands.RouteCall(request_id="r", destination=Destination.BRIDGE)
    asked = events.RouteAsked(at=110.0, attempt_id="cb-1", request_id="r", channel="PJSIP/x-1")
    tell(observer, asked, route)
    connected = events.CallConnected(at=110.004, attempt_id="cb-1", agent_id=1)
    progress = store_commands.SaveProgress(attempt_id="cb-1", connected_at=110.004, agent_id=1)
    tell(observer, connected, progress)
    tell(observer, connected, progress)
    tell(observer, events.LineEnded(at=130.0, attempt_id="cb-1", cause=16), closed(Outcome.TALKED))
    page = Page(observer)
    assert page.value("callbank_attempts_placed_total", campaign="Turnout") == 1
    assert page.value("callbank_attempts_ended_total", campaign="Turnout", outcome="talked") == 1
    assert page.value("callbank_people_answered_total", campaign="Turnout") == 1
    assert page.value("callbank_people_connected_total", campaign="Turnout") == 1
    assert page.value("callbank_people_abandoned_total", campaign="Turnout") == 0
    assert page.value("callbank_calls_routed_total", campaign="Turnout", destination="bridge") == 1
    waited = "callbank_answer_to_connected_seconds"
    assert page.value(f"{waited}_count") == 1
    assert page.value(f"{waited}_bucket", le="0.002") == 0
    assert page.value(f"{waited}_bucket", le="0.005") == 1


@pytest.mark.parametrize(
    ("outcome", "answered", "abandoned"),
    [(Outcome.ABANDONED, 1, 1), (Outcome.CALLER_LEFT, 1, 0), (Outcome.BUSY, 0, 0)],
)
def test_people_are_counted_by_how_the_attempt_ended(
    observer: MetricsObserver, outcome: Outcome, answered: int, abandoned: int
) -> None:
    tell(observer, events.Ticked(at=1.0), placed(), closed(outcome))
    page = Page(observer)
    assert page.value("callbank_people_answered_total", campaign="Turnout") == answered
    assert page.value("callbank_people_abandoned_total", campaign="Turnout") == abandoned


def test_refusals_are_counted_by_reason_and_never_by_anything_open(
    observer: MetricsObserver,
) -> None:
    refusal = Refusal(reasons=(Reason.HOURS, f"{NUMBER} looks odd"), retry_at=None)
    deferred = store_commands.DeferLead(
        lead_id=31, campaign_id=7, refusal=refusal, next_at=None, at=100.0
    )
    tell(observer, events.Ticked(at=100.0), deferred)
    page = Page(observer)
    assert page.value("callbank_dials_refused_total", reason="HOURS") == 1
    assert page.value("callbank_dials_refused_total", reason="other") == 1
    assert page.value("callbank_leads_refused_total", campaign="Turnout") == 1


def test_gauges_follow_the_floor(observer: MetricsObserver) -> None:
    page = Page(observer)
    assert page.value("callbank_agents", campaign="Turnout", state="talking") == 1
    assert page.value("callbank_agents", campaign="Turnout", state="ready") == 0
    assert page.value("callbank_lines_dialing", campaign="Turnout") == 3
    assert page.value("callbank_hopper_leads", campaign="Turnout") == 40
    assert page.value("callbank_open_attempts") == 6
    assert page.value("callbank_ami_link_up") == 1
    assert page.value("callbank_store_up") == 0
    assert page.value("callbank_trunk_channels", trunk="main") == 4
    assert page.value("callbank_trunk_channel_limit", trunk="main") == 30
    assert page.value("callbank_trunk_calls_per_second_limit", trunk="main") == 5.0
    assert page.value("callbank_campaign_running", campaign="Turnout") == 1


def test_an_agent_who_went_home_is_not_counted_any_more(observer: MetricsObserver) -> None:
    Page(observer)
    empty = FloorView(
        at=101.0,
        link_is_up=True,
        store_is_up=True,
        campaigns=FLOOR.campaigns,
        agents=(),
        trunks=(),
        open_attempts=0,
    )
    page = Page(observer, empty)
    assert page.value("callbank_agents", campaign="Turnout", state="talking") == 0


IDLE = replace(FLOOR, campaigns=(), agents=(), trunks=(), open_attempts=0)
NOTHING_CONFIGURED = events.Configured(at=2.0, campaigns=(), trunks=())


def test_a_finished_campaigns_series_go_away(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=1.0), placed(), closed(Outcome.TALKED))
    observer.hear_ledgers([ledger_of_turnout(Counts(connected=1))])
    Page(observer)
    tell(observer, NOTHING_CONFIGURED)
    page = Page(observer, IDLE)
    assert "Turnout" not in page.text
    assert "main" not in page.text
    assert OURS not in page.text


def test_a_finished_campaign_is_told_of_until_its_last_call_has_ended(
    observer: MetricsObserver,
) -> None:
    tell(observer, events.Ticked(at=1.0), placed())
    tell(observer, NOTHING_CONFIGURED)
    page = Page(observer, IDLE)
    assert page.value("callbank_campaign_running", campaign="Turnout") == 0
    tell(observer, events.Ticked(at=3.0), closed(Outcome.TALKED))
    assert "Turnout" not in Page(observer, IDLE).text


def test_a_campaign_that_comes_back_begins_at_nothing(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=1.0), placed(), closed(Outcome.TALKED))
    tell(observer, NOTHING_CONFIGURED)
    Page(observer, IDLE)
    tell(observer, events.Configured(at=3.0, campaigns=(CAMPAIGN,), trunks=()))
    assert Page(observer).value("callbank_people_connected_total", campaign="Turnout") == 0


def test_a_campaign_that_is_renamed_goes_by_its_new_name(observer: MetricsObserver) -> None:
    renamed = replace(CAMPAIGN, name="Turnout at last")
    tell(observer, events.Configured(at=2.0, campaigns=(renamed,), trunks=()))
    page = Page(observer, IDLE)
    assert page.value("callbank_people_connected_total", campaign="Turnout at last") == 0
    assert 'campaign="Turnout"' not in page.text


def test_a_name_is_written_as_prometheus_reads_it(observer: MetricsObserver) -> None:
    name = 'The "best"\nof \\ all'
    odd = replace(CAMPAIGN, id=9, name=name)
    tell(observer, events.Configured(at=2.0, campaigns=(odd,), trunks=()))
    assert Page(observer, IDLE).value("callbank_people_connected_total", campaign=name) == 0


def test_an_attempt_found_after_a_restart_is_timed_from_its_answer() -> None:
    observer = MetricsObserver()
    found = events.OpenAttempt(
        attempt_id="cb-1",
        lead=LEAD,
        campaign_id=7,
        trunk="main",
        permit=PERMIT,
        dialed_at=90.0,
        answered_at=100.0,
    )
    tell(observer, events.Restored(at=101.0, attempts=(found,), agents=()))
    tell(observer, events.Configured(at=101.0, campaigns=(CAMPAIGN,), trunks=()))
    progress = store_commands.SaveProgress(attempt_id="cb-1", connected_at=101.9, agent_id=1)
    tell(observer, events.CallConnected(at=101.9, attempt_id="cb-1", agent_id=1), progress)
    waited = "callbank_answer_to_connected_seconds"
    assert Page(observer).value(f"{waited}_sum") == pytest.approx(1.9)


def test_a_line_that_nobody_knows_does_not_disturb(observer: MetricsObserver) -> None:
    connected = events.CallConnected(at=1.0, attempt_id="cb-9", agent_id=1)
    tell(observer, connected, store_commands.SaveProgress(attempt_id="cb-9", connected_at=1.0))
    waited = "callbank_answer_to_connected_seconds_count"
    assert Page(observer).value(waited) == 0


def test_ended_attempts_are_forgotten(observer: MetricsObserver) -> None:
    for n in range(50):
        tell(observer, events.Ticked(at=1.0), placed(f"cb-{n}"))
        tell(observer, events.Ticked(at=2.0), closed(Outcome.BUSY, f"cb-{n}"))
    assert observer.remembered_attempts == 0


def test_no_number_name_or_attempt_is_ever_on_the_page(observer: MetricsObserver) -> None:
    tell(observer, events.Ticked(at=100.0), placed())
    tell(observer, events.LineAnswered(at=110.0, attempt_id="cb-1", channel="PJSIP/x-1"))
    tell(observer, events.DoNotCallAdded(at=111.0, e164=NUMBER))
    tell(observer, events.LineEnded(at=130.0, attempt_id="cb-1", cause=16), closed(Outcome.TALKED))
    text = Page(observer).text
    for secret in ("2025550123", "Grace", "anna", "cb-1", "PJSIP"):
        assert secret not in text


def decided(count: int, withdrawn: int = 0, **figures: float) -> store_commands.SaveDecision:
    return store_commands.SaveDecision(
        campaign_id=7,
        at=100.0,
        kind=LineKind.SHARED,
        count=count,
        withdrawn=withdrawn,
        reason="two will be free",
        figures=figures,
    )


def test_decisions_are_counted_by_what_they_dialed(observer: MetricsObserver) -> None:
    tick = events.Ticked(at=100.0)
    observer.observe(tick, [decided(2, theta=0.02), decided(0, withdrawn=3, theta=0.015)])
    page = Page(observer)
    name = "callbank_pacing_decisions_total"
    assert page.value(name, campaign="Turnout", dialed="shared") == 1
    assert page.value(name, campaign="Turnout", dialed="nothing") == 1
    assert page.value(name, campaign="Turnout", dialed="reserved") == 0
    assert page.value("callbank_lines_withdrawn_total", campaign="Turnout") == 3
    assert page.value("callbank_pacing_theta_ratio", campaign="Turnout") == 0.015


def test_a_transfer_is_counted_when_it_is_over(observer: MetricsObserver) -> None:
    saved = store_commands.SaveTransfer(
        transfer_id="transfer-1", attempt_id="cb-1", kind=DestinationKind.OFFICE,
        destination="Senator Gray", number=NUMBER, trunk="main", asked_at=100.0,
    )  # fmt: skip
    through = replace(saved, through_at=110.0, outcome=TransferOutcome.PUT_THROUGH)
    for one in (saved, through, replace(through, ended_at=130.0)):
        tell(observer, events.Ticked(at=130.0), one)
    page = Page(observer)
    for outcome in TransferOutcome:
        is_it = outcome is TransferOutcome.PUT_THROUGH
        assert page.value("callbank_transfers_ended_total", transfer=outcome) == is_it


def test_shares_that_are_not_known_are_left_out(observer: MetricsObserver) -> None:
    (unknown,) = FLOOR.campaigns
    known = replace(FLOOR, campaigns=(replace(unknown, utilisation=0.76, reachable=0.79),))
    page = Page(observer, known)
    assert page.value("callbank_utilisation_ratio", campaign="Turnout") == 0.76
    assert page.value("callbank_utilisation_reachable_ratio", campaign="Turnout") == 0.79
    assert 'callbank_utilisation_ratio{campaign="Turnout"}' not in Page(observer).text


# --- the abandonment ledger ------------------------------------------------------------------


def ledger_of_turnout(counts: Counts) -> LegalLedger:
    pool = Pool.of(CAMPAIGN, [CAMPAIGN, replace(CAMPAIGN, id=8, name="Another")])
    tallies = {period: {"US": counts} for period in periods_at(0.0, 1000.0)}
    return ledger_of(pool, 0.0, tallies, Audit(), 1000.0)


def test_the_ledgers_figures_are_shown_as_the_ledger_has_them(observer: MetricsObserver) -> None:
    counts = Counts(connected=970, abandoned=10, screened_out=400)
    observer.hear_ledgers([ledger_of_turnout(counts)])
    page = Page(observer)
    its = {"campaign": "Turnout", "window": "block"}
    assert page.value("callbank_abandonment_answered", **its) == 1000.0
    assert page.value("callbank_abandonment_abandoned", **its) == 30.0  # 10, and 5 % of 400
    assert page.value("callbank_abandonment_rate_ratio", **its) == 0.03
    assert page.value("callbank_abandonment_strict_rate_ratio", **its) == 0.03
    assert page.value("callbank_abandonment_limit_ratio", **its) == 0.03
    assert page.value("callbank_abandonment_budget_left", **its) == 0.0


def test_a_ledger_that_was_told_before_its_campaign_is_shown_with_it() -> None:
    observer = MetricsObserver()
    observer.hear_ledgers([ledger_of_turnout(Counts(connected=1))])
    tell(observer, events.Configured(at=1.0, campaigns=(CAMPAIGN,), trunks=()))
    its = {"campaign": "Turnout", "window": "day"}
    assert Page(observer).value("callbank_abandonment_answered", **its) == 1.0


def test_a_ledger_that_is_not_told_again_is_shown_no_more(observer: MetricsObserver) -> None:
    observer.hear_ledgers([ledger_of_turnout(Counts(connected=1))])
    observer.hear_ledgers([])
    assert "callbank_abandonment_answered{" not in Page(observer).text


def test_a_message_that_cannot_be_played_is_a_gauge(observer: MetricsObserver) -> None:
    name = "callbank_safe_harbor_message_failed"
    assert Page(observer).value(name, campaign="Turnout") == 0.0
    failed = replace(FLOOR.campaigns[0], has_message_failed=True)
    view = replace(FLOOR, campaigns=(failed,))
    assert Page(observer, view).value(name, campaign="Turnout") == 1.0
