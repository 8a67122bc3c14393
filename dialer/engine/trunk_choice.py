"""Which trunk a campaign's next call goes out on: a person's line, or a volunteer's own leg."""

from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.trunks import TrunkState


def choose_trunk(floor: Floor, place: CampaignFloor, now: float) -> TrunkState | None:
    """The campaign's first trunk with room that may show its caller ID.

    Any trunk will do when the campaign names none. Where no trunk owns the caller ID, the first
    with room is returned for the gate to refuse.
    """
    names = place.campaign.trunks or tuple(floor.trunks)
    known = [floor.trunks[name] for name in names if name in floor.trunks]
    owners = [one for one in known if place.campaign.caller_id in one.trunk.caller_ids]
    for state in owners or known:
        # Counting channels is the dearer question, so it comes last.
        if not state.may_dial(now):
            continue
        if floor.channels_in_use(state.trunk.name) < state.trunk.channel_limit:
            return state
    return None
