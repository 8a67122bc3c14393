"""What a new engine finds in memory: calls, transfers, help requests and agents.

For memory.py only.
"""

from collections.abc import Callable, Sequence
from math import inf

from dialer.domain.agent import AgentState
from dialer.domain.campaign import CampaignState
from dialer.domain.lead import Lead
from dialer.domain.transfer import TransferDestination
from dialer.engine.events import Restored
from dialer.engine.left_behind import AgentOnDuty, HelpRequest, OpenTransfer, OpenVisit
from dialer.engine.store_commands import SaveAgentState
from dialer.storage.memory_rows import AttemptRow, LeadRow, Tables, open_attempt

Read = Callable[[LeadRow], Lead]


def left_behind(
    tables: Tables, still_open: Sequence[AttemptRow], read: Read, now: float
) -> Restored:
    """All of it, with these attempts."""
    return Restored(
        at=now,
        attempts=tuple(
            open_attempt(row, read(tables.leads[row.saved.lead.id])) for row in still_open
        ),
        agents=tuple(on_duty_of(tables, one, read) for one in _on_duty(tables)),
        visits=open_visits(tables, read),
        transfers=open_transfers(tables),
        help_requests=open_help_requests(tables),
    )


def awaited_calls(tables: Tables) -> set[str | None]:
    """The calls that agents are in, or are to report on."""
    busy = (AgentState.TALKING, AgentState.WRAP_UP)
    return {one.attempt_id for one in _on_duty(tables) if one.state in busy}


def _on_duty(tables: Tables) -> list[SaveAgentState]:
    last = (states[-1] for _, states in sorted(tables.agent_states.items()))
    return [one for one in last if one.state is not AgentState.OFFLINE]


def lead_of_call(tables: Tables, call_id: str | None) -> LeadRow | None:
    """Whom the call was with, whichever way it went."""
    attempt = tables.attempts.get(call_id or "")
    if attempt is not None:
        return tables.leads[attempt.saved.lead.id]
    visit = tables.visits.get(call_id or "")
    lead_id = None if visit is None else visit.lead_id
    return None if lead_id is None else tables.leads[lead_id]


def on_duty_of(tables: Tables, last: SaveAgentState, read: Read) -> AgentOnDuty:
    """An agent as he was last told to be, and with whom."""
    row = lead_of_call(tables, last.attempt_id)
    return AgentOnDuty(
        agent=tables.agents[last.agent_id],
        campaign_id=last.campaign_id,
        state=last.state,
        attempt_id=last.attempt_id,
        lead=read(row) if row else None,
        also=last.also,
    )


def open_visits(tables: Tables, read: Read) -> tuple[OpenVisit, ...]:
    """Those that have not ended, and those that an agent is still to report on."""
    awaited = {states[-1].attempt_id for states in tables.agent_states.values()}
    found = []
    for visit in tables.visits.values():
        is_awaited = visit.disposition is None and visit.visit_id in awaited
        if visit.ended_at is not None and not is_awaited:
            continue
        row = lead_of_call(tables, visit.visit_id)
        found.append(
            OpenVisit(
                visit_id=visit.visit_id,
                campaign_id=visit.campaign_id,
                came_at=visit.came_at,
                e164=visit.e164,
                lead=None if row is None else read(row),
                agent_id=visit.agent_id,
                connected_at=visit.connected_at,
                parted_at=visit.parted_at,
                ended_at=visit.ended_at,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.came_at, one.visit_id)))


def open_transfers(tables: Tables) -> tuple[OpenTransfer, ...]:
    """Those that have not ended."""
    found = [
        OpenTransfer(
            transfer_id=one.transfer_id,
            attempt_id=one.attempt_id,
            destination=TransferDestination(
                kind=one.kind, name=one.destination, number=one.number
            ),
            trunk=one.trunk,
            asked_at=one.asked_at,
            answered_at=one.answered_at,
            through_at=one.through_at,
        )
        for one in tables.transfers.values()
        if one.ended_at is None
    ]
    return tuple(sorted(found, key=lambda one: (one.asked_at, one.transfer_id)))


def open_help_requests(tables: Tables) -> tuple[HelpRequest, ...]:
    """Of those who still work here."""
    found = [
        HelpRequest(help_id=one.help_id, agent_id=one.agent_id, asked_at=one.asked_at)
        for one in tables.help_requests.values()
        if one.over_at is None and one.agent_id in tables.agents
    ]
    return tuple(sorted(found, key=lambda one: (one.asked_at, one.help_id)))


def leads_of_caller(tables: Tables, of_number: list[LeadRow]) -> list[LeadRow]:
    """Of the number's leads those of open campaigns, the one that was tried last first."""
    tried_at: dict[int, float] = {}
    for attempt in tables.attempts.values():
        tried_at[attempt.saved.lead.id] = attempt.saved.dialed_at
    its = [
        row
        for row in of_number
        if tables.campaigns[row.lead.campaign_id].state is not CampaignState.FINISHED
    ]
    return sorted(its, key=lambda row: (-tried_at.get(row.lead.id, -inf), row.lead.id))
