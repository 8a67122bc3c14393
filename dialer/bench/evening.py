"""One evening twice: through the real Asterisk and the simulated network, and in the simulator.

In the flesh it is the demo; the simulator plays the same evening (same_evening.py) with several
throws of the dice for what its cast leaves to chance. Called by `callbank bench evening`.
"""

import asyncio
import time
from dataclasses import asdict, dataclass, replace
from statistics import fmean

from rich.console import Console

from dialer.bench.play import name_of
from dialer.bench.same_evening import ListStore, SameEvening, cast_of, frame_of
from dialer.bench.same_world import world_of
from dialer.config import Settings
from dialer.demo.show import CAMPAIGN, Programme, furnish, play
from dialer.demo.stage import Capacity, Stage
from dialer.domain.campaign import DialMethod
from dialer.house import Announce
from dialer.sim.peers.policies import policy_named
from dialer.sim.run import Team
from dialer.storage.admin import Administration
from dialer.storage.figures import CampaignFigures

THROWS = 8
WITHIN = 0.03
"""How far the two utilisations may lie apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is asked of an evening. The first `burn_in_min` are not counted."""

    volunteers: int = 20
    minutes: float = 10.0
    seed: int = 1
    method: DialMethod = DialMethod.PREDICTIVE
    burn_in_min: float = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """How the evening went, on one side."""

    utilisation: float | None
    wait_s_mean: float | None
    answered: float
    abandoned: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Evening:
    """Both sides, and the least and the greatest utilisation that the dice gave."""

    plan: Plan
    flesh: Side
    simulated: Side
    utilisation_from: float
    utilisation_to: float

    @property
    def difference(self) -> float | None:
        """Flesh less simulator, as a share."""
        if self.flesh.utilisation is None or self.simulated.utilisation is None:
            return None
        return self.flesh.utilisation - self.simulated.utilisation

    def as_json(self) -> dict[str, object]:
        """Under fixed keys."""
        difference = self.difference
        return {
            "volunteers": self.plan.volunteers,
            "minutes": self.plan.minutes,
            "policy": self.plan.method.value,
            "flesh": asdict(self.flesh),
            "simulated": {
                **asdict(self.simulated),
                "utilisation_from": self.utilisation_from,
                "utilisation_to": self.utilisation_to,
                "runs": THROWS,
            },
            "difference": None if difference is None else round(difference, 4),
        }


async def measure(
    operator: Settings, plan: Plan, console: Console, announce: Announce
) -> Evening:
    """Both evenings; the simulated one first, so that it takes nothing from the real one."""
    announce(f"the simulator plays the evening {THROWS} times")
    runs = await asyncio.to_thread(simulated, plan)
    shares = [one.utilisation for one in runs if one.utilisation is not None]
    flesh = await _in_the_flesh(operator, plan, console, announce)
    return Evening(
        plan=plan,
        flesh=flesh,
        simulated=Side(
            utilisation=round(fmean(shares), 4),
            wait_s_mean=round(fmean(one.wait_s_mean or 0.0 for one in runs), 2),
            answered=round(fmean(one.answered for one in runs), 1),
            abandoned=round(fmean(one.abandoned for one in runs), 2),
        ),
        utilisation_from=min(shares),
        utilisation_to=max(shares),
    )


def simulated(plan: Plan) -> list[Side]:
    """The evening in the simulator, with so many throws of the dice."""
    programme = _programme(plan)
    cast = cast_of(programme)
    world = world_of(cast.mix, cast.habits, _capacity(plan), plan.method)
    policy = policy_named(plan.method.value)
    # The campaign's own target counts, not the one with which policies are compared.
    world = replace(frame_of(world, programme), burn_in_min=plan.burn_in_min)
    sides = []
    for throw in range(THROWS):
        team = Team(agents=plan.volunteers, hours=plan.minutes / 60.0, seed=throw)
        evening = SameEvening(world, lambda _: policy.pacer(), team, ListStore(cast.people), cast)
        one = evening.run(name_of(policy))
        sides.append(
            Side(
                utilisation=one.utilisation,
                wait_s_mean=one.wait_s_mean,
                answered=one.answered,
                abandoned=one.abandoned,
            )
        )
    return sides


def _programme(plan: Plan) -> Programme:
    return Programme(
        volunteers=plan.volunteers,
        minutes=plan.minutes,
        seed=plan.seed,
        dial_method=plan.method,
        began_at=time.time(),
    )


def _capacity(plan: Plan) -> Capacity:
    return Capacity(channels=4 * plan.volunteers + 20)


async def _in_the_flesh(
    operator: Settings, plan: Plan, console: Console, announce: Announce
) -> Side:
    programme = _programme(plan)
    stage = await asyncio.to_thread(Stage.build, operator, "evening", _capacity(plan), announce)
    found: list[CampaignFigures] = []
    try:
        agents = await furnish(stage, programme, announce)
        await stage.start_daemon()
        since = time.time() + plan.burn_in_min * 60.0
        url = await asyncio.to_thread(stage.open_database, announce)
        async with Administration.at(url) as office:

            async def count() -> None:
                found.append(await office.figures(CAMPAIGN, since=since))

            await play(stage, programme, agents, console, announce, at_closing=count)
    finally:
        await asyncio.to_thread(stage.close)
    (figures,) = found
    return Side(
        utilisation=figures.utilisation,
        wait_s_mean=figures.wait_s_mean,
        answered=figures.answered,
        abandoned=figures.abandoned,
    )
