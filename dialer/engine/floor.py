"""The engine's memory: campaigns, agents on duty, live attempts, trunks, and what is reachable.

A plain bundle of values with the few look-ups that several modules need. Everything that can be
counted is counted from here when it is asked for; there are no counters to drift.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from dialer.compliance.abandonment import with_machine_errors
from dialer.compliance.circumstances import Circumstances
from dialer.compliance.rulebook import RuleBook, shipped
from dialer.domain.agent import AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import Campaign, CampaignState
from dialer.engine.agent import Duty, Roll
from dialer.engine.attempt import UNANSWERED, Attempt, Board, State, empty_board
from dialer.engine.hopper import Claim, Hopper
from dialer.engine.left_behind import HelpRequest
from dialer.engine.ordering import Ordering
from dialer.engine.standing import Standing
from dialer.engine.third_line import Transfer
from dialer.engine.trunks import TrunkState
from dialer.engine.visit import Call, Visit
from dialer.pacing.choose import PacerFactory, pacer_for
from dialer.pacing.floor import Fact, Pacer

ENDED_REMEMBERED = 500
"""Attempts that have ended whose late facts are still taken in."""


class CountsAs(Enum):
    """What an answered call is in the abandonment ledger."""

    CONNECTED = auto()
    ABANDONED = auto()
    MACHINE = auto()  # ended because detection said so


@dataclass(kw_only=True, slots=True)
class CampaignFloor:
    """A campaign with its hopper, its pacer, its abandonment figures and pacing's last word."""

    campaign: Campaign
    pacer: Pacer
    hopper: Hopper = field(default_factory=Hopper)
    wishes: Hopper = field(default_factory=Hopper)  # who want another language (languages.py)
    ordering: Ordering = field(default_factory=Ordering)
    attempts: dict[str, Attempt] = field(default_factory=dict)  # in the order of dialing
    board: Board = field(default_factory=empty_board)  # the same by state
    ledger: tuple[BudgetWindow, ...] = ()  # as the store counted
    counted_at: float = 0.0  # up to then
    machine_error_bound: float | None = None  # as the audits say; None: the campaign's setting
    people_since: list[tuple[float, CountsAs]] = field(default_factory=list)
    last_decision: str = "nothing decided yet"
    kept_reason: str = ""  # of the decision that was last kept
    kept_at: float = 0.0
    refused_for: tuple[str, ...] = ()  # why nobody at all may be dialed, as it was last noted
    message_words: str = ""  # as configured
    has_message_failed: bool = False  # these cannot be played, and the campaign goes on without
    failed_voicemail: str = ""  # these words could not be played to a machine
    last_turn: int = 0  # the floor's serial when it last dialed
    wants_nothing: bool = False  # and time alone will not change that
    standing: Standing = field(default_factory=Standing)

    def count_answer(self, at: float, counts_as: CountsAs) -> None:
        """Note a call that was answered, until the ledger has it."""
        self.people_since.append((at, counts_as))

    def take_ledger(
        self, ledger: tuple[BudgetWindow, ...], bound: float | None, counted_at: float
    ) -> None:
        """The store's count; whom we saw later than it is still added to it."""
        self.ledger, self.machine_error_bound, self.counted_at = ledger, bound, counted_at
        self.people_since = [one for one in self.people_since if one[0] > counted_at]

    def windows(self) -> tuple[BudgetWindow, ...]:
        """The ledger up to the last person, detection's possible errors counted in; empty before
        the store has counted."""
        since = [counts_as for _, counts_as in self.people_since]
        bound = self.machine_error_bound
        if bound is None:
            bound = self.campaign.limits.machine_error_bound
        machines, abandoned = since.count(CountsAs.MACHINE), since.count(CountsAs.ABANDONED)
        return tuple(
            with_machine_errors(
                BudgetWindow(
                    name=window.name,
                    answered=window.answered + len(since) - machines,
                    abandoned=window.abandoned + abandoned,
                    machines=window.machines + machines,
                ),
                bound,
            )
            for window in self.ledger
        )

    def hoppers(self) -> tuple[Hopper, Hopper]:
        """All claimed leads."""
        return self.hopper, self.wishes

    def put_back(self, claim: Claim) -> None:
        """Return a lead to where it was taken from."""
        (self.wishes if claim.lead.wanted_language else self.hopper).put_back(claim)

    def has_voicemail(self) -> bool:
        """Whether there is a message to be left on machines that is not known to fail."""
        return self.campaign.voicemail_text not in ("", self.failed_voicemail)

    def is_running(self) -> bool:
        """Whether new calls may be placed."""
        return self.campaign.state is CampaignState.RUNNING


