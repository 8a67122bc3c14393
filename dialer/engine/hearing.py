"""When things happened on a line, whatever the order in which we hear of it.

Facts come by two ways (AMI, the call's script), late, doubled, or after the line's end. The ledger
must not depend on that: of two instants of one thing the earlier counts, the answer itself is known
best by the telephone network's own word, and what is heard after the end amends the attempt's row.
Called by lines.py.
"""

from dialer.domain.outcome import AmdVerdict
from dialer.engine import events
from dialer.engine.attempt import Attempt
from dialer.engine.commands import Command
from dialer.engine.floor import Floor
from dialer.engine.store_commands import AmendAttempt


def answer(attempt: Attempt, at: float, *, is_exact: bool = False) -> bool:
    """Somebody picked up. `is_exact`: the line's own word, not what merely follows from an answer.
    Whether anything is known better now."""
    before = attempt.answered_at
    if is_exact and not attempt.is_answer_exact:
        attempt.answered_at, attempt.is_answer_exact = at, True
    elif is_exact or not attempt.is_answer_exact:
        attempt.answered_at = _earlier(before, at)
    return attempt.answered_at != before


def speech(attempt: Attempt, at: float) -> None:
    """The greeting began."""
    attempt.speech_started_at = _earlier(attempt.speech_started_at, at)


def silence(attempt: Attempt, event: events.SpeechStopped) -> None:
    """The greeting was over before the silence that tells it."""
    attempt.greeting_ended_at = _earlier(attempt.greeting_ended_at, event.at - event.silence_s)


def company(attempt: Attempt, event: events.CallConnected) -> bool:
    """An agent was there. Whether anything is known better now."""
    before = attempt.connected_at
    attempt.connected_at = _earlier(before, event.at)
    if attempt.connected_at != before:
        attempt.agent_id = event.agent_id
    return attempt.connected_at != before


def afterwards(floor: Floor, event: events.LineEvent) -> list[Command]:
    """What is heard of a line that has ended."""
    attempt = floor.ended_lately.get(event.attempt_id)
    if attempt is None:
        return []
    before = _known(attempt)
    match event:
        case events.LineAnswered():
            answer(attempt, event.at, is_exact=True)
        case events.CallQueued():
            answer(attempt, event.at)
        case events.RouteAsked():
            answer(attempt, event.at)
            attempt.verdict = event.verdict
        case events.SpeechStarted():
            speech(attempt, event.at)
        case events.SpeechStopped():
            silence(attempt, event)
        case events.CallConnected():
            answer(attempt, event.at)
            company(attempt, event)
        case events.MessageStarted():
            attempt.message_started_at = _earlier(attempt.message_started_at, event.at)
    after = _known(attempt)
    return [] if after == before else [after]


def _known(attempt: Attempt) -> AmendAttempt:
    """All that the ledger asks of an attempt."""
    is_asked = attempt.verdict is not AmdVerdict.NOT_ASKED
    return AmendAttempt(
        attempt_id=attempt.id,
        answered_at=attempt.answered_at,
        speech_started_at=attempt.speech_started_at,
        greeting_ended_at=attempt.greeting_ended_at,
        connected_at=attempt.connected_at,
        message_started_at=attempt.message_started_at,
        agent_id=attempt.agent_id if attempt.connected_at is not None else None,
        amd_verdict=attempt.verdict if is_asked else None,
    )


def _earlier(known: float | None, at: float) -> float:
    return at if known is None else min(known, at)
