"""What part of their time the volunteers use, and what they could reach."""

from dataclasses import replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.campaign import Limits
from dialer.domain.lead import LineType
from dialer.domain.outcome import Disposition, Outcome
from dialer.engine import events as ev
from dialer.engine.standing import Learned, Standing, WorkMeter
from dialer.engine.view import CampaignView, standing_in_words
from dialer.pacing.ceiling import Team, predictive, progressive
from dialer.pacing.floor import LeadSeen, LineFailed, PersonArrived, TalkEnded, WrapUpEnded
from tests.unit.engine.transcript import CAMPAIGN, START, Night, lead

READY, TALKING, WRAP_UP = AgentState.READY, AgentState.TALKING, AgentState.WRAP_UP
LEAD = LeadSeen(
    line_type=LineType.LANDLINE, area="+1919", attempt_count=0, last_outcome=None, hour=18,
    weekday=2,
)  # fmt: skip


def test_talk_and_wrap_up_are_used_time_and_a_break_is_no_time_at_work() -> None:
    meter = WorkMeter()
    meter.note(1, READY, START)
    meter.note(1, TALKING, START + 20)
    meter.note(1, WRAP_UP, START + 80)
    meter.note(1, AgentState.BREAK, START + 100)
    assert meter.share(START + 400) == pytest.approx(0.8)
    meter.note(1, READY, START + 400)
    assert meter.share(START + 500) == pytest.approx(80 / 200)
    assert meter.agents == 1


def test_only_the_last_quarter_of_an_hour_counts() -> None:
    meter = WorkMeter()
    meter.note(1, TALKING, START)
    meter.note(1, READY, START + 3600)
    assert meter.share(START + 3600) == pytest.approx(1.0)
    assert meter.share(START + 3600 + 450) == pytest.approx(0.5, abs=0.05)
    assert meter.share(START + 3600 + 1000) == 0.0
    meter.note(1, AgentState.OFFLINE, START + 7200)
    assert meter.share(START + 9999) is None
    assert len(meter.at_work_s) <= 17, "it remembers no more than it needs"


def test_a_clock_that_is_set_changes_no_share() -> None:
    meter = WorkMeter()
    meter.note(1, TALKING, START)
    meter.note(1, READY, START + 60)
    before = meter.share(START + 120)
    meter.move(7200.0)
    assert meter.share(START + 120 + 7200) == pytest.approx(before)


def taught(lines: int, talks: int) -> Learned:
    """One line in five is answered, talks of two minutes."""
    learned = Learned()
    for number in range(lines):
        at = START + number
        if number % 5 == 0:
            fact = PersonArrived(dialed_at=at, answered_at=at + 10, ready_at=at + 10, lead=LEAD)
        else:
            fact = LineFailed(dialed_at=at, ended_at=at + 18, lead=LEAD)
        learned.learn(fact)
    for _ in range(talks):
        learned.learn(TalkEnded(seconds=120.0))
        learned.learn(WrapUpEnded(seconds=15.0))
    return learned


def test_nothing_is_said_of_what_could_be_reached_before_enough_was_seen() -> None:
    assert taught(lines=29, talks=5).team(8) is None
    assert taught(lines=30, talks=4).team(8) is None
    assert taught(lines=30, talks=5).team(0) is None
    assert taught(lines=30, talks=5).team(8) is not None


def test_what_could_be_reached_follows_the_list_and_the_target() -> None:
    standing = Standing(learned=taught(lines=1000, talks=50))
    for agent_id in range(8):
        standing.work.note(agent_id, READY, START)
    team = Team(
        agents=8, answer_rate=0.2, talk_s=120.0, wrap_up_s=15.0, answered_after_s=10.0,
        not_answered_after_s=18.0,
    )  # fmt: skip
    free = standing.reachable(CAMPAIGN, has_over_dialable=True)
    assert free == pytest.approx(predictive(team, 0.01), abs=1e-6)
    bound_to_one = standing.reachable(CAMPAIGN, has_over_dialable=False)
    assert bound_to_one == pytest.approx(progressive(team), abs=1e-6)
    at_limit = replace(CAMPAIGN, limits=Limits(abandon_limit=0.03, abandon_target=0.03))
    most = standing.reachable(at_limit, has_over_dialable=True)
    assert most is not None and most > free > bound_to_one


def test_an_evening_shows_it() -> None:
    night = Night()
    night.arrives(1)
    night.claims(lead(1))
    night.at(10)
    call = night.call()
    night.answers(call)
    night.is_connected(call, 1)
    night.at(40)
    night.is_gone(call)
    night.result(1, call, Disposition.SUPPORTS)
    shown = its(night)
    assert shown.agents_at_work == 1 and shown.reachable is None
    assert shown.utilisation == pytest.approx(30 / 40, abs=0.02)
    assert night.ending(call).outcome is Outcome.TALKED


def test_what_was_learned_before_counts_once() -> None:
    night = Night()
    fact = TalkEnded(seconds=60.0)
    for _ in range(2):
        night.happens(ev.PastLearned(at=night.now, campaign_id=1, facts=(fact,) * 10))
    assert night.engine._floor.campaigns[1].standing.learned.talk_s.count == 10


def its(night: Night) -> CampaignView:
    return night.engine.view(night.now).campaigns[0]


@pytest.mark.parametrize(
    ("agents", "utilisation", "reachable", "words"),
    [
        (8, 0.76, 0.791, "your 8 volunteers could reach 79 %, you run at 76 %"),
        (1, 0.5, 0.601, "your 1 volunteer could reach 60 %, you run at 50 %"),
        (3, 0.5, None, "your 3 volunteers run at 50 %; what they could reach is not known yet"),
        (0, None, None, ""),
        (2, None, 0.8, ""),
    ],
)
def test_it_is_said_in_words(
    agents: int, utilisation: float | None, reachable: float | None, words: str
) -> None:
    assert standing_in_words(agents, utilisation, reachable) == words
