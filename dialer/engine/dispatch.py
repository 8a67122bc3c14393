"""From "how many lines" to commands: pacing's word, the gate's permit, a trunk, an attempt.

For each line that pacing allows, the next lead is taken from the hopper and put before the gate;
a refused lead is given back with its reasons. Pacing says whether an agent is reserved for the
line; a number that may not be over-dialed is never dialed without one, whatever pacing says.
"""

from dialer.compliance.facts_of import Mode
from dialer.compliance.gate import (
    UNTIL_SOMEONE_ACTS,
    DialPermit,
    Refusal,
    may_dial,
)
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Outcome
from dialer.domain.campaign import Campaign, DialMethod
from dialer.domain.lead import Lead
from dialer.domain.value import changed, maker
from dialer.domain.wording import version_of
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt
from dialer.engine.audit import planned_file
from dialer.engine.commands import ClaimLeads, Command, Originate
from dialer.engine.decisions import NO_AGENT, NO_LEAD, NO_TRUNK, keep
from dialer.engine.floor import CampaignFloor, Floor
from dialer.engine.hopper import Claim
from dialer.engine.roster import reserve
from dialer.engine.seen import PacingView, class_of, governor_allows, seen_lead
from dialer.engine.store_commands import DeferLead, NoteRefusal, ReleaseLeads, SaveAttempt
from dialer.engine.trunk_choice import choose_trunk
from dialer.engine.trunks import TrunkState
from dialer.engine.withdrawal import withdraw
from dialer.pacing.floor import Decision, LeadClass, LineKind

make_mode, make_claim = maker(Mode), maker(Claim)
make_attempt, make_row, make_order = maker(Attempt), maker(SaveAttempt), maker(Originate)

RING_GRACE_S = 10.0
"""How long after the ring timeout the end of a line may still be reported."""

HOPPER_MIN = 20
HOPPER_PER_AGENT = 10
BY_CLASS = frozenset({DialMethod.RATIO, DialMethod.PREDICTIVE})
"""Methods that choose the class of the next number."""

LEADS_LOOKED_AT = 50
"""Upper bound on leads taken from the hopper in one go, so that one step stays short."""

DECISIONS_AT_ONCE = 20
"""Upper bound on decisions in one step. The next tick goes on where this one stopped."""


def dispatch(floor: Floor, now: float) -> list[Command]:
    """For every running campaign, what may be dialed. People who wait have their agents already."""
    commands: list[Command] = []
    floor.is_quiet = floor.may_dial()
    if not floor.is_quiet:
        return commands
    for place in in_turn(floor):
        stale = place.hopper.expired(now)
        if stale:
            commands.append(ReleaseLeads(lead_ids=stale))
        # With nobody at work there may still be lines to take back.
        if place.attempts or floor.roll.at_work.get(place.campaign.id):
            commands += _dial_campaign(floor, place, now)
            commands += refill(floor, place, now)
            floor.is_quiet = floor.is_quiet and place.wants_nothing and place.wishes.is_empty()
    return commands


def in_turn(floor: Floor) -> list[CampaignFloor]:
    """The running campaigns; of several, the one that dialed last comes last."""
    running = [place for place in floor.campaigns.values() if place.is_running()]
    return running if len(running) < 2 else sorted(running, key=lambda place: place.last_turn)


def _dial_campaign(floor: Floor, place: CampaignFloor, now: float) -> list[Command]:
    """Ask pacing, spend what it allows on leads, and ask again, until it wants no more."""
    commands: list[Command] = []
    seen = PacingView(floor, place, now)
    for _ in range(DECISIONS_AT_ONCE):
        decision = place.pacer.decide(seen)
        place.last_decision = decision.reason
        place.wants_nothing = decision.holds and decision.count == 0
        taken_back = withdraw(floor, decision.withdraw, now) if decision.withdraw else []
        placed = _spend(floor, place, decision, now) if decision.count else []
        dialed = [type(command) for command in placed].count(Originate) if placed else 0
        commands += taken_back
        commands += placed
        commands += keep(place, decision, dialed, len(taken_back), now)
        if dialed == 0:
            break
        place.last_turn = floor.serial  # attempts are numbered as they are dialed
    return commands


