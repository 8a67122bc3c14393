"""The engine's memory: campaigns, agents on duty, live attempts, trunks, and what is reachable.

A plain bundle of values with the few look-ups that several modules need. Everything that can be
counted is counted from here when it is asked for; there are no counters to drift.
"""

from dataclasses import dataclass, field

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.engine.agent import Duty
from dialer.engine.attempt import UNANSWERED, Attempt, State
from dialer.engine.hopper import Hopper
from dialer.engine.trunks import TrunkState


@dataclass(kw_only=True, slots=True)
class CampaignFloor:
    """A campaign with its hopper, its abandonment figures and pacing's last word."""

    campaign: Campaign
    hopper: Hopper = field(default_factory=Hopper)
    answered: int = 0  # from the ledger: people who answered
    abandoned: int = 0  # of these, abandoned
    last_decision: str = "nothing decided yet"

    def is_running(self) -> bool:
        """Whether new calls may be placed."""
        return self.campaign.state is CampaignState.RUNNING


@dataclass(kw_only=True, slots=True)
class Floor:
    """Everything the engine remembers."""

    run: str  # distinguishes this engine's ids from every other engine's
    campaigns: dict[int, CampaignFloor] = field(default_factory=dict)
    agents: dict[int, Duty] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    numbers_in_flight: set[str] = field(default_factory=set)
    trunks: dict[str, TrunkState] = field(default_factory=dict)
    do_not_call: set[str] = field(default_factory=set)  # added since the hopper was filled
    is_link_up: bool = False
    is_store_up: bool = True
    is_resynced: bool = False
    serial: int = 0

    def new_id(self, kind: str) -> str:
        """The next id of a kind ("cb" for attempts); unique over all runs."""
        self.serial += 1
        return f"{kind}-{self.run}-{self.serial:08x}"

    def may_dial(self) -> bool:
        """Whether line facts will reach us and rows can be written."""
        return self.is_link_up and self.is_store_up and self.is_resynced

    def add_attempt(self, attempt: Attempt) -> None:
        """Begin to watch an attempt."""
        self.attempts[attempt.id] = attempt
        self.numbers_in_flight.add(attempt.lead.e164)

    def forget_attempt(self, attempt: Attempt) -> None:
        """Stop watching an attempt that has ended."""
        del self.attempts[attempt.id]
        self.numbers_in_flight.discard(attempt.lead.e164)

    def ready_agents(self, campaign_id: int) -> list[Duty]:
        """Agents of a campaign that wait and are not reserved, longest wait first."""
        ready = (
            duty
            for duty in self.agents.values()
            if duty.state is AgentState.READY and duty.campaign_id == campaign_id
        )
        return sorted(ready, key=lambda duty: (duty.since, duty.agent.id))

    def waiting_attempts(self, campaign_id: int) -> list[Attempt]:
        """People of a campaign in the queue, longest wait first."""
        waiting = (
            attempt
            for attempt in self.attempts.values()
            if attempt.state is State.WAITING and attempt.campaign_id == campaign_id
        )
        return sorted(waiting, key=lambda attempt: attempt.answered_at or 0.0)

    def shared_lines(self, campaign_id: int) -> int:
        """Lines in flight that no agent is reserved for."""
        return sum(
            attempt.state in UNANSWERED
            and attempt.agent_id is None
            and attempt.campaign_id == campaign_id
            for attempt in self.attempts.values()
        )

    def channels_in_use(self, trunk: str) -> int:
        """Lines that a trunk carries now."""
        return sum(attempt.trunk == trunk for attempt in self.attempts.values())


def queue_name(campaign_id: int) -> str:
    """The name of a campaign's queue in Asterisk."""
    return f"campaign-{campaign_id}"
