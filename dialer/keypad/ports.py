"""What leading volunteers by telephone needs: who may join, what they read, a voice, the floor.

Storage, web and parts implement these; app.py brings them together. Methods that look into the
database may raise `StoreAway`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.campaign import Campaign
from dialer.domain.volunteer import Invitation, Newcomer, Session, Way
from dialer.keypad.codes import DialInCodes
from dialer.runtime.ports import FrontDesk
from dialer.script.click import Click
from dialer.script.conduct import Conduct
from dialer.script.language import Script


class Register(Protocol):
    """Invitations and sessions."""

    async def invitation(self, code: str) -> Invitation | None:
        """The invitation of that code."""

    async def invitation_of_keypad(self, digits: str) -> Invitation | None:
        """The invitation of those digits."""

    async def is_pin(self, code: str, pin: str) -> bool:
        """Whether it is the invitation's PIN."""

    async def join(self, code: str, newcomer: Newcomer, now: float) -> tuple[Session, str] | None:
        """His session and its token, or None when the invitation is over."""

    async def session_of(self, extension: str) -> Session | None:
        """The session of that extension, as long as it lasts."""

    async def agree(self, session_id: int, version: str, now: float) -> None:
        """He agreed to that version of the code of conduct."""

    async def choose(self, session: Session, way: Way) -> None:
        """How he hears and speaks from now on."""

    async def end(self, session_id: int, reason: str, now: float) -> bool:
        """End a session; False where none lasts."""


class Readings(Protocol):
    """What volunteers read."""

    async def conduct(self, campaign_id: int, language: str) -> tuple[Conduct, str]:
        """The code of conduct in that language or else another, and its version."""

    async def script(self, campaign_id: int, language: str) -> tuple[Script, str] | None:
        """The script in that language or else another, and its version."""

    async def script_languages(self, campaign_id: int) -> tuple[str, ...]:
        """The languages in which there is a script."""


class ClickKeeper(Protocol):
    """Where reports are kept."""

    async def keep(self, click: Click, now: float) -> None:
        """Keep a click; returns when it is committed. Raises ClickError."""


class Speaker(Protocol):
    """A voice."""

    async def say(self, words: str, language: str) -> str:
        """The sound file in which they are said, without its ending; empty: it cannot be made."""


class Campaigns(Protocol):
    """The campaigns there are."""

    async def campaigns(self) -> Sequence[Campaign]:
        """Every campaign that is not finished."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Help:
    """All of them together."""

    floor: FrontDesk
    register: Register
    readings: Readings
    clicks: ClickKeeper
    speaker: Speaker
    campaigns: Campaigns
    codes: DialInCodes
    page_codes: DialInCodes  # said, to be typed on a page
    clock: Callable[[], float]
