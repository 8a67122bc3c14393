"""What is found after a gap: legs that live on Asterisk, and what the store holds as not ended.

Parts of the events that end a gap (events.py).
"""

from dataclasses import dataclass

from dialer.compliance.gate import DialPermit
from dialer.domain.agent import Agent, AgentState
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.domain.transfer import TransferDestination


@dataclass(frozen=True, kw_only=True, slots=True)
class LegSeen:
    """A leg found alive on Asterisk after a gap."""

    channel_id: str  # the attempt's or the agent leg's id
    channel: str
    is_up: bool
    bridge_id: str
    is_on_hold: bool = False  # a person whom his agent lets wait
    is_voicemail: bool = False  # a machine on which the recorded message is being left


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAttempt:
    """An attempt that the store holds as not ended when an engine starts."""

    attempt_id: str
    lead: Lead
    campaign_id: int
    trunk: str
    permit: DialPermit
    dialed_at: float
    answered_at: float | None = None
    connected_at: float | None = None
    agent_id: int | None = None
    disposition: Disposition | None = None  # as it was last reported


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenVisit:
    """A call that came in and that the store holds as not ended, or not reported on."""

    visit_id: str
    campaign_id: int
    came_at: float
    e164: str = ""
    lead: Lead | None = None
    agent_id: int | None = None
    connected_at: float | None = None
    parted_at: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTransfer:
    """A transfer that the store holds as not ended."""

    transfer_id: str
    attempt_id: str
    destination: TransferDestination
    trunk: str
    asked_at: float
    answered_at: float | None = None
    through_at: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpRequest:
    """An agent asks for the shift lead, and nobody has seen it."""

    help_id: str
    agent_id: int
    asked_at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentOnDuty:
    """An agent who was at work when an earlier engine stopped.

    `attempt_id` and `lead` are the conversation he was in or had not given a result for.
    """

    agent: Agent
    campaign_id: int
    state: AgentState
    attempt_id: str | None = None
    lead: Lead | None = None
    also: tuple[int, ...] = ()
