"""What the engine does when something happens on a called person's line."""

from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.domain.transfer import TransferOutcome
from dialer.domain.value import maker
from dialer.engine import (
    audit,
    events,
    hearing,
    lessons,
    recording,
    rejoin,
    transfer,
    visits,
    voicemail,
)
from dialer.engine.attempt import TALK_TIMEOUT_S, Attempt, Fact, State
from dialer.engine.commands import Command, Destination, RouteCall
from dialer.engine.floor import Floor
from dialer.engine.followup import after_outcome, after_result
from dialer.engine.matching import SCREENED_OUT_TIMEOUT_S, route
from dialer.engine.roster import begin_wrap_up, connect, release
from dialer.engine.store_commands import AddDoNotCall, SaveProgress, UpdateLead

make_progress = maker(SaveProgress)

ANSWERED_TIMEOUT_S = 12.0
"""Detection may take 5 s (amd.conf) and the script a moment; then the call must be routed."""

MESSAGE_TIMEOUT_S = 90.0
PARTED_TIMEOUT_S = 10.0


def rang(floor: Floor, event: events.LineRang, now: float) -> list[Command]:
    """The far end rings: the trunk works."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return []
    if attempt.rang_at is None:
        attempt.rang_at, attempt.ringing_heard_at = event.at, now
        _trunk_worked(floor, attempt)
    attempt.take(Fact.RANG)
    return []


def answered(floor: Floor, event: events.LineAnswered, now: float) -> list[Command]:
    """Somebody or something picked up."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return hearing.afterwards(floor, event)
    attempt.channel = event.channel
    return _note_answer(floor, attempt, event.at, now, is_exact=True)


def _note_answer(
    floor: Floor, attempt: Attempt, at: float, now: float, *, is_exact: bool = False
) -> list[Command]:
    is_news = attempt.answered_at is None
    if not hearing.answer(attempt, at, is_exact=is_exact):
        return []
    if not is_news:
        _set_clock(attempt)
        return [make_progress(attempt_id=attempt.id, answered_at=attempt.answered_at)]
    if attempt.is_hanging_up:  # too late for us: he is served unless the hang-up takes effect
        attempt.is_hanging_up, attempt.was_crossed = False, True
    _trunk_worked(floor, attempt)
    if attempt.take(Fact.ANSWERED):
        attempt.deadline = now + ANSWERED_TIMEOUT_S
    return [make_progress(attempt_id=attempt.id, answered_at=at)]


def _set_clock(attempt: Attempt) -> None:
    """The legal clock of somebody who waits is known better now."""
    if attempt.state is State.WAITING:
        attempt.deadline = attempt.must_be_connected_by()


def speech_started(floor: Floor, event: events.SpeechStarted, _now: float) -> list[Command]:
    """The greeting begins."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return hearing.afterwards(floor, event)
    hearing.speech(attempt, event.at)
    return []


def speech_stopped(floor: Floor, event: events.SpeechStopped, _now: float) -> list[Command]:
    """The greeting is over: the legal clock runs from its end."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return hearing.afterwards(floor, event)
    hearing.silence(attempt, event)
    _set_clock(attempt)
    return []


def route_asked(floor: Floor, event: events.RouteAsked, now: float) -> list[Command]:
    """The answered call's script asks where to go."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        # An earlier engine dialed it and we have not read its rows yet: never silence.
        answer = RouteCall(request_id=event.request_id, destination=Destination.QUEUE)
        return [*hearing.afterwards(floor, event), answer]
    attempt.channel = event.channel or attempt.channel
    commands = _note_answer(floor, attempt, event.at, now)
    attempt.verdict, attempt.amd_cause = event.verdict, event.amd_cause
    lessons.wants_agent(floor, attempt, event.at)
    if event.verdict is AmdVerdict.MACHINE:
        commands += audit.heard(attempt, event.at)
        attempt.take(Fact.SCREENED_OUT)
        attempt.deadline = now + SCREENED_OUT_TIMEOUT_S
        commands += release(floor, attempt, now)
        attempt.agent_id = None
        answer = RouteCall(request_id=event.request_id, destination=Destination.MACHINE)
        return [*commands, answer]
    return commands + route(floor, attempt, event.request_id, now)


def queued(floor: Floor, event: events.CallQueued, now: float) -> list[Command]:
    """The person stands in the queue (also when the dialplan decided so by itself)."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return hearing.afterwards(floor, event)
    commands = _note_answer(floor, attempt, event.at, now)
    if attempt.take(Fact.SENT_TO_QUEUE):
        attempt.deadline = attempt.must_be_connected_by()
    return commands


