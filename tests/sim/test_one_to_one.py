"""Wireless numbers alone, through the whole engine: every line has an agent at hand of its own."""

from collections.abc import Callable
from dataclasses import replace

from dialer.domain.agent import AgentState
from dialer.domain.campaign import DialMethod
from dialer.domain.lead import LineType
from dialer.pacing.floor import Decision, FloorSeen
from dialer.pacing.predictive import Predictive
from dialer.sim.world import Carrier, Leads, NumberClass, Rules
from tests.sim.evenings import SHORT, evening

AT_HAND = (AgentState.READY, AgentState.RESERVED, AgentState.WRAP_UP)
WIRELESS = replace(
    SHORT,
    leads=Leads(classes=(NumberClass(line_type=LineType.WIRELESS),)),
    rules=Rules(dial_method=DialMethod.PREDICTIVE, wrap_up_limit_s=30.0),
)
EAGER = replace(WIRELESS, carrier=Carrier(answer_rate=0.7, connect_s=0.3))


class Watched(Predictive):
    """Looks, at every decision, whether each line has an agent of its own who could take it."""

    def __init__(self, note: Callable[[int], None]) -> None:
        super().__init__()
        self._note = note

    def decide(self, floor: FloorSeen) -> Decision:
        states = {seat.agent_id: seat.state for seat in floor.seats()}
        agents = [line.agent_id for line in floor.lines()]
        assert len(agents) == len(set(agents))
        assert all(one is not None and states[one] in AT_HAND for one in agents)
        self._note(sum(one is not None and states[one] is AgentState.WRAP_UP for one in agents))
        return super().decide(floor)


def test_every_line_has_an_agent_of_its_own_at_every_decision_and_nobody_is_abandoned() -> None:
    lent: list[int] = []
    night = evening(WIRELESS, agents=6, hours=1.0, pacers=lambda _: Watched(lent.append))
    figures = night.run()
    assert figures.answered > 50
    assert figures.abandoned == 0
    assert max(lent) > 0, "some lines counted on agents in wrap-up"


def test_nobody_is_abandoned_where_most_people_answer_and_connecting_takes_time() -> None:
    lent: list[int] = []
    figures = evening(EAGER, agents=3, hours=1.0, pacers=lambda _: Watched(lent.append)).run()
    assert figures.answered > 50
    assert figures.abandoned == 0
