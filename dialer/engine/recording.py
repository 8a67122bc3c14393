"""Recording a conversation: asked for when both hear each other, begun after its announcement.

    asked for -> announcing -> announced -> recording -> over
         `---- no announcement is needed ----^

Whatever goes wrong on that way ends in no recording: a state that is not known needs the
announcement, without words for it nothing is asked for, and a recording that begins before its
announcement has ended is stopped. An engine that starts again remembers none of it, so what an
earlier one had recorded is ended there.
"""

from dialer.compliance.recording import RecordingLeave, recording_leave
from dialer.domain.wording import version_of
from dialer.engine import events
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt, Recording
from dialer.engine.commands import Command, StartRecording, StopRecording
from dialer.engine.floor import Floor
from dialer.engine.store_commands import SaveRecording

RECORDER_PREFIX = "rec-"
"""Of the id of the channel that records; the rest is the attempt's id."""

LISTENER_SUFFIX = "-listens"
"""Of the id of its other half."""


def begin(floor: Floor, attempt: Attempt, duty: Duty) -> list[Command]:
    """Person and agent hear each other: record them, if the campaign wants that and may."""
    campaign = floor.campaigns[attempt.campaign_id].campaign
    if not campaign.records_calls or attempt.recording is not None:
        return []
    leave = recording_leave(attempt.lead.number.states, duty.agent.us_state)
    is_announced = leave is not RecordingLeave.NONE_NEEDED
    if is_announced and not campaign.announcement_text:
        return []
    version = version_of(campaign.announcement_text) if is_announced else ""
    attempt.recording = Recording(leave=leave, announcement_version=version)
    return [
        StartRecording(
            attempt_id=attempt.id, file=file_of(attempt), announcement_version=version
        )
    ]


def file_of(attempt: Attempt) -> str:
    """The name of its sound file."""
    return f"{attempt.id}.wav"


def announcement_began(
    floor: Floor, event: events.AnnouncementBegan, _now: float
) -> list[Command]:
    """Both hear that the call will be recorded."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.recording is not None:
        attempt.recording.announced_from = event.at
    return []


def announcement_ended(
    floor: Floor, event: events.AnnouncementEnded, _now: float
) -> list[Command]:
    """It was played to its end."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.recording is not None:
        attempt.recording.announced_to = event.at
    return []


def began(floor: Floor, event: events.RecordingBegan, _now: float) -> list[Command]:
    """From now on every word is kept."""
    attempt = floor.attempts.get(event.attempt_id)
    recording = attempt.recording if attempt is not None else None
    if attempt is None or recording is None or not recording.may_run():
        return [StopRecording(attempt_id=event.attempt_id)]
    recording.started_at = event.at
    return [_row(attempt, recording)]


def ended(floor: Floor, event: events.RecordingEnded, _now: float) -> list[Command]:
    """Its channel is gone, whether we ended it or not."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None or attempt.recording is None or not attempt.recording.is_running():
        return []
    attempt.recording.ended_at = event.at
    return [_row(attempt, attempt.recording)]


def stop(attempt: Attempt, at: float) -> list[Command]:
    """The conversation is over: so are its announcement and its recording."""
    recording = attempt.recording
    if recording is None or recording.ended_at is not None:
        return []
    was_running = recording.is_running()
    recording.ended_at = at
    stopped: list[Command] = [StopRecording(attempt_id=attempt.id)]
    return [*stopped, _row(attempt, recording)] if was_running else stopped


def running_legs(floor: Floor) -> set[str]:
    """After a lost link: the channels of recordings that are known to be lawful."""
    its = [
        attempt.id
        for attempt in floor.attempts.values()
        if attempt.recording is not None and attempt.recording.is_running()
    ]
    near = {f"{RECORDER_PREFIX}{attempt_id}" for attempt_id in its}
    return near | {leg + LISTENER_SUFFIX for leg in near}


def _row(attempt: Attempt, recording: Recording) -> SaveRecording:
    assert recording.started_at is not None
    return SaveRecording(
        attempt_id=attempt.id,
        file=file_of(attempt),
        leave=recording.leave.value,
        announcement_version=recording.announcement_version,
        announced_from=recording.announced_from,
        announced_to=recording.announced_to,
        started_at=recording.started_at,
        ended_at=recording.ended_at,
    )
