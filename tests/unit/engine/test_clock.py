"""The wall clock is set, or the machine sleeps: no burst of calls follows."""

from dataclasses import fields, replace

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.lead import LineType
from dialer.domain.outcome import Outcome
from dialer.engine import clock
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt
from dialer.engine.floor import CampaignFloor
from dialer.engine.hopper import Hopper
from dialer.engine.ordering import Ordering
from dialer.engine.store_commands import ReleaseLeads
from dialer.engine.trunks import TrunkState
from tests.unit.engine.told import Told, night_of
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, Night, lead, ratio_campaign

HOUR = 3600.0


def jumps(night: Night, by_s: float) -> None:
    """The clock is set; the same moment has another name from now on."""
    night.now += by_s
    night.happens(ev.ClockJumped(at=night.now, by_s=by_s))


@pytest.mark.parametrize(
    ("kind", "moved"),
    [
        (Attempt, clock.ATTEMPT),
        (Duty, clock.DUTY),
        (TrunkState, clock.TRUNK),
        (CampaignFloor, clock.CAMPAIGN),
        (Hopper, clock.HOPPER),
        (Ordering, clock.ORDERING),
    ],
)
def test_every_instant_that_the_engine_remembers_moves_along(
    kind: type, moved: tuple[str, ...]
) -> None:
    def is_instant(name: str) -> bool:
        return name.endswith(("_at", "_until", "deadline", "since"))

    kept = {"callback_at", "people_since", "none_until"}  # a person's word; moved one by one
    assert {f.name for f in fields(kind) if is_instant(f.name)} - kept == set(moved)


@pytest.mark.parametrize("by_s", [HOUR, -HOUR, 0.7])
def test_a_conversation_and_a_ringing_line_outlive_a_jump(by_s: float) -> None:
    night = Night()
    night.arrives(7)
    night.arrives(8)
    night.claims(lead(1), lead(2))
    talking, ringing = night.wished(cmd.Originate)
    night.at(5).answers(talking)
    night.is_connected(talking, 7)
    jumps(night, by_s)
    night.happens(ev.Ticked(at=night.now))
    assert night.wished(cmd.HangUp) == []
    assert night.state_of(7) is AgentState.TALKING
    night.now += 10
    night.is_gone(talking)
    night.is_gone(ringing, 17, 486)
    ending = night.ending(talking)
    assert ending.outcome is Outcome.TALKED
    assert ending.connected_at is not None
    assert ending.ended_at - ending.connected_at == pytest.approx(10.0)


@pytest.mark.parametrize("by_s", [HOUR, -HOUR])
def test_a_person_who_waits_is_not_told_that_his_time_is_up(by_s: float) -> None:
    night = Night(ratio_campaign(2.0))
    night.has_history(answered=1000)
    night.arrives(7)
    night.claims(lead(1, LineType.LANDLINE), lead(2, LineType.LANDLINE))
    first, second = night.wished(cmd.Originate)
    night.at(6).answers(first)
    night.is_connected(first, 7)
    night.answers(second)
    jumps(night, by_s)
    night.at(6 + by_s + 1.7)
    assert night.wished(cmd.PlayMessage) == []
    night.now += 0.3
    night.happens(ev.Ticked(at=night.now))
    assert len(night.wished(cmd.PlayMessage)) == 1


@pytest.mark.parametrize("by_s", [HOUR, -HOUR])
def test_no_burst_of_calls_follows_and_nothing_is_decided_before_the_next_tick(
    by_s: float,
) -> None:
    slow = replace(TRUNK, calls_per_second=10.0)
    night = Night(ratio_campaign(5.0), trunks=(slow,))
    night.has_history(answered=1000)
    night.arrives(7)
    night.claims(*(lead(n, LineType.LANDLINE) for n in range(1, 7)))
    dialed = len(night.wished(cmd.Originate))
    assert dialed == 2, "a fifth of a second's worth"
    jumps(night, by_s)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=99))
    assert len(night.wished(cmd.Originate)) == dialed
    night.happens(ev.Ticked(at=night.now))
    assert len(night.wished(cmd.Originate)) == dialed, "no tokens came of the jump"
    night.now += 0.15
    night.happens(ev.Ticked(at=night.now))
    assert len(night.wished(cmd.Originate)) == dialed + 1


def test_a_line_has_not_rung_longer_because_of_a_jump() -> None:
    told = Told()
    night = night_of(told)
    night.arrives(7)
    told.shared(1)
    night.claims(lead(1, LineType.LANDLINE))
    call = night.call()
    night.happens(ev.LineRang(at=night.now, attempt_id=call.attempt_id))
    jumps(night, 20.0)
    told.take_back(call.attempt_id)
    night.at(21)
    assert night.wished(cmd.HangUp) == []


@pytest.mark.parametrize(("by_s", "given_back"), [(HOUR, 1), (-HOUR, 0)])
def test_claims_grow_old_with_the_stores_clock_and_never_younger(
    by_s: float, given_back: int
) -> None:
    night = Night(replace(CAMPAIGN, caller_id="nobody's"))
    night.arrives(7)
    night.claims(lead(1))
    jumps(night, by_s)
    night.at(night.now - START + 100)
    assert len(night.wished(ReleaseLeads)) == given_back
    night.at(night.now - START + 200)
    assert len(night.wished(ReleaseLeads)) == 1, "after five minutes in any case"