def _spend(
    floor: Floor, place: CampaignFloor, decision: Decision, now: float
) -> list[Command]:
    """Dial as many lines as were decided, each on the next lead that the gate lets pass."""
    commands: list[Command] = []
    kind_leads = LeadClass.OVER_DIALABLE if decision.kind is LineKind.SHARED else decision.leads
    agents = _agents_for(floor, place, decision)
    left = decision.count
    for _ in range(LEADS_LOOKED_AT):
        if left == 0:
            break
        trunk = choose_trunk(floor, place, now)
        is_manned = decision.kind is LineKind.SHARED or bool(agents)
        claim = place.hopper.next_claim(kind_leads) if trunk is not None and is_manned else None
        if trunk is None or claim is None:
            missing = NO_TRUNK if trunk is None else NO_LEAD if is_manned else NO_AGENT
            place.last_decision = f"{decision.reason}; but {missing}"
            break
        is_shared = decision.kind is LineKind.SHARED
        verdict = judge(floor, place, claim.lead, trunk, now, is_shared=is_shared)
        if isinstance(verdict, Refusal):
            if UNTIL_SOMEONE_ACTS.intersection(verdict.reasons):
                # It would be the same for every lead of the list: the lead is not to blame.
                place.last_decision = "not dialing: " + ", ".join(verdict.reasons)
                place.hopper.put_back(claim)
                commands += note_refusal(place, claim.lead, verdict, now)
                break
            if is_shared and verdict.outcome is Outcome.DOWNGRADE:
                # The gate is stricter than the hopper believed when the lead was claimed.
                place.hopper.put_back(changed(claim, leads=LeadClass.ONE_TO_ONE))
                continue
            commands.append(defer(place, claim.lead, verdict, now))
            continue
        duty = agents.pop(0) if decision.kind is LineKind.RESERVED else None
        commands += place_call(floor, place, claim, verdict, trunk, duty, now)
        left -= 1
    return commands


def _agents_for(floor: Floor, place: CampaignFloor, decision: Decision) -> list[Duty]:
    """The agents whom the decision names, as far as they may be reserved, or the ready ones."""
    if not decision.agents:
        return floor.ready_agents(place.campaign.id)
    named = [floor.agents[agent_id] for agent_id in decision.agents if agent_id in floor.agents]
    return [duty for duty in named if duty.may_be_reserved()]


def defer(place: CampaignFloor, lead: Lead, refusal: Refusal, now: float) -> DeferLead:
    """Give a refused lead back with the reasons, until they may have changed."""
    return DeferLead(
        lead_id=lead.id,
        campaign_id=place.campaign.id,
        refusal=refusal,
        next_at=refusal.retry_at,
        at=now,
        e164=lead.e164,
    )


def note_refusal(
    place: CampaignFloor, lead: Lead, refusal: Refusal, now: float
) -> list[NoteRefusal]:
    """What bars the whole campaign is written down when it changes, not at every tick."""
    if refusal.reasons == place.refused_for:
        return []
    place.refused_for = refusal.reasons
    its = place.campaign.id
    return [
        NoteRefusal(campaign_id=its, lead_id=lead.id, refusal=refusal, at=now, e164=lead.e164)
    ]


def judge(
    floor: Floor,
    place: CampaignFloor,
    lead: Lead,
    trunk: TrunkState,
    now: float,
    *,
    is_shared: bool = False,
) -> DialPermit | Refusal:
    """The gate's verdict, with what the engine has learned since the lead was claimed.

    `is_shared`: no agent is reserved for the line.
    """
    if lead.e164 in floor.do_not_call:
        lead = changed(lead, is_do_not_call=True)
    elif lead.e164 in floor.numbers_in_flight:
        # Another person on the same telephone is being called at this moment.
        return Refusal(
            reasons=(Reason.NUMBER_IN_USE,),
            retry_at=now + place.campaign.recycle.no_answer_s,
            outcome=Outcome.DEFER,
        )
    mode = make_mode(
        method=place.campaign.dial_method,
        has_reserved_agent=not is_shared,
        trunk_shows_caller_id=place.campaign.caller_id in trunk.trunk.caller_ids,
        is_business_in_call=floor.is_business_in_call(lead.number.business),
        has_budget=not is_shared or governor_allows(place),
    )
    return may_dial(
        lead,
        lead.number,
        place.campaign,
        mode,
        lead.history,
        now,
        circumstances=floor.circumstances,
        book=floor.book,
    )


