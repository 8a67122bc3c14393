"""Putting a person through to a third party: the shift lead, an office.

The agent chooses a destination and goes on talking while its telephone is called. When somebody
answers there, he may talk with him alone (the person hears music), put the two together, or call it
off. Put together they need him no more: he has his wrap-up and the next call, and either of them
ends both lines. The person had his agent in time, so whatever follows, nobody was abandoned.

A third line never stays without its person, and a person whose third party goes before they are
put together is back with his agent. Called by the engine, lines.py, rejoin.py, recovery.py and
deadlines.py.
"""

from math import inf

from dialer.domain.agent import AgentState
from dialer.domain.outcome import Outcome
from dialer.domain.transfer import TransferDestination, TransferOutcome
from dialer.engine import events, recording, requests
from dialer.engine.agent import Duty
from dialer.engine.attempt import HANGUP_PATIENCE_S, TALK_TIMEOUT_S, Attempt, Fact, State
from dialer.engine.commands import (
    Command,
    ConnectCall,
    ConsultThird,
    DialThird,
    HangUp,
    PutThrough,
)
from dialer.engine.floor import Floor
from dialer.engine.hold import person_of
from dialer.engine.matching import BRIDGING_TIMEOUT_S
from dialer.engine.outcomes import outcome_of
from dialer.engine.refusals import NO_TELEPHONE_NOW, NO_TRUNK_NOW, refused
from dialer.engine.roster import begin_wrap_up
from dialer.engine.third_line import (
    LEAVES_HIM_WAITING,
    PUT_TOGETHER,
    WITH_AGENT,
    Stage,
    Transfer,
)
from dialer.engine.trunk_choice import choose_trunk
from dialer.engine.trunks import TrunkState
from dialer.engine.visit import is_visit

RING_TIMEOUT_S = 30.0
RING_GRACE_S = 10.0
"""How long after that the end of the line may still be reported."""

WAITS_S = 120.0
"""How long who has answered is kept waiting for the agent's word."""

CONSULT_TIMEOUT_S = 600.0
PARTED_TIMEOUT_S = 10.0
"""How long after the two have parted the end of the person's line may still be reported."""

RETURN_AFTER_S = 0.3
"""After a third line's end, until the person is put back: what is told late is known by then (that
he parted), and the agent's leg is mostly in its place, so that the dialplan need not wait."""

_ENDS = {Outcome.BUSY: TransferOutcome.BUSY, Outcome.NO_ANSWER: TransferOutcome.NO_ANSWER}
_TRUNKS_FAULTS = (Outcome.TRUNK_FAILED, Outcome.CONGESTION)


# --- what agents wish ------------------------------------------------------------------------


def asked(floor: Floor, event: requests.TransferAsked, now: float) -> list[Command]:
    """Call the third party. Nothing changes for agent and person meanwhile."""
    duty, attempt = floor.agents.get(event.agent_id), person_of(floor, event.agent_id)
    reason = _why_not(floor, duty, attempt)
    if reason or attempt is None:
        return refused(event.agent_id, reason)
    place = floor.campaigns[attempt.campaign_id]
    its = (one for one in place.campaign.destinations if one.name == event.destination)
    destination = next(its, None)
    if destination is None:
        return refused(event.agent_id, "This campaign puts nobody through to that.")
    trunk = None if destination.is_extension else choose_trunk(floor, place, now)
    if not destination.is_extension and (
        trunk is None or place.campaign.caller_id not in trunk.trunk.caller_ids
    ):
        return refused(event.agent_id, NO_TRUNK_NOW)
    return _call(floor, attempt, destination, trunk, now)


def _why_not(floor: Floor, duty: Duty | None, attempt: Attempt | None) -> str:
    if duty is not None and duty.practice_id is not None:
        return "In a practice call nobody is put through to somebody else."
    if duty is not None and duty.state is AgentState.TALKING and is_visit(duty.attempt_id or ""):
        return "Who called us cannot be put through from here: tell him the number."
    if duty is None or attempt is None or attempt.state not in (State.TALKING, State.ON_HOLD):
        return "There is nobody to put through."
    if duty.agent.dials_in:
        return "By telephone nobody can be put through to somebody else."
    if attempt.transfer is not None and attempt.transfer.is_live():
        return "Somebody is being called for that already."
    if not floor.may_dial():
        return NO_TELEPHONE_NOW
    return ""


def _call(
    floor: Floor,
    attempt: Attempt,
    destination: TransferDestination,
    trunk: TrunkState | None,
    now: float,
) -> list[Command]:
    transfer = Transfer(
        id=floor.new_id("transfer"),
        attempt_id=attempt.id,
        destination=destination,
        trunk="" if trunk is None else trunk.trunk.name,
        asked_at=now,
        deadline=now + RING_TIMEOUT_S + RING_GRACE_S,
    )
    attempt.transfer = transfer
    floor.add_transfer(transfer)
    if trunk is not None:
        trunk.spend()
    campaign = floor.campaigns[attempt.campaign_id].campaign
    number = destination.number
    return [
        transfer.row(),
        DialThird(
            transfer_id=transfer.id,
            endpoint=number if trunk is None else trunk.trunk.endpoint,
            dial_string="" if trunk is None else trunk.trunk.dial_string(number),
            caller_id=campaign.caller_id,
            caller_name=campaign.caller_name,
            ring_timeout_s=RING_TIMEOUT_S,
        ),
    ]


def asked_consult(
    floor: Floor, event: requests.AgentAskedConsult, now: float
) -> list[Command]:
    """The agent talks with the third party alone; the person hears music meanwhile."""
    duty, attempt = floor.agents.get(event.agent_id), person_of(floor, event.agent_id)
    transfer = _answered_one(attempt, (Stage.ANSWERED,))
    if duty is None or attempt is None or transfer is None:
        return refused(event.agent_id, "Nobody waits there to talk with you.")
    transfer.stage, transfer.deadline = Stage.CONSULTING, now + CONSULT_TIMEOUT_S
    return [
        ConsultThird(
            transfer_id=transfer.id,
            third_channel=transfer.channel,
            agent_channel=duty.channel,
            attempt_id=attempt.id,
            channel=attempt.channel,
        )
    ]


def asked_put_through(
    floor: Floor, event: requests.AgentAskedPutThrough, now: float
) -> list[Command]:
    """Put person and third party together. The agent is free when they are."""
    attempt = person_of(floor, event.agent_id)
    transfer = _answered_one(attempt, (Stage.ANSWERED, Stage.CONSULTING))
    if attempt is None or transfer is None:
        return refused(event.agent_id, "Nobody waits there to be put through to.")
    transfer.stage, transfer.deadline = Stage.GOING, now + BRIDGING_TIMEOUT_S
    return [
        PutThrough(
            attempt_id=attempt.id, channel=attempt.channel, third_channel=transfer.channel
        )
    ]


def cancelled(
    floor: Floor, event: requests.AgentCancelledTransfer, now: float
) -> list[Command]:
    """The third line ends, and the agent is with the person."""
    attempt = person_of(floor, event.agent_id)
    transfer = _answered_one(attempt, WITH_AGENT)
    if attempt is None or transfer is None:
        return refused(event.agent_id, "There is nothing to call off.")
    transfer.brings_back = True
    return call_off(attempt, TransferOutcome.CANCELLED, now)


def _answered_one(
    attempt: Attempt | None, stages: frozenset[Stage] | tuple[Stage, ...]
) -> Transfer | None:
    transfer = None if attempt is None else attempt.transfer
    return transfer if transfer is not None and transfer.stage in stages else None


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
    return [transfer.row()]


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
