"""One simulated run: `simulate(world, pacers, ...)` gives its figures.

    from dialer.sim.run import simulate
    figures = simulate(World(), pacer_for, agents=25, hours=8.0, seed=1, store=MemoryStore())

`pacers` makes the pacer of a dial method, as `engine.Engine` wants it; the dial method itself is
`world.rules.dial_method`. A pacer that has a method `see_truth(truth)` is given a `Truth` before
its first decision: when each volunteer will really be free (the oracle of sim/peers).
The store must be new and empty. A broken invariant (checks.py) raises `Broken`, whose text ends
with the command that replays the run.
"""

import gc
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

from dialer.domain.language import Language
from dialer.domain.trunk import Trunk
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.engine.store_commands import StoreCommand
from dialer.engine.view import FloorView
from dialer.pacing.choose import PacerFactory
from dialer.pacing.floor import Pacer
from dialer.runtime.watch import Watch
from dialer.sim.agenda import US, Agenda
from dialer.sim.calendar import Calendar
from dialer.sim.campaign import OUR_NUMBER, campaign_of
from dialer.sim.chance import Chance
from dialer.sim.checks import COMMANDS_MOST, IDLE_TOO_LONG_S, LOOK_EVERY_S, Broken, Checks
from dialer.sim.crew import Crew, Doing, Volunteer
from dialer.sim.desk import LEDGER_EVERY_S, Desk, as_it_is
from dialer.sim.digest import Digest
from dialer.sim.figures import Counts, Figures, Tally
from dialer.sim.law import book_for
from dialer.sim.line import Line
from dialer.sim.mishaps import Mishaps
from dialer.sim.network import Network
from dialer.sim.past import with_past
from dialer.sim.people import ZONE, People, SimStore
from dialer.sim.wire import Wire
from dialer.sim.world import Faults, World

NIGHT_TICK_US = 60 * US
NIGHT_LOOK_S = 900.0
EPSILON_S = 0.001
SWARM = "swarm"
"""The scenario that draws everything, team and policy too, from the seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """How many volunteers work how many hours, by which throw of the dice."""

    agents: int
    hours: float
    seed: int


class Truth:
    """What no dialer can know."""

    def __init__(self, crew: Crew, agenda: Agenda) -> None:
        self._crew, self._agenda = crew, agenda

    def free_at(self, agent_id: int) -> float:
        """When a volunteer's call and wrap-up are over; now when he is idle, never when away."""
        one = self._crew.by_id[agent_id]
        if one.doing in (Doing.AWAY, Doing.BREAK):
            return inf
        return self._agenda.now if one.doing is Doing.IDLE else one.free_at_us / US


