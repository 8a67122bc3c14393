"""What the checks of a run may look at besides what they are told. The run itself implements it."""

from collections.abc import Collection
from typing import Protocol

from dialer.domain.language import Language
from dialer.engine.view import FloorView


class Surroundings(Protocol):
    """What the checks may look at."""

    @property
    def now(self) -> float:
        """The instant."""

    def lines_to(self, e164: str) -> int:
        """Lines that are really up to a number."""

    def languages_of(self, agent_id: int) -> Collection[Language]:
        """That a volunteer speaks."""

    def trunk_use(self, endpoint: str) -> tuple[int, int, float]:
        """Lines up on a trunk, its channel limit, its calls per second."""

    def facts_of(self, attempt_id: str) -> bool:
        """Whether every fact of the attempt has reached the engine, in the right order."""

    def may_seem_to_talk(self, attempt_id: str) -> bool:
        """Whether all word of a talk's end was lost: to the engine it may go on for hours."""

    def is_whole(self) -> bool:
        """Whether engine, link and store are all there and nothing waits to be written."""

    def may_call(self) -> bool:
        """Whether it is an hour for calls, for a while already and for a while to come."""

    def view(self) -> FloorView:
        """The engine's floor."""

    @property
    def slowness_s(self) -> float:
        """How much later than it happens the engine may know a thing, or how much earlier act."""

    def agenda_size(self) -> int:
        """How much is still to happen."""
