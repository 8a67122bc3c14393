"""Names that the dialplan and Python share, each written once.

`asterisk-config/extensions.conf.j2` uses them as literals, so that the dialplan stays readable;
a test compares the two. Imported by `dialer/telephony` and the call scripts.
"""

# Contexts that Python sends channels to.
CONTEXT_ANSWERED = "callbank-answered"  # an answered person; Originate's target
CONTEXT_CONNECT = "callbank-connect"  # Redirect: bridge a waiting person to CB_AGENT_CHANNEL
CONTEXT_MESSAGE = "callbank-message"  # Redirect: play the safe-harbor message
CONTEXT_HOLD = "callbank-hold"  # Redirect: a person whom his volunteer lets wait
CONTEXT_VOICEMAIL = "callbank-voicemail"  # Redirect: leave the recorded message on a machine
CONTEXT_THROUGH = "callbank-through"  # Redirect: bridge a person to CB_THIRD_CHANNEL
CONTEXT_MACHINE = "callbank-machine"  # a machine answered
CONTEXT_AGENT = "callbank-agent"  # an agent's leg, held up
CONTEXT_AGENT_QUEUE = "callbank-agent-queue"  # where the queue finds an agent's held leg
CONTEXT_INBOUND = "callbank-inbound"  # calls that come in over a trunk
CONTEXT_RECORDING = "callbank-recording"  # what records a conversation
EXTEN_LISTEN = "listen"  # there: the half that listens to the person
CONTEXT_OPTOUT = "callbank-optout"  # whoever pressed the opt-out key
CONTEXT_KEYPAD = "callbank-keypad"  # a volunteer who called us, led by voice and keys
CONTEXT_KEYPAD_HALF = "callbank-keypad-half"  # what joins his call to his leg

CONTEXT_PRACTICE = "callbank-practice"  # a practice call's half at the volunteer's leg
EXTEN_PERSON = "person"  # there: the half that is the simulated person

CONTEXT_THIRD = "callbank-third"  # a third party, who waits for the volunteer's word
CONTEXT_CONSULT = "callbank-consult"  # Redirect: bridge him to CB_AGENT_CHANNEL meanwhile

# Channel variables given to a called person's channel.
VAR_ATTEMPT = "CB_ATTEMPT"
VAR_CAMPAIGN = "CB_CAMPAIGN"
VAR_AMD = "CB_AMD"  # off | gate
VAR_QUEUE = "CB_QUEUE"
VAR_AGENT_CHANNEL = "CB_AGENT_CHANNEL"  # the reserved agent's leg, or empty
VAR_MESSAGE = "CB_MESSAGE"  # sound file without its ending; empty: no recorded voice
VAR_VOICEMAIL = "CB_VOICEMAIL"  # given before that: a sound file without its ending
VAR_AUDIT = "CB_AUDIT"  # file for what the detector hears; empty: it is not kept
VAR_OPTOUT_NUMBER = "CB_OPTOUT_NUMBER"  # E.164 of the called person
VAR_HOLDS = "CB_HOLDS"  # "yes": he hears the tune when his volunteer leaves him
VAR_THIRD_CHANNEL = "CB_THIRD_CHANNEL"  # the third party to whom he is put through

VAR_THROUGH = "CB_THROUGH"  # of a third party: "yes" as soon as the person is put through to him

# Channel variables that the call scripts set for the dialplan.
VAR_ROUTE = "CB_ROUTE"
VAR_OPTOUT = "CB_OPTOUT"  # "recorded" once the do-not-call entry is committed
OPTOUT_RECORDED = "recorded"

# Channel variables given to the channel that records, with CB_ATTEMPT.
VAR_ANNOUNCEMENT = "CB_ANNOUNCEMENT"  # sound file without its ending; empty: none is needed
VAR_RECORDING = "CB_RECORDING"  # file to be written

# Channel variables given to an agent's leg.
VAR_AGENT = "CB_AGENT"
VAR_KEEPS = "CB_KEEPS"  # "yes": who talks with him is kept when his leg breaks off
VAR_EXTENSION = "CB_EXTENSION"  # of a volunteer who called us; empty for all others

# Channel variables that `keypad` sets for the dialplan, most of which it is told again.
VAR_NEXT = "CB_NEXT"  # one of KEYPAD_NEXT
VAR_SAY = "CB_SAY"  # sound file without its ending; empty: nothing is said
VAR_DIGITS = "CB_DIGITS_WANTED"  # how many keys at most are waited for
VAR_WAIT = "CB_WAIT"  # so many seconds
VAR_STEP = "CB_STEP"  # what was asked
VAR_TRIES = "CB_TRIES"  # in vain
VAR_INVITATION = "CB_INVITATION"  # by which he joins in this call