class Evening:
    """A run in the making. `run` carries it out; the parts may be looked at by tests."""

    desk_kind = Desk

    def __init__(self, world: World, pacers: PacerFactory, team: Team, store: SimStore) -> None:
        self.world, self.team, self.store = world, team, store
        self.calendar = Calendar(world.day_h)
        self.agenda = Agenda(self.calendar.start)
        self._tick_us = int(world.tick_s * US + 0.5)
        self.digest = Digest()
        counted_from = self.calendar.instant(world.burn_in_min / 60.0)
        self.tally = Tally(from_us=round(counted_from * US))
        self.crew = self._hire()
        self.network = self._lay_network()
        self.truth = Truth(self.crew, self.agenda)
        self._pacers = pacers
        self._book = book_for(pacers(world.rules.dial_method))
        self.desk = self.desk_kind(self.agenda, store, world.faults, self._engine, self._watch)
        self.wire = Wire(world.faults, self.agenda, self.chance("wire"), self.desk.take)
        self.mishaps = Mishaps(world, self.agenda, self.chance("mishaps"), self.desk)
        self.checks = Checks(self, lambda: self.people.alone)
        self.campaign = store.add_campaign(campaign_of(world))
        self.people = self._make_list()
        self._connect_parts()

    def _hire(self) -> Crew:
        return Crew(self.world, self.agenda, self.chance, self)

    def _lay_network(self) -> Network:
        return Network(self.world, self.agenda, self.chance, self.crew, self)

    def _make_list(self) -> People:
        return People(self.world, self.chance("people"), self.store, self.campaign)

    def chance(self, name: str) -> Chance:
        """A stream of chance."""
        return Chance(self.team.seed, name)

    def _connect_parts(self) -> None:
        self.network.worked_h = lambda: self.calendar.worked_h(self.agenda.now)
        self.network.people = self.people
        self.network.thirds.checks = self.checks
        most = max(1, *(self._wanted(share) for share in self.world.volunteers.shifts), 1)
        has_pages = self.world.volunteers.reloads_per_hour > 0.0
        speakers = round(self.world.volunteers.speakers_share * most)
        spoken = [(Language.SPANISH,)] * speakers + [()] * (most - speakers)
        agents = [
            self.store.add_agent(f"v{n}", f"v{n}", is_browser=has_pages, languages=its)
            for n, its in enumerate(spoken, start=1)
        ]
        self.crew.hire(agents, self.campaign.id)
        self.desk.network = self.network
        self.desk.link_is_up = lambda: self.wire.is_up
        self.desk.hears_state = self.crew.hears_state
        self.desk.observer = self
        self.desk.look_after_s = lambda: NIGHT_LOOK_S if self._is_night() else LEDGER_EVERY_S
        self.mishaps.on_gap = self._gap

    def _engine(self, number: int) -> Engine:
        return Engine(f"sim{number}", pacers=self._pacer, book=self._book)

    def _pacer(self, method: object) -> Pacer:
        pacer = self._pacers(method)  # type: ignore[arg-type]
        see_truth = getattr(pacer, "see_truth", None)
        if see_truth is not None:
            see_truth(self.truth)
        return pacer

    def _watch(self, sink: Callable[[ev.Event], None]) -> Watch:
        told = with_past(self.world.rules, sink)
        return Watch(self.store, self, told, lambda: self.agenda.now, as_it_is)

    def trunks(self) -> tuple[Trunk, ...]:
        """For the watch: where trunks are configured."""
        return tuple(
            Trunk(
                name=law.name,
                endpoint=f"trunk-{law.name}",
                channel_limit=law.channel_limit,
                calls_per_second=law.calls_per_second,
                caller_ids=(OUR_NUMBER,),
            )
            for law in self.world.carrier.trunks
        )

    # --- the wires and the hands ------------------------------------------------------------------

    def emit(self, event: ev.Event) -> None:
        """An AMI event."""
        self.wire.carry(event)

    def ask(self, event: ev.RouteAsked, line: Line) -> None:
        """A call script asks."""
        self.desk.ask(event, line)

    def post(self, event: ev.Event) -> None:
        """A volunteer clicks."""
        self.desk.post(event)

    def tick_after(self, seconds: float) -> None:
        """Look at the deadlines then, besides the ordinary ticks."""
        self.agenda.after(seconds, self._tick_once)

    def spell(self, doing: Doing, since_us: int, until_us: int) -> None:
        """A volunteer did something for a while."""
        self.tally.spell(doing, since_us, until_us)

    def line_over(self, line: Line) -> None:
        """A line is gone."""
        self.tally.line_over(line)
        self.checks.line_over(line)

    def kept_too_long(self, line: Line) -> None:
        """The dialplan ended a kept person's line. With faults the engine need not have known."""
        if self.world.faults == Faults():
            self.checks.kept_too_long(line)

    def stolen(self, volunteer: Volunteer, line: Line) -> None:
        """A volunteer in a call is put through to another person."""
        self.checks.stolen(volunteer, line)

    # --- who watches the desk ---------------------------------------------------------------------

    def happened(self, event: ev.Event, commands: Sequence[cmd.Command]) -> None:
        """The engine was told something, other than the time."""
        self.digest.take(self.agenda.now_us, event)
        if type(event) is ev.LeadsClaimed:
            self.checks.claimed([lead.id for lead in event.leads])
        if len(commands) > COMMANDS_MOST:
            self.checks.wished_too_much(len(commands))

    def written(self, batch: Sequence[StoreCommand]) -> None:
        """Rows are committed."""
        self.checks.written(batch)

    def dials(self, wish: cmd.Originate) -> None:
        """A call leaves."""
        self.checks.dials(wish)

    def _gap(self, is_crash: bool) -> None:
        """The engine misses facts of all that is up."""
        if is_crash:
            self.checks.gap()
        self.wire.damaged.update(self.network.lines)
        self.wire.damaged.update(self.checks.open_attempts())

    def _look(self, _: object) -> None:
        self.checks.look()
        self.agenda.after(LOOK_EVERY_S, self._look)

    # --- what the checks may look at ------------------------------------------------------------

    @property
    def now(self) -> float:
        """The instant."""
        return self.agenda.now

    @property
    def slowness_s(self) -> float:
        """How much later than it happens the engine may know a thing, or how much earlier act."""
        return self.world.faults.event_delay_s + 0.2

    def lines_to(self, e164: str) -> int:
        """Lines that are really up to a number."""
        return self.network.numbers.get(e164, 0)

    def languages_of(self, agent_id: int) -> Collection[Language]:
        """That a volunteer speaks."""
        return self.store.tables.agents[agent_id].languages

    def trunk_use(self, endpoint: str) -> tuple[int, int, float]:
        """Lines up on a trunk, its channel limit, its calls per second."""
        return self.network.trunk_use(endpoint)

    def facts_of(self, attempt_id: str) -> bool:
        """Whether every fact of the attempt has reached the engine, in the right order."""
        return attempt_id not in self.wire.damaged and not self.wire.mixes_up

    def may_seem_to_talk(self, attempt_id: str) -> bool:
        """Whether all word of a talk's end was lost: to the engine it may go on for hours."""
        return self.wire.ends_lost[attempt_id] > 1

    def is_whole(self) -> bool:
        """Whether engine, link and store are all there and nothing waits to be written."""
        return self.desk.is_settled() and self.wire.is_up

    def may_call(self) -> bool:
        """Whether it is an hour for calls, for a while already and for a while to come."""
        now = self.agenda.now
        times = (now - IDLE_TOO_LONG_S, now, now + 2 * IDLE_TOO_LONG_S)
        return all(self.calendar.is_open(at) for at in times)

    def view(self) -> FloorView:
        """The engine's floor."""
        assert self.desk.engine is not None
        return self.desk.engine.view(self.agenda.now)

    def agenda_size(self) -> int:
        """How much is still to happen."""
        return len(self.agenda)

    # --- what goes on ---------------------------------------------------------------------------

    def _tick_once(self, _: object) -> None:
        self.desk.tick()

    def _tick(self) -> int:
        """Time goes on. Returns in how many microseconds it does again."""
        self.desk.tick()
        is_night = not self.network.lines and self._is_night()
        return NIGHT_TICK_US if is_night else self._tick_us

    def _is_night(self) -> bool:
        return not self.network.lines and not self.calendar.is_open(self.agenda.now)

    def _wanted(self, share: float) -> int:
        return max(1, int(self.team.agents * share + 0.5))

    def _staff(self, _: object) -> None:
        """Who is wanted in this slice of the working day; nobody when the day is over."""
        law, now = self.world.volunteers, self.agenda.now
        open_s = self.calendar.open_for(now)
        if open_s <= 0.0:
            self.crew.staff(0)
            self.agenda.after(self.calendar.opens_in(now), self._staff)
            return
        slice_s = law.shift_min * 60.0
        number, into_s = divmod(self.calendar.worked_h(now) * 3600.0 + EPSILON_S, slice_s)
        self.crew.staff(self._wanted(law.shifts[int(number) % len(law.shifts)]))
        self.agenda.after(min(open_s, slice_s - into_s + EPSILON_S), self._staff)

    def run(self, policy: str = "") -> Figures:
        """Carry the run out."""
        began = time.perf_counter()
        agenda, desk = self.agenda, self.desk
        agenda.beat(self._tick_us, self._tick)
        agenda.after(LOOK_EVERY_S, self._look)
        end_us = round(self.calendar.instant(self.team.hours) * US)
        try:
            self.mishaps.begin(self.wire, self.network, self.store)
            desk.drain()
            self._staff(None)
            desk.drain()
            with _no_collections():
                agenda.run(end_us, desk.drain)
        except Exception as error:
            raise Broken(self._told(error, policy)) from error
        return self._figures(policy, time.perf_counter() - began)

    def _told(self, error: Exception, policy: str) -> str:
        """What broke, when, and how to see it again."""
        at = datetime.fromtimestamp(self.agenda.now, ZoneInfo(ZONE))
        what = str(error) if isinstance(error, Broken) else f"{type(error).__name__}: {error}"
        team, name = self.team, self.world.name
        policy = policy or str(self.world.rules.dial_method)
        its = f" --policy {policy} --agents {team.agents} --hours {team.hours:g}"
        return (
            f"{what} ({at:%A %H:%M:%S}.{at.microsecond:06d}). To see it again:"
            f" ./callbank simulate --scenario {name}{'' if name == SWARM else its}"
            f" --seed {team.seed}"
        )

    def _figures(self, policy: str, wall_s: float) -> Figures:
        end_us = round(self.calendar.instant(self.team.hours) * US)
        for one in self.crew.by_id.values():
            self.tally.spell(one.doing, one.since_us, end_us)
        for line in self.network.lines.values():
            if line.connected_at is not None:
                line.ended_at = end_us / US
                self.tally.line_over(line)
        utilisation, talk_share, wait_s = self.tally.shares()
        answered, abandoned = self.tally.answered, self.tally.abandoned
        return Figures(
            policy=policy or str(self.world.rules.dial_method),
            agents=self.team.agents,
            hours=self.team.hours,
            seed=self.team.seed,
            utilisation=round(utilisation, 6),
            talk_share=round(talk_share, 6),
            abandon_rate=round(abandoned / answered, 6) if answered else 0.0,
            answered=answered,
            abandoned=abandoned,
            wait_s_mean=round(wait_s, 3),
            digest=self.digest.hexdigest(),
            counts=Counts(
                attempts=self.network.dialed,
                connected=self.tally.connected_in_all,
                events=self.desk.events,
                commands=self.desk.commands,
                wall_s=wall_s,
                engines=self.desk.engines,
            ),
        )


def simulate(
    world: World,
    pacers: PacerFactory,
    *,
    agents: int,
    hours: float,
    seed: int,
    store: SimStore,
    policy: str = "",
) -> Figures:
    """Carry out one run of a world. `policy` is the name in the figures."""
    return Evening(world, pacers, Team(agents=agents, hours=hours, seed=seed), store).run(policy)


@contextmanager
def _no_collections() -> Iterator[None]:
    """A run makes millions of small values, keeps most of them in its store, and leaves no cycles:
    looking for some took a seventh of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
