"""The way from a script's thread to the event loop: answers, bounds, and what counts as saved."""

import asyncio
from collections.abc import Callable

import pytest

from agi.desk import DeskAway, Route
from dialer.domain.outcome import AmdVerdict
from dialer.engine.commands import Command, Destination, RouteCall
from dialer.engine.events import DoNotCallAdded, Event, OptOutPressed, RouteAsked
from dialer.engine.store_commands import AddDoNotCall
from dialer.engine.view import FloorView
from dialer.runtime.ports import StoreAway
from dialer.telephony import fastagi
from dialer.telephony.fastagi import LoopDesk, verdict_of


class SmallFrontDesk:
    """A front desk that knows one attempt, `cb-1`."""

    def __init__(self) -> None:
        self.asked: list[RouteAsked] = []
        self.posted: list[Event] = []
        self.is_slow = False
        self.is_store_away = False

    async def route(self, asked: RouteAsked) -> RouteCall:
        self.asked.append(asked)
        if self.is_slow:
            await asyncio.Event().wait()
        return RouteCall(
            request_id=asked.request_id, destination=Destination.BRIDGE, agent_channel="PJSIP/a-1"
        )

    async def post(self, event: Event) -> tuple[Command, ...]:
        self.posted.append(event)
        if self.is_store_away:
            raise StoreAway
        if isinstance(event, OptOutPressed) and event.attempt_id != "cb-1":
            return ()
        return (AddDoNotCall(e164="+12025550117", reason="test", at=event.at),)

    def now(self) -> float:
        raise NotImplementedError  # nothing here asks for it

    def view(self) -> FloorView:
        raise NotImplementedError  # nothing here asks for it


@pytest.fixture
def front() -> SmallFrontDesk:
    return SmallFrontDesk()


async def in_thread(front: SmallFrontDesk, ask: Callable[[LoopDesk], object]) -> object:
    desk = LoopDesk(front, asyncio.get_running_loop(), clock=lambda: 1000.0)
    return await asyncio.to_thread(ask, desk)


async def test_the_engines_route_comes_back(front: SmallFrontDesk) -> None:
    def ask(desk: LoopDesk) -> object:
        desk.route("cb-1", "PJSIP/t-1", "", "")
        return desk.route("cb-1", "PJSIP/t-1", "NOTSURE", "TOOLONG-3500")

    assert await in_thread(front, ask) == Route(destination="bridge", agent_channel="PJSIP/a-1")
    first, second = front.asked
    assert first.request_id != second.request_id
    assert (second.verdict, second.amd_cause) == (AmdVerdict.UNKNOWN, "TOOLONG-3500")


async def test_a_slow_engine_is_away(
    front: SmallFrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastagi, "ROUTE_BOUND_S", 0.01)
    front.is_slow = True
    with pytest.raises(DeskAway):
        await in_thread(front, lambda desk: desk.route("cb-1", "c", "", ""))


async def test_an_opt_out_is_saved_only_when_a_do_not_call_row_is(front: SmallFrontDesk) -> None:
    assert await in_thread(front, lambda desk: desk.opt_out("cb-1", "")) is True
    assert await in_thread(front, lambda desk: desk.opt_out("cb-unknown", "")) is False
    assert await in_thread(front, lambda desk: desk.opt_out("", "not a number")) is False


async def test_an_unknown_callers_opt_out_goes_by_his_number(front: SmallFrontDesk) -> None:
    assert await in_thread(front, lambda desk: desk.opt_out("", "+12025550117")) is True
    assert front.posted == [DoNotCallAdded(at=1000.0, e164="+12025550117")]


async def test_a_store_that_is_away_saves_nothing(front: SmallFrontDesk) -> None:
    front.is_store_away = True
    with pytest.raises(DeskAway):
        await in_thread(front, lambda desk: desk.opt_out("cb-1", ""))


async def test_a_stopped_loop_is_away(front: SmallFrontDesk) -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    with pytest.raises(DeskAway):
        await asyncio.to_thread(LoopDesk(front, loop).route, "cb-1", "c", "", "")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("", AmdVerdict.NOT_ASKED),
        ("HUMAN", AmdVerdict.HUMAN),
        ("MACHINE", AmdVerdict.MACHINE),
        ("NOTSURE", AmdVerdict.UNKNOWN),
        ("HANGUP", AmdVerdict.UNKNOWN),
    ],
)
def test_what_detection_says_becomes_a_verdict(status: str, verdict: AmdVerdict) -> None:
    assert verdict_of(status) is verdict


def test_somebody_who_only_listens_is_not_taken_for_a_machine() -> None:
    assert verdict_of("MACHINE", "INITIALSILENCE-2000-2000") is AmdVerdict.UNKNOWN
    assert verdict_of("MACHINE", "LONGGREETING-1620-1600") is AmdVerdict.MACHINE
