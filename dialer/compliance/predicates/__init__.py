"""Every predicate that a rule may name, with what makes a check of it. Closed: the rule book
refuses other names, and a name that the gate does not know would be a rule that nobody keeps."""

from collections.abc import Mapping

from dialer.compliance.predicates import campaign, caps, consent, hours, number, registers
from dialer.compliance.predicates.breach import Maker

PREDICATES: Mapping[str, Maker] = {
    "number_is_callable": number.number_is_callable,
    "country_has_profile": number.country_has_profile,
    "zones_are_known": number.zones_are_known,
    "no_emergency": number.no_emergency,
    "campaign_is_running": campaign.campaign_is_running,
    "campaign_is_in_order": campaign.campaign_is_in_order,
    "rings_at_least": campaign.rings_at_least,
    "caller_id_is_ours": campaign.caller_id_is_ours,
    "caller_id_takes_calls": campaign.caller_id_takes_calls,
    "one_line_of_a_business": campaign.one_line_of_a_business,
    "has_safe_harbor_message": campaign.has_safe_harbor_message,
    "offers_opt_out": campaign.offers_opt_out,
    "recording_is_announced": campaign.recording_is_announced,
    "within_abandonment_budget": campaign.within_abandonment_budget,
    "not_do_not_call": registers.not_do_not_call,
    "not_on_register": registers.not_on_register,
    "register_is_fresh": registers.register_is_fresh,
    "reassigned_was_asked": registers.reassigned_was_asked,
    "not_reassigned": registers.not_reassigned,
    "has_consent": consent.has_consent,
    "takes_recorded_voice": consent.takes_recorded_voice,
    "within_hours": hours.within_hours,
    "within_policy_hours": hours.within_policy_hours,
    "attempts_within": caps.attempts_within,
    "attempts_per_day": caps.attempts_per_day,
    "attempts_per_24h": caps.attempts_per_24h,
    "attempts_in_all": caps.attempts_in_all,
    "recordings_within": caps.recordings_within,
    "not_redialed_within": caps.not_redialed_within,
}

FIXED_BY_THE_CALL = frozenset(
    {
        "campaign_is_running",
        "campaign_is_in_order",
        "rings_at_least",
        "has_safe_harbor_message",
        "offers_opt_out",
        "recording_is_announced",
    }
)
"""Predicates that ask only what the call is, so that one answer does for all its numbers."""

HEARS_THE_VOICE = frozenset({"not_reassigned"})
"""Predicates that ask more of a recorded voice than of a live one."""
