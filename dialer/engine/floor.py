"""The engine's memory: campaigns, agents on duty, live attempts, trunks, and what is reachable.

A plain bundle of values with the few look-ups that several modules need. Everything that can be
counted is counted from here when it is asked for; there are no counters to drift.
"""

from dataclasses import dataclass, field

from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import Campaign, CampaignState
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt, State
from dialer.engine.hopper import Hopper
from dialer.engine.ordering import Ordering
from dialer.engine.trunks import TrunkState
from dialer.pacing.choose import PacerFactory, pacer_for
from dialer.pacing.floor import Fact, Pacer


@dataclass(kw_only=True, slots=True)
class CampaignFloor:
    """A campaign with its hopper, its pacer, its abandonment figures and pacing's last word."""

    campaign: Campaign
    pacer: Pacer
    hopper: Hopper = field(default_factory=Hopper)
    ordering: Ordering = field(default_factory=Ordering)
    ledger: tuple[BudgetWindow, ...] = ()  # as the store counted
    counted_at: float = 0.0  # up to then
    people_since: list[tuple[float, bool]] = field(default_factory=list)  # when, abandoned or not
    last_decision: str = "nothing decided yet"

    def count_person(self, at: float, *, is_abandoned: bool) -> None:
        """Note a person who answered, until the ledger has him."""
        self.people_since.append((at, is_abandoned))

    def take_ledger(self, ledger: tuple[BudgetWindow, ...], counted_at: float) -> None:
        """The store's count; whom we saw later than it is still added to it."""
        self.ledger, self.counted_at = ledger, counted_at
        self.people_since = [one for one in self.people_since if one[0] > counted_at]

    def windows(self) -> tuple[BudgetWindow, ...]:
        """The ledger up to the last person; empty before the store has counted."""
        answered = len(self.people_since)
        abandoned = sum(is_abandoned for _, is_abandoned in self.people_since)
        return tuple(
            BudgetWindow(
                name=window.name,
                answered=window.answered + answered,
                abandoned=window.abandoned + abandoned,
            )
            for window in self.ledger
        )

    def is_running(self) -> bool:
        """Whether new calls may be placed."""
        return self.campaign.state is CampaignState.RUNNING


@dataclass(kw_only=True, slots=True)
class Floor:
    """Everything the engine remembers."""

    run: str  # distinguishes this engine's ids from every other engine's
    pacers: PacerFactory = pacer_for
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

    def open_campaign(self, campaign: Campaign) -> "CampaignFloor":
        """The campaign's place on the floor, with its settings as they are now."""
        place = self.campaigns.get(campaign.id)
        if place is None:
            place = CampaignFloor(campaign=campaign, pacer=self.pacers(campaign.dial_method))
            self.campaigns[campaign.id] = place
        elif place.campaign.dial_method is not campaign.dial_method:
            place.pacer = self.pacers(campaign.dial_method)
        place.campaign = campaign
        return place

    def new_id(self, kind: str) -> str:
        """The next id of a kind ("cb" for attempts); unique over all runs."""
        self.serial += 1
        return f"{kind}-{self.run}-{self.serial:08x}"

    def may_dial(self) -> bool:
        """Whether line facts will reach us and rows can be written."""
        return self.is_link_up and self.is_store_up and self.is_resynced

    def learn(self, campaign_id: int, fact: Fact) -> None:
        """Tell the campaign's pacer what happened."""
        self.campaigns[campaign_id].pacer.learn(fact)

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
            attempt.is_in_flight()
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