def unqueued(_floor: Floor, _event: events.CallUnqueued, _now: float) -> list[Command]:
    """The person left the queue; what follows is told by its own event."""
    return []


def connected(floor: Floor, event: events.CallConnected, now: float) -> list[Command]:
    """Person and agent hear each other."""
    attempt = floor.attempts.get(event.attempt_id)
    duty = floor.agents.get(event.agent_id)
    if attempt is None:
        return hearing.afterwards(floor, event)
    if duty is None:
        return []
    commands = _note_answer(floor, attempt, event.at, now)
    if rejoin.is_together_again(attempt, duty):
        attempt.deadline = now + TALK_TIMEOUT_S
        return commands + rejoin.together_again(floor, attempt, duty, now)
    if attempt.connected_at is not None:
        return commands + _connected_earlier(attempt, event)
    if attempt.agent_id is not None and attempt.agent_id != event.agent_id:
        commands += release(floor, attempt, now)
    hearing.company(attempt, event)
    attempt.agent_id = event.agent_id
    lessons.connected(floor, attempt)
    attempt.take(Fact.CONNECTED)
    attempt.deadline = now + TALK_TIMEOUT_S
    commands += connect(floor, duty, attempt, now)
    commands += recording.begin(floor, attempt, duty)
    return [
        *commands,
        make_progress(
            attempt_id=attempt.id,
            speech_started_at=attempt.speech_started_at,
            greeting_ended_at=attempt.greeting_ended_at,
            connected_at=event.at,
            agent_id=event.agent_id,
        ),
    ]


def bridged_alone(floor: Floor, event: events.CallBridgedAlone, _now: float) -> list[Command]:
    """The dialplan notes when; with whom is seen on the bridge itself."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None:
        attempt.bridged_alone_at = event.at
    return []


def _connected_earlier(attempt: Attempt, event: events.CallConnected) -> list[Command]:
    """Doubled, or later than word of another meeting: the first counts, whoever it was with."""
    assert attempt.connected_at is not None
    if event.at >= attempt.connected_at:
        return []
    attempt.connected_at = event.at
    return [make_progress(attempt_id=attempt.id, connected_at=event.at)]


def parted(floor: Floor, event: events.CallParted, now: float) -> list[Command]:
    """The conversation is over."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.state is State.VOICEMAIL:
        return voicemail.parted(floor, attempt, event.at, now)
    if attempt is None or transfer.takes_parting(attempt, event, now):
        return []
    if not attempt.take(Fact.PARTED):
        return []
    attempt.parted_at = event.at
    attempt.deadline = now + PARTED_TIMEOUT_S
    begin_wrap_up(floor, attempt, now)
    return recording.stop(attempt, event.at)


def message_started(floor: Floor, event: events.MessageStarted, now: float) -> list[Command]:
    """The safe-harbor message plays, or the voicemail."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return hearing.afterwards(floor, event)
    attempt.is_message_awaited = False
    if attempt.message_started_at is None:
        attempt.message_started_at = event.at
        attempt.take(Fact.MESSAGE_STARTED)
        attempt.deadline = now + MESSAGE_TIMEOUT_S
    return []


def message_finished(floor: Floor, event: events.MessageFinished, _now: float) -> list[Command]:
    """The safe-harbor message, or the voicemail, was played to its end."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None:
        attempt.message_finished_at = event.at
    return []


