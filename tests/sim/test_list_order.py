"""Whom a predictive campaign dials first, once it has learned where people answer."""

from dataclasses import replace

from dialer.domain.campaign import DialMethod
from dialer.pacing.floor import Pacer
from dialer.pacing.predictive import Predictive
from dialer.sim.figures import Figures
from dialer.sim.peers.one_odds import OneOdds
from dialer.sim.run import simulate
from dialer.sim.world import Leads, Rules, World
from dialer.storage.memory import MemoryStore

DIFFERING = World(
    leads=Leads(count=6000, areas=10, odds_from=0.05, odds_to=0.5),
    rules=Rules(dial_method=DialMethod.PREDICTIVE),
    burn_in_min=0.0,
)


def run(pacer: type[Pacer], world: World = DIFFERING, hours: float = 1.0) -> Figures:
    return simulate(
        world, lambda _method: pacer(), agents=10, hours=hours, seed=2, store=MemoryStore()
    )


def answers(figures: Figures) -> float:
    return figures.counts.connected / figures.counts.attempts


def test_people_who_answer_are_found_and_dialed_first() -> None:
    assert answers(run(Predictive)) > 1.2 * answers(run(OneOdds))


def test_a_list_that_runs_out_is_dialed_to_its_last_lead() -> None:
    short = replace(DIFFERING, leads=replace(DIFFERING.leads, count=300))
    by_odds, as_it_came = run(Predictive, short, hours=1.5), run(OneOdds, short, hours=1.5)
    assert by_odds.counts.attempts >= 300 and as_it_came.counts.attempts >= 300
