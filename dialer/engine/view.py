"""What is going on at a moment, for pages, metrics and `campaign status`. Read-only values."""

from dataclasses import dataclass

from dialer.domain.agent import AgentState
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.transfer import DestinationKind, TransferOutcome
from dialer.engine.third_line import Stage
from dialer.engine.visit import is_visit


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferView:
    """The latest transfer of an agent's call; `outcome` when it is known."""

    destination: str
    kind: DestinationKind
    stage: Stage
    outcome: TransferOutcome | None


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
    practice_id: str | None = None  # the practice call that he is in
    also: tuple[int, ...] = ()  # all the campaigns that he serves, where these are several
    is_on_hold: bool = False  # the person hears music
    languages: tuple[Language, ...] = ()  # that he says he speaks
    has_reported: bool = False  # he has given its result
    can_leave_message: bool = False  # the campaign has a recorded one for machines
    transfer: TransferView | None = None

    @property
    def is_incoming(self) -> bool:
        """Whether his call, `attempt_id`, came in."""
        return self.attempt_id is not None and is_visit(self.attempt_id)


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
    has_message_failed: bool = False  # its message cannot be played: one line for one agent
    wishes: int = 0  # claimed leads who want a language, until somebody free speaks it
    agents_at_work: int = 0
    utilisation: float | None = None  # the busy share of their time, last quarter of an hour
    reachable: float | None = None  # what it could be, as far as has been learned


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
    visits: int = 0  # people who called us and are still on the line

    def languages_of(self, campaign_id: int) -> frozenset[Language]:
        """What the agents at work for a campaign say they speak."""
        return frozenset(
            language
            for agent in self.agents
            if campaign_id in (agent.campaign_id, *agent.also)
            for language in agent.languages
        )


def standing_in_words(agents: int, utilisation: float | None, reachable: float | None) -> str:
    """Such as "your 8 volunteers could reach 79 %, you run at 76 %"; empty with nothing known."""
    team = f"your {agents} volunteers" if agents != 1 else "your 1 volunteer"
    if agents == 0 or utilisation is None:
        return ""
    if reachable is None:
        verb = "runs" if agents == 1 else "run"
        return f"{team} {verb} at {_percent(utilisation)}; what they could reach is not known yet"
    return f"{team} could reach {_percent(reachable)}, you run at {_percent(utilisation)}"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
