"""Everything the engine can wish for, in the imperative. The pump (runtime/pump.py) executes them.

Three families, three executors: the `Telephony` port, the `Store` port (store_commands.py), and
whoever asked.
"""

from enum import StrEnum

from dialer.compliance.gate import DialPermit
from dialer.domain.campaign import AmdMode
from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.list_order import ListOrder
from dialer.domain.trunk import OverTrunk
from dialer.domain.value import value
from dialer.pacing.floor import LeadClass


@value
class Command:
    """Something the engine wants done."""


# --- telephone -----------------------------------------------------------------------------


@value
class TelephoneCommand(Command):
    """Executed by the Telephony port; never replayed after a lost link."""


@value
class Originate(TelephoneCommand):
    """Dial a person: only after the attempt's row is committed and while the permit is fresh."""

    attempt_id: str
    permit: DialPermit
    endpoint: str  # the trunk's PJSIP endpoint
    dial_string: str  # digits as the trunk wants them
    caller_id: str
    caller_name: str
    ring_timeout_s: float
    campaign_id: int
    amd_mode: AmdMode
    agent_channel: str = ""  # the reserved agent's leg, for the dialplan if the daemon is away
    may_play_message: bool = False
    message_version: str = ""
    audit_file: str = ""  # takes what the detector hears; empty: that is not written down


@value
class HangUp(TelephoneCommand):
    """End the line of an attempt."""

    attempt_id: str
    channel: str  # empty when the channel's name is not known yet: found by the attempt's id


@value
class PlayMessage(TelephoneCommand):
    """Take a waiting person out of the queue and play him the safe-harbor message."""

    attempt_id: str
    channel: str


@value
class ConnectCall(TelephoneCommand):
    """Take a waiting person out of the queue and put him through to an agent's leg."""

    attempt_id: str
    channel: str
    agent_channel: str


@value
class HoldCall(TelephoneCommand):
    """Take a person out of his conversation and play him music, until `ConnectCall`."""

    attempt_id: str
    channel: str


@value
class PlayVoicemail(TelephoneCommand):
    """Take a machine out of its conversation, and leave the campaign's recorded message there when
    its greeting is over; then the line ends by itself."""

    attempt_id: str
    channel: str
    campaign_id: int
    voicemail_version: str


@value
class DialThird(TelephoneCommand):
    """Call a third party, who waits when he has answered."""

    transfer_id: str
    endpoint: str  # the trunk's PJSIP endpoint, or that of a telephone of ours
    dial_string: str  # digits as the trunk wants them; empty: no trunk
    caller_id: str
    caller_name: str
    ring_timeout_s: float


@value
class ConsultThird(TelephoneCommand):
    """Join a waiting third party with an agent's leg, whose person hears music. Afterwards the
    third party waits again."""

    transfer_id: str
    third_channel: str
    agent_channel: str
    attempt_id: str
    channel: str


@value
class PutThrough(TelephoneCommand):
    """Join a person with a third party, whomever they were with: either ends both lines."""

    attempt_id: str
    channel: str
    third_channel: str


@value
class StartRecording(TelephoneCommand):
    """Record a conversation, after both have heard the announcement where there is one."""

    attempt_id: str
    file: str
    announcement_version: str  # empty: none is needed
    number: int = 1  # of this conversation


@value
class StopRecording(TelephoneCommand):
    """End an announcement or a recording."""

    attempt_id: str
    number: int = 1


@value
class CallAgent(TelephoneCommand):
    """Call an agent's telephone, to be held up until he goes home."""

    agent_id: int
    leg_id: str
    extension: str
    queues: tuple[str, ...]  # of every campaign that he serves
    dials_in: bool = False  # his call is here already, waiting to be his leg
    may_break_off: bool = False  # a page's telephone: who talks with him is kept for him then
    over: OverTrunk | None = None  # his own telephone in the network, instead of the extension


@value
class StartPractice(TelephoneCommand):
    """Join an agent's leg with a simulated person."""

    practice_id: str
    agent_id: int
    agent_channel: str


@value
class DropAgent(TelephoneCommand):
    """End an agent's leg and take him out of his queues."""

    agent_id: int
    leg_id: str
    queues: tuple[str, ...]


@value
class ShowAgentToQueue(TelephoneCommand):
    """Tell the queue whether it may give calls to this agent."""

    agent_id: int
    is_free: bool


# --- answers to those who asked ------------------------------------------------------------


class Destination(StrEnum):
    """Where an answered call goes. The values are the dialplan's CB_ROUTE."""

    BRIDGE = "bridge"
    QUEUE = "queue"
    MESSAGE = "message"
    MACHINE = "machine"
    HANGUP = "hangup"


@value
class RouteCall(Command):
    """The answer to `RouteAsked` or `VisitAsked`. `agent_channel` only with BRIDGE."""

    request_id: str
    destination: Destination
    agent_channel: str = ""


@value
class RefuseAgent(Command):
    """An agent's wish cannot be granted; `reason` is a sentence for him."""

    agent_id: int
    reason: str


@value
class ClaimLeads(Command):
    """Ask the store for `count` leads, of one class where it can tell; then `LeadsClaimed`.

    With `languages` those who want to be called in one of these, else those who want none.
    """

    campaign_id: int
    count: int
    leads: LeadClass | None = None
    languages: tuple[Language, ...] = ()


@value
class RescoreLeads(Command):
    """Put the campaign's list in this order: long work, which a later order makes up for."""

    campaign_id: int
    order: ListOrder


@value
class ShowPreview(Command):
    """Show an agent the lead he may dial next, or that there is none."""

    agent_id: int
    lead: Lead | None