VAR_PRACTICE = "CB_PRACTICE"  # given to both halves of a practice call: its id

PRACTICE_NEXT = ("say", "hear", "listen", "bye")
"""Values of CB_NEXT that `practice` may decide, all exten names in context callbank-practice."""

KEYPAD_NEXT = ("ask", "hold", "back", "bye")
"""Values of CB_NEXT, all but `back` exten names in context callbank-keypad."""

ROUTES = ("bridge", "queue", "message", "machine", "hangup")
"""Values of CB_ROUTE: what `answered` may decide. Exten names in context callbank-route."""

INBOUND_ROUTES = ("bridge", "message")
"""Values of CB_ROUTE that `incoming` may decide. Labels in context callbank-inbound."""

# Call scripts: paths of agi://HOST:PORT/<path>
SCRIPT_ANSWERED = "answered"
SCRIPT_INCOMING = "incoming"
SCRIPT_OPTOUT = "optout"
SCRIPT_KEYPAD = "keypad"
SCRIPT_PRACTICE = "practice"

# Ids on the wire: ChannelId, Uniqueid
ATTEMPT_PREFIX = "cb-"
AGENT_LEG_PREFIX = "agent-"

RECORDER_PREFIX = "rec-"
"""Of the id of the channel that records; the rest is the attempt's id and, of a further recording,
a dot and its number: an id is used once, since half of the channel before may outlive the other."""
LISTENER_SUFFIX = "-listens"  # of its other half

KEYPAD_HALF_PREFIX = "dialed-in-"
"""Of the id of what joins a volunteer's call to his leg; the rest is the leg's id."""

PRACTICE_PREFIX = "practice-"
"""Of a practice call's id, which is that of its half at the leg; the agent's id follows."""
PRACTICE_PERSON_PREFIX = "simulated-"  # of its other half, before all of that

TRANSFER_PREFIX = "transfer-"
"""Of the id of a third party's line."""

VISIT_PREFIX = "in-"
"""Of the id of a call that came in; the rest is its channel's Uniqueid."""

TALK_SILENCE_MS = 400
"""TALK_DETECT's silence: speech has ended this long before ChannelTalkingStop."""

# AstDB families
DB_AGENT = "callbank-agent"  # agent id -> channel name of his held leg
DB_KEYPAD = "callbank-keypad"  # extension -> channel name of the volunteer's own call
DB_KEYPAD_HALF = "callbank-keypad-half"  # extension -> channel name of what joins it to his leg
DB_AWAY = "callbank-away"  # attempt id -> "<what>:<epoch>/<epoch of the answer>"
DB_OPTOUT = "callbank-optout"  # E.164 -> epoch, pressed while the daemon was away
AWAY_BRIDGED = "bridged"
AWAY_QUEUED = "queued"
AWAY_MESSAGE = "message"
AWAY_LEFT = "left"  # nothing lawful to play and nobody there: hung up

# UserEvents
USER_EVENT_MESSAGE = "CallbankMessage"  # Attempt, State: started | finished | failed
USER_EVENT_CONNECTING = "CallbankConnecting"  # Attempt, Agent: the queue found him (just before)
USER_EVENT_RECORDING = "CallbankRecording"  # Attempt, State: announcing | announced | recording
MESSAGE_STARTED = "started"
MESSAGE_FINISHED = "finished"
MESSAGE_FAILED = "failed"  # there was one to be played, and it could not be
MESSAGE_STATES = (MESSAGE_STARTED, MESSAGE_FINISHED, MESSAGE_FAILED)
RECORDING_ANNOUNCING = "announcing"
RECORDING_ANNOUNCED = "announced"
RECORDING_BEGUN = "recording"
RECORDING_STATES = (RECORDING_ANNOUNCING, RECORDING_ANNOUNCED, RECORDING_BEGUN)


def queue_name(campaign_id: int) -> str:
    """The queue in which a campaign's answered people wait."""
    return f"campaign-{campaign_id}"


def queue_member(agent_id: int) -> str:
    """An agent as the queue calls him (QueueAdd's Interface).

    `/n`: a Local leg that Asterisk optimises away in mid-call would look like a parting.
    """
    return f"Local/{agent_id}@{CONTEXT_AGENT_QUEUE}/n"


def agent_device(agent_id: int) -> str:
    """An agent's device as the queue watches it (QueueAdd's StateInterface)."""
    return f"Custom:agent-{agent_id}"


def agent_device_function(agent_id: int) -> str:
    """The Setvar variable that says whether the queue may give calls to the agent."""
    return f"DEVICE_STATE({agent_device(agent_id)})"


def recorder_id(attempt_id: str, number: int) -> str:
    """The id of the channel of an attempt's first, second ... recording."""
    return f"{RECORDER_PREFIX}{attempt_id}" + (f".{number}" if number > 1 else "")
