"""Recording a conversation: asked for when both hear each other, begun after its announcement.

    asked for -> announcing -> announced -> recording -> over
         `---- no announcement is needed ----^

A conversation that was broken off and goes on (rejoin.py) is asked for anew: it has a further
recording, with an announcement of its own, for the person had been left alone meanwhile. It waits
until what recorded before is known to be gone, so that no fact of the one is taken for the other's.

Whatever goes wrong on that way ends in no recording: a state that is not known needs the
announcement, without words for it nothing is asked for, and a recording that begins before its
announcement has ended is stopped. An engine that starts again remembers none of it, so what an
earlier one had recorded is ended there.
"""

from dialer.compliance.recording import RecordingLeave, recording_leave
from dialer.domain.wording import version_of
from dialer.engine import events
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt, Recording, State
from dialer.engine.commands import Command, StartRecording, StopRecording
from dialer.engine.floor import Floor
from dialer.engine.store_commands import SaveRecording

RECORDER_PREFIX = "rec-"
"""Of the id of the channel that records; the rest is the attempt's id and, of a further recording,
a dot and its number."""

LISTENER_SUFFIX = "-listens"
"""Of the id of its other half."""


def begin(floor: Floor, attempt: Attempt, duty: Duty) -> list[Command]:
    """Person and agent hear each other: record them, if the campaign wants that and may."""
    return _ask(floor, attempt, duty, 1) if attempt.recording is None else []


def begin_again(floor: Floor, attempt: Attempt, duty: Duty) -> list[Command]:
    """They hear each other again: record them if that was asked for before and has ended. What was
    not broken off goes on."""
    before = attempt.recording
    if before is None or before.ended_at is None or not before.is_gone:
        return []
    return _ask(floor, attempt, duty, before.number + 1)


def _ask(floor: Floor, attempt: Attempt, duty: Duty, number: int) -> list[Command]:
    campaign = floor.campaigns[attempt.campaign_id].campaign
    if not campaign.records_calls:
        return []
    leave = recording_leave(attempt.lead.number.states, duty.agent.us_state)
    is_announced = leave is not RecordingLeave.NONE_NEEDED
    if is_announced and not campaign.announcement_text:
        return []
    version = version_of(campaign.announcement_text) if is_announced else ""
    file = f"{attempt.id}.wav" if number == 1 else f"{attempt.id}-{number}.wav"
    attempt.recording = Recording(
        file=file, leave=leave, announcement_version=version, number=number
    )
    return [
        StartRecording(
            attempt_id=attempt.id, file=file, announcement_version=version, number=number
        )
    ]


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
    is_over = recording is not None and recording.ended_at is not None
    if attempt is None or recording is None or is_over or not recording.may_run():
        number = 1 if recording is None else recording.number
        return [StopRecording(attempt_id=event.attempt_id, number=number)]
    recording.started_at = event.at
    return [_row(attempt, recording)]


def ended(floor: Floor, event: events.RecordingEnded, _now: float) -> list[Command]:
    """Its channel is gone, whether we ended it or not."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None or attempt.recording is None:
        return []
    recording = attempt.recording
    recording.is_gone = True
    if recording.is_running():
        recording.ended_at = event.at
        return [_row(attempt, recording)]
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or attempt.state is not State.TALKING:
        return []
    return begin_again(floor, attempt, duty)  # the two were together again before it was gone


def stop(attempt: Attempt, at: float) -> list[Command]:
    """The conversation is over: so are its announcement and its recording."""
    recording = attempt.recording
    if recording is None or recording.ended_at is not None:
        return []
    was_running = recording.is_running()
    recording.ended_at = at
    stopped: list[Command] = [StopRecording(attempt_id=attempt.id, number=recording.number)]
    return [*stopped, _row(attempt, recording)] if was_running else stopped


def running_legs(floor: Floor) -> set[str]:
    """After a lost link: the channels of recordings that are known to be lawful."""
    near = {
        recorder_id(attempt.id, attempt.recording.number)
        for attempt in floor.attempts.values()
        if attempt.recording is not None and attempt.recording.is_running()
    }
    return near | {leg + LISTENER_SUFFIX for leg in near}


def recorder_id(attempt_id: str, number: int) -> str:
    """The id of the channel of an attempt's first, second ... recording, as agi/names.py has it."""
    return f"{RECORDER_PREFIX}{attempt_id}" + (f".{number}" if number > 1 else "")


def _row(attempt: Attempt, recording: Recording) -> SaveRecording:
    assert recording.started_at is not None
    return SaveRecording(
        attempt_id=attempt.id,
        file=recording.file,
        leave=recording.leave.value,
        announcement_version=recording.announcement_version,
        announced_from=recording.announced_from,
        announced_to=recording.announced_to,
        started_at=recording.started_at,
        ended_at=recording.ended_at,
    )
