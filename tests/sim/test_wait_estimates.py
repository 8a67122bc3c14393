"""Estimates of waits, asked for by everybody who waits in a simulated evening: are they honest?"""

from dataclasses import dataclass

import pytest

from dialer.domain.agent import AgentState
from dialer.domain.campaign import DialMethod
from dialer.engine.store_commands import SaveAgentState
from dialer.pacing.waiting import WaitEstimate, Waits
from dialer.sim.run import Evening
from dialer.sim.world import Rules, World
from tests.sim.evenings import evening

ASKED_EVERY_S = 15.0


@dataclass(frozen=True)
class Judged:
    told: WaitEstimate
    waited_s: float


class Asking:
    """Asks for every agent who waits, at the changes of the floor, and sees how long it was."""

    def __init__(self, evening: Evening) -> None:
        self.judged: list[Judged] = []
        self._waits = Waits()
        self._asked: dict[int, list[tuple[float, WaitEstimate]]] = {}
        self._next = evening.desk.hears_state
        evening.desk.hears_state = self.hears

    def hears(self, told: SaveAgentState) -> None:
        self._next(told)
        if told.state is AgentState.READY:
            self._waits.began(told.agent_id, told.at)
            self._asked.setdefault(told.agent_id, [])
        else:
            self._end(told)
        for agent_id, asked in self._asked.items():
            if not asked or told.at - asked[-1][0] >= ASKED_EVERY_S:
                its = self._waits.estimate(agent_id, told.at)
                asked += [] if its is None else [(told.at, its)]

    def _end(self, told: SaveAgentState) -> None:
        is_connected = told.state is AgentState.TALKING
        self._waits.ended(told.agent_id, told.at, is_connected=is_connected)
        for at, its in self._asked.pop(told.agent_id, []) if is_connected else []:
            self.judged.append(Judged(told=its, waited_s=told.at - at))


@pytest.mark.parametrize("method", [DialMethod.PROGRESSIVE, DialMethod.PREDICTIVE])
def test_half_wait_less_than_the_estimate_and_most_within_its_range(method: DialMethod) -> None:
    played = evening(World(name="waits", burn_in_min=0.0, rules=Rules(dial_method=method)), hours=2)
    asking = Asking(played)
    played.run()
    asked = len(asking.judged)
    assert asked > 200
    sooner = sum(one.waited_s <= one.told.estimate_s for one in asking.judged)
    within = sum(one.told.from_s <= one.waited_s <= one.told.to_s for one in asking.judged)
    assert 0.4 <= sooner / asked <= 0.6
    assert 0.65 <= within / asked <= 0.9
