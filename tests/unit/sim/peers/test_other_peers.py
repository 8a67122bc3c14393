"""Power, Issabel, OMniDialer, Impact Dialing: each rule of dialers.md 1.11 on a given floor."""

from dataclasses import replace
from math import exp

import pytest

from dialer.pacing.floor import Connected, LineKind, PersonLost, TalkEnded, WrapUpEnded
from dialer.sim.peers.impact import Impact
from dialer.sim.peers.issabel import Issabel
from dialer.sim.peers.omnidialer import Omnidialer
from dialer.sim.peers.power import Power
from tests.unit.sim.peers.floors import NOON, GivenFloor, arrived, failed

# --- power -------------------------------------------------------------------------------------


def test_power_dials_so_many_lines_for_each_idle_agent() -> None:
    floor = GivenFloor(ready=3, busy=(10.0,) * 5, shared_lines=2, people_waiting=1)
    decision = Power(2.5).decide(floor)
    assert (decision.kind, decision.count) == (LineKind.SHARED, 4)


def test_power_untuned_goes_by_the_size_of_the_floor() -> None:
    assert Power().decide(GivenFloor(ready=10)).count == 25
    assert Power().decide(GivenFloor(ready=2, busy=(10.0,) * 98)).count == 15


def test_power_does_not_look_at_abandoned_calls() -> None:
    peer = Power(2.0)
    for _ in range(100):
        peer.learn(PersonLost(at=NOON))
    assert peer.decide(GivenFloor(ready=2, may_over_dial=False)).count == 4


# --- Issabel -----------------------------------------------------------------------------------


def issabel_with(*, talk_s: float, answered: int, unanswered: int) -> Issabel:
    peer = Issabel()
    for _ in range(answered):
        peer.learn(arrived(NOON))
        peer.learn(TalkEnded(seconds=talk_s))
    for _ in range(unanswered):
        peer.learn(failed(NOON))
    return peer


def test_issabel_divides_by_the_success_rate_after_ringing_lines_took_a_whole_agent_each() -> None:
    peer = issabel_with(talk_s=100, answered=15, unanswered=35)
    floor = GivenFloor(ready=6, shared_lines=2, people_waiting=1)
    assert peer.decide(floor).count == 10  # (6 - 1 - 2) / 0.3


def test_issabel_never_assumes_less_than_a_fifth_of_success() -> None:
    peer = issabel_with(talk_s=100, answered=10, unanswered=190)
    assert peer.decide(GivenFloor(ready=2)).count == 10


def test_issabel_is_one_to_one_until_ten_calls_are_completed() -> None:
    peer = issabel_with(talk_s=100, answered=9, unanswered=100)
    assert peer.decide(GivenFloor(ready=3, busy=(900.0,))).count == 3


def test_issabel_takes_long_talkers_for_free_although_its_law_has_no_memory() -> None:
    """1 - exp(-x / 100) is 0.97 at x = 351 s, of which 10 s are the time to an answer."""
    peer = issabel_with(talk_s=100, answered=50, unanswered=0)
    assert peer.decide(GivenFloor(busy=(340.0, 342.0, 30.0))).count == 1


def test_issabel_reviews_every_three_seconds() -> None:
    peer = Issabel()
    floor = GivenFloor(ready=1)
    asked = [peer.decide(replace(floor, now=NOON + second)).count for second in range(7)]
    assert asked == [1, 0, 0, 1, 0, 0, 1]


def test_what_the_engine_could_not_place_in_one_round_is_asked_for_again_at_once() -> None:
    peer = Issabel()
    floor = GivenFloor(ready=80)
    assert peer.decide(floor).count == 80
    assert peer.decide(replace(floor, shared_lines=50)).count == 30
    assert peer.decide(replace(floor, shared_lines=80)).count == 0


# --- OMniDialer --------------------------------------------------------------------------------


def warm(hit_rate: float = 0.5) -> Omnidialer:
    peer = Omnidialer(calls_per_second=1000)
    for _ in range(50):
        peer.learn(Connected(latency_s=0.1))
    peer.hit_rate = hit_rate
    return peer


def test_omnidialer_is_one_to_one_for_fifty_calls() -> None:
    peer = Omnidialer(calls_per_second=1000)
    assert peer.decide(GivenFloor(ready=4, shared_lines=1)).count == 3
    assert warm().decide(GivenFloor(ready=4, shared_lines=1)).count == 7  # (4 - 0.5) / 0.5


def test_omnidialer_expects_busy_agents_by_an_exponential_law() -> None:
    """Ring 15 s; conversation and wrap-up 135 s in the mean, wrap-up 15 s."""
    floor = GivenFloor(busy=(35.0, 200.0), wrapping=(5.0,))
    expected = (1 - exp(-15 / 100)) + (1 - exp(-15 / 1)) + (1 - exp(-15 / 10))
    assert warm().expected_free(floor) == pytest.approx(expected)


