"""When the safe-harbor message cannot be played: no line without an agent reserved, until mended.

A message may fail in three ways: its file is not there (whoever looks after files says so), the
dialplan cannot play it, or it was ordered and never began. The campaign then goes on as one that
has no message. It is mended by a file that is there again, or by other words.
"""

from dialer.engine import events, voicemail
from dialer.engine.attempt import State
from dialer.engine.commands import Command
from dialer.engine.floor import Floor


def message_failed(floor: Floor, event: events.MessageFailed, now: float) -> list[Command]:
    """The dialplan was to play it and could not."""
    attempt = floor.attempts.get(event.attempt_id) or floor.ended_lately.get(event.attempt_id)
    if attempt is not None and attempt.state is State.VOICEMAIL:
        return voicemail.failed(floor, attempt, now)
    if attempt is not None:
        floor.fail_message(attempt.campaign_id)
    return []


def message_lost(floor: Floor, event: events.MessageLost, _now: float) -> list[Command]:
    """The file is not there."""
    floor.lose_message(event.campaign_id)
    return []


def message_mended(floor: Floor, event: events.MessageMended, _now: float) -> list[Command]:
    """The file is there again, or another one."""
    floor.mend_message(event.campaign_id)
    return []
