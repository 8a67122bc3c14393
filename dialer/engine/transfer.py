"""Putting a person through to a third party: the shift lead, an office.

The agent chooses a destination and goes on talking while its telephone is called. When somebody
answers there, he may talk with him alone (the person hears music), put the two together, or call it
off. Put together they need him no more: he has his wrap-up and the next call, and either of them
ends both lines. The person had his agent in time, so whatever follows, nobody was abandoned. For
an agent who dialed in the two are put together as soon as somebody answers: nobody speaks into his
conversation to tell him.

A third line never stays without its person, and a person whose third party goes before they are
put together is back with his agent. What agents wish is in transfer_wishes.py. Called by the
engine, lines.py, rejoin.py, recovery.py and deadlines.py.
"""

from math import inf

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Outcome
from dialer.domain.transfer import TransferOutcome
from dialer.engine import events, recording
from dialer.engine.attempt import HANGUP_PATIENCE_S, TALK_TIMEOUT_S, Attempt, Fact, State
from dialer.engine.commands import (
    Command,
    ConnectCall,
    HangUp,
    PutThrough,
)
from dialer.engine.floor import Floor
from dialer.engine.hold import person_of
from dialer.engine.matching import BRIDGING_TIMEOUT_S
from dialer.engine.outcomes import outcome_of
from dialer.engine.roster import begin_wrap_up
from dialer.engine.third_line import (
    LEAVES_HIM_WAITING,
    PUT_TOGETHER,
    WITH_AGENT,
    Stage,
    Transfer,
)

RING_TIMEOUT_S = 30.0
RING_GRACE_S = 10.0
"""How long after that the end of the line may still be reported."""

WAITS_S = 120.0
"""How long who has answered is kept waiting for the agent's word."""

PARTED_TIMEOUT_S = 10.0
"""How long after the two have parted the end of the person's line may still be reported."""

RETURN_AFTER_S = 0.3
"""After a third line's end, until the person is put back: what is told late is known by then (that
he parted), and the agent's leg is mostly in its place, so that the dialplan need not wait."""

_ENDS = {Outcome.BUSY: TransferOutcome.BUSY, Outcome.NO_ANSWER: TransferOutcome.NO_ANSWER}
_TRUNKS_FAULTS = (Outcome.TRUNK_FAILED, Outcome.CONGESTION)


# --- what happens on the third line ----------------------------------------------------------


def answered(floor: Floor, event: events.ThirdAnswered, now: float) -> list[Command]:
    """Somebody picked up there. He waits for the agent's word."""
    transfer = floor.transfers.get(event.transfer_id)
    if transfer is None or transfer.stage is not Stage.CALLING:
        return []
    trunk = floor.trunks.get(transfer.trunk)
    if trunk is not None:
        trunk.worked()
    transfer.stage, transfer.channel = Stage.ANSWERED, event.channel
    transfer.answered_at, transfer.deadline = event.at, now + WAITS_S
    attempt = floor.attempts.get(transfer.attempt_id)
    if attempt is None or not _dialed_in(floor, attempt):
        return [transfer.row()]
    return [transfer.row(), *put_together(attempt, transfer, now)]


def _dialed_in(floor: Floor, attempt: Attempt) -> bool:
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or not duty.agent.dials_in:
        return False
    return person_of(floor, duty.agent.id) is attempt and attempt.state is State.TALKING


def put_together(attempt: Attempt, transfer: Transfer, now: float) -> list[Command]:
    """Person and third party are brought together. The agent is free when they are."""
    transfer.stage, transfer.deadline = Stage.GOING, now + BRIDGING_TIMEOUT_S
    return [
        PutThrough(
            attempt_id=attempt.id, channel=attempt.channel, third_channel=transfer.channel
        )
    ]


