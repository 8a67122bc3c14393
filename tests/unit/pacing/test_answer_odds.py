"""The odds of an answer: what is learned from calls, and how well that fits a known truth."""

import math
import random
from collections.abc import Callable

import pytest

from dialer.domain.lead import LineType
from dialer.domain.outcome import Outcome
from dialer.pacing.answer_odds import HIGHEST, LOWEST, AnswerOdds
from dialer.pacing.floor import LeadSeen

AREAS = tuple(f"+1{code}" for code in range(201, 241))

Draw = Callable[[], tuple[LeadSeen, float]]


def lead(
    area: str = "+1919",
    *,
    line_type: LineType = LineType.LANDLINE,
    attempt_count: int = 0,
    last_outcome: Outcome | None = None,
    hour: int = 18,
) -> LeadSeen:
    return LeadSeen(
        line_type=line_type,
        area=area,
        attempt_count=attempt_count,
        last_outcome=last_outcome,
        hour=hour,
        weekday=1,
    )


def differing_leads(chance: random.Random, spread: float) -> Draw:
    """Leads with their true odds; at spread 1 these go from about 5 % to 50 %."""
    of_area = {area: chance.gauss(0.0, 0.7) for area in AREAS}
    of_outcome = {None: 0.0, Outcome.BUSY: 0.6, Outcome.NO_ANSWER: -0.5, Outcome.MACHINE: -0.3}

    def draw() -> tuple[LeadSeen, float]:
        outcome = chance.choice(list(of_outcome))
        attempts = 0 if outcome is None else chance.randint(1, 3)
        one = lead(
            chance.choice(AREAS),
            attempt_count=attempts,
            last_outcome=outcome,
            hour=chance.randint(9, 20),
        )
        of_lead = of_area[one.area] + of_outcome[outcome] - 0.15 * attempts
        of_hour = 0.4 * math.sin((one.hour - 9) / 12 * 2 * math.pi)
        score = -1.4 + spread * (of_lead + of_hour)
        return one, 1.0 / (1.0 + math.exp(-score))

    return draw


def taught(calls: int, draw: Draw, chance: random.Random) -> AnswerOdds:
    model = AnswerOdds()
    for _ in range(calls):
        one, truth = draw()
        model.learn(one, chance.random() < truth)
    return model


def brier(model: AnswerOdds, leads: list[tuple[LeadSeen, float]]) -> float:
    """The expected Brier score, where the truth is known."""
    return sum(
        truth * (1.0 - odds) ** 2 + (1.0 - truth) * odds**2
        for odds, truth in ((model.odds(one), truth) for one, truth in leads)
    ) / len(leads)


def test_before_any_call_all_leads_have_the_same_odds() -> None:
    model = AnswerOdds(0.3)
    several = [lead(), lead("+4420", hour=9), lead(attempt_count=3, last_outcome=Outcome.BUSY)]
    assert [model.odds(one) for one in several] == [pytest.approx(0.3)] * 3
    assert len({model.odds(one) for one in several}) == 1


def test_a_level_never_called_has_the_typical_odds() -> None:
    chance = random.Random(1)
    model = taught(4000, differing_leads(chance, 0.0), chance)
    unheard_of = lead("+4420", line_type=LineType.VOIP, hour=12)
    assert model.odds(unheard_of) == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_odds_are_right_on_average_at_every_height(seed: int) -> None:
    chance = random.Random(seed)
    draw = differing_leads(chance, 1.0)
    model = taught(8000, draw, chance)
    judged = sorted(((model.odds(one), truth) for one, truth in (draw() for _ in range(4000))))
    for fifth in range(5):
        part = judged[fifth * 800 : (fifth + 1) * 800]
        believed = sum(odds for odds, _ in part) / len(part)
        true = sum(truth for _, truth in part) / len(part)
        assert believed == pytest.approx(true, rel=0.2, abs=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thousand_calls_tell_differing_leads_apart(seed: int) -> None:
    chance = random.Random(seed)
    draw = differing_leads(chance, 1.0)
    model = taught(1000, draw, chance)
    judged = [draw() for _ in range(2000)]
    share = sum(truth for _, truth in judged) / len(judged)
    at_one_odds = sum(
        truth * (1 - share) ** 2 + (1 - truth) * share**2 for _, truth in judged
    ) / len(judged)
    best = sum(truth * (1 - truth) for _, truth in judged) / len(judged)
    assert at_one_odds - brier(model, judged) > 0.3 * (at_one_odds - best)


@pytest.mark.parametrize("calls", [30, 100, 300, 1000])
def test_little_is_believed_of_few_calls_where_leads_do_not_differ(calls: int) -> None:
    chance = random.Random(calls)
    draw = differing_leads(chance, 0.0)
    model = taught(calls, draw, chance)
    judged = [draw() for _ in range(1000)]
    off = math.sqrt(sum((model.odds(one) - truth) ** 2 for one, truth in judged) / len(judged))
    assert off < 0.11


def test_odds_follow_the_times() -> None:
    chance = random.Random(5)
    before = lead("+1919")
    model = AnswerOdds()
    for share in (0.5, 0.1):
        for _ in range(2500):
            model.learn(before, chance.random() < share)
        assert model.odds(before) == pytest.approx(share, abs=0.06)


def test_odds_stay_within_their_bounds_whatever_is_heard() -> None:
    never, always = AnswerOdds(), AnswerOdds()
    for _ in range(20_000):
        never.learn(lead(), answered=False)
        always.learn(lead(), answered=True)
    assert never.odds(lead()) == LOWEST
    assert always.odds(lead()) == HIGHEST


def test_equal_calls_give_equal_odds() -> None:
    models = []
    for _ in range(2):
        chance = random.Random(9)
        models.append(taught(500, differing_leads(chance, 1.0), chance))
    leads = [differing_leads(random.Random(2), 1.0)()[0] for _ in range(50)]
    assert [models[0].odds(one) for one in leads] == [models[1].odds(one) for one in leads]


def test_the_lists_order_leaves_the_hour_out() -> None:
    chance = random.Random(3)
    order = taught(500, differing_leads(chance, 1.0), chance).list_order()
    assert set(order.effects) == {"area", "line_type", "attempt", "last_outcome"}
    assert set(order.effects["last_outcome"]) == {"", "busy", "no_answer", "machine"}