@dataclass(kw_only=True, slots=True)
class Floor:
    """Everything the engine remembers."""

    run: str  # distinguishes this engine's ids from every other engine's
    book: RuleBook = field(default_factory=shipped)
    circumstances: Circumstances | None = None  # not known yet: nobody is dialed
    draw_key: bytes = b""  # of the draw of audits; empty: nothing is drawn
    pacers: PacerFactory = pacer_for
    campaigns: dict[int, CampaignFloor] = field(default_factory=dict)
    agents: dict[int, Duty] = field(default_factory=dict)
    roll: Roll = field(default_factory=Roll)  # the same by what they do
    attempts: dict[str, Attempt] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)  # calls that came in
    transfers: dict[str, Transfer] = field(default_factory=dict)  # whose third lines may be up
    help_requests: dict[int, HelpRequest] = field(default_factory=dict)  # by agent
    lost_messages: set[int] = field(default_factory=set)  # campaigns whose file is not there
    failed_messages: dict[int, str] = field(default_factory=dict)  # words that could not be played
    ended_lately: OrderedDict[str, Attempt] = field(default_factory=OrderedDict)  # for late word
    staying: set[int] = field(default_factory=set)  # free agents who go when not needed any more
    numbers_in_flight: set[str] = field(default_factory=set)
    trunk_lines: dict[str, set[str]] = field(default_factory=dict)  # lines by trunk, by id
    trunk_legs: dict[str, set[int]] = field(default_factory=dict)  # agents by their legs' trunk
    next_due: float = 0.0  # no deadline is earlier; 0 when that has to be worked out again
    is_quiet: bool = False  # no campaign wants anything before something happens
    trunks: dict[str, TrunkState] = field(default_factory=dict)
    do_not_call: set[str] = field(default_factory=set)  # added since the hopper was filled
    is_link_up: bool = False
    is_store_up: bool = True
    is_resynced: bool = False
    waits_for_tick: bool = False  # the clock jumped: nothing is decided before the next tick
    serial: int = 0

    def open_campaign(self, campaign: Campaign) -> "CampaignFloor":
        """The campaign's place on the floor, with its settings as they are now; without its message
        while that cannot be played."""
        place = self._place(campaign)
        place.message_words = campaign.message_text
        self._see_to_message(place)
        return place

    def _place(self, campaign: Campaign) -> "CampaignFloor":
        place = self.campaigns.get(campaign.id)
        if place is None:
            place = CampaignFloor(campaign=campaign, pacer=self.pacers(campaign.dial_method))
            self.campaigns[campaign.id] = place
        elif place.campaign.dial_method is not campaign.dial_method:
            place.pacer = self.pacers(campaign.dial_method)
        place.campaign = campaign
        return place

    def lose_message(self, campaign_id: int) -> None:
        """The file of the campaign's message is not there."""
        self.lost_messages.add(campaign_id)
        if campaign_id in self.campaigns:
            self._see_to_message(self.campaigns[campaign_id])

    def fail_message(self, campaign_id: int) -> None:
        """The campaign's message, in these words, could not be played."""
        place = self.campaigns[campaign_id]
        self.failed_messages[campaign_id] = place.message_words
        self._see_to_message(place)

    def mend_message(self, campaign_id: int) -> None:
        """The campaign's message can be played, as far as is known."""
        self.lost_messages.discard(campaign_id)
        self.failed_messages.pop(campaign_id, None)
        if campaign_id in self.campaigns:
            self._see_to_message(self.campaigns[campaign_id])

    def _see_to_message(self, place: CampaignFloor) -> None:
        its, words = place.campaign.id, place.message_words
        is_broken = its in self.lost_messages or self.failed_messages.get(its) == words
        place.has_message_failed = bool(words) and is_broken
        text = "" if place.has_message_failed else words
        if place.campaign.message_text != text:
            place.campaign = replace(place.campaign, message_text=text)

    def new_id(self, kind: str) -> str:
        """The next id of a kind ("cb" for attempts); unique over all runs."""
        self.serial += 1
        return f"{kind}-{self.run}-{self.serial:08x}"

    def may_dial(self) -> bool:
        """Whether line facts will reach us and rows can be written."""
        is_reachable = self.is_link_up and self.is_store_up and self.is_resynced
        return is_reachable and not self.waits_for_tick

    def count_answer(self, campaign_id: int, at: float, counts_as: CountsAs) -> None:
        """Note a call that was answered for all the campaigns of its legal campaign."""
        its = self.campaigns[campaign_id].campaign.legal_campaign
        for place in self.campaigns.values():
            if place.campaign.legal_campaign == its:
                place.count_answer(at, counts_as)

    def learn(self, campaign_id: int, fact: Fact) -> None:
        """Tell the campaign's pacer what happened."""
        place = self.campaigns[campaign_id]
        place.pacer.learn(fact)
        place.standing.learned.learn(fact)

    def add_agent(self, duty: Duty) -> None:
        """Begin an agent's duty."""
        self.agents[duty.agent.id] = duty
        self.roll.enter(duty)

    def lead_leg_over(self, duty: Duty, trunk: str) -> None:
        """An agent's leg is on that trunk now; empty: on none."""
        if duty.trunk:
            self.trunk_legs[duty.trunk].discard(duty.agent.id)
        duty.trunk = trunk
        if trunk:
            self.trunk_legs.setdefault(trunk, set()).add(duty.agent.id)

    def add_attempt(self, attempt: Attempt) -> None:
        """Begin to watch an attempt."""
        place = self.campaigns[attempt.campaign_id]
        attempt.board = place.board
        self.attempts[attempt.id] = place.attempts[attempt.id] = attempt
        place.board[attempt.state][attempt.id] = attempt
        self.trunk_lines.setdefault(attempt.trunk, set()).add(attempt.id)
        self.numbers_in_flight.add(attempt.lead.e164)

    def forget_attempt(self, attempt: Attempt) -> None:
        """Stop watching an attempt that has ended."""
        place = self.campaigns[attempt.campaign_id]
        del self.attempts[attempt.id], place.attempts[attempt.id]
        del place.board[attempt.state][attempt.id]
        attempt.board = None
        self.trunk_lines[attempt.trunk].discard(attempt.id)
        if not any(visit.holds(attempt.lead.e164) for visit in self.visits.values()):
            self.numbers_in_flight.discard(attempt.lead.e164)
        self.ended_lately[attempt.id] = attempt
        if len(self.ended_lately) > ENDED_REMEMBERED:
            self.ended_lately.popitem(last=False)

    def add_transfer(self, transfer: Transfer) -> None:
        """Begin to watch a third line."""
        self.transfers[transfer.id] = transfer
        if transfer.trunk:
            self.trunk_lines.setdefault(transfer.trunk, set()).add(transfer.id)

    def forget_transfer(self, transfer: Transfer) -> None:
        """Its channel is no more."""
        del self.transfers[transfer.id]
        if transfer.trunk:
            self.trunk_lines[transfer.trunk].discard(transfer.id)

    def call(self, call_id: str | None) -> Call | None:
        """The live attempt, or the visit, of that id."""
        return self.attempts.get(call_id or "") or self.visits.get(call_id or "")

    def add_visit(self, visit: Visit) -> None:
        """Begin to watch a call that came in; forget those that nobody can report on any more."""
        reported_on = {duty.attempt_id for duty in self.agents.values()}
        reported_on |= {duty.last_attempt_id for duty in self.agents.values()}
        for known in list(self.visits.values()):
            if known.ended_at is not None and known.id not in reported_on:
                del self.visits[known.id]
        self.visits[visit.id] = visit
        if visit.ended_at is None and visit.e164:
            self.numbers_in_flight.add(visit.e164)

    def visit_over(self, visit: Visit) -> None:
        """A caller has hung up: his number may be dialed again."""
        calls = [attempt.lead.e164 for attempt in self.attempts.values()]
        others = any(other.holds(visit.e164) for other in self.visits.values())
        if not others and visit.e164 not in calls:
            self.numbers_in_flight.discard(visit.e164)

    def ready_agents(self, campaign_id: int) -> list[Duty]:
        """Agents of a campaign that wait for their next call, longest wait first."""
        return [duty for duty in self.takers(campaign_id) if not duty.is_leaving()]

    def count_ready(self, campaign_id: int) -> int:
        """How many agents of a campaign wait for their next call."""
        ready = self.roll.by_state[AgentState.READY]
        if not ready:
            return 0
        count = 0  # a loop: this is asked at almost every event
        for duty in ready.values():
            is_his = duty.campaign_id == campaign_id or duty.may_serve(campaign_id)
            count += is_his and (duty.wants is None or not duty.is_leaving())
        return count

    def takers(self, campaign_id: int) -> list[Duty]:
        """Agents who can be given a person at once: the ready ones, longest wait first, then
        those who want to go and stay only for the lines that counted on them."""
        ready = self.roll.by_state[AgentState.READY]
        if not ready:
            return []
        free = [duty for duty in ready.values() if duty.may_serve(campaign_id)]
        if len(free) > 1:
            free.sort(key=lambda duty: (duty.is_leaving(), duty.since, duty.agent.id))
        return free

    def sharing(self, place: CampaignFloor) -> list[CampaignFloor]:
        """The campaign and all that share agents with it, directly or through others."""
        if not self.roll.shared:
            return [place]
        groups = [set(self.agents[agent_id].serves()) for agent_id in self.roll.shared]
        together, before = {place.campaign.id}, 0
        while len(together) > before:
            before = len(together)
            together.update(*(group for group in groups if group & together))
        return [other for other in self.campaigns.values() if other.campaign.id in together]

    def is_business_in_call(self, business: str) -> bool:
        """Whether a line of the business is being called, by whichever of its numbers."""
        return bool(business) and any(
            attempt.lead.number.business == business for attempt in self.attempts.values()
        )

    def channels_in_use(self, trunk: str) -> int:
        """Lines that a trunk carries now."""
        return len(self.trunk_lines.get(trunk, ())) + len(self.trunk_legs.get(trunk, ()))


def waiting(places: Iterable[CampaignFloor]) -> list[Attempt]:
    """People in the queues, longest wait first."""
    people = [one for place in places for one in place.board[State.WAITING].values()]
    people.sort(key=lambda attempt: attempt.answered_at or 0.0)
    return people


def shared_lines(places: Iterable[CampaignFloor]) -> int:
    """Lines in flight that no agent is reserved for."""
    count = 0
    for place in places:
        for state in UNANSWERED:
            for line in place.board[state].values():
                if line.agent_id is None and not line.is_hanging_up:
                    count += 1
    return count


def queue_name(campaign_id: int) -> str:
    """The name of a campaign's queue in Asterisk."""
    return f"campaign-{campaign_id}"