def test_omnidialer_learns_its_times_and_adds_the_delay_of_detection() -> None:
    peer = warm()
    peer.learn(replace(arrived(NOON, ring_s=8.0), ready_at=NOON + 2))
    peer.learn(TalkEnded(seconds=60.0))
    peer.learn(WrapUpEnded(seconds=30.0))
    assert peer.expected_free(GivenFloor(busy=(40.0,))) == pytest.approx(1 - exp(-10 / 50))


@pytest.mark.parametrize(
    ("drop_rate", "gamma"),
    [(0.0, 1.0), (0.015, 1.0), (0.0225, 0.6), (0.03, 0.2), (0.5, 0.2)],
)
def test_omnidialer_grows_timid_with_drops(drop_rate: float, gamma: float) -> None:
    peer = warm()
    peer.drop_rate = drop_rate
    assert peer.gamma() == pytest.approx(gamma)


def test_one_abandoned_call_lifts_omnidialers_rate_over_ten_percent_for_twelve_calls() -> None:
    peer = warm()
    peer.learn(PersonLost(at=NOON))
    assert peer.drop_rate == pytest.approx(0.1)
    calls = 0
    while peer.drop_rate > 0.03:
        peer.learn(Connected(latency_s=0.1))
        calls += 1
    assert calls == 12


def test_omnidialer_goes_back_to_one_to_one_until_the_rate_is_well_under_the_limit() -> None:
    peer = warm()
    peer.drop_rate = 0.04
    floor = GivenFloor(ready=4)
    counts = [peer.decide(replace(floor, now=NOON + second)).count for second in range(5)]
    assert counts == [1, 1, 1, 1, 4]  # 4 / 0.5 x 0.2, then latched
    peer.drop_rate = 0.025
    assert peer.decide(replace(floor, now=NOON + 5)).count == 4
    peer.drop_rate = 0.02
    assert peer.decide(replace(floor, now=NOON + 6)).count == 5  # 4 / 0.5 x 0.733


def test_omnidialer_never_believes_in_less_than_a_twentieth_of_hits() -> None:
    peer = warm(hit_rate=0.001)
    assert peer.decide(GivenFloor(ready=1)).count == 20


def test_omnidialer_is_capped_at_a_call_a_second_for_each_25_agents() -> None:
    assert Omnidialer().decide(GivenFloor(ready=25)).count == 1
    assert Omnidialer().decide(GivenFloor(ready=26)).count == 2


# --- Impact Dialing ----------------------------------------------------------------------------


def impact_with(*, answered: int, unanswered: int, talk_s: float = 60.0) -> Impact:
    peer = Impact()
    for number in range(answered + unanswered):
        is_answered = number * answered // (answered + unanswered) != (number + 1) * answered // (
            answered + unanswered
        )
        peer.learn(arrived(NOON) if is_answered else failed(NOON))
        if is_answered:
            peer.learn(TalkEnded(seconds=talk_s))
    return peer


def test_impact_is_one_to_one_without_attempts_callers_or_a_dial() -> None:
    assert impact_with(answered=9, unanswered=40).best_dials(10) == 1.0
    assert impact_with(answered=20, unanswered=80).best_dials(4) == 1.0
    peer = impact_with(answered=20, unanswered=80)
    assert peer.decide(GivenFloor(ready=10)).count == 10  # nothing was dialed in ten minutes


def test_impact_takes_the_busiest_lawful_candidate_of_six() -> None:
    peer = impact_with(answered=20, unanswered=80)
    best = peer.best_dials(10)
    assert best in [max(1.0, 5.0 * k / 6) for k in range(1, 7)]
    lawful = [peer.simulate(5.0 * k / 6, 10) for k in range(2, 7)]
    assert any(trial.abandon_rate > 0.03 for trial in lawful)


def test_impact_simulates_more_lines_as_busier_and_less_lawful() -> None:
    peer = impact_with(answered=20, unanswered=80)
    few, many = peer.simulate(1.0, 10), peer.simulate(5.0, 10)
    assert few.utilisation < many.utilisation
    assert few.abandon_rate == 0.0 < many.abandon_rate


def test_impact_where_everybody_answers_is_one_to_one() -> None:
    peer = impact_with(answered=100, unanswered=0)
    assert peer.best_dials(10) == 1.0
    assert peer.simulate(1.0, 10).abandon_rate == 0.0


def test_impact_cuts_a_quarter_over_the_limit_of_the_campaigns_life() -> None:
    peer = impact_with(answered=20, unanswered=80)
    peer.decide(GivenFloor(ready=10))
    factor = peer.dial_factor(NOON + 3)
    assert factor == peer.best_dials(10) or factor >= 1.0
    peer.learn(PersonLost(at=NOON))
    assert peer.dial_factor(NOON + 3) == max(1.0, 0.75 * factor)


def test_impact_counts_callers_on_hold_against_what_rings() -> None:
    peer = Impact()
    asked = [
        peer.decide(GivenFloor(ready=4, shared_lines=1, people_waiting=1, now=NOON + second)).count
        for second in range(4)
    ]
    assert asked == [2, 0, 0, 2]


def test_impact_draws_the_same_in_every_run() -> None:
    first, second = impact_with(answered=20, unanswered=80), impact_with(answered=20, unanswered=80)
    assert first.simulate(2.5, 10) == second.simulate(2.5, 10)
