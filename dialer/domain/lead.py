"""A lead: one person on one campaign's list, with the number that may be dialed for him.

Leads are claimed from the store by the engine's hopper and carry what the compliance gate
must know about the number, so that no decision needs a look-up of its own.
"""

from enum import StrEnum

from dialer.domain.language import Language
from dialer.domain.number import History, NumberFacts
from dialer.domain.outcome import Outcome
from dialer.domain.value import value


class LineType(StrEnum):
    """Kind of telephone line behind a number. Unknown is treated as wireless."""

    WIRELESS = "wireless"
    LANDLINE = "landline"
    VOIP = "voip"
    UNKNOWN = "unknown"


class LeadState(StrEnum):
    """Where a lead stands in its campaign. The comment says what leads on."""

    NEW = "new"  # -> claimed
    CLAIMED = "claimed"  # held by an engine's hopper until claimed_until -> recycled | final
    RECYCLED = "recycled"  # may be dialed again from next_at -> claimed
    CALLBACK = "callback"  # wanted back at next_at -> claimed, ahead of the others
    FINAL = "final"  # done; never dialed again in this campaign


@value
class Lead:
    """What the engine knows of a lead it has claimed.

    `zones` are the candidate time zones.
    """

    id: int
    campaign_id: int
    e164: str
    display_name: str
    zones: tuple[str, ...]
    line_type: LineType = LineType.UNKNOWN
    is_do_not_call: bool = False
    number: NumberFacts = NumberFacts()
    history: History = History()
    attempt_count: int = 0  # counted attempts of this lead in this campaign
    last_outcome: Outcome | None = None
    priority: int = 0  # the list's own; higher is dialed first
    wanted_language: Language | None = None  # a volunteer heard that he wants to be called in it
    is_callback: bool = False  # wanted back about now: dialed before all others

    def may_hear_recording(self) -> bool:
        """Whether a recorded voice may be lawful there, as far as it shows at a glance: a landline,
        or a consent. For the store, to find the next leads of a class; the gate alone knows."""
        return self.line_type is LineType.LANDLINE or bool(self.number.consents)
