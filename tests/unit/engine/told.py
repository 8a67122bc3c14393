"""A pacer that a test tells what to decide: its word is taken once, then it wants nothing."""

from dialer.domain.campaign import Campaign
from dialer.engine.engine import Engine
from dialer.pacing.by_rule import ByRule
from dialer.pacing.floor import Decision, FloorSeen, LeadClass, LineKind
from tests.unit.engine.transcript import CAMPAIGN, Night

SILENT = Decision(reason="told nothing")


class Told(ByRule):
    """Decides what `says` holds, each word once; `saw` is the floor it was last asked about."""

    def __init__(self) -> None:
        self.says: list[Decision] = []
        self.saw: FloorSeen | None = None

    def decide(self, floor: FloorSeen) -> Decision:
        self.saw = floor
        return self.says.pop(0) if self.says else SILENT

    def shared(self, count: int) -> None:
        """Dial lines for whoever will be free."""
        self.says.append(Decision(kind=LineKind.SHARED, count=count, reason="told"))

    def reserved(self, *agents: int, leads: LeadClass | None = None) -> None:
        """Dial a line for each of these agents."""
        self.says.append(Decision(count=len(agents), agents=agents, leads=leads, reason="told"))

    def take_back(self, *attempt_ids: str) -> None:
        """Withdraw lines."""
        self.says.append(Decision(withdraw=attempt_ids, reason="told"))


def night_of(told: Told, campaign: Campaign = CAMPAIGN) -> Night:
    """An evening whose campaign is paced by what the test says, with its warm-up behind it."""
    night = Night(campaign, engine=Engine(run="test", pacers=lambda _method: told))
    night.has_history(answered=1000)
    return night
