"""The labels of metrics and the closed sets of words that they can have.

A *label* is never a number that was called, a person or an attempt; a caller ID is a number of our
own. What is configured (campaigns, trunks, caller IDs) is closed by the configuration.
"""

from collections.abc import Mapping
from enum import StrEnum

from dialer.compliance.periods import ELSEWHERE, PROFILES
from dialer.compliance.reasons import Reason
from dialer.domain.agent import AgentState
from dialer.domain.outcome import AmdVerdict, Outcome
from dialer.domain.transfer import TransferOutcome
from dialer.engine.commands import Destination
from dialer.metrics.causes import HangupCause
from dialer.pacing.floor import LineKind

NOTHING = "nothing"
OTHER_REASON = "other"

SPAM_SIGNALS = (603, 607, 608)
"""SIP statuses that say how the called side thinks of our number: declined (also by an analytics
engine, RFC 8688 section 1), unwanted (RFC 8197), rejected by an engine (RFC 8688)."""


class MessageResult(StrEnum):
    """What became of a safe-harbor message."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


class Place(StrEnum):
    """A directory whose disk is watched."""

    DATA = "data"
    RECORDINGS = "recordings"


class Peer(StrEnum):
    """Whose clock ours is compared with."""

    DATABASE = "database"
    ASTERISK = "asterisk"


class LinkFault(StrEnum):
    """What went wrong on the manager link; the values are the link's own counters."""

    RECONNECTS = "reconnects"
    DEAD_PEERS = "dead_peers"
    LOGINS_REFUSED = "logins_refused"
    ANSWERS_LOST = "answers_lost"
    MALFORMED = "malformed"
    SURVIVED_ERRORS = "survived_errors"
    ACTIONS_REFUSED = "actions_refused"
    ORIGINATES_UNSENT = "originates_unsent"


ON_DUTY = tuple(state for state in AgentState if state is not AgentState.OFFLINE)
DETECTED = tuple(verdict for verdict in AmdVerdict if verdict is not AmdVerdict.NOT_ASKED)


def _gating_windows() -> tuple[str, ...]:
    return tuple(
        rule.name if country == ELSEWHERE else f"{country}.{rule.name}"
        for country, profile in PROFILES.items()
        for rule in profile.windows
        if rule.is_gate
    )


LABELS: Mapping[str, tuple[str, ...] | None] = {
    "campaign": None,  # None: as many as are configured
    "trunk": None,
    "caller_id": None,
    "outcome": tuple(Outcome),
    "destination": tuple(Destination),
    "reason": (*Reason, OTHER_REASON),
    "dialed": (*LineKind, NOTHING),
    "verdict": DETECTED,
    "result": tuple(MessageResult),
    "transfer": tuple(TransferOutcome),
    "state": ON_DUTY,
    "window": _gating_windows(),
    "cause": tuple(HangupCause),
    "sip_status": tuple(str(status) for status in SPAM_SIGNALS),
    "fault": tuple(LinkFault),
    "place": tuple(Place),
    "against": tuple(Peer),
    "certificate": None,
    "version": None,  # one of each in a process
    "python_version": None,
}
"""Every label there is, with all the values it can have."""
