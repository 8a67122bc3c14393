"""The demo's network and bots, and the simulator's scenario `demo`, are one world."""

import pytest

from dialer.bench.evening import Evening, Plan, Side
from dialer.bench.same_world import world_of
from dialer.demo.stage import Capacity
from dialer.demo.volunteers import Habits
from dialer.domain.campaign import DialMethod
from dialer.parts.carrier import Behaviour, CarrierMix
from dialer.sim.scenario import load
from dialer.sim.world import EndKind, World


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(CarrierMix(), Habits(), Capacity(channels=100), DialMethod.PREDICTIVE)


def test_the_shipped_scenario_is_this_world_written_out(world: World) -> None:
    shipped = load("demo").world
    assert shipped.carrier.answer_rate == pytest.approx(world.carrier.answer_rate, abs=0.002)
    for mine, its in ((world.carrier, shipped.carrier),):
        mean_s = mine.ring_shape * mine.ring_scale_s
        assert its.ring_shape * its.ring_scale_s == pytest.approx(mean_s, rel=0.1)
    assert shipped.volunteers.talk_mean_s == pytest.approx(world.volunteers.talk_mean_s, rel=0.05)
    assert shipped.volunteers.wrap_mean_s == pytest.approx(world.volunteers.wrap_mean_s, rel=0.05)
    assert ends(shipped) == pytest.approx(ends(world), abs=0.01)
    assert [one.share for one in shipped.leads.classes] == [
        one.share for one in world.leads.classes
    ]
    assert shipped.carrier.trunks == world.carrier.trunks


def ends(world: World) -> dict[EndKind, float]:
    """The shares of how lines end that reach nobody."""
    return {
        kind: sum(one.share for one in world.carrier.ends if one.kind is kind) for kind in EndKind
    }


def test_every_behaviour_of_the_mix_has_its_place(world: World) -> None:
    assert sum(ends(world).values()) == pytest.approx(1.0)
    no_answer = [(Behaviour.PERSON_HELLO, 1), (Behaviour.NO_ANSWER, 3)]
    quiet = world_of(
        CarrierMix(weights=tuple(no_answer)), Habits(), Capacity(), DialMethod.PROGRESSIVE
    )
    assert quiet.carrier.answer_rate == 0.25 and len(quiet.carrier.ends) == 1


def test_who_talks_longer_keeps_volunteers_longer() -> None:
    def talk_s(habits: Habits, mix: CarrierMix) -> float:
        return world_of(mix, habits, Capacity(), DialMethod.RATIO).volunteers.talk_mean_s

    usual = talk_s(Habits(), CarrierMix())
    assert talk_s(Habits(talk_s=40.0), CarrierMix()) > usual + 5
    assert talk_s(Habits(), CarrierMix(talk_s=(2.0, 4.0))) < usual


def test_the_difference_is_flesh_less_simulator() -> None:
    side = Side(utilisation=0.80, wait_s_mean=5.0, answered=200, abandoned=2)
    evening = Evening(
        plan=Plan(),
        flesh=Side(utilisation=0.785, wait_s_mean=5.0, answered=200, abandoned=2),
        simulated=side,
        utilisation_from=0.77,
        utilisation_to=0.82,
    )
    assert evening.difference == pytest.approx(-0.015)
    written = evening.as_json()
    assert written["difference"] == -0.015
    assert list(written) == [
        "volunteers", "minutes", "policy", "flesh", "simulated", "difference",
    ]  # fmt: skip
