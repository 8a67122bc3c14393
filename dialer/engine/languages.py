"""People who want to be called in another language: only while a volunteer who speaks it is free.

Their leads are claimed by language, for those at work who speak any, and wait in a hopper of their
own (`CampaignFloor.wishes`): nobody else's turn waits behind them, and nobody waits in vain whose
language is not spoken. A line goes out when a speaker is ready, who is reserved before the INVITE,
whatever the dial method; so pacing sees a busy agent and a line that needs none. They come before
the other leads, because fewer can call them. Should the speaker be gone when the person answers,
whoever is free takes him (matching.py): a wrong language is better than being let down. Called by
the engine after each event, and by agents.py.
"""

from collections.abc import Callable

from dialer.compliance.gate import UNTIL_SOMEONE_ACTS, Refusal
from dialer.domain.campaign import DialMethod
from dialer.domain.language import Language
from dialer.engine.agent import Duty
from dialer.engine.commands import ClaimLeads, Command
from dialer.engine.dispatch import defer, in_turn, judge, place_call
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.hopper import Claim
from dialer.engine.store_commands import ReleaseLeads
from dialer.engine.trunk_choice import choose_trunk

WISHES_PER_SPEAKER = 3
"""So many leads are held for each who speaks a language: one that is dialed, and the next."""

NONE_AGAIN_S = 30.0
"""How long after the store had nobody of these languages it is asked again."""

BY_HAND = (DialMethod.MANUAL, DialMethod.PREVIEW)


def dial(floor: Floor, now: float) -> list[Command]:
    """One line for each ready speaker of a language that somebody wants; then ask for more."""
    commands: list[Command] = []
    if not floor.roll.speakers or not floor.may_dial():
        return commands
    for place in in_turn(floor):
        if not _speakers(floor, place):
            continue
        stale = place.wishes.expired(now)
        if stale:
            commands.append(ReleaseLeads(lead_ids=stale))
        if place.campaign.dial_method not in BY_HAND:
            for duty in floor.ready_agents(place.campaign.id):
                commands += _dial_for(floor, place, duty, now)
        commands += _refill(floor, place, now)
    return commands


def _dial_for(floor: Floor, place: CampaignFloor, duty: Duty, now: float) -> list[Command]:
    """The first who wants one of his languages and whom the gate lets pass."""
    commands: list[Command] = []
    while (claim := next_wish(place, duty)) is not None:
        trunk = choose_trunk(floor, place, now)
        if trunk is None:
            place.wishes.put_back(claim)
            return commands
        verdict = judge(floor, place, claim.lead, trunk, now)
        if not isinstance(verdict, Refusal):
            return commands + place_call(floor, place, claim, verdict, trunk, duty, now)
        if UNTIL_SOMEONE_ACTS.intersection(verdict.reasons):
            place.wishes.put_back(claim)  # the other leads' turn says so, and notes it
            return commands
        commands.append(defer(place, claim.lead, verdict, now))
    return commands


def next_wish(
    place: CampaignFloor, duty: Duty, is_meant: Callable[[Claim], bool] = lambda _: True
) -> Claim | None:
    """Take out the lead whose turn it is of those who want a language of this agent."""
    if not duty.agent.languages or place.wishes.is_empty():
        return None
    return place.wishes.next_of(lambda claim: duty.speaks(claim.lead) and is_meant(claim))


def spoken(floor: Floor, place: CampaignFloor) -> tuple[Language, ...]:
    """The languages of those at work for a campaign, who said that they speak any."""
    there = {one for duty in _speakers(floor, place) for one in duty.agent.languages}
    return tuple(language for language in Language if language in there)


def _speakers(floor: Floor, place: CampaignFloor) -> list[Duty]:
    its = floor.roll.at_work.get(place.campaign.id, set()) & floor.roll.speakers
    return [floor.agents[agent_id] for agent_id in sorted(its)]


def _refill(floor: Floor, place: CampaignFloor, now: float) -> list[Command]:
    """Ask the store for those who want a language that is spoken here."""
    if place.campaign.dial_method is DialMethod.MANUAL:
        return []
    wanted = WISHES_PER_SPEAKER * len(_speakers(floor, place))
    count, _ = place.wishes.shortage(wanted, now, by_class=False)
    if count == 0:
        return []
    languages = spoken(floor, place)
    return [ClaimLeads(campaign_id=place.campaign.id, count=count, languages=languages)]
