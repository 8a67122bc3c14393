"""From what the engine has in hand to the facts of one judgement. The gate alone calls this."""

from dataclasses import replace
from functools import lru_cache

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.facts import CallFacts, Facts, PolicyFacts
from dialer.compliance.places import country_of
from dialer.compliance.policy import problems
from dialer.compliance.protected import is_e164, number_kind
from dialer.domain.campaign import Campaign, CampaignState, DialMethod, Purpose, Voice
from dialer.domain.lead import Lead
from dialer.domain.number import History, NumberFacts
from dialer.domain.value import maker, value

make_facts = maker(Facts)


@value
class Mode:
    """How one call is to be made, and how the floor stands for it.

    `has_reserved_agent`: an agent is kept free for this call alone. `trunk_shows_caller_id`: the
    trunk may show the campaign's. `is_business_in_call`: another line of the same business is
    being called. `has_budget`: one more abandoned person would keep every window's limit.
    """

    method: DialMethod
    has_reserved_agent: bool = True
    trunk_shows_caller_id: bool = True
    is_business_in_call: bool = False
    has_budget: bool = True


@lru_cache(maxsize=1024)
def _of_campaign(
    campaign: Campaign, method: DialMethod, has_reserved_agent: bool
) -> tuple[CallFacts, PolicyFacts, bool]:
    """What hangs on the campaign alone, by one look-up; last, whether its caller ID is a number."""
    call = _call_facts(campaign, method, has_reserved_agent)
    return call, _policy_facts(campaign), is_e164(campaign.caller_id)


def _call_facts(campaign: Campaign, method: DialMethod, has_reserved_agent: bool) -> CallFacts:
    """What a call of the campaign is."""
    return CallFacts(
        purpose=campaign.purpose,
        organisation=campaign.organisation,
        method=method,
        has_reserved_agent=has_reserved_agent,
        ring_timeout_s=campaign.ring_timeout_s,
        has_message=bool(campaign.message_text),
        is_recorded=campaign.records_calls,
        has_announcement=bool(campaign.announcement_text),
        is_in_order=not problems(campaign),
        is_running=campaign.state is CampaignState.RUNNING,
    )


def _policy_facts(campaign: Campaign) -> PolicyFacts:
    """The campaign's own limits."""
    limits = campaign.limits
    return PolicyFacts(
        window_start=limits.window_start,
        window_end=limits.window_end,
        most_per_day=limits.max_attempts_per_day,
        most_per_24h=limits.max_attempts_per_24h,
        most_in_all=campaign.recycle.max_attempts,
    )


def facts_of(
    lead: Lead,
    number: NumberFacts,
    campaign: Campaign,
    mode: Mode,
    history: History,
    now: float,
    circumstances: Circumstances,
) -> Facts:
    """Everything that the judgement rests on."""
    call, policy, is_number = _of_campaign(campaign, mode.method, mode.has_reserved_agent)
    return make_facts(
        at=now,
        call=call,
        country=country_of(lead.e164),
        kind=number_kind(lead.e164),
        zones=lead.zones,
        line_type=lead.line_type,
        number=number,
        history=history,
        attempt_count=lead.attempt_count,
        is_do_not_call=lead.is_do_not_call,
        is_business_in_call=mode.is_business_in_call,
        policy=policy,
        caller_id=circumstances.caller_id(
            campaign.caller_id, now, trunk_shows_it=mode.trunk_shows_caller_id and is_number
        ),
        registers_as_of=circumstances.registers_as_of,
        emergencies=circumstances.emergencies,
        signed_on_until=circumstances.signed_on_until,
        has_budget=mode.has_budget,
    )


def is_shared(call: CallFacts) -> bool:
    """Whether no agent is kept for the call and none picks the number: it may be answered by more
    people than there are agents."""
    is_over_dialing = call.method in (DialMethod.RATIO, DialMethod.PREDICTIVE)
    return is_over_dialing and not call.has_reserved_agent and call.voice is Voice.LIVE


@lru_cache(maxsize=1024)
def over_dialed(call: CallFacts) -> CallFacts:
    """The same call with no agent kept for it."""
    is_over_dialing = call.method in (DialMethod.RATIO, DialMethod.PREDICTIVE)
    method = call.method if is_over_dialing else DialMethod.RATIO
    return replace(call, method=method, has_reserved_agent=False)


@lru_cache(maxsize=1024)
def message_call(call: CallFacts) -> CallFacts:
    """The same call as it is when its safe-harbor message plays: a recorded voice.

    It says who called and how to be rid of him, and by 47 CFR 64.1200(a)(7)(i)(A) nothing else; so
    on a sales call too it is no message that sells.
    """
    purpose = Purpose.INFORMATIONAL if call.purpose is Purpose.SALES else call.purpose
    return replace(call, voice=Voice.RECORDED, purpose=purpose)


@lru_cache(maxsize=1024)
def voicemail_call(call: CallFacts) -> CallFacts:
    """The same call as it is when its voicemail plays: a recorded voice, for all that the campaign
    calls for. That its words offer the opt-out is seen to by spoken.py."""
    return replace(call, voice=Voice.RECORDED)
