"""Handing the person over to a third party by keys: 6 and then the number of a destination.

Nobody speaks into his conversation, so he tells the person first and is not told when somebody
answers: the engine puts the two together then (engine/transfer.py). A destination's number is its
place in the campaign's list, as he hears it before his first call, and in a break by pressing 6.
Read by shift.py and joining.py.
"""

from collections.abc import Sequence

from dialer.domain.campaign import Campaign
from dialer.domain.transfer import TransferDestination
from dialer.engine import requests
from dialer.engine.events import AgentEvent
from dialer.engine.view import AgentView
from dialer.keypad.ports import Help
from dialer.keypad.prompts import Prompt

PREFIX = "6"
CALL_OFF = "60"
MOST_OFFERED = 6
"""As many as asterisk-config/features.conf.j2 has keys for."""


def said(campaign: Campaign | None) -> tuple[Prompt | str, ...]:
    """What he hears of it; nothing where the campaign names nobody."""
    offered = _offered(campaign)
    if not offered:
        return ()
    keys = (f"{place}, {one.name}." for place, one in enumerate(offered, start=1))
    return (Prompt.HAND_OVER, " ".join(keys), Prompt.HANDED_OVER)


async def wish(help: Help, keys: str, agent: AgentView) -> AgentEvent | None:
    """What he wishes by these keys in a call; None: nothing that is known."""
    now = help.clock()
    if keys == CALL_OFF:
        return requests.AgentCancelledTransfer(at=now, agent_id=agent.agent_id)
    campaign = await campaign_of(help, agent.campaign_id)
    offered = {f"{PREFIX}{place}": one for place, one in enumerate(_offered(campaign), start=1)}
    meant = offered.get(keys)
    if meant is None:
        return None
    return requests.TransferAsked(at=now, agent_id=agent.agent_id, destination=meant.name)


async def campaign_of(help: Help, campaign_id: int) -> Campaign | None:
    """The campaign, unless it is finished."""
    campaigns = await help.campaigns.campaigns()
    return next((one for one in campaigns if one.id == campaign_id), None)


def _offered(campaign: Campaign | None) -> Sequence[TransferDestination]:
    return () if campaign is None else campaign.destinations[:MOST_OFFERED]
