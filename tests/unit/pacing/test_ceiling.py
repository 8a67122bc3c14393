"""The bound and the estimates against the measured sweep of pacing-and-amd.md, table A2."""

import pytest

from dialer.pacing.ceiling import Team, advise, bound, predictive, progressive

AGENTS = (5, 10, 20, 50, 100, 200)

SWEEP = (
    # talk s, answer rate, the bound (column NV) and the look-ahead (column look), for AGENTS
    (60, 0.1, (76.6, 84.4, 89.9, 94.5, 96.7, 98.0), (66.1, 76.7, 85.5, 91.5, 95.8, 97.7)),
    (60, 0.2, (78.1, 85.5, 90.6, 94.9, 96.9, 98.2), (69.0, 78.3, 85.8, 92.7, 95.7, 97.7)),
    (60, 0.3, (79.8, 86.6, 91.4, 95.4, 97.2, 98.4), (73.1, 80.2, 86.5, 93.1, 95.9, 97.8)),
    (60, 0.5, (83.4, 89.2, 93.1, 96.4, 97.9, 98.8), (78.2, 82.9, 87.8, 93.8, 96.2, 98.4)),
    (120, 0.1, (80.9, 87.3, 91.7, 95.4, 97.1, 98.3), (75.8, 81.6, 87.7, 92.7, 96.2, 97.9)),
    (120, 0.2, (82.2, 88.1, 92.3, 95.8, 97.4, 98.4), (76.3, 83.6, 88.8, 93.5, 96.1, 98.0)),
    (120, 0.3, (83.5, 89.0, 92.9, 96.1, 97.6, 98.6), (80.1, 84.6, 89.2, 94.0, 96.4, 98.0)),
    (120, 0.5, (86.4, 91.1, 94.3, 96.9, 98.1, 98.9), (85.9, 87.7, 90.5, 94.5, 96.6, 98.2)),
    (180, 0.1, (83.3, 88.8, 92.7, 95.9, 97.4, 98.4), (77.7, 84.0, 88.5, 93.7, 96.3, 97.8)),
    (180, 0.2, (84.4, 89.6, 93.2, 96.2, 97.6, 98.6), (81.3, 85.7, 89.8, 94.5, 96.2, 98.0)),
    (180, 0.3, (85.5, 90.4, 93.7, 96.5, 97.9, 98.7), (85.4, 87.0, 90.8, 94.6, 96.5, 98.2)),
    (180, 0.5, (88.1, 92.2, 94.9, 97.2, 98.3, 99.0), (88.7, 90.3, 92.5, 94.9, 97.0, 98.2)),
)

CELLS = [
    (Team(agents=agents, answer_rate=answer_rate, talk_s=talk_s), nv, look)
    for talk_s, answer_rate, bounds, looks in SWEEP
    for agents, nv, look in zip(AGENTS, bounds, looks, strict=True)
]


def test_the_bound_is_that_of_the_table_in_every_cell() -> None:
    assert len(CELLS) == 72
    for team, nv, _ in CELLS:
        assert 100 * bound(team, 0.03) == pytest.approx(nv, abs=0.2), team


def test_the_estimate_of_predictive_pacing_is_near_what_was_measured() -> None:
    errors = [100 * predictive(team, 0.03) - look for team, _, look in CELLS]
    assert max(map(abs, errors)) < 2.5
    assert sum(map(abs, errors)) / len(errors) < 0.7


@pytest.mark.parametrize(
    ("agents", "measured"), [(5, 73.8), (8, 77.1), (10, 80.8), (25, 87.6), (50, 91.3)]
)
def test_the_estimate_holds_at_one_percent_as_well(agents: int, measured: float) -> None:
    """Measured with our own look-ahead; at 8 the stationary row of table A3."""
    team = Team(agents=agents, answer_rate=0.2, talk_s=120)
    assert 100 * predictive(team, 0.01) == pytest.approx(measured, abs=1.2)


