"""What the suites of the store's contract write: calls that are dialed and end, and agents' states.

`NOW` is the instant at which a suite plays; ANN, BOB and CAT are numbers that may be called.
"""

import time

from dialer.compliance.gate import DialPermit, permit_on_record
from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead, LeadState
from dialer.domain.outcome import Outcome
from dialer.engine.store_commands import CloseAttempt, SaveAgentState, SaveAttempt, UpdateLead
from tests.contract.store_worlds import StoreWorld

NOW = float(round(time.time()))
ANN, BOB, CAT = "+12025550101", "+12025550102", "+12025550103"


def permit(lead: Lead) -> DialPermit:
    return permit_on_record(
        {
            "lead_id": lead.id,
            "e164": lead.e164,
            "campaign_id": lead.campaign_id,
            "caller_id": "+12025550199",
            "granted_at": NOW,
            "expires_at": NOW + 5,
            "may_over_dial": False,
            "may_play_recording": False,
        }
    )


def dialed(
    lead: Lead, attempt_id: str, *, at: float = NOW, agent_id: int | None = None
) -> SaveAttempt:
    return SaveAttempt(
        attempt_id=attempt_id,
        lead=lead,
        campaign_id=lead.campaign_id,
        permit=permit(lead),
        trunk="carrier",
        caller_id="+12025550199",
        agent_id=agent_id,
        dialed_at=at,
    )


def closed(
    attempt_id: str, outcome: Outcome, *, at: float = NOW + 20, **instants: object
) -> CloseAttempt:
    return CloseAttempt(
        attempt_id=attempt_id, campaign_id=1, outcome=outcome, ended_at=at, **instants
    )


def rests(
    lead: Lead, *, until: float, outcome: Outcome = Outcome.BUSY, counted: bool = True
) -> UpdateLead:
    return UpdateLead(
        lead_id=lead.id,
        state=LeadState.RECYCLED,
        next_at=until,
        last_outcome=outcome,
        counted=counted,
    )


async def claim_one(world: StoreWorld, campaign: Campaign, now: float = NOW) -> Lead:
    (lead,) = await world.store.claim_leads(campaign.id, 1, now)
    return lead


def state(
    agent: Agent, campaign: Campaign, what: AgentState, at: float, attempt_id: str | None = None
) -> SaveAgentState:
    return SaveAgentState(
        agent_id=agent.id, campaign_id=campaign.id, state=what, at=at, attempt_id=attempt_id
    )
