"""What earlier calls teach, from the rows in memory. For memory.py only."""

from itertools import pairwise

from dialer.domain.agent import AgentState
from dialer.engine.seen import seen_lead
from dialer.pacing.floor import Fact
from dialer.storage.memory_rows import AttemptRow, Tables
from dialer.storage.past import PastAttempt, PastWrapUp, facts_of


def past_facts(tables: Tables, campaign_id: int, limit: int) -> tuple[Fact, ...]:
    """The facts of the campaign's last attempts that have ended, and of the wrap-ups since."""
    ended = [
        row
        for row in tables.attempts.values()
        if row.saved.campaign_id == campaign_id and row.closed is not None
    ]
    ended.sort(key=lambda row: (row.saved.dialed_at, row.saved.attempt_id))
    last = ended[max(0, len(ended) - limit) :]
    if not last:
        return ()
    wrap_ups = _wrap_ups(tables, campaign_id, last[0].saved.dialed_at)
    return facts_of(map(_past_attempt, last), wrap_ups)


def _wrap_ups(tables: Tables, campaign_id: int, since: float) -> list[PastWrapUp]:
    return [
        PastWrapUp(began_at=one.at, ended_at=after.at)
        for spells in tables.agent_states.values()
        for one, after in pairwise(spells)
        if one.state is AgentState.WRAP_UP
        and one.campaign_id == campaign_id
        and one.at >= since
    ]


def _past_attempt(row: AttemptRow) -> PastAttempt:
    closed, progress = row.closed, row.progress
    assert closed is not None
    return PastAttempt(
        dialed_at=row.saved.dialed_at,
        answered_at=progress.answered_at,
        greeting_ended_at=progress.greeting_ended_at,
        connected_at=progress.connected_at,
        parted_at=closed.parted_at,
        ended_at=closed.ended_at,
        outcome=closed.outcome,
        verdict=closed.amd_verdict,
        lead=seen_lead(row.saved.lead, row.saved.dialed_at),
    )