def judged_claim(floor: Floor, place: CampaignFloor, lead: Lead, now: float) -> Claim:
    """A claimed lead with its class and the odds that a person answers now."""
    return make_claim(
        lead=lead,
        at=now,
        leads=class_of(floor, place, lead, now),
        odds=place.pacer.odds(seen_lead(lead, now)),
    )


def place_call(
    floor: Floor,
    place: CampaignFloor,
    claim: Claim,
    permit: DialPermit,
    trunk: TrunkState,
    duty: Duty | None,
    now: float,
) -> list[Command]:
    """Begin an attempt: its row first, then the INVITE."""
    campaign, lead = place.campaign, claim.lead
    attempt_id = floor.new_id("cb")
    attempt = make_attempt(
        id=attempt_id,
        lead=lead,
        campaign_id=campaign.id,
        trunk=trunk.trunk.name,
        permit=permit,
        dialed_at=now,
        deadline=now + campaign.ring_timeout_s + RING_GRACE_S,
        odds=claim.odds,
        seen=seen_lead(lead, now),
        audit_file=planned_file(floor.draw_key, campaign, lead, attempt_id),
    )
    if duty is not None:
        reserve(duty, attempt, now)
    place.refused_for = ()
    trunk.spend()
    floor.add_attempt(attempt)
    may_play_message = permit.may_play_recording and bool(campaign.message_text)
    version = version_of(campaign.message_text) if may_play_message else ""
    return [
        _saving(attempt, campaign, version),
        make_order(
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
            may_play_message=may_play_message,
            message_version=version,
            audit_file=attempt.audit_file,
        ),
    ]


def _saving(attempt: Attempt, campaign: Campaign, message_version: str) -> SaveAttempt:
    return make_row(
        attempt_id=attempt.id,
        lead=attempt.lead,
        campaign_id=campaign.id,
        permit=attempt.permit,
        trunk=attempt.trunk,
        caller_id=campaign.caller_id,
        agent_id=attempt.agent_id,
        dialed_at=attempt.dialed_at,
        message_version=message_version,
        announcement_version=version_of(campaign.announcement_text),
        seller=campaign.seller,
        offer=campaign.offer,
    )


def refill(floor: Floor, place: CampaignFloor, now: float) -> list[Command]:
    """Ask the store for leads before the hopper runs dry."""
    campaign = place.campaign
    agents = len(floor.roll.at_work.get(campaign.id, ()))
    if agents == 0 or campaign.dial_method is DialMethod.MANUAL:
        return []
    wanted = max(HOPPER_MIN, int(agents * HOPPER_PER_AGENT * max(1.0, campaign.ratio)))
    if campaign.dial_method is DialMethod.PREVIEW:
        wanted += 2 * _passed_over(floor, place)  # asked for when half of it is there
    by_class = campaign.dial_method in BY_CLASS and bool(campaign.message_text)
    count, leads = place.hopper.shortage(wanted, now, by_class=by_class)
    if count == 0:
        return []
    return [ClaimLeads(campaign_id=campaign.id, count=count, leads=leads)]


def _passed_over(floor: Floor, place: CampaignFloor) -> int:
    """How many leads of the hopper somebody at work has skipped: for him they are no stock."""
    its = floor.roll.at_work.get(place.campaign.id, set())
    skipped = {lead_id for agent_id in its for lead_id in floor.agents[agent_id].skipped}
    return place.hopper.count_of(skipped) if skipped else 0
