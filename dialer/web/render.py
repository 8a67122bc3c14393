"""Views as JSON objects. The keys are part of the HTTP API: programs outside rely on them."""

from dataclasses import asdict

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.goal import Goal
from dialer.domain.lead import Lead
from dialer.engine.view import AgentView, CampaignView, FloorView, TransferView
from dialer.web.ports import CampaignFigures

Json = dict[str, object]

FIGURE_KEYS = (
    "attempts",
    "answered",
    "connected",
    "abandoned",
    "abandon_rate",
    "bridge_ms",
    "utilisation",
    "wait_s_mean",
    "double_dials",
    "open_attempts",
    "waiting_by_language",
)


def lead_card(lead: Lead | None) -> Json | None:
    """What an agent sees of the person he talks to."""
    if lead is None:
        return None
    return {
        "lead_id": lead.id,
        "name": lead.display_name,
        "number": lead.e164,
        "attempts": lead.attempt_count,
        "last_outcome": lead.last_outcome,
    }


def agent_state(agent_id: int, agent: AgentView | None) -> Json:
    """One agent's state with his lead card; offline when he is not on the floor."""
    if agent is None:
        return {
            "agent_id": agent_id,
            "name": None,
            "campaign_id": None,
            "state": AgentState.OFFLINE.value,
            "since": None,
            "attempt_id": None,
            "last_attempt_id": None,
            "wants": "",
            "practice_id": None,
            "campaign_ids": [],
            "lead": None,
            "is_incoming": False,
            "is_on_hold": False,
            "can_leave_message": False,
            "transfer": None,
        }
    return {
        **agent_line(agent),
        "attempt_id": agent.attempt_id,
        "last_attempt_id": agent.last_attempt_id,
        "lead": lead_card(agent.lead),
        "is_incoming": agent.is_incoming,
        "is_on_hold": agent.is_on_hold,
        "can_leave_message": agent.can_leave_message,
        "transfer": _transfer(agent.transfer),
    }


def _transfer(view: TransferView | None) -> Json | None:
    return None if view is None else asdict(view)


def agent_line(agent: AgentView) -> Json:
    """One agent among others: without the person he talks to."""
    return {
        "agent_id": agent.agent_id,
        "name": agent.name,
        "campaign_id": agent.campaign_id,
        "state": agent.state.value,
        "since": agent.since,
        "wants": agent.wants,
        "practice_id": agent.practice_id,
        "campaign_ids": list(agent.also or (agent.campaign_id,)),
    }


def floor(view: FloorView) -> Json:
    """The whole floor, for wall boards and `campaign status --watch`."""
    return {
        "at": view.at,
        "link_is_up": view.link_is_up,
        "store_is_up": view.store_is_up,
        "open_attempts": view.open_attempts,
        "campaigns": [asdict(campaign) for campaign in view.campaigns],
        "agents": [agent_line(agent) for agent in view.agents],
        "trunks": [asdict(trunk) for trunk in view.trunks],
    }


def campaign(campaign: Campaign, view: FloorView) -> Json:
    """A campaign as configured, with what it is doing now."""
    live = next((c for c in view.campaigns if c.campaign_id == campaign.id), None)
    agents = [agent for agent in view.agents if agent.campaign_id == campaign.id]
    return {
        "campaign_id": campaign.id,
        "name": campaign.name,
        "state": campaign.state.value,
        "dial_method": campaign.dial_method.value,
        "amd_mode": campaign.amd_mode.value,
        "abandon_limit": campaign.limits.abandon_limit,
        "abandon_target": campaign.limits.abandon_target,
        "warm_up_answers": campaign.limits.governor_warm_up_answers,
        "live": _live(live),
        "agents": {
            state.value: sum(agent.state == state for agent in agents) for state in AgentState
        },
    }


def goal(its: Goal) -> Json:
    """A campaign's goal, without how far it is reached."""
    question, choice = its.answer or (None, None)
    return {
        "counts": "answers" if its.answer else its.counts,
        "question": question,
        "choice": choice,
        "target": its.target,
        "by": its.by,
    }


def figures(figures: CampaignFigures) -> Json:
    """A campaign's figures under the published keys and no others."""
    return {key: getattr(figures, key) for key in FIGURE_KEYS}


def _live(view: CampaignView | None) -> Json | None:
    return asdict(view) if view is not None else None
