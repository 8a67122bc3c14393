"""What agents ask for, as the engine hears of it: events like those of events.py, by whose rules
they are made and handled. What becomes of an agent's leg, and that he comes, is told there.
"""

from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.domain.value import value
from dialer.engine.events import AgentEvent


@value
class AgentAskedReady(AgentEvent):
    """The agent wants the next call (after a break or log-in)."""


@value
class AgentAskedBreak(AgentEvent):
    """The agent wants no further call; a call in progress is finished first."""


@value
class AgentLoggedOut(AgentEvent):
    """The agent goes home; a call in progress is finished first."""


@value
class AgentAskedHold(AgentEvent):
    """The agent lets the person wait, with music."""


@value
class AgentAskedResume(AgentEvent):
    """The agent is back for the person who waits."""


@value
class AgentAskedVoicemail(AgentEvent):
    """The agent hears a machine: leave the campaign's recorded message there, without him."""


@value
class TransferAsked(AgentEvent):
    """The agent wants a third party called, to whom the person may be put through."""

    destination: str  # its name


@value
class AgentAskedConsult(AgentEvent):
    """The agent wants to talk with the third party who has answered, before anything else."""


@value
class AgentAskedPutThrough(AgentEvent):
    """The agent wants person and third party put together."""


@value
class AgentCancelledTransfer(AgentEvent):
    """The agent calls the transfer off."""


@value
class AgentAskedHangup(AgentEvent):
    """The agent ends the conversation."""


@value
class AgentAskedHelp(AgentEvent):
    """The agent wants the shift lead to come, whatever he is doing, also without a telephone."""


@value
class AgentHelpOver(AgentEvent):
    """Nobody need come any more: the shift lead has seen that he asks, or he has gone home."""


@value
class PracticeAsked(AgentEvent):
    """The agent wants to talk to a simulated person; `practice_id` is that call's for good."""

    practice_id: str


@value
class ResultGiven(AgentEvent):
    """The agent says how the conversation went. `callback_at` only with CALL_BACK, `language` (in
    which the person wants to be called) only with OTHER_LANGUAGE."""

    attempt_id: str
    disposition: Disposition
    callback_at: float | None = None
    language: Language | None = None


@value
class PreviewAsked(AgentEvent):
    """The agent wants to see the next lead before it is dialed (preview)."""


@value
class DialAsked(AgentEvent):
    """The agent wants this lead dialed now (manual or preview)."""

    lead: Lead


@value
class NumberSought(AgentEvent):
    """The agent typed a number of the list: dial it if its lead waits in our hopper."""

    e164: str


@value
class PreviewSkipped(AgentEvent):
    """The agent passes over the lead he was shown."""

    lead_id: int
