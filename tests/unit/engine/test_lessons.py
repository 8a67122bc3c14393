"""What the pacers are told of an evening, and whom the engine counts until the ledger has him."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from dialer.domain.outcome import AmdVerdict, Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.pacing.by_rule import Progressive
from dialer.pacing.floor import (
    Connected,
    Decision,
    Fact,
    FloorSeen,
    LineFailed,
    LineWithdrawn,
    PersonArrived,
    PersonLost,
    TalkEnded,
    WrapUpEnded,
)
from tests.unit.engine.transcript import Night, lead


@dataclass
class Pupil(Progressive):
    """A progressive pacer that writes down what it is told, and may be told what to take back."""

    facts: list[Fact] = field(default_factory=list)
    withdraw: tuple[str, ...] = ()
    seen: Callable[[FloorSeen], None] = lambda _: None

    def learn(self, fact: Fact) -> None:
        self.facts.append(fact)

    def decide(self, floor: FloorSeen) -> Decision:
        self.seen(floor)
        if self.withdraw:
            return Decision(withdraw=self.withdraw, reason="told to")
        return super().decide(floor)


def night_of(pupil: Pupil) -> Night:
    """An evening whose campaign is paced by the pupil; agent 7 is ready."""
    night = Night(engine=Engine(run="test", pacers=lambda _method: pupil))
    night.arrives(7)
    return night


def test_a_conversation_teaches_its_arrival_its_length_and_its_wrap_up() -> None:
    pupil = Pupil()
    night = night_of(pupil)
    night.claims(lead(1))
    call = night.call()
    night.at(11).answers(call)
    night.at(11.5).is_connected(call, 7)
    night.at(71.5).is_gone(call)
    night.at(80).result(7, call, Disposition.SUPPORTS)
    arrived, connected, talked, wrapped = pupil.facts
    assert isinstance(arrived, PersonArrived)
    assert arrived.answered_at - arrived.dialed_at == pytest.approx(11.0)
    assert arrived.lead.area == "+1919"
    assert isinstance(connected, Connected)
    assert connected.latency_s == pytest.approx(0.5)
    assert isinstance(talked, TalkEnded)
    assert talked.seconds == pytest.approx(60.0)
    assert isinstance(wrapped, WrapUpEnded)
    assert wrapped.seconds == pytest.approx(8.5)


def test_a_line_that_nobody_answers_and_a_machine_are_failures() -> None:
    pupil = Pupil()
    night = night_of(pupil)
    night.claims(lead(1), lead(2))
    night.at(4).is_gone(night.call(), 17, 486)
    night.at(9).answers(night.call(), AmdVerdict.MACHINE)
    night.is_gone(night.call())
    assert [type(fact) for fact in pupil.facts] == [LineFailed, LineFailed]


def test_what_never_reached_the_network_teaches_nothing() -> None:
    pupil = Pupil()
    night = night_of(pupil)
    night.claims(lead(1))
    night.happens(
        ev.OriginateUnsent(at=night.now, attempt_id=night.call().attempt_id, reason="link")
    )
    assert pupil.facts == []


def test_a_person_who_leaves_is_learned_as_lost() -> None:
    pupil = Pupil()
    night = night_of(pupil)
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call)
    night.is_gone(call)
    assert [type(fact) for fact in pupil.facts] == [PersonArrived, PersonLost]


def test_a_line_is_taken_back_only_after_its_lawful_ring_time() -> None:
    pupil = Pupil()
    night = night_of(pupil)
    night.claims(lead(1))
    call = night.call()
    night.at(2).happens(ev.LineRang(at=night.now, attempt_id=call.attempt_id))
    pupil.withdraw = (call.attempt_id,)
    night.at(16.9)
    assert night.wished(cmd.HangUp) == []
    night.at(17.2)
    assert [wish.attempt_id for wish in night.wished(cmd.HangUp)] == [call.attempt_id]
    night.is_gone(call)
    assert str(night.ending(call).outcome) == "withdrawn"
    assert [type(fact) for fact in pupil.facts] == [LineWithdrawn]


def test_whom_detection_may_have_wronged_counts_as_abandoned() -> None:
    windows = []
    pupil = Pupil(seen=lambda floor: windows.append(floor.windows))
    night = night_of(pupil)
    night.has_history(answered=200)
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call, AmdVerdict.MACHINE)
    night.is_gone(call)
    night.at(6)
    assert (windows[-1][0].answered, windows[-1][0].abandoned) == (201, 1)


def test_people_count_for_the_governor_before_the_ledger_has_them() -> None:
    windows = []
    pupil = Pupil(seen=lambda floor: windows.append(floor.windows))
    night = night_of(pupil)
    night.has_history(answered=200)
    night.claims(lead(1))
    call = night.call()
    night.at(5).answers(call)
    night.is_connected(call, 7)
    night.at(6)
    assert windows[-1][0].answered == 201
    night.has_history(answered=201)
    night.at(7)
    assert windows[-1][0].answered == 201
