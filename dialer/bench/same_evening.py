"""The evening in the flesh, simulated: the same list, the same numbers, the same volunteers.

Who is on the list, what each number does and how long (parts/carrier.py), and how each volunteer's
conversations go (demo/volunteers.py) follow from the seed on both sides. What is left to chance
here is what Asterisk leaves to it: how long a call is set up, and when a person finds the end of
his last sentence. `Cast` is who and what is in it; evening.py compares the two sides.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dialer.bench.far_end import SETUP_S, Answers, far_end_of
from dialer.demo.show import Programme, rows_of
from dialer.demo.volunteers import Course, Habits, Temper
from dialer.demo.voters import write_voter_file
from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.engine import requests
from dialer.engine.store_commands import SaveAgentState
from dialer.lists.importing import ImportedLead, read_list
from dialer.pacing.choose import PacerFactory
from dialer.pacing.floor import LeadClass
from dialer.parts.carrier import CarrierMix, fate_of
from dialer.sim.agenda import Agenda
from dialer.sim.chance import Chance
from dialer.sim.crew import Crew, Hands, Volunteer
from dialer.sim.line import NORMAL, Line, Wires
from dialer.sim.network import Network
from dialer.sim.people import ZONE, People, Person, SimStore
from dialer.sim.run import Evening, Team
from dialer.sim.world import World
from dialer.storage.memory import MemoryStore

Chances = Callable[[str], Chance]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Who takes part: the list in its order, the network, and the volunteers' habits."""

    people: Sequence[ImportedLead]
    mix: CarrierMix
    habits: Habits


