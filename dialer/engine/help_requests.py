"""Agents who ask for the shift lead: since when, until somebody has seen it.

An agent has one *help request* at a time, on duty or not: whose telephone is gone may need help
most. Pages read it from what the engine wishes to be written (web/shift.py). Called by the engine,
and by recovery.py for those of an earlier one.
"""

from collections.abc import Iterable

from dialer.engine import requests
from dialer.engine.commands import Command
from dialer.engine.floor import Floor
from dialer.engine.left_behind import HelpRequest
from dialer.engine.store_commands import SaveHelpRequest


def asked(floor: Floor, event: requests.AgentAskedHelp, now: float) -> list[Command]:
    """Who asks again has asked since the first time."""
    if event.agent_id in floor.help_requests:
        return []
    its = HelpRequest(help_id=floor.new_id("help"), agent_id=event.agent_id, asked_at=now)
    floor.help_requests[event.agent_id] = its
    return [_row(its, None)]


def over(floor: Floor, event: requests.AgentHelpOver, now: float) -> list[Command]:
    """Nothing is wished where nobody asks: so whoever tells it knows whether he was the first."""
    its = floor.help_requests.pop(event.agent_id, None)
    return [] if its is None else [_row(its, now)]


def restored(floor: Floor, left: Iterable[HelpRequest]) -> None:
    """Those who asked an earlier engine still ask."""
    floor.help_requests = {one.agent_id: one for one in left}


def _row(its: HelpRequest, over_at: float | None) -> SaveHelpRequest:
    return SaveHelpRequest(
        help_id=its.help_id, agent_id=its.agent_id, asked_at=its.asked_at, over_at=over_at
    )
