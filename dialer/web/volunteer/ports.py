"""What the volunteers' side needs: who may join, what they read, who is on the line, their phones.

Storage implements the first four, app.py brings all together. Methods that look into the database
may raise `StoreAway`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.agent import Agent
from dialer.domain.goal import Goal
from dialer.domain.volunteer import Invitation, Newcomer, Reached, Session, Way
from dialer.practice.rehearsal import Rehearsals
from dialer.practice.voter import Voter
from dialer.script.click import Click, SkipReason
from dialer.script.document import Document, DocumentKind
from dialer.script.person import Member, Person


class VolunteerRegister(Protocol):
    """Invitations and sessions."""

    async def invitation(self, code: str) -> Invitation | None:
        """The invitation of that code."""

    async def is_pin(self, code: str, pin: str) -> bool:
        """Whether it is the invitation's PIN."""

    async def join(self, code: str, newcomer: Newcomer, now: float) -> tuple[Session, str] | None:
        """His session and its token, or None when the invitation is over."""

    async def session(self, token: str) -> Session | None:
        """The session of that token, also one that has ended."""

    async def pair(self, extension: str) -> tuple[Session, str] | None:
        """His session and its new token, for another page; None when it is over."""

    async def agree(self, session_id: int, version: str, now: float) -> None:
        """He agreed to that version of the code of conduct."""

    async def choose(self, session: Session, way: Way) -> None:
        """How he hears and speaks from now on."""

    async def call_back(self, session: Session, number: str, now: float) -> None:
        """He gave his own number (E.164), with leave to call it for his shift."""

    async def end(self, session_id: int, reason: str, now: float) -> bool:
        """End a session; False where none lasts."""


class Documents(Protocol):
    """Scripts and codes of conduct."""

    async def current(self, campaign_id: int, kind: DocumentKind) -> Mapping[str, Document]:
        """What is read from now, by language."""


class AnswerKeeper(Protocol):
    """What is known of people, and what they say."""

    async def person(self, lead_id: int) -> Person:
        """Who the person of a lead is."""

    async def said(self, lead_id: int) -> Mapping[str, object]:
        """What he has answered so far, by question."""

    async def zones(self, attempt_id: str) -> Sequence[str]:
        """Every time zone in which the telephone of a call may be; none where it is not known."""

    async def household(self, lead_id: int) -> Sequence[Member]:
        """The others of the same campaign at the telephone of a lead."""

    async def check_at_call(
        self, agent_id: int, attempt_id: str, lead_id: int, now: float
    ) -> None:
        """Raises ClickError unless the person of a lead is at the telephone of that volunteer's
        call, and what was written down of it can still be changed."""

    async def skip(self, lead_id: int, agent_id: int, reason: SkipReason, now: float) -> None:
        """A volunteer did not have somebody dialed whom he was shown."""

    async def keep(self, click: Click, now: float) -> None:
        """Keep a click; returns when it is committed. Raises ClickError."""


class GoalCounter(Protocol):
    """How far campaigns have come."""

    async def reached(self, campaign_id: int, goal: Goal) -> tuple[Reached, ...]:
        """What each volunteer has reached since the goal was set."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """What a softphone needs to register; a browser does so at `/ws` of this server."""

    user: str
    password: str
    host: str
    port: int

    @property
    def address(self) -> str:
        """All of it in a line, as softphones read it from a QR code."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sip:{self.user}:{self.password}@{host}:{self.port}"


class Phones(Protocol):
    """The volunteers' telephones."""

    def phone(self, agent: Agent) -> Phone:
        """His telephone's credentials, which end with his session."""

    async def connect(self) -> None:
        """Returns when the telephone side knows every telephone as the register has it: of the
        right kind above all. Raises StoreAway."""


class DialIn(Protocol):
    """Where codes come from that are typed on a telephone."""

    def code(self, extension: str, now: float) -> str:
        """A new code for the volunteer of that extension; good once, for a short time."""


class PageCodes(Protocol):
    """Codes that a telephone said, to be typed on a page."""

    def take(self, code: str, now: float) -> str:
        """The extension whose code it is, which is used up by that; empty for any other."""


class CertificateKeeper(Protocol):
    """Which practice calls went well."""

    async def passed(
        self, session_id: int, voter: str, script_version: str, now: float
    ) -> tuple[str, ...]:
        """A practice call with that one went well, by that version of the script (empty: there is
        none); returns with whom one has so far."""


class Voices(Protocol):
    """What simulated people say, as sound."""

    async def sounds(self, voter: Voter) -> Mapping[str, str]:
        """The sound file of each of his lines, without its ending. Raises CallbankError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeHall:
    """What practice calls need."""

    voices: Voices
    rehearsals: Rehearsals


@dataclass(frozen=True, kw_only=True, slots=True)
class Volunteering:
    """All of them together."""

    register: VolunteerRegister
    documents: Documents
    answers: AnswerKeeper
    goals: GoalCounter
    certificates: CertificateKeeper
    phones: Phones
    page_codes: PageCodes
    asterisk_url: str  # of its websocket
    dial_in: DialIn | None = None  # None: nobody can call us to work
    practice: PracticeHall | None = None  # None: there is no voice for simulated people
