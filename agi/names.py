"""Names that dialplan, call scripts and daemon must agree on. Written once, here.

Read by the templates in asterisk-config/, the scripts in agi/ and dialer/telephony.
"""

CONTEXT_ANSWERED = "callbank-answered"
CONTEXT_MESSAGE = "callbank-message"
CONTEXT_CONNECT = "callbank-connect"
CONTEXT_MACHINE = "callbank-machine"
CONTEXT_AGENT = "callbank-agent"
CONTEXT_AGENT_QUEUE = "callbank-agent-queue"

VAR_ATTEMPT = "CB_ATTEMPT"
VAR_CAMPAIGN = "CB_CAMPAIGN"
VAR_AMD = "CB_AMD"
VAR_QUEUE = "CB_QUEUE"
VAR_AGENT_CHANNEL = "CB_AGENT_CHANNEL"
VAR_MESSAGE = "CB_MESSAGE"
VAR_OPTOUT_NUMBER = "CB_OPTOUT_NUMBER"
VAR_AGENT = "CB_AGENT"
VAR_ROUTE = "CB_ROUTE"
VAR_OPTOUT_SAVED = "CB_OPTOUT_SAVED"
"""Set to 1 by agi/optout once the do-not-call row is committed."""

ROUTES = ("bridge", "queue", "message", "machine", "hangup")

SCRIPT_ANSWERED = "answered"
SCRIPT_OPTOUT = "optout"

USER_EVENT_MESSAGE = "CallbankMessage"
TALK_SILENCE_MS = 400
"""TALK_DETECT's silence: speech has ended this long before ChannelTalkingStop."""

ATTEMPT_PREFIX = "cb-"
AGENT_LEG_PREFIX = "agent-"


def queue_name(campaign_id: int) -> str:
    """The queue in which answered people of a campaign wait."""
    return f"campaign-{campaign_id}"


def device_state(agent_id: int) -> str:
    """The device by which the queue knows whether an agent is free."""
    return f"Custom:agent-{agent_id}"


def queue_member(agent_id: int) -> str:
    """The queue's way to an agent. `/n`: an optimised-away Local leg would look like a parting."""
    return f"Local/{agent_id}@{CONTEXT_AGENT_QUEUE}/n"
