"""What is going on at a moment, for pages, metrics and `campaign status`. Read-only values."""

from dataclasses import dataclass

from dialer.domain.agent import AgentState
from dialer.domain.lead import Lead


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentView:
    """One agent on duty."""

    agent_id: int
    name: str
    campaign_id: int
    state: AgentState
    since: float
    attempt_id: str | None
    lead: Lead | None  # whom he talks to, wraps up, or is shown in preview
    last_attempt_id: str | None = None  # whose result may still be corrected
    wants: str = ""  # "break" or "log out" after this call
    also: tuple[int, ...] = ()  # all the campaigns that he serves, where these are several


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignView:
    """One campaign that is configured, running or not."""

    campaign_id: int
    name: str
    hopper: int  # claimed leads waiting to be dialed
    lines_dialing: int
    people_waiting: int
    people_talking: int
    last_decision: str  # pacing's last decision as a sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class TrunkView:
    """One trunk: channels in use and whether it rests after faults."""

    name: str
    channels: int
    channel_limit: int
    rests_until: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FloorView:
    """The whole floor."""

    at: float
    link_is_up: bool
    store_is_up: bool
    campaigns: tuple[CampaignView, ...]
    agents: tuple[AgentView, ...]
    trunks: tuple[TrunkView, ...]
    open_attempts: int
