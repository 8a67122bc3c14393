"""What the scripts ask of the daemon. Implemented by dialer/telephony/fastagi.py and test fakes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class DeskAway(Exception):
    """The daemon has no answer in time: the script fails and the dialplan decides by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where an answered call goes (one of names.ROUTES), and to whose leg if it is bridged."""

    destination: str
    agent_channel: str = ""


class Desk(Protocol):
    """Called from the scripts' threads; all methods may raise DeskAway, after a short bound."""

    def route(self, attempt_id: str, channel: str, amd_status: str, amd_cause: str) -> Route:
        """Where this answered call goes now."""

    def incoming(self, visit_id: str, channel: str, called: str, caller: str) -> Route:
        """Where somebody goes who calls us. `called` and `caller` are digits, or empty."""

    def keypad(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        """What a volunteer hears next who called us, as the dialplan's variables.

        `asked`: visit, caller (digits or empty), event (came, keys, pressed, after, parted, gone),
        keys, and what was kept in the call: step, tries, extension, invitation.
        """

    def practice(self, practice_id: str, event: str) -> Mapping[str, str]:
        """What the simulated person of a practice call does next, as the dialplan's variables.

        `event`: came, said, cut_off, noise, quiet, silence, gone.
        """

    def opt_out(self, attempt_id: str, number: str) -> bool:
        """Never call this person again; True once that is committed.

        Somebody who called us has a visit's id here; `number` is his in E.164.
        """
