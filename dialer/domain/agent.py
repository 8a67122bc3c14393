"""An agent (a volunteer at work): who he is and what he is doing at the moment."""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.language import Language


class AgentState(StrEnum):
    """What an agent is doing. Transitions are the table in engine/agent.py."""

    OFFLINE = "offline"
    JOINING = "joining"  # we are calling his telephone
    READY = "ready"
    RESERVED = "reserved"  # a line is being dialed for him alone
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    BREAK = "break"


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """An agent as the store knows him. `extension` is his telephone's PJSIP endpoint.

    `us_state` is where he sits, as two letters, for the laws on recording; empty: not known.
    """

    id: int
    name: str
    extension: str
    us_state: str = ""
    is_browser: bool = False  # his telephone is the softphone in his browser
    dials_in: bool = False  # he calls us, and we take his call for his leg
    number: str = ""  # E.164 of his own telephone, called over a trunk instead of the extension
    languages: tuple[Language, ...] = ()  # that he says he speaks; none: nobody has asked him