def joined(floor: Floor, event: events.ThirdJoined, now: float) -> list[Command]:
    """Person and third party hear each other: the agent's part is over."""
    transfer = floor.transfers.get(event.transfer_id)
    attempt = None if transfer is None else floor.attempts.get(transfer.attempt_id)
    if transfer is None or attempt is None or transfer.through_at is not None:
        return []
    transfer.stage, transfer.deadline = Stage.THROUGH, inf
    transfer.through_at, transfer.outcome = event.at, TransferOutcome.PUT_THROUGH
    attempt.take(Fact.PUT_THROUGH)
    attempt.parted_at, attempt.deadline = event.at, now + TALK_TIMEOUT_S
    begin_wrap_up(floor, attempt, now)
    return [*recording.stop(attempt, event.at), transfer.row()]


def ended(floor: Floor, event: events.ThirdEnded, now: float) -> list[Command]:
    """The third line is gone, or never came up."""
    transfer = floor.transfers.get(event.transfer_id)
    if transfer is None:
        return []
    outcome = TransferOutcome.THIRD_LEFT
    if transfer.answered_at is None:
        end = outcome_of(event.cause, event.sip_status)
        trunk = floor.trunks.get(transfer.trunk)
        if trunk is not None and end in _TRUNKS_FAULTS:
            trunk.failed(now, is_certain=False)
        outcome = _ENDS.get(end, TransferOutcome.FAILED)
    return _over(floor, transfer, outcome, event.at, now)


def _over(
    floor: Floor, transfer: Transfer, outcome: TransferOutcome, at: float, now: float
) -> list[Command]:
    """Its channel is no more."""
    stage, attempt = transfer.stage, floor.attempts.get(transfer.attempt_id)
    commands: list[Command] = [transfer.end(outcome, at)] if transfer.is_live() else []
    transfer.brings_back = transfer.brings_back or stage in LEAVES_HIM_WAITING
    if transfer.brings_back and attempt is not None:
        transfer.deadline = now + RETURN_AFTER_S
        return commands
    floor.forget_transfer(transfer)
    if stage is Stage.THROUGH and attempt is not None:
        commands += _end_person(attempt, now)
    return commands


# --- the ends that others bring about --------------------------------------------------------


def call_off(attempt: Attempt, outcome: TransferOutcome, now: float) -> list[Command]:
    """Whatever is under way for this person ends, with its line."""
    transfer = attempt.transfer
    if transfer is None or not transfer.is_live():
        return []
    row = transfer.end(outcome, now)
    transfer.deadline = now + HANGUP_PATIENCE_S
    return [HangUp(attempt_id=transfer.id, channel=transfer.channel), row]


def agent_left(attempt: Attempt, now: float) -> list[Command]:
    """The agent's leg is gone: what he has not put together does not come about."""
    is_his = attempt.transfer is not None and attempt.transfer.stage in WITH_AGENT
    return call_off(attempt, TransferOutcome.AGENT_LEFT, now) if is_his else []


def needs_no_agent(attempt: Attempt) -> bool:
    """Whether person and third party are, or are being, put together."""
    return attempt.transfer is not None and attempt.transfer.stage in PUT_TOGETHER


def takes_parting(attempt: Attempt, event: events.CallParted, now: float) -> bool:
    """Whether the person parts for the sake of a transfer, or from his third party: his talk with
    his agent does not end thereby."""
    transfer = attempt.transfer
    if transfer is None:
        return False
    if transfer.stage in LEAVES_HIM_WAITING:
        attempt.take(Fact.PUT_ON_HOLD)
        return True
    if attempt.state is not State.THROUGH:
        return False
    if transfer.through_at is not None and event.at > transfer.through_at:
        attempt.deadline = min(attempt.deadline, now + PARTED_TIMEOUT_S)
    return True