def opted_out(floor: Floor, event: events.OptOutPressed, now: float) -> list[Command]:
    """The person wants no more calls: on the list before he hears that he is."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return visits.opted_out(floor, event, now)
    attempt.disposition = Disposition.DO_NOT_CALL
    e164 = attempt.lead.e164
    floor.do_not_call.add(e164)
    return [AddDoNotCall(e164=e164, reason="opt-out key", at=event.at, attempt_id=attempt.id)]


def ended(floor: Floor, event: events.LineEnded, now: float) -> list[Command]:
    """The line is gone: write how the attempt ended, and what follows."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return []
    outcome = attempt.outcome(event.at, event.cause, event.sip_status)
    outcome = _blame_trunk(floor, attempt, outcome, now)
    return close(floor, attempt, outcome, event.at, now, event.cause, event.sip_status)


def refused(floor: Floor, event: events.OriginateRefused, now: float) -> list[Command]:
    """No channel could even be made: our trunk's configuration, not the lead."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return []
    trunk = floor.trunks.get(attempt.trunk)
    if trunk is not None:
        trunk.failed(now, is_certain=True)
    return close(floor, attempt, Outcome.TRUNK_FAILED, event.at, now)


def unsent(floor: Floor, event: events.OriginateUnsent, now: float) -> list[Command]:
    """The wish to dial never left the daemon."""
    attempt = floor.attempts.get(event.attempt_id)
    return close(floor, attempt, Outcome.NOT_PLACED, event.at, now) if attempt else []


def close(
    floor: Floor,
    attempt: Attempt,
    outcome: Outcome,
    at: float,
    now: float,
    cause: int | None = None,
    sip_status: int | None = None,
) -> list[Command]:
    """End an attempt, free its agent, and say what becomes of its lead."""
    commands = recording.stop(attempt, at) + voicemail.line_over(attempt, now)
    commands += transfer.call_off(attempt, TransferOutcome.PERSON_LEFT, now)
    if attempt.connected_at is not None and attempt.parted_at is None:
        attempt.parted_at = at
        begin_wrap_up(floor, attempt, now)
    elif attempt.state is State.KEPT:
        commands += rejoin.person_gone(floor, attempt, now)
    else:
        commands += release(floor, attempt, now)
    floor.forget_attempt(attempt)
    lessons.line_over(floor, attempt, outcome, at)
    commands.append(attempt.closing(outcome, at, cause, sip_status))
    update = _followup(floor, attempt, outcome, now)
    if update is not None:
        commands.append(floor.campaigns[attempt.campaign_id].ordering.placed(update, attempt.lead))
    return commands


def _followup(floor: Floor, attempt: Attempt, outcome: Outcome, now: float) -> UpdateLead | None:
    """The lead's next step; none yet while an agent is still to give a result."""
    lead, rules = attempt.lead, floor.campaigns[attempt.campaign_id].campaign.recycle
    if attempt.disposition is not None:
        wish = attempt.wanted_language
        return after_result(lead, rules, attempt.disposition, attempt.callback_at, now, wish)
    if outcome is Outcome.TALKED:
        duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
        if duty is not None and duty.attempt_id == attempt.id:
            return None
        return after_result(lead, rules, Disposition.NO_RESULT, None, now)
    return after_outcome(lead, rules, outcome, now)


def _trunk_worked(floor: Floor, attempt: Attempt) -> None:
    trunk = floor.trunks.get(attempt.trunk)
    if trunk is not None:
        trunk.worked()


def _blame_trunk(floor: Floor, attempt: Attempt, outcome: Outcome, now: float) -> Outcome:
    """Note the trunk's fault; a line that showed no life until our timeout is one too."""
    trunk = floor.trunks.get(attempt.trunk)
    if trunk is None or attempt.rang_at is not None or attempt.answered_at is not None:
        return outcome
    if outcome is Outcome.NO_ANSWER:
        was_silent = now - attempt.dialed_at >= 1.0  # a real 480 comes back at once
        outcome = Outcome.TRUNK_FAILED if was_silent and not attempt.is_hanging_up else outcome
    # A trunk may itself answer 503 to everything; one 503 among numbers that ring is not that.
    if outcome in (Outcome.TRUNK_FAILED, Outcome.CONGESTION):
        trunk.failed(now, is_certain=False)
    else:
        trunk.worked()
    return outcome
