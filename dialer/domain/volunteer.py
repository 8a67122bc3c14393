"""A volunteer's way in: an invitation that many may follow, and his session on one device.

A volunteer is an agent without an account. He joins by an invitation's link and is known by his
session until that ends; then his telephone's credentials end with it. Read by storage and web.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.domain.agent import Agent
from dialer.domain.language import Language

KEYPAD_DIGITS = 8
"""Of a code that is typed on a telephone: with guessing slowed down, enough for an evening."""


class Asked(StrEnum):
    """Whether those who join are asked for something."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Way(StrEnum):
    """How a volunteer hears and speaks."""

    BROWSER = "browser"
    SIP = "sip"  # a softphone or desk telephone that he sets up himself
    DIAL_IN = "dial_in"  # his own telephone, from which he calls us and types a code
    CALL_ME = "call_me"  # his own telephone, which we call over a trunk


class JoinStep(StrEnum):
    """What stands between a volunteer and his first call, in this order."""

    APPROVAL = "approval"  # an organiser has to let him in
    CONDUCT = "conduct"  # he has to agree to the code of conduct
    AUDIO = "audio"  # he has to choose how he hears and speaks
    PRACTICE = "practice"  # the campaign requires a certificate that he does not have
    READY_TO_START = "ready_to_start"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """A link of one campaign, for a shift or for all of it."""

    code: str
    campaign_id: int
    label: str = ""
    asks_phone: Asked = Asked.NO
    asks_email: Asked = Asked.NO
    teams: tuple[str, ...] = ()  # to choose from; none: nobody is asked
    has_pin: bool = False
    needs_approval: bool = False
    most: int | None = None  # how many may join by it
    joined: int = 0
    expires_at: float | None = None
    closed_at: float | None = None
    may_call_back: bool = False  # who joins by it may have us call his own telephone
    keypad_code: str = ""  # digits to type for those who have no screen; empty: none

    def is_open(self, now: float) -> bool:
        """Whether somebody may join by it now."""
        is_in_time = self.expires_at is None or now < self.expires_at
        has_room = self.most is None or self.joined < self.most
        return self.closed_at is None and is_in_time and has_room


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """What somebody who joins says of himself."""

    first_name: str
    phone: str = ""
    email: str = ""
    team: str = ""
    language: str = "en"
    languages: tuple[Language, ...] = ()  # that he speaks
    us_state: str = ""
    has_screen: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """How much of a campaign's goal one volunteer has reached."""

    agent_id: int
    team: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One volunteer on one device."""

    id: int
    agent: Agent
    campaign_id: int
    first_name: str
    team: str = ""
    language: str = "en"
    is_approved: bool = True
    conduct_version: str = ""  # of the code that he agreed to
    way: Way | None = None
    may_be_called: bool = False  # at his own number, by his invitation
    has_screen: bool = True  # a page shows his work; else a voice asks how a call went
    practised: tuple[str, ...] = ()  # simulated people with whom a call went well
    needs_practice: bool = False  # his campaign requires a certificate, and he has none
    certified_at: float | None = None
    certified_script: str = ""  # the version that he practised; empty: an organiser's word
    created_at: float = 0.0
    ended_at: float | None = None

    def step(self, conduct_version: str) -> JoinStep:
        """What he has to do next, where that version of the code holds."""
        if self.ended_at is not None:
            return JoinStep.ENDED
        if not self.is_approved:
            return JoinStep.APPROVAL
        if self.conduct_version != conduct_version:
            return JoinStep.CONDUCT
        if self.way is None:
            return JoinStep.AUDIO
        return JoinStep.PRACTICE if self.needs_practice else JoinStep.READY_TO_START
