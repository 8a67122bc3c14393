"""One call to a person on the list, as it really is; and how lines are heard of."""

from typing import TYPE_CHECKING, Protocol

from dialer.compliance.abandonment import AnsweredCall
from dialer.domain.outcome import AmdVerdict
from dialer.engine import commands as cmd
from dialer.engine import events as ev

if TYPE_CHECKING:
    from dialer.sim.crew import Volunteer
    from dialer.sim.network import Network
    from dialer.sim.thirds import Third

NORMAL, RANG_OUT, TRUNK_OUT = (16, None), (19, 480), (34, 503)
"""Q.850 cause and SIP status of ends that are not drawn."""


class Wires(Protocol):
    """How the network is heard."""

    def emit(self, event: ev.Event) -> None:
        """An AMI event."""

    def ask(self, event: ev.RouteAsked, line: "Line") -> None:
        """The call script asks; `Network.route` or `Network.route_alone` answers."""

    def tick_after(self, seconds: float) -> None:
        """The engine shall look at its deadlines then."""

    def line_over(self, line: "Line") -> None:
        """A line is gone; its instants are all known."""

    def kept_too_long(self, line: "Line") -> None:
        """The dialplan ends a kept person's line, because nobody else has."""

    def stolen(self, volunteer: "Volunteer", line: "Line") -> None:
        """A volunteer in a call is put through to another person."""


class Line:
    """One call to a person on the list, as it really is. Instants are seconds, None before."""

    __slots__ = (
        "answered_at", "channel", "connected_at", "dialed_at", "ended_at", "ends_as",
        "greeting_ended_at", "greeting_s", "hears_tune_since", "id", "is_kept", "is_message",
        "is_over", "is_person", "is_queued", "is_voicemail", "kept_since", "message_started_at",
        "network", "third", "verdict", "volunteer", "was_ended_by_us", "wish",
    )  # fmt: skip

    def __init__(self, wish: cmd.Originate, network: "Network", now: float) -> None:
        self.id = wish.attempt_id
        self.wish = wish
        self.network = network
        self.channel = f"PJSIP/{wish.endpoint}-{wish.attempt_id}"
        self.dialed_at = now
        self.is_person = False
        self.ends_as = NORMAL
        self.verdict = AmdVerdict.NOT_ASKED
        self.answered_at: float | None = None
        self.greeting_ended_at: float | None = None
        self.greeting_s: float | None = None  # how long he says hello; None: drawn when he answers
        self.connected_at: float | None = None
        self.message_started_at: float | None = None
        self.ended_at: float | None = None
        self.kept_since: float | None = None
        self.hears_tune_since: float | None = None  # his third party was gone before he came
        self.third: Third | None = None  # to whom he was put through
        self.volunteer: Volunteer | None = None
        self.is_queued = False
        self.is_kept = False  # his volunteer's page is being loaded again
        self.is_message = False
        self.is_voicemail = False  # a machine, which hears the recorded message
        self.is_over = False
        self.was_ended_by_us = False

    def as_answered_call(self) -> AnsweredCall:
        """What the law asks about a person's call that is over."""
        assert self.answered_at is not None and self.ended_at is not None
        return AnsweredCall(
            answered_at=self.answered_at,
            greeting_ended_at=self.greeting_ended_at,
            connected_at=self.connected_at,
            ended_at=self.ended_at,
            message_started_at=self.message_started_at,
            was_hung_up_by_us=self.was_ended_by_us,
        )
