"""What the detector hears of the calls that are drawn, kept where it takes them for machines.

Whoever audits the detector must hear what it heard. A call is drawn before it is placed, by the
same draw as its verdict (compliance/audits.py), and written down only where the law asks nobody to
be told: no announcement can come before a greeting. A person's voice is removed at once, by the
folder of recordings, which sees the verdict too.
"""

from dialer.compliance.audits import is_drawn
from dialer.compliance.recording import RecordingLeave, recording_leave
from dialer.domain.campaign import AmdMode, Campaign
from dialer.domain.lead import Lead
from dialer.domain.outcome import AmdVerdict
from dialer.engine.attempt import Attempt
from dialer.engine.commands import Command
from dialer.engine.store_commands import SaveAudit


def audit_file(attempt_id: str) -> str:
    """The name of the sound file of an attempt's greeting."""
    return f"audit-{attempt_id}.wav"


def planned_file(key: bytes, campaign: Campaign, lead: Lead, attempt_id: str) -> str:
    """The file for the greeting of a call that is about to be placed; empty where none is kept."""
    states = lead.number.states
    if campaign.amd_mode is not AmdMode.GATE or not key or not states:
        return ""
    # Nobody but the called person is on the line while the detector listens.
    if recording_leave(states, states[0]) is not RecordingLeave.NONE_NEEDED:
        return ""
    is_wanted = is_drawn(key, attempt_id, campaign.limits.audit_share)
    return audit_file(attempt_id) if is_wanted else ""


def heard(attempt: Attempt, at: float) -> list[Command]:
    """The verdict is there: a machine's greeting is put on the list of what is to be heard."""
    if not attempt.audit_file or attempt.verdict is not AmdVerdict.MACHINE:
        return []
    return [SaveAudit(attempt_id=attempt.id, file=attempt.audit_file, at=at)]
