"""The board: one campaign's floor as a shift lead sees it, as JSON.

Nobody who is called is on it, by name or number; of volunteers it has the names that they gave.
"""

from collections.abc import Mapping
from enum import StrEnum

from dialer.compliance.ledger import LedgerWindow
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.volunteer import Session
from dialer.engine.view import AgentView, CampaignView, FloorView
from dialer.web.lead.counts import Counted
from dialer.web.render import Json, goal
from dialer.web.shift import Shifts


class Trouble(StrEnum):
    """Why nobody, or not everybody, can be dialed, whoever is ready."""

    NOT_RUNNING = "not_running"  # the campaign is paused, or was never started
    ASTERISK_AWAY = "asterisk_away"
    DATABASE_AWAY = "database_away"
    MESSAGE_FAILED = "message_failed"  # its safe-harbor message cannot be played: one to one


def board(campaign: Campaign, view: FloorView, shifts: Shifts, counted: Counted) -> Json:
    """All of it."""
    live = next((one for one in view.campaigns if one.campaign_id == campaign.id), None)
    sessions = {one.agent.id: one for one in counted.sessions}
    agents = [one for one in view.agents if campaign.id in (one.also or (one.campaign_id,))]
    return {
        "campaign": campaign.name,
        "state": campaign.state.value,
        "dial_method": campaign.dial_method.value,
        "trouble": [one.value for one in troubles(campaign, view, live)],
        "last_decision": "" if live is None else live.last_decision,
        "help": _help(agents, sessions, shifts),
        "waiting_approval": [
            {"session_id": one.id, **_person(one), "since": one.created_at}
            for one in counted.sessions
            if not one.is_approved
        ],
        "volunteers": [_volunteer(one, sessions.get(one.agent_id)) for one in agents],
        "lines_dialing": 0 if live is None else live.lines_dialing,
        "people_waiting": 0 if live is None else live.people_waiting,
        "people_talking": 0 if live is None else live.people_talking,
        "goal": goal(campaign.goal) | {"all": counted.reached} if campaign.goal.target else None,
        "abandonment": None if counted.window is None else _abandonment(counted.window),
        "utilisation": None if live is None else live.utilisation,
        "reachable": None if live is None else live.reachable,
    }


def troubles(campaign: Campaign, view: FloorView, live: CampaignView | None) -> list[Trouble]:
    """What is wrong, worst first."""
    found = {
        Trouble.NOT_RUNNING: campaign.state is not CampaignState.RUNNING,
        Trouble.DATABASE_AWAY: not view.store_is_up,
        Trouble.ASTERISK_AWAY: not view.link_is_up,
        Trouble.MESSAGE_FAILED: live is not None and live.has_message_failed,
    }
    return [trouble for trouble, is_so in found.items() if is_so]


def _help(
    agents: list[AgentView], sessions: Mapping[int, Session], shifts: Shifts
) -> list[Json]:
    """Who asks in this campaign, longest first, also without a telephone."""
    names = {one.agent_id: one.name for one in agents}
    return [
        {
            "agent_id": agent_id,
            "name": sessions[agent_id].first_name if agent_id in sessions else names[agent_id],
            "team": sessions[agent_id].team if agent_id in sessions else "",
            "since": since,
        }
        for agent_id, since in shifts.asking_help()
        if agent_id in sessions or agent_id in names
    ]


def _person(session: Session) -> Json:
    return {"first_name": session.first_name, "team": session.team}


def _volunteer(agent: AgentView, session: Session | None) -> Json:
    return {
        "agent_id": agent.agent_id,
        "name": agent.name if session is None else session.first_name,
        "team": "" if session is None else session.team,
        "state": agent.state.value,
        "since": agent.since,
        "wants": agent.wants,
        "is_practising": agent.practice_id is not None,
        "is_on_hold": agent.is_on_hold,
    }


def _abandonment(window: LedgerWindow) -> Json:
    return {
        "window": window.name,
        "answered": float(window.rate.answered),
        "abandoned": float(window.rate.abandoned),
        "rate": round(float(window.rate.share), 6),
        "limit": window.limit,
        "left": window.left,
    }