def cast_of(programme: Programme) -> Cast:
    """The cast of the demo with this programme."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "voters.txt"
        write_voter_file(path, rows_of(programme), programme.seed)
        people = [row for row in read_list(path) if isinstance(row, ImportedLead)]
    mix = replace(CarrierMix(), seed=programme.seed)
    return Cast(people=people, mix=mix, habits=Habits())


def frame_of(world: World, programme: Programme) -> World:
    """The world without what the cast brings along, and with the programme's campaign.

    The ratio counts with every method: by it the hopper is filled.
    """
    alone = replace(
        world.volunteers, hangs_up_share=1.0, breaks_per_hour=0.0, vanishings_per_hour=0.0
    )
    rules = replace(world.rules, ratio=programme.ratio)
    return replace(world, volunteers=alone, rules=rules)


class SameEvening(Evening):
    """A run with this cast; what that leaves to chance is by `team.seed`."""

    def __init__(
        self, world: World, pacers: PacerFactory, team: Team, store: SimStore, cast: Cast
    ) -> None:
        self._cast = cast
        super().__init__(world, pacers, team, store)

    def _hire(self) -> Crew:
        return BotCrew(self.world, self.agenda, self.chance, self, self._temper)

    def _temper(self, number: int) -> Temper:
        return Temper(self._cast.habits, self._cast.mix.seed, number)

    def _lay_network(self) -> Network:
        network = NumberedNetwork(self.world, self.agenda, self.chance, self.crew, self)
        network.mix = self._cast.mix
        return network

    def _make_list(self) -> People:
        people = self._cast.people
        return ListedPeople(self.world, self.chance("people"), self.store, self.campaign, people)


class ListStore(MemoryStore):
    """The store in memory, claiming as PostgreSQL does: of people with one number who are due
    together, all count as asked for, and one is claimed. So the hopper holds the same leads."""

    def __init__(self, people: Sequence[ImportedLead]) -> None:
        super().__init__()
        self._households = Counter(person.e164 for person in people)

    async def claim_leads(
        self,
        campaign_id: int,
        count: int,
        now: float,
        leads: LeadClass | None = None,
        languages: tuple[Language, ...] = (),
    ) -> tuple[Lead, ...]:
        """The leads whose turn it is, one by one."""
        claimed: list[Lead] = []
        its = (campaign_id, 1, now, leads, languages)
        while count > 0 and (found := await super().claim_leads(*its)):
            claimed += found
            count -= self._households[found[0].e164]
        return tuple(claimed)


class ListedPeople(People):
    """Everybody on a list that was read."""

    def __init__(
        self,
        world: World,
        chance: Chance,
        store: SimStore,
        campaign: Campaign,
        people: Sequence[ImportedLead],
    ) -> None:
        self._rest = iter(people)
        self._households = Counter(person.e164 for person in people)
        its = replace(world, leads=replace(world.leads, count=len(people)))
        super().__init__(its, chance, store, campaign)

    def _add(self) -> None:
        person = next(self._rest)
        kept = self._store.add_lead(
            Lead(
                id=0,
                campaign_id=self._campaign.id,
                e164=person.e164,
                display_name="Somebody",
                zones=(ZONE,),
                line_type=person.line_type,
            )
        )
        if self._households[person.e164] == 1:
            self.alone.add(kept.id)
        self.by_lead[kept.id] = Person(answer_rate=0.0)  # his number knows whether he answers


class NumberedNetwork(Network):
    """A network in which the number says what happens, by `mix`."""

    def __init__(
        self, world: World, agenda: Agenda, chances: Chances, crew: Crew, wires: Wires
    ) -> None:
        super().__init__(world, agenda, chances, crew, wires)
        self.mix = CarrierMix()
        self._dice = random.Random(chances("far ends").share())

    def _draw_fate(self, line: Line) -> None:
        end = far_end_of(fate_of(line.wish.dial_string, self.mix), self._dice)
        setup_s = self._fate.between(*SETUP_S)
        until_s = setup_s + end.after_s
        if isinstance(end, Answers):
            line.is_person, line.greeting_s = True, end.speaks_s
            self._rings(line, setup_s, until_s, lambda line: self._picks_up(line, end))
            return
        line.ends_as = end.cause
        if end.rings:
            self._rings(line, setup_s, until_s, self._fate_ends)
        else:
            self._agenda.after(until_s, self._fate_ends, line)

    def _picks_up(self, line: Line, end: Answers) -> None:
        self.switch.answered(line)
        if end.listens_s is None:
            self._agenda.after(end.stays_s, self._leaves, line)
        else:
            self._agenda.after(end.listens_s + end.patience_s, self._has_listened, (line, end))

    def _has_listened(self, what: tuple[Line, Answers]) -> None:
        """Whoever hears nobody leaves; the others stay for their time, or for the message."""
        line, end = what
        if line.connected_at is None:
            if not line.is_message:
                self._leaves(line)
            return
        assert line.answered_at is not None and end.listens_s is not None
        hears_at = max(line.answered_at + end.listens_s, line.connected_at) + end.hears_s
        self._agenda.after(hears_at + end.stays_s - self._agenda.now, self._leaves, line)

    def _leaves(self, line: Line) -> None:
        if not line.is_over:
            self.end(line, *NORMAL)


class BotCrew(Crew):
    """The demo's bots. What they do follows from their dice, in the order of bots.py."""

    def __init__(
        self,
        world: World,
        agenda: Agenda,
        chances: Chances,
        hands: Hands,
        temper_of: Callable[[int], Temper],
    ) -> None:
        super().__init__(world, agenda, chances, hands)
        self._temper_of = temper_of
        self._tempers: dict[int, Temper] = {}
        self._courses: dict[int, Course] = {}

    def _log_in(self, one: Volunteer) -> None:
        """The first time he comes a little late."""
        if one.agent.id in self._tempers:
            super()._log_in(one)
        else:
            self._agenda.after(self._temper(one).arrives_after_s(), super()._log_in, one)

    def _course(self, one: Volunteer) -> tuple[float, float]:
        course = self._courses[one.agent.id] = self._temper(one).course()
        return course.talk_s, 0.0  # the wrap-up is drawn when it begins

    def connect(self, one: Volunteer, line: Line) -> None:
        """The conversation begins."""
        super().connect(one, line)
        after_s = self._courses[one.agent.id].vanish_after_s
        if after_s is not None:
            self._agenda.after(after_s, self._vanishes_from, (one, line))

    def parted(self, one: Volunteer) -> None:
        """The call is over; he writes down the result, if he has not vanished."""
        one.wrap_s = self._temper(one).wrap_up_s() if one.leg_id else 0.0
        super().parted(one)

    def _result(self, one: Volunteer) -> tuple[Disposition, float | None]:
        return self._temper(one).result(), None

    def hears_state(self, told: SaveAgentState) -> None:
        """Whoever wants a break asks for it as soon as he is free."""
        super().hears_state(told)
        one, course = self.by_id[told.agent_id], self._courses.get(told.agent_id)
        if told.state is AgentState.READY and course is not None and course.wants_break:
            self._courses[told.agent_id] = replace(course, wants_break=False)
            one.wants_break = True
            self._hands.post(requests.AgentAskedBreak(at=self._agenda.now, agent_id=told.agent_id))

    def _break_s(self, one: Volunteer) -> float:
        return self._temper(one).break_s()

    def _vanishes_from(self, what: tuple[Volunteer, Line]) -> None:
        one, line = what
        if one.line is line:
            one.is_wanted = False
            self.leg_gone(one)
            self._agenda.after(self._temper(one).away_s(), self._comes_back, one)

    def _comes_back(self, one: Volunteer) -> None:
        one.is_wanted = True
        self._log_in(one)

    def _temper(self, one: Volunteer) -> Temper:
        agent_id = one.agent.id
        if agent_id not in self._tempers:
            number = 1 + list(self.by_id).index(agent_id)  # his id in the flesh
            self._tempers[agent_id] = self._temper_of(number)
        return self._tempers[agent_id]
