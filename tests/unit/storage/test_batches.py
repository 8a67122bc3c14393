"""How a batch of store commands becomes statements: few of them, and in the right order."""

from dialer.compliance.gate import permit_on_record
from dialer.domain.agent import AgentState
from dialer.domain.lead import Lead, LeadState
from dialer.domain.outcome import Outcome
from dialer.engine.store_commands import (
    CloseAttempt,
    SaveAgentState,
    SaveAttempt,
    StoreCommand,
    UpdateLead,
)
from dialer.storage.batches import QUERIES_USED, plan
from dialer.storage.writer import function_text


def saved(n: int, e164: str = "+12025550101") -> SaveAttempt:
    lead = Lead(id=n, campaign_id=1, e164=e164, display_name="Ann", zones=("America/New_York",))
    values = {
        "lead_id": n, "e164": e164, "campaign_id": 1, "caller_id": "+12025550199",
        "granted_at": 0.0, "expires_at": 5.0, "may_over_dial": False, "may_play_recording": False,
    }  # fmt: skip
    return SaveAttempt(
        attempt_id=f"cb-{n}", lead=lead, campaign_id=1, permit=permit_on_record(values),
        trunk="t", caller_id="+12025550199", agent_id=None, dialed_at=0.0,
    )  # fmt: skip


def closed(n: int) -> CloseAttempt:
    return CloseAttempt(
        attempt_id=f"cb-{n}", campaign_id=1, outcome=Outcome.BUSY, ended_at=9.0
    )


def updated(n: int) -> UpdateLead:
    return UpdateLead(
        lead_id=n, state=LeadState.FINAL, next_at=None, last_outcome=None, counted=True
    )


def agent(n: int, state: AgentState) -> SaveAgentState:
    return SaveAgentState(agent_id=n, campaign_id=1, state=state, at=0.0)


def queries(*batch: StoreCommand) -> list[str]:
    return [statement.query for statement in plan(batch)]


def test_many_commands_of_a_kind_are_one_statement() -> None:
    statements = list(plan([closed(1), updated(1), closed(2), updated(2), closed(3), updated(3)]))
    assert [(one.query, len(one.rows)) for one in statements] == [
        ("append_evidence", 3),
        ("close_attempts", 3),
        ("update_leads", 3),
    ]


def test_attempts_are_closed_before_others_are_saved() -> None:
    assert queries(saved(2), closed(1)) == [
        "append_evidence",
        "close_attempts",
        "save_attempts",
        "hold_claims",
    ]


def test_one_attempts_life_in_one_batch_keeps_its_order() -> None:
    assert queries(saved(1), closed(1), updated(1)) == [
        "append_evidence",
        "save_attempts",
        "hold_claims",
        "append_evidence",
        "close_attempts",
        "update_leads",
    ]


def test_the_evidence_of_a_wave_is_in_the_order_of_its_commands() -> None:
    first, *_ = plan([saved(2), closed(1), saved(3)])
    assert [(row["kind"], row["attempt_id"]) for row in first.rows] == [
        ("dialed", "cb-2"),
        ("ended", "cb-1"),
        ("dialed", "cb-3"),
    ]


def test_a_lead_that_was_updated_and_is_dialed_anew_keeps_its_order() -> None:
    assert queries(updated(1), saved(1)) == [
        "update_leads",
        "append_evidence",
        "save_attempts",
        "hold_claims",
    ]


def test_one_agents_states_are_written_one_after_the_other() -> None:
    twice = queries(agent(1, AgentState.READY), agent(1, AgentState.TALKING))
    assert twice == ["end_agent_states", "begin_agent_states"] * 2
    others = queries(agent(1, AgentState.READY), agent(2, AgentState.READY))
    assert others == ["end_agent_states", "begin_agent_states"]


def test_the_writing_function_knows_every_query_and_no_parameter_is_left_over() -> None:
    text = function_text()
    assert all(f"WHEN '{query}' THEN" in text for query in QUERIES_USED)
    assert ":rows" not in text and ":floor" not in text
