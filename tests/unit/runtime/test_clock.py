"""The wall clock jumps: it is noticed at once, and nobody is called or dropped because of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.store_commands import CloseAttempt
from dialer.runtime.clock import Jumps, by_new_clock
from tests.unit.engine.transcript import START, ratio_campaign
from tests.unit.runtime.bank import PICKS_UP, clock, open_bank, until


@dataclass
class Clocks:
    """A pair of clocks, and one that goes on in sleep."""

    wall: float = START
    steady: float = 500.0
    boot: float = 500.0
    held_up_s: float = 0.0

    def go_on(self, seconds: float, *, set_by: float = 0.0, slept_s: float = 0.0) -> None:
        self.wall += seconds + slept_s + set_by
        self.steady += seconds
        self.boot += seconds + slept_s

    def read_wall(self) -> float:
        self.go_on(self.held_up_s)
        self.held_up_s = 0.0
        return self.wall

    def jumps(self) -> Jumps:
        return Jumps(self.read_wall, lambda: self.steady, lambda: self.boot)


@pytest.mark.parametrize("by_s", [3600.0, -3600.0, 1.5, -1.5])
def test_a_clock_that_is_set_is_noticed_once(
    by_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    jumps = clocks.jumps()
    clocks.go_on(10.0)
    assert jumps() == 0.0
    clocks.go_on(0.1, set_by=by_s)
    assert jumps() == pytest.approx(by_s)
    clocks.go_on(0.1)
    assert jumps() == 0.0
    assert caplog.text.count("The clock was set") == 1


def test_a_machine_that_slept_is_noticed_and_said_to_have_slept(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clocks = Clocks()
    jumps = clocks.jumps()
    clocks.go_on(0.1, slept_s=1800.0)
    assert jumps() == pytest.approx(1800.0)
    assert "The machine slept for 1800.0 s" in caplog.text


def test_slewing_never_adds_up_to_a_jump() -> None:
    clocks = Clocks()
    jumps = clocks.jumps()
    for _ in range(10_000):
        clocks.go_on(0.1, set_by=0.00005)
        assert jumps() == 0.0
    clocks.go_on(100.0, set_by=0.9)
    assert jumps() == 0.0


def test_a_process_that_is_held_up_between_two_clocks_sees_no_jump() -> None:
    clocks = Clocks()
    jumps = clocks.jumps()
    clocks.held_up_s = 30.0
    assert jumps() == 0.0 and jumps() == 0.0


def test_summer_time_is_no_jump() -> None:
    """Instants are seconds UTC: the hour that a zone leaves out or repeats is not in them."""
    clocks = Clocks(wall=1_793_512_700.0)  # shortly before New York's clocks go back
    jumps = clocks.jumps()
    zone = ZoneInfo("America/New_York")
    offsets = set()
    for _ in range(120):
        clocks.go_on(60.0)
        offsets.add(datetime.fromtimestamp(clocks.wall, zone).utcoffset())
        assert jumps() == 0.0
    assert len(offsets) == 2, "the change lies in these two hours"


@pytest.mark.parametrize("by_s", [3600.0, -3600.0])
def test_an_event_stamped_before_the_jump_goes_along_and_a_later_one_does_not(
    by_s: float,
) -> None:
    now = START + by_s
    old, new = ev.Ticked(at=START - 0.2), ev.Ticked(at=now - 0.2)
    assert by_new_clock(old, by_s, now) == replace(old, at=START - 0.2 + by_s)
    assert by_new_clock(new, by_s, now) == new


class SetByHand:
    """The evening's clock, which somebody sets."""

    def __init__(self) -> None:
        self.offset_s = 0.0
        self._untold_s = 0.0

    def set_by(self, seconds: float) -> None:
        self.offset_s += seconds
        self._untold_s += seconds

    def now(self) -> float:
        return clock() + self.offset_s

    def jumped_by_s(self) -> float:
        told, self._untold_s = self._untold_s, 0.0
        return told


@pytest.mark.parametrize("by_s", [3600.0, -3600.0, 40 * 86400.0])
async def test_the_engine_hears_of_a_jump_before_anything_else(by_s: float) -> None:
    hand = SetByHand()
    async with open_bank(time_now=hand.now, jumped_by_s=hand.jumped_by_s) as bank:
        await bank.everybody_ready()
        await until(lambda: bool(bank.telephony.dialed))
        bank.pump.sink(ev.LineRang(at=bank.now(), attempt_id=bank.attempts()[0]))
        hand.set_by(by_s)
        heard = len(bank.heard)
        await bank.hears_ticks(1)
        first, second = bank.heard[heard : heard + 2]
        assert isinstance(first, ev.ClockJumped) and first.by_s == by_s
        assert abs(second.at - bank.now()) < 1800, "what waited goes along"


@pytest.mark.parametrize("by_s", [3600.0, -3600.0])
async def test_a_jump_ends_no_line_and_starts_no_burst(by_s: float) -> None:
    hand = SetByHand()
    people = 30
    async with open_bank(
        agents=3,
        leads=people,
        campaign=ratio_campaign(2.0),
        time_now=hand.now,
        jumped_by_s=hand.jumped_by_s,
    ) as bank:
        await bank.everybody_ready()
        await until(lambda: len(bank.telephony.dialed) == 3)
        hand.set_by(by_s)
        await bank.hears_ticks(5)
        assert len(bank.attempts()) == 3, "one line each, as before"
        assert not [one for one in bank.wished if isinstance(one, cmd.HangUp | CloseAttempt)]


async def test_a_conversation_goes_on_through_a_jump() -> None:
    hand = SetByHand()
    async with open_bank(
        leads=1, far_end=PICKS_UP, time_now=hand.now, jumped_by_s=hand.jumped_by_s
    ) as bank:
        await bank.everybody_ready()
        await until(lambda: bank.pump.view().campaigns[0].people_talking == 1)
        hand.set_by(86400.0)
        await bank.hears_ticks(5)
        assert bank.pump.view().campaigns[0].people_talking == 1
        [attempt_id] = bank.attempts()
        bank.telephony.person_hangs_up(attempt_id)
        row = bank.store.tables.attempts[attempt_id]
        await until(lambda: row.closed is not None)
        assert row.closed is not None and row.closed.parted_at is not None
        assert row.closed.connected_at is not None
        assert 0 <= row.closed.parted_at - row.closed.connected_at < 1800
