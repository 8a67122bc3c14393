"""What an agent reports of a call that came in. Called by roster.py for either kind of call."""

from dataclasses import replace

from dialer.domain.lead import LeadState
from dialer.domain.outcome import Disposition
from dialer.engine.commands import Command
from dialer.engine.floor import Floor
from dialer.engine.followup import after_result
from dialer.engine.store_commands import AddDoNotCall
from dialer.engine.visit import Visit

MOVES_THE_LEAD = (LeadState.FINAL, LeadState.CALLBACK)
"""Only a word that settles something: who is not done with rests or waits as he did before."""


def visit_result(
    floor: Floor, visit: Visit, disposition: Disposition, callback_at: float | None, now: float
) -> list[Command]:
    """Write it, and what becomes of his lead if he has one. It never counts as an attempt."""
    visit.disposition, visit.callback_at = disposition, callback_at
    commands: list[Command] = [visit.row()]
    if disposition is Disposition.DO_NOT_CALL and visit.e164:
        floor.do_not_call.add(visit.e164)
        commands.append(
            AddDoNotCall(e164=visit.e164, reason="told the agent, when he called us", at=now)
        )
    lead = visit.lead
    if lead is None or disposition is Disposition.NO_RESULT:
        return commands
    place = floor.campaigns[visit.campaign_id]
    update = after_result(lead, place.campaign.recycle, disposition, callback_at, now)
    if update.state in MOVES_THE_LEAD and disposition is not Disposition.MACHINE:
        commands.append(replace(update, counted=False, last_outcome=None))
    return commands
