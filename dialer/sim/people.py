"""The list as it really is: leads put into the store, and how likely each is to answer.

The store knows what a real list says; the truth behind it (the odds of each person) stays here.
A list that never runs out is topped up as it is dialed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import pi, sin
from typing import Protocol

from dialer.compliance.places import country_of
from dialer.compliance.protected import is_protected
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.domain.number import NumberFacts
from dialer.domain.value import maker
from dialer.runtime.ports import Store
from dialer.sim.chance import Chance
from dialer.sim.world import NumberClass, World

make_lead = maker(Lead)

ZONE = "America/New_York"
AHEAD = 2000
"""So many leads never dialed lie ready in a list that never runs out."""

FIRST_SUBSCRIBER, LAST_SUBSCRIBER = 2_000_000, 9_099_999
EXCHANGE = 10_000
"""Numbers that begin with the same area code and exchange."""

AREA_CODES = tuple(
    str(code)
    for code in range(201, 990)
    if country_of(f"+1{code}{FIRST_SUBSCRIBER}") == "US"
    and not is_protected(f"+1{code}{FIRST_SUBSCRIBER}")
)
HOME = NumberFacts(states=("NC",))
"""Everybody lives where no law of a state's own bears on political calls."""


class SimStore(Store, Protocol):
    """A store that can be filled from outside and told to be away (storage.memory.MemoryStore)."""

    def add_campaign(self, campaign: Campaign) -> Campaign:
        """Give the campaign an id and keep it."""

    def add_agent(self, name: str, extension: str) -> Agent:
        """Give the agent an id and keep him."""

    def add_lead(self, lead: Lead, *, priority: int = 0) -> Lead:
        """Give the lead an id and keep it."""

    def go_away(self) -> None:
        """From now on the store cannot be reached."""

    def come_back(self) -> None:
        """The store can be reached again, with all its rows."""


@dataclass(slots=True)
class Person:
    """The truth about one lead."""

    answer_rate: float
    attempts: int = 0


class People:
    """Everybody on the list."""

    def __init__(self, world: World, chance: Chance, store: SimStore, campaign: Campaign) -> None:
        self.by_lead: dict[int, Person] = {}
        self.alone: set[int] = set()  # leads whose number is nobody else's
        self._world = world
        self._chance = chance
        self._store = store
        self._campaign = campaign
        self._numbers = 0
        self._last_number, self._last_lead = "", 0
        self._untouched = 0
        self._weights = [one.share for one in world.leads.classes]
        self._has_seasons = bool(world.carrier.swing or world.carrier.switch_every_h)
        for _ in range(world.leads.count or AHEAD):
            self._add()

    def picks_up(self, lead_id: int, worked_h: Callable[[], float], chance: Chance) -> bool:
        """Whether a person answers this attempt."""
        person = self.by_lead[lead_id]
        factors = self._world.carrier.attempt_factors
        factor = factors[min(person.attempts, len(factors) - 1)]
        if person.attempts == 0:
            self._untouched -= 1
            self._top_up()
        person.attempts += 1
        rate = person.answer_rate * factor
        return chance.share() < (rate * self._season(worked_h()) if self._has_seasons else rate)

    def _season(self, worked_h: float) -> float:
        """How much likelier than usual answers are at this hour, with this list."""
        law, factor = self._world.carrier, 1.0
        if law.swing:
            factor += law.swing * sin(2.0 * pi * worked_h / law.swing_period_h)
        if law.switch_every_h and int(worked_h / law.switch_every_h) % 2:
            factor *= law.switch_factor
        return factor

    def _top_up(self) -> None:
        if self._world.leads.count == 0 and self._untouched < AHEAD // 2:
            for _ in range(AHEAD // 2):
                self._add()

    def _add(self) -> None:
        leads, chance = self._world.leads, self._chance
        area = int(chance.share() * leads.areas) if leads.areas > 1 else 0
        kind = leads.classes[chance.choice(self._weights) if len(self._weights) > 1 else 0]
        is_shared = bool(self._last_number) and chance.happens(leads.shared_number_share)
        e164 = self._last_number if is_shared else self._new_number(area)
        kept = self._store.add_lead(
            make_lead(
                id=0,
                campaign_id=self._campaign.id,
                e164=e164,
                display_name="Somebody",
                zones=(ZONE,),
                line_type=kind.line_type,
                number=HOME,
            )
        )
        if is_shared:
            self.alone.discard(self._last_lead)
        else:
            self.alone.add(kept.id)
        self._last_number, self._last_lead = e164, kept.id
        self._untouched += 1
        self.by_lead[kept.id] = Person(self._rate(area, kind))

    def _rate(self, area: int, kind: NumberClass) -> float:
        leads = self._world.leads
        rate = self._world.carrier.answer_rate
        if leads.odds_to > 0.0:
            step = area / (leads.areas - 1) if leads.areas > 1 else 0.5
            rate = leads.odds_from + (leads.odds_to - leads.odds_from) * step
        return rate * kind.answer_factor

    def _new_number(self, area: int) -> str:
        subscriber = FIRST_SUBSCRIBER + self._numbers
        self._numbers += 1
        while _is_closed(AREA_CODES[area], subscriber // EXCHANGE):
            self._numbers += EXCHANGE
            subscriber = FIRST_SUBSCRIBER + self._numbers
        return f"+1{AREA_CODES[area]}{subscriber}"


@cache
def _is_closed(area_code: str, exchange: int) -> bool:
    """Whether a whole exchange is protected: no rule looks further into a number than that."""
    return is_protected(f"+1{area_code}{exchange}0000")