@pytest.mark.parametrize(
    ("talk_s", "answer_rate", "measured"),
    [(60, 0.1, 31), (60, 0.3, 59), (120, 0.2, 62), (120, 0.5, 83), (180, 0.1, 54), (180, 0.3, 79)],
)
def test_progressive_dialing_reaches_what_was_measured_whatever_the_size_of_the_team(
    talk_s: float, answer_rate: float, measured: float
) -> None:
    for agents in AGENTS:
        team = Team(agents=agents, answer_rate=answer_rate, talk_s=talk_s)
        assert 100 * progressive(team) == pytest.approx(measured, abs=1.0)


def test_predictive_pacing_is_never_expected_to_do_worse_than_progressive() -> None:
    for team, _, _ in CELLS:
        for rate in (0.001, 0.01, 0.03):
            assert predictive(team, rate) >= progressive(team)


def test_more_agents_and_a_higher_limit_reach_more() -> None:
    reached = [predictive(Team(agents=n, answer_rate=0.2, talk_s=120), 0.01) for n in range(1, 300)]
    assert reached == sorted(reached)
    team = Team(agents=10, answer_rate=0.2, talk_s=120)
    assert bound(team, 0.005) < bound(team, 0.01) < bound(team, 0.03)


def test_where_everybody_answers_nothing_is_left_to_chance() -> None:
    assert bound(Team(agents=5, answer_rate=1.0, talk_s=120), 0.03) == pytest.approx(1.0)


def test_eight_volunteers_are_told_what_they_could_reach() -> None:
    advice = advise(8, 0.2, 120)
    assert advice.method == "predictive"
    one_to_one, ahead, at_limit, most = advice.reach
    assert [reach.method for reach in advice.reach] == [
        "progressive",
        "predictive",
        "predictive at the limit",
        "bound",
    ]
    assert one_to_one.utilisation < ahead.utilisation < at_limit.utilisation < most.utilisation
    assert one_to_one.abandon_rate == 0
    assert ahead.abandon_rate == 0.01
    assert one_to_one.wait_s == pytest.approx(81.5)
    assert one_to_one.talk_min_per_hour == pytest.approx(33.3, abs=0.1)
    assert "8 volunteers busy 78 % of the time instead of 62 %" in advice.why
    assert "1 person in 100" in advice.why


def test_who_aims_at_the_limit_is_shown_it_once() -> None:
    advice = advise(8, 0.2, 120, target=0.03)
    assert [reach.method for reach in advice.reach] == ["progressive", "predictive", "bound"]
    assert "going up" not in advice.why


def test_a_small_gain_is_not_worth_letting_people_down() -> None:
    advice = advise(5, 0.6, 240)
    assert advice.method == "progressive"
    assert "lets nobody down" in advice.why


def test_advice_to_very_small_teams_says_that_it_extrapolates() -> None:
    assert "extrapolation" in advise(2, 0.2, 120).why
    assert "extrapolation" not in advise(5, 0.2, 120).why


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"agents": 0}, "at least 1 agent"),
        ({"answer_rate": 0.0}, "the answer rate is a share above 0 and at most 1, not 0"),
        ({"answer_rate": 1.2}, "the answer rate is a share above 0 and at most 1, not 1.2"),
        ({"answer_rate": float("nan")}, "the answer rate is a share"),
        ({"talk_s": -5.0}, "the talk time is more than 0 seconds, not -5"),
        ({"talk_s": float("inf")}, "the talk time is more than 0 seconds"),
        ({"wrap_s": -1.0}, "the wrap-up is 0 seconds or more, not -1"),
        ({"limit": 0.0}, "the abandonment limit is a share"),
        ({"target": 1.5}, "the abandonment target is a share"),
        ({"target": 0.05}, "the abandonment target 0.05 is above the limit 0.03"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_clear_sentence(
    given: dict[str, float], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        advise(**({"agents": 8, "answer_rate": 0.2, "talk_s": 120.0} | given))
    assert "\n" not in str(refusal.value)