def overdue(floor: Floor, transfer: Transfer, now: float) -> list[Command]:
    """Nothing was heard for too long."""
    attempt = floor.attempts.get(transfer.attempt_id)
    if not floor.is_link_up:
        return []  # what is up is believed when it is back
    if transfer.stage is Stage.OVER:
        floor.forget_transfer(transfer)
    if attempt is None:
        return []
    if transfer.stage is Stage.OVER:
        return _back_to_agent(floor, attempt, now) if transfer.brings_back else []
    by_stage = {
        Stage.CALLING: TransferOutcome.NO_ANSWER,
        Stage.GOING: TransferOutcome.FAILED,
    }
    outcome = by_stage.get(transfer.stage, TransferOutcome.CANCELLED)
    transfer.brings_back = transfer.stage is Stage.CONSULTING
    # He leaves the third line before it ends, should the two be together after all.
    back = _back_to_agent(floor, attempt, now) if transfer.stage is Stage.GOING else []
    return [*back, *call_off(attempt, outcome, now)]


def _back_to_agent(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """The person's wait is over; without his agent his line is."""
    if attempt.state is not State.ON_HOLD or attempt.is_hanging_up:
        return []
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if duty is None or duty.attempt_id != attempt.id or duty.state is not AgentState.TALKING:
        return _end_person(attempt, now)
    return [
        ConnectCall(
            attempt_id=attempt.id, channel=attempt.channel, agent_channel=duty.channel
        )
    ]


def _end_person(attempt: Attempt, now: float) -> list[Command]:
    if attempt.is_hanging_up:
        return []
    attempt.is_hanging_up = True
    attempt.deadline = min(attempt.deadline, now + HANGUP_PATIENCE_S)
    return [HangUp(attempt_id=attempt.id, channel=attempt.channel)]


# --- after a gap -----------------------------------------------------------------------------


def restored(floor: Floor, left: events.OpenTransfer, now: float) -> None:
    """Remember a transfer that an earlier engine began."""
    stage = Stage.CALLING if left.answered_at is None else Stage.ANSWERED
    stage = Stage.THROUGH if left.through_at is not None else stage
    transfer = Transfer(
        id=left.transfer_id,
        attempt_id=left.attempt_id,
        destination=left.destination,
        trunk=left.trunk,
        asked_at=left.asked_at,
        deadline=inf if stage is Stage.THROUGH else now + WAITS_S,
        stage=stage,
        answered_at=left.answered_at,
        through_at=left.through_at,
        outcome=None if left.through_at is None else TransferOutcome.PUT_THROUGH,
    )
    floor.add_transfer(transfer)
    attempt = floor.attempts.get(left.attempt_id)
    if attempt is not None:
        attempt.transfer = transfer
    if attempt is not None and stage is Stage.THROUGH:
        attempt.take(Fact.PUT_THROUGH)
        attempt.parted_at = left.through_at


def adopted(
    floor: Floor, transfer: Transfer, legs: dict[str, events.LegSeen], now: float
) -> list[Command]:
    """Believe what is up: no third line stays without its person, and the reverse."""
    leg, person = legs.get(transfer.id), legs.get(transfer.attempt_id)
    attempt = floor.attempts.get(transfer.attempt_id)
    if leg is None:
        return _over(floor, transfer, TransferOutcome.LOST, now, now)
    transfer.channel = leg.channel
    if attempt is None or person is None or transfer.stage is Stage.OVER:
        row = [transfer.end(TransferOutcome.LOST, now)] if transfer.is_live() else []
        transfer.deadline = now + HANGUP_PATIENCE_S
        return [*row, HangUp(attempt_id=transfer.id, channel=leg.channel)]
    if leg.bridge_id and leg.bridge_id == person.bridge_id:
        return joined(floor, events.ThirdJoined(at=now, transfer_id=transfer.id), now)
    if transfer.stage is Stage.THROUGH:
        return [*call_off(attempt, TransferOutcome.LOST, now), *_end_person(attempt, now)]
    if transfer.stage is Stage.CALLING and leg.is_up:
        it = events.ThirdAnswered(at=now, transfer_id=transfer.id, channel=leg.channel)
        return answered(floor, it, now)
    if transfer.stage is Stage.GOING:
        transfer.stage, transfer.deadline = Stage.ANSWERED, now + WAITS_S
    return []
