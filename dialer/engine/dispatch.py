"""From "how many lines" to commands: pacing's word, the gate's permit, a trunk, an attempt.

For each line that pacing allows, the next lead is taken from the hopper and put before the gate;
a refused lead is given back with its reasons. Whether a line is reserved or shared follows from
the permit: a number that may not be over-dialed is dialed only for a reserved agent.
"""

from dialer.compliance.abandonment import over_dial_allowed
from dialer.compliance.gate import (
    UNTIL_SOMEONE_ACTS,
    DialPermit,
    Reason,
    Refusal,
    may_dial,
)
from dialer.domain.campaign import DialMethod
from dialer.domain.lead import Lead
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt
from dialer.engine.commands import (
    ClaimLeads,
    Command,
    DeferLead,
    Originate,
    ReleaseLeads,
    SaveAttempt,
)
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.matching import reserve, serve_waiting
from dialer.engine.trunks import TrunkState
from dialer.pacing.decide import Decision, Snapshot, decide

RING_GRACE_S = 10.0
"""How long after the ring timeout the end of a line may still be reported."""

HOPPER_MIN = 20
HOPPER_PER_AGENT = 10
LEADS_LOOKED_AT = 50
"""Upper bound on leads taken from the hopper in one go, so that one step stays short."""


def dispatch(floor: Floor, now: float) -> list[Command]:
    """People who wait get their agents; then, for every running campaign, what may be dialed."""
    commands = serve_waiting(floor, now) if floor.is_link_up else []
    if not floor.may_dial():
        return commands
    for place in floor.campaigns.values():
        if place.is_running():
            stale = place.hopper.expired(now)
            if stale:
                commands.append(ReleaseLeads(lead_ids=stale))
            commands += _dial_campaign(floor, place, now)
            commands += refill(floor, place, now)
    return commands


def governor_allows(place: CampaignFloor) -> bool:
    """Whether one more abandoned call would still keep the campaign's limit."""
    limits = place.campaign.limits
    return over_dial_allowed(
        answered=place.answered,
        abandoned=place.abandoned,
        limit=limits.abandon_limit,
        warm_up=limits.governor_warm_up_answers,
    )


def _decide(floor: Floor, place: CampaignFloor, ready: int) -> Decision:
    campaign = place.campaign
    decision = decide(
        campaign.dial_method,
        Snapshot(
            ready=ready,
            shared_lines=floor.shared_lines(campaign.id),
            people_waiting=len(floor.waiting_attempts(campaign.id)),
            ratio=campaign.ratio,
            may_over_dial=governor_allows(place),
        ),
    )
    place.last_decision = decision.reason
    return decision


def _dial_campaign(floor: Floor, place: CampaignFloor, now: float) -> list[Command]:
    """Spend pacing's allowance on leads, each in the way its number allows."""
    commands: list[Command] = []
    set_aside: list[tuple[float, Lead]] = []
    ready = floor.ready_agents(place.campaign.id)
    for _ in range(LEADS_LOOKED_AT):
        trunk = choose_trunk(floor, place, now)
        if trunk is None:
            break
        decision = _decide(floor, place, len(ready))
        if not (decision.reserved or decision.shared):
            break
        claim = place.hopper.next_claim()
        if claim is None:
            break
        lead = claim[1]
        verdict = judge(floor, place, lead, trunk, now)
        if isinstance(verdict, Refusal) and UNTIL_SOMEONE_ACTS.intersection(verdict.reasons):
            # It would be the same for every lead of the list: the lead is not to blame.
            place.last_decision = "not dialing: " + ", ".join(verdict.reasons)
            set_aside.append(claim)
            break
        if isinstance(verdict, Refusal):
            commands.append(defer(place, lead, verdict, now))
        elif verdict.may_over_dial and decision.shared:
            commands += place_call(floor, place, lead, verdict, trunk, None, now)
        elif decision.reserved:
            commands += place_call(floor, place, lead, verdict, trunk, ready.pop(0), now)
        else:
            set_aside.append(claim)
    for claim in reversed(set_aside):
        place.hopper.put_back(claim)
    return commands


def defer(place: CampaignFloor, lead: Lead, refusal: Refusal, now: float) -> DeferLead:
    """Give a refused lead back with the reasons, until they may have changed."""
    return DeferLead(
        lead_id=lead.id,
        campaign_id=place.campaign.id,
        refusal=refusal,
        next_at=refusal.retry_at,
        at=now,
    )


def judge(
    floor: Floor, place: CampaignFloor, lead: Lead, trunk: TrunkState, now: float
) -> DialPermit | Refusal:
    """The gate's verdict, with what the engine has learned since the lead was claimed."""
    if lead.e164 in floor.do_not_call:
        return Refusal(reasons=(Reason.INTERNAL_DNC,), retry_at=None)
    if lead.e164 in floor.numbers_in_flight:
        # Another person on the same telephone is being called at this moment.
        return Refusal(
            reasons=(Reason.NUMBER_IN_USE,), retry_at=now + place.campaign.recycle.no_answer_s
        )
    return may_dial(
        lead=lead,
        campaign=place.campaign,
        caller_id_is_ours=place.campaign.caller_id in trunk.trunk.caller_ids,
        one_to_one=True,
        now=now,
    )


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


def place_call(
    floor: Floor,
    place: CampaignFloor,
    lead: Lead,
    permit: DialPermit,
    trunk: TrunkState,
    duty: Duty | None,
    now: float,
) -> list[Command]:
    """Begin an attempt: its row first, then the INVITE."""
    campaign = place.campaign
    attempt = Attempt(
        id=floor.new_id("cb"),
        lead=lead,
        campaign_id=campaign.id,
        trunk=trunk.trunk.name,
        permit=permit,
        dialed_at=now,
        deadline=now + campaign.ring_timeout_s + RING_GRACE_S,
    )
    if duty is not None:
        reserve(duty, attempt, now)
    trunk.spend()
    floor.add_attempt(attempt)
    return [
        SaveAttempt(
            attempt_id=attempt.id,
            lead=lead,
            campaign_id=campaign.id,
            permit=permit,
            trunk=attempt.trunk,
            caller_id=campaign.caller_id,
            agent_id=attempt.agent_id,
            dialed_at=now,
        ),
        Originate(
            attempt_id=attempt.id,
            permit=permit,
            endpoint=trunk.trunk.endpoint,
            dial_string=trunk.trunk.dial_string(lead.e164),
            caller_id=campaign.caller_id,
            caller_name=campaign.caller_name,
            ring_timeout_s=campaign.ring_timeout_s,
            campaign_id=campaign.id,
            amd_mode=campaign.amd_mode,
            agent_channel=duty.channel if duty is not None else "",
            may_play_message=permit.may_play_recording and bool(campaign.message_text),
        ),
    ]


def refill(floor: Floor, place: CampaignFloor, now: float) -> list[Command]:
    """Ask the store for leads before the hopper runs dry."""
    agents = sum(duty.campaign_id == place.campaign.id for duty in floor.agents.values())
    if agents == 0 or place.campaign.dial_method is DialMethod.MANUAL:
        return []
    wanted = max(HOPPER_MIN, int(agents * HOPPER_PER_AGENT * max(1.0, place.campaign.ratio)))
    shortage = place.hopper.shortage(wanted, now)
    return [ClaimLeads(campaign_id=place.campaign.id, count=shortage)] if shortage else []
