"""One simulated run: `simulate(world, pacers, ...)` gives its figures.

    from dialer.sim.run import simulate
    figures = simulate(World(), pacer_for, agents=25, hours=8.0, seed=1, store=MemoryStore())

`pacers` makes the pacer of a dial method, as `engine.Engine` wants it; the dial method itself is
`world.rules.dial_method`. A pacer that has a method `see_truth(truth)` is given a `Truth` before
its first decision: when each volunteer will really be free (the oracle of sim/peers).
The store must be new and empty. A broken invariant (checks.py) raises `Broken`, whose text ends
with the command that replays the run.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

from dialer.domain.campaign import Campaign, CampaignState, Limits
from dialer.domain.trunk import Trunk
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.pacing.choose import PacerFactory
from dialer.pacing.floor import Pacer
from dialer.runtime.watch import Watch
from dialer.sim.agenda import US, Agenda
from dialer.sim.chance import Chance
from dialer.sim.crew import Crew, Doing
from dialer.sim.desk import Desk, as_it_is
from dialer.sim.digest import Digest
from dialer.sim.figures import Counts, Figures, Tally
from dialer.sim.line import Line
from dialer.sim.network import Network
from dialer.sim.people import ZONE, People, SimStore
from dialer.sim.wire import Wire
from dialer.sim.world import World

FIRST_DAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo(ZONE))
"""A Monday at nine."""

OUR_NUMBER = "+19195550100"
NIGHT_TICK_S = 60.0
DAY_S = 86400.0


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


class Calendar:
    """Worked hours and instants. Every day's work begins at nine, a day after the last."""

    def __init__(self, day_h: float) -> None:
        self._day_s = min(day_h * 3600.0, DAY_S / 2)
        self.start = FIRST_DAY.timestamp()

    def instant(self, worked_h: float) -> float:
        """When so many hours have been worked."""
        days, rest_s = divmod(worked_h * 3600.0, self._day_s)
        if days and not rest_s:  # the end of a day, not the beginning of the next
            days, rest_s = days - 1, self._day_s
        return self.start + days * DAY_S + rest_s

    def worked_h(self, at: float) -> float:
        """Hours worked by then."""
        days, rest_s = divmod(at - self.start, DAY_S)
        return (days * self._day_s + min(self._day_s, rest_s)) / 3600.0

    def is_open(self, at: float) -> bool:
        """Whether it is a working hour."""
        return (at - self.start) % DAY_S < self._day_s


class Evening:
    """A run in the making. `run` carries it out; the parts may be looked at by tests."""

    def __init__(self, world: World, pacers: PacerFactory, team: Team, store: SimStore) -> None:
        self.world, self.team, self.store = world, team, store
        self.calendar = Calendar(world.day_h)
        self.agenda = Agenda(self.calendar.start)
        self.digest = Digest()
        counted_from = self.calendar.instant(world.burn_in_min / 60.0)
        self.tally = Tally(from_us=round(counted_from * US))
        self.crew = Crew(world, self.agenda, self.chance, self)
        self.network = Network(world, self.agenda, self.chance, self.crew, self)
        self.truth = Truth(self.crew, self.agenda)
        self._pacers = pacers
        self.desk = Desk(self.agenda, store, world.faults, self._engine, self._watch)
        self.wire = Wire(world.faults, self.agenda, self.chance("wire"), self.desk.take)
        self.campaign = store.add_campaign(_campaign(world))
        self._connect_parts()

    def chance(self, name: str) -> Chance:
        """A stream of chance."""
        return Chance(self.team.seed, name)

    def _connect_parts(self) -> None:
        self.network.worked_h = lambda: self.calendar.worked_h(self.agenda.now)
        self.network.people = People(
            self.world, self.chance("people"), self.store, self.campaign
        )
        most = max(1, *(self._wanted(share) for share in self.world.volunteers.shifts), 1)
        agents = [self.store.add_agent(f"v{n}", f"v{n}") for n in range(1, most + 1)]
        self.crew.hire(agents, self.campaign.id)
        self.desk.network = self.network
        self.desk.link_is_up = lambda: self.wire.is_up
        self.desk.hears_state = self.crew.hears_state
        self.desk.observer = self

    def _engine(self, number: int) -> Engine:
        return Engine(f"sim{number}", pacers=self._pacer)

    def _pacer(self, method: object) -> Pacer:
        pacer = self._pacers(method)  # type: ignore[arg-type]
        see_truth = getattr(pacer, "see_truth", None)
        if see_truth is not None:
            see_truth(self.truth)
        return pacer

    def _watch(self, sink: Callable[[ev.Event], None]) -> Watch:
        return Watch(self.store, self, sink, lambda: self.agenda.now, as_it_is)

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

    def happened(self, event: ev.Event, commands: object) -> None:
        """The engine was told something."""
        if type(event) is not ev.Ticked:
            self.digest.take(self.agenda.now_us, event)

    def dials(self, wish: object) -> None:
        """A call leaves."""

    # --- what goes on ---------------------------------------------------------------------------

    def _tick_once(self, _: object) -> None:
        self.desk.take(ev.Ticked(at=self.agenda.now))

    def _tick(self, _: object) -> None:
        self.desk.take(ev.Ticked(at=self.agenda.now))
        is_night = not self.network.lines and not self.calendar.is_open(self.agenda.now)
        self.agenda.after(NIGHT_TICK_S if is_night else self.world.tick_s, self._tick)

    def _wanted(self, share: float) -> int:
        return max(1, int(self.team.agents * share + 0.5))

    def _staff(self, turn: int) -> None:
        shifts = self.world.volunteers.shifts
        is_open = self.calendar.is_open(self.agenda.now)
        self.crew.staff(self._wanted(shifts[turn % len(shifts)]) if is_open else 0)
        slice_h = self.world.volunteers.shift_min / 60.0
        step_h = slice_h if len(shifts) > 1 else 1.0
        self.agenda.after(step_h * 3600.0, self._staff, turn + 1)

    def run(self, policy: str = "") -> Figures:
        """Carry the run out."""
        began = time.perf_counter()
        agenda, desk = self.agenda, self.desk
        self.desk.start()
        self.wire.come_up(self.network.legs(), [])
        desk.drain()
        self._staff(0)
        desk.drain()
        agenda.after(self.world.tick_s, self._tick)
        end_us = round(self.calendar.instant(self.team.hours) * US)
        while agenda.step(end_us):
            desk.drain()
        return self._figures(policy, time.perf_counter() - began)

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


def _campaign(world: World) -> Campaign:
    rules = world.rules
    message = (
        "This is the Sim Project. Sorry that nobody was free to talk to you. You can reach us at"
        " 9 1 9 5 5 5 0 1 0 0. To not be called again, press 9."
    )
    return Campaign(
        id=0,
        name=world.name,
        state=CampaignState.RUNNING,
        dial_method=rules.dial_method,
        ratio=rules.ratio,
        amd_mode=world.detector.mode,
        ring_timeout_s=rules.ring_timeout_s,
        wrap_up_s=rules.wrap_up_limit_s,
        caller_id=OUR_NUMBER,
        caller_name="Sim Project",
        trunks=tuple(law.name for law in world.carrier.trunks),
        message_text=message if rules.has_message else "",
        limits=Limits(
            abandon_limit=rules.abandon_limit,
            abandon_target=rules.abandon_target,
            governor_warm_up_answers=rules.warm_up_answers,
        ),
    )
