"""What agents wish of a transfer: a third party called, talked with alone, put together with the
person, or called off. What becomes of the third line is transfer.py's. Called by the engine.
"""

from dialer.domain.agent import AgentState
from dialer.domain.transfer import TransferDestination, TransferOutcome
from dialer.engine import requests, transfer
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt, State
from dialer.engine.commands import Command, ConsultThird, DialThird
from dialer.engine.floor import Floor
from dialer.engine.hold import person_of
from dialer.engine.refusals import NO_TELEPHONE_NOW, NO_TRUNK_NOW, refused
from dialer.engine.third_line import WITH_AGENT, Stage, Transfer
from dialer.engine.trunk_choice import choose_trunk
from dialer.engine.trunks import TrunkState
from dialer.engine.visit import is_visit

CONSULT_TIMEOUT_S = 600.0


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
    its = Transfer(
        id=floor.new_id("transfer"),
        attempt_id=attempt.id,
        destination=destination,
        trunk="" if trunk is None else trunk.trunk.name,
        asked_at=now,
        deadline=now + transfer.RING_TIMEOUT_S + transfer.RING_GRACE_S,
    )
    attempt.transfer = its
    floor.add_transfer(its)
    if trunk is not None:
        trunk.spend()
    campaign = floor.campaigns[attempt.campaign_id].campaign
    number = destination.number
    return [
        its.row(),
        DialThird(
            transfer_id=its.id,
            endpoint=number if trunk is None else trunk.trunk.endpoint,
            dial_string="" if trunk is None else trunk.trunk.dial_string(number),
            caller_id=campaign.caller_id,
            caller_name=campaign.caller_name,
            ring_timeout_s=transfer.RING_TIMEOUT_S,
        ),
    ]


def asked_consult(
    floor: Floor, event: requests.AgentAskedConsult, now: float
) -> list[Command]:
    """The agent talks with the third party alone; the person hears music meanwhile."""
    duty, attempt = floor.agents.get(event.agent_id), person_of(floor, event.agent_id)
    its = _answered_one(attempt, (Stage.ANSWERED,))
    if duty is None or attempt is None or its is None:
        return refused(event.agent_id, "Nobody waits there to talk with you.")
    if duty.agent.dials_in:
        return refused(event.agent_id, "By telephone nobody is talked with alone first.")
    its.stage, its.deadline = Stage.CONSULTING, now + CONSULT_TIMEOUT_S
    return [
        ConsultThird(
            transfer_id=its.id,
            third_channel=its.channel,
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
    its = _answered_one(attempt, (Stage.ANSWERED, Stage.CONSULTING))
    if attempt is None or its is None:
        return refused(event.agent_id, "Nobody waits there to be put through to.")
    return transfer.put_together(attempt, its, now)


def cancelled(
    floor: Floor, event: requests.AgentCancelledTransfer, now: float
) -> list[Command]:
    """The third line ends, and the agent is with the person."""
    attempt = person_of(floor, event.agent_id)
    its = _answered_one(attempt, WITH_AGENT)
    if attempt is None or its is None:
        return refused(event.agent_id, "There is nothing to call off.")
    its.brings_back = True
    return transfer.call_off(attempt, TransferOutcome.CANCELLED, now)


def _answered_one(
    attempt: Attempt | None, stages: frozenset[Stage] | tuple[Stage, ...]
) -> Transfer | None:
    its = None if attempt is None else attempt.transfer
    return its if its is not None and its.stage in stages else None
