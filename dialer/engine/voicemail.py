"""The recorded message that an agent leaves on an answering machine, without staying for it.

    TALKING -> VOICEMAIL -> (ended)
       `-- the agent has his result and is free

The gate is asked anew, for the recorded voice, at the moment of playing: who was lawfully called by
a live agent may not be left a recording everywhere. The dialplan waits for the greeting's end,
plays, and ends the line by itself, whatever becomes of us. A message that never began was not left:
the result says `machine` then. Called by the engine for what agents wish, by lines.py, deadlines.py
and recovery.py.
"""

from dataclasses import replace

from dialer.compliance.facts_of import Mode
from dialer.compliance.gate import Refusal, may_leave_voicemail
from dialer.domain.agent import AgentState
from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.domain.wording import version_of
from dialer.engine import recording, requests
from dialer.engine.attempt import Attempt, Fact, State
from dialer.engine.commands import Command, PlayVoicemail
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.refusals import NO_TELEPHONE_NOW, refused
from dialer.engine.roster import begin_wrap_up, finish_wrap_up, give_result
from dialer.engine.store_commands import SaveResult, SaveVoicemail

BEGINS_WITHIN_S = 45.0
"""The dialplan waits 30 s for a greeting's end (callbank-voicemail), and plays then in any case."""


def can_be_left(floor: Floor, attempt: Attempt | None) -> bool:
    """Whether an agent may ask for it, as far as the campaign goes; then the law is asked."""
    if attempt is None or attempt.state not in (State.TALKING, State.ON_HOLD):
        return False
    return floor.campaigns[attempt.campaign_id].has_voicemail()


def asked(floor: Floor, event: requests.AgentAskedVoicemail, now: float) -> list[Command]:
    """Leave the message and free the agent, or tell him why not: then nothing has changed."""
    duty = floor.agents.get(event.agent_id)
    attempt = floor.attempts.get(duty.attempt_id or "") if duty is not None else None
    is_his = duty is not None and duty.state is AgentState.TALKING
    if duty is None or attempt is None or not is_his or attempt.is_hanging_up:
        return refused(event.agent_id, "There is no call to leave a message on.")
    place = floor.campaigns[attempt.campaign_id]
    reason = _why_not(floor, place, attempt)
    if reason:
        return refused(event.agent_id, reason)
    leave = may_leave_voicemail(
        _as_known_now(floor, attempt.lead),
        place.campaign,
        _mode(floor, place, attempt),
        now,
        circumstances=floor.circumstances,
        book=floor.book,
    )
    if isinstance(leave, Refusal):
        why = ", ".join(leave.reasons)
        return refused(event.agent_id, f"No recorded message may be left at this number: {why}.")
    version = version_of(place.campaign.voicemail_text)
    commands: list[Command] = [
        SaveVoicemail(
            attempt_id=attempt.id,
            campaign_id=attempt.campaign_id,
            lead_id=attempt.lead.id,
            agent_id=duty.agent.id,
            voicemail_version=version,
            leave=leave,
            at=now,
        ),
        PlayVoicemail(
            attempt_id=attempt.id,
            channel=attempt.channel,
            campaign_id=attempt.campaign_id,
            voicemail_version=version,
        ),
        *give_result(floor, duty, attempt.id, Disposition.LEFT_MESSAGE, None, now),
    ]
    was_on_hold = attempt.state is State.ON_HOLD
    attempt.take(Fact.SENT_TO_VOICEMAIL)
    attempt.is_message_awaited = True
    attempt.deadline = now + BEGINS_WITHIN_S
    return commands + (parted(floor, attempt, now, now) if was_on_hold else [])


def _why_not(floor: Floor, place: CampaignFloor, attempt: Attempt) -> str:
    if not place.campaign.voicemail_text:
        return "This campaign has no recorded message."
    if attempt.transfer is not None and attempt.transfer.is_live():
        return "Call the transfer off first."
    if not can_be_left(floor, attempt):
        return "The recorded message cannot be played at the moment."
    if not floor.is_link_up:
        return NO_TELEPHONE_NOW
    if not floor.is_store_up:
        return "The database is not reachable at the moment; try again shortly."
    return ""


def _as_known_now(floor: Floor, lead: Lead) -> Lead:
    return replace(lead, is_do_not_call=lead.is_do_not_call or lead.e164 in floor.do_not_call)


def _mode(floor: Floor, place: CampaignFloor, attempt: Attempt) -> Mode:
    """The call that is up: it has its agent, and no other is placed."""
    trunk = floor.trunks.get(attempt.trunk)
    shows = trunk is not None and place.campaign.caller_id in trunk.trunk.caller_ids
    return Mode(method=place.campaign.dial_method, trunk_shows_caller_id=shows)


def parted(floor: Floor, attempt: Attempt, at: float, now: float) -> list[Command]:
    """The machine is out of the conversation: its agent is free, for he has given his result."""
    if attempt.parted_at is not None:
        return []
    attempt.parted_at = at
    begin_wrap_up(floor, attempt, now)
    commands = recording.stop(attempt, at)
    duty = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    is_over = duty is not None and duty.attempt_id == attempt.id
    if duty is not None and is_over and duty.state is AgentState.WRAP_UP:
        commands += finish_wrap_up(floor, duty, now)
    return commands


def failed(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """The dialplan could not play it: no other is tried in these words."""
    place = floor.campaigns[attempt.campaign_id]
    place.failed_voicemail = place.campaign.voicemail_text
    attempt.is_message_awaited = False
    return _not_left(attempt, now)


def line_over(attempt: Attempt, now: float) -> list[Command]:
    """The line is gone. What never began, though it would have been told, was not left."""
    is_missing = attempt.state is State.VOICEMAIL and attempt.is_message_awaited
    return _not_left(attempt, now) if is_missing else []


def _not_left(attempt: Attempt, now: float) -> list[Command]:
    """What the agent heard remains: a machine."""
    if attempt.disposition is not Disposition.LEFT_MESSAGE or attempt.agent_id is None:
        return []
    attempt.disposition = Disposition.MACHINE
    return [
        SaveResult(
            attempt_id=attempt.id,
            agent_id=attempt.agent_id,
            disposition=Disposition.MACHINE,
            at=now,
        )
    ]


def never_began(attempt: Attempt, now: float) -> list[Command]:
    """After a gap the two are still together: the order was lost with the link."""
    attempt.take(Fact.CONNECTED)
    attempt.parted_at, attempt.is_message_awaited = None, False
    return _not_left(attempt, now)


def adopted(floor: Floor, attempt: Attempt, now: float) -> list[Command]:
    """After a gap the message is still being left, by whichever engine ordered it. Whether it had
    begun nobody can tell us."""
    if not (attempt.take(Fact.SENT_TO_VOICEMAIL) or attempt.state is State.VOICEMAIL):
        return []
    attempt.deadline = now + BEGINS_WITHIN_S
    return parted(floor, attempt, now, now)
