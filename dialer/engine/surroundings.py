"""What the engine is told of its surroundings: leads, lists, the ledger, the configuration, the
store. Nobody's call is in these events; they decide who may be dialed next. Called by the engine.
"""

from collections.abc import Iterable
from dataclasses import replace

from dialer.domain.campaign import CampaignState
from dialer.engine import events
from dialer.engine.commands import Command
from dialer.engine.dispatch import judged_claim
from dialer.engine.floor import Floor
from dialer.engine.languages import NONE_AGAIN_S
from dialer.engine.roster import drop_preview
from dialer.engine.standing import Learned
from dialer.engine.store_commands import AddDoNotCall, ReleaseLeads
from dialer.engine.trunks import TrunkState


def leads_claimed(floor: Floor, event: events.LeadsClaimed, now: float) -> list[Command]:
    """The store answered the hopper."""
    place = floor.campaigns.get(event.campaign_id)
    if place is not None:
        (place.wishes if event.languages else place.hopper).asked_at = None
    if place is None or not place.is_running():  # paused while the store was answering
        unwanted = tuple(lead.id for lead in event.leads)
        return [ReleaseLeads(lead_ids=unwanted)] if unwanted else []
    claims = [judged_claim(floor, place, lead, now) for lead in event.leads]
    if not event.languages:
        place.hopper.fill(claims, now)
        return []
    place.wishes.fill(claims, now)
    if not claims:
        place.wishes.dry_until = now + NONE_AGAIN_S
    return []


def do_not_call_added(floor: Floor, event: events.DoNotCallAdded, _now: float) -> list[Command]:
    """Somebody pressed the opt-out key with the daemon away, or when he called us."""
    floor.do_not_call.add(event.e164)
    commands: list[Command] = [
        AddDoNotCall(e164=event.e164, reason="opt-out by telephone", at=event.at)
    ]
    return commands + _given_back(floor, (event.e164,))


def numbers_barred(floor: Floor, event: events.NumbersBarred, _now: float) -> list[Command]:
    """None of these numbers is dialed any more; the list holds them already."""
    floor.do_not_call.update(event.e164s)
    return _given_back(floor, event.e164s)


def facts_changed(floor: Floor, event: events.FactsChanged, _now: float) -> list[Command]:
    """Leads that wait, or are looked at, are judged by what is known now: they are claimed anew."""
    if event.e164s:
        commands = _given_back(floor, event.e164s)
    else:
        everybody = [
            lead_id
            for place in floor.campaigns.values()
            for hopper in place.hoppers()
            for lead_id in hopper.empty()
        ]
        commands = [ReleaseLeads(lead_ids=tuple(everybody))] if everybody else []
    for duty in floor.agents.values():
        if duty.lead is not None and (not event.e164s or duty.lead.e164 in event.e164s):
            commands += drop_preview(duty)
    return commands


def _given_back(floor: Floor, e164s: Iterable[str]) -> list[Command]:
    gone = [
        lead_id
        for e164 in e164s
        for place in floor.campaigns.values()
        for hopper in place.hoppers()
        for lead_id in hopper.drop_number(e164)
    ]
    return [ReleaseLeads(lead_ids=tuple(gone))] if gone else []


def abandonment_counted(
    floor: Floor, event: events.AbandonmentCounted, _now: float
) -> list[Command]:
    """The ledger's figures for the governor."""
    place = floor.campaigns.get(event.campaign_id)
    if place is not None:
        place.take_ledger(event.windows, event.machine_error_bound, event.at)
    return []


def past_learned(floor: Floor, event: events.PastLearned, _now: float) -> list[Command]:
    """The pacer need not begin from nothing."""
    place = floor.campaigns.get(event.campaign_id)
    if place is not None:
        place.standing.learned = Learned()
        for fact in event.facts:
            floor.learn(event.campaign_id, fact)
    return []


def configured(floor: Floor, event: events.Configured, _now: float) -> list[Command]:
    """Campaigns and trunks as they are from now on; a stopped campaign gives its leads back."""
    commands: list[Command] = []
    for campaign in event.campaigns:
        floor.open_campaign(campaign)
    still_open = {campaign.id for campaign in event.campaigns}
    for place in floor.campaigns.values():
        if place.campaign.id not in still_open:
            place.campaign = replace(place.campaign, state=CampaignState.FINISHED)
        for hopper in () if place.is_running() else place.hoppers():
            if len(hopper):
                commands.append(ReleaseLeads(lead_ids=hopper.empty()))
    known = floor.trunks
    floor.trunks = {
        trunk.name: known.get(trunk.name) or TrunkState(trunk=trunk) for trunk in event.trunks
    }
    for trunk in event.trunks:
        floor.trunks[trunk.name].trunk = trunk
    if event.circumstances is not None:
        floor.circumstances = event.circumstances
    return commands


def store_away(floor: Floor, _event: events.StoreWentAway, _now: float) -> list[Command]:
    """Rows cannot be written: nothing is dialed."""
    floor.is_store_up = False
    return []


def store_back(floor: Floor, _event: events.StoreCameBack, _now: float) -> list[Command]:
    """Rows can be written again."""
    floor.is_store_up = True
    for place in floor.campaigns.values():
        for hopper in place.hoppers():
            hopper.asked_at = None
    return []
