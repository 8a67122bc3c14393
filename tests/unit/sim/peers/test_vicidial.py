"""VICIdial's clocks: what happens when, as its two daemons would have it."""

from dataclasses import replace

import pytest

from dialer.pacing.floor import Decision, LeadClass, LineKind, PersonLost, WrapUpEnded
from dialer.sim.peers.vicidial import Vicidial
from dialer.sim.peers.vicidial_rules import Method, Settings
from tests.unit.sim.peers.floors import NOON, GivenFloor, arrived, failed

IDLE = GivenFloor(ready=10)
BUSY = GivenFloor(busy=(30.0,) * 10)


def pass_time(peer: Vicidial, floor: GivenFloor, from_s: float, to_s: float) -> list[Decision]:
    """Ask each tenth of a second, as the daemon does."""
    tenths = range(round(10 * from_s), round(10 * to_s))
    return [peer.decide(replace(floor, now=NOON + tenth / 10)) for tenth in tenths]


def adaptive(**settings: float) -> Vicidial:
    return Vicidial(Settings(method=Method.AVERAGE, **settings))


def test_the_level_moves_each_fifteen_seconds() -> None:
    peer = adaptive()
    levels = []
    for second in range(50):
        pass_time(peer, IDLE, second, second + 1)
        levels.append(peer.adapt.level)
    assert levels[14:16] == [1.0, 2.0]
    assert levels[29:31] == [2.0, 3.0]
    assert set(levels[31:]) == {3.0}


def test_agents_in_wrap_up_make_it_sluggish_and_are_not_dialed_for() -> None:
    peer = adaptive()
    wrapping = GivenFloor(ready=5, wrapping=(3.0,) * 5)
    decisions = pass_time(peer, wrapping, 0, 15.1)
    assert peer.adapt.level == 1.5
    assert sum(one.count for one in decisions[:20]) == 5


def test_a_cycle_begins_each_two_and_a_half_seconds_and_spaces_its_calls() -> None:
    peer = Vicidial(Settings(method=Method.RATIO, level=1.0))
    calls = [one.count for one in pass_time(peer, GivenFloor(ready=3), 0, 6.5)]
    placed = [tenth for tenth, count in enumerate(calls) if count]
    assert placed == [0, 2, 4, 31, 33, 35, 62, 64]  # 2.5 s, and 0.2 s for each of the three
    assert all(count <= 1 for count in calls)


def test_what_a_cycle_has_decided_is_placed_even_if_agents_have_left_since() -> None:
    peer = Vicidial(Settings(method=Method.RATIO, level=1.0))
    pass_time(peer, IDLE, 0, 0.1)
    assert sum(one.count for one in pass_time(peer, GivenFloor(), 0.1, 2.0)) == 9


def test_lines_are_shared_and_the_budget_is_not_asked() -> None:
    peer = Vicidial(Settings(method=Method.RATIO, level=2.0))
    decision = peer.decide(replace(IDLE, may_over_dial=False))
    assert (decision.kind, decision.count) == (LineKind.SHARED, 1)
    assert decision.figures["level"] == 2.0


def test_the_statistic_lags_by_up_to_a_minute_and_then_halves_the_level() -> None:
    peer = adaptive(level=2.0)
    pass_time(peer, BUSY, 0, 1)  # the first statistic is drawn at once
    for _ in range(60):
        peer.learn(failed(NOON + 2))
    peer.learn(PersonLost(at=NOON + 2))
    pass_time(peer, BUSY, 1, 59)
    assert peer.adapt.level == 2.0
    pass_time(peer, BUSY, 59, 61)
    assert peer.adapt.level == 1.0
    assert peer.adapt.drops.drop_answer_percent_today == 100.0


def test_a_conversation_counts_when_its_disposition_is_made() -> None:
    peer = adaptive()
    for _ in range(99):
        peer.learn(arrived(NOON))
        peer.learn(WrapUpEnded(seconds=10.0))
    peer.learn(arrived(NOON))
    peer.learn(PersonLost(at=NOON + 2))
    pass_time(peer, BUSY, 5, 6)
    assert peer.adapt.drops.drop_answer_percent_today == 1.0


def test_at_midnight_the_figures_begin_anew_and_the_level_stays() -> None:
    peer = adaptive(level=2.5)
    pass_time(peer, BUSY, 0, 1)
    peer.learn(PersonLost(at=NOON))
    pass_time(peer, BUSY, 61, 62)
    assert peer.adapt.drops.drop_answer_percent_today == 100.0
    pass_time(peer, BUSY, 12 * 3600 - 1, 12 * 3600)
    assert peer.drop_count.drops_today == 1
    pass_time(peer, BUSY, 12 * 3600 + 60, 12 * 3600 + 61)
    assert peer.drop_count.drops_today == 0
    assert peer.adapt.drops.drop_answer_percent_today == 0.0
    assert peer.adapt.level == 2.5


@pytest.mark.parametrize(("free_after_s", "drops"), [(3.0, 0), (4.5, 1)])
def test_with_its_stock_patience_it_forgives_itself_whom_the_law_does_not(
    free_after_s: float, drops: int
) -> None:
    peer = adaptive(drop_call_s=5)  # it waits six seconds, the law two
    peer.learn(PersonLost(at=NOON))
    pass_time(peer, BUSY, 0, free_after_s)
    free = GivenFloor(ready=1, ready_since=NOON + free_after_s)
    pass_time(peer, free, free_after_s, 7)
    assert peer.drop_count.drops_today == drops


def test_one_agent_who_comes_free_makes_good_for_one_person_only() -> None:
    peer = adaptive(drop_call_s=5)
    peer.learn(PersonLost(at=NOON))
    peer.learn(PersonLost(at=NOON + 0.5))
    pass_time(peer, GivenFloor(ready=1, ready_since=NOON + 1), 1, 7)
    assert peer.drop_count.drops_today == 1


def test_with_lawful_patience_it_counts_as_the_law_does() -> None:
    peer = adaptive(drop_call_s=1)
    peer.learn(PersonLost(at=NOON))
    pass_time(peer, GivenFloor(ready=1), 0, 1)
    assert peer.drop_count.drops_today == 1


def test_where_no_number_may_be_over_dialed_it_dials_one_to_one() -> None:
    peer = Vicidial(Settings(method=Method.RATIO, level=3.0))
    cells = replace(IDLE, odds={LeadClass.ONE_TO_ONE: 0.2})
    assert peer.decide(cells).kind is LineKind.RESERVED
