"""What pacing decides is kept with its reason, and what an earlier engine learned is learned."""

from dataclasses import replace

from dialer.domain.lead import LineType
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.engine.store_commands import SaveDecision
from dialer.pacing.floor import Decision, LineKind, TalkEnded
from tests.unit.engine.test_lessons import Pupil
from tests.unit.engine.told import Told, night_of
from tests.unit.engine.transcript import TRUNK, Night, lead


def kept(night: Night) -> list[SaveDecision]:
    return night.wished(SaveDecision)


def test_a_decision_that_dialed_is_kept_with_its_figures() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    told.says.append(
        Decision(kind=LineKind.SHARED, count=2, reason="safe", figures={"risk": 0.004})
    )
    night.claims(lead(1, LineType.LANDLINE), lead(2, LineType.LANDLINE))
    record = next(record for record in kept(night) if record.count)
    assert (record.kind, record.count, record.withdrawn) == (LineKind.SHARED, 2, 0)
    assert (record.reason, record.figures) == ("safe", {"risk": 0.004})
    assert (record.campaign_id, record.at) == (1, night.now)


def test_a_decision_that_took_lines_back_is_kept() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    told.shared(1)
    night.claims(lead(1, LineType.LANDLINE))
    night.happens(ev.LineRang(at=night.now, attempt_id=night.call().attempt_id))
    night.at(16)
    told.take_back(night.call().attempt_id)
    night.at(16.1)
    assert kept(night)[-1].withdrawn == 1


def test_a_new_reason_is_kept_once_and_no_more_than_one_in_a_second() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    night.at(5)
    before = len(kept(night))
    told.says += [Decision(reason=f"reason {turn}") for turn in range(40)]
    night.at(9.05)
    assert [record.reason for record in kept(night)[before:]][:1] == ["reason 0"]
    assert 4 <= len(kept(night)) - before <= 5
    night.at(12)
    assert len(kept(night)) - before <= 6
    night.at(30)
    assert kept(night)[-1].reason == "told nothing"
    assert len(kept(night)) - before <= 6


def test_the_record_says_why_fewer_lines_were_dialed_than_decided() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    told.shared(3)
    night.claims(lead(1, LineType.LANDLINE))
    record = next(record for record in kept(night) if record.count)
    assert (record.count, record.reason) == (1, "told; but no lead is at hand")


def test_the_record_says_that_trunks_are_busy() -> None:
    night = Night(trunks=(replace(TRUNK, channel_limit=0),))
    night.arrives(7)
    night.claims(lead(1))
    night.at(3)
    assert kept(night)[-1].reason == (
        "1 free, one line each; but every trunk is busy or resting"
    )
    assert night.engine.view(night.now).campaigns[0].last_decision == kept(night)[-1].reason


def test_the_past_is_learned_before_anything_is_dialed() -> None:
    pupil = Pupil()
    night = Night(engine=Engine(run="test", pacers=lambda _method: pupil))
    past = (TalkEnded(seconds=60.0), TalkEnded(seconds=90.0))
    night.happens(ev.PastLearned(at=night.now, campaign_id=1, facts=past))
    night.happens(ev.PastLearned(at=night.now, campaign_id=99, facts=past))
    assert tuple(pupil.facts) == past
