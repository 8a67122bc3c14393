"""What the call is: the campaign's settings, its caller ID, its messages, what else is going on."""

from dialer.compliance.facts import Facts
from dialer.compliance.predicates.breach import FOR_GOOD, Breach, Check, forbids
from dialer.compliance.rule import Rule

campaign_is_running = forbids(lambda facts: not facts.call.is_running)
campaign_is_in_order = forbids(lambda facts: not facts.call.is_in_order)
has_safe_harbor_message = forbids(lambda facts: not facts.call.has_message)
offers_opt_out = forbids(lambda facts: not facts.call.offers_opt_out)
recording_is_announced = forbids(
    lambda facts: facts.call.is_recorded and not facts.call.has_announcement
)
caller_id_is_ours = forbids(lambda facts: not facts.caller_id.is_ours)
caller_id_takes_calls = forbids(lambda facts: not facts.caller_id.takes_calls)
one_line_of_a_business = forbids(lambda facts: facts.is_business_in_call)
within_abandonment_budget = forbids(lambda facts: not facts.has_budget)


def rings_at_least(rule: Rule) -> Check:
    """Nobody's telephone is given up before `seconds`."""
    shortest_s = rule.arguments["seconds"]

    def check(facts: Facts) -> Breach | None:
        return None if facts.call.ring_timeout_s >= shortest_s else FOR_GOOD

    return check
