"""By which ways a number may be dialed: one judgement for each dial method, for people to read.

`callbank compliance explain` tells it in words; nothing is dialed on it.
"""

from dataclasses import dataclass

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.facts import Facts
from dialer.compliance.facts_of import Mode, facts_of
from dialer.compliance.gate import judge
from dialer.compliance.places import states_of
from dialer.compliance.plan import Book
from dialer.compliance.rule import Verdict
from dialer.compliance.zones import candidate_zones
from dialer.domain.campaign import Campaign, DialMethod
from dialer.domain.lead import Lead
from dialer.domain.number import NumberFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One dial method with what the rules say of it. `is_shared`: no agent is reserved."""

    method: DialMethod
    is_shared: bool
    facts: Facts
    verdict: Verdict


def ways_to_dial(
    lead: Lead,
    campaign: Campaign,
    at: float,
    *,
    trunk_shows_caller_id: bool,
    circumstances: Circumstances,
    book: Book,
) -> tuple[Way, ...]:
    """Every method, the strictest first. The abandonment budget is taken to last."""
    found = []
    for method in DialMethod:
        is_shared = method in (DialMethod.RATIO, DialMethod.PREDICTIVE)
        mode = Mode(
            method=method,
            has_reserved_agent=not is_shared,
            trunk_shows_caller_id=trunk_shows_caller_id,
        )
        facts = facts_of(lead, lead.number, campaign, mode, lead.history, at, circumstances)
        verdict = judge(facts, book)
        found.append(Way(method=method, is_shared=is_shared, facts=facts, verdict=verdict))
    return tuple(found)


def stranger(
    e164: str, campaign: Campaign, *, is_do_not_call: bool, registers: tuple[str, ...]
) -> Lead:
    """Somebody on no list: what the number alone tells, and the do-not-call lists that hold it."""
    return Lead(
        id=0,
        campaign_id=campaign.id,
        e164=e164,
        display_name="",
        zones=candidate_zones(e164),
        is_do_not_call=is_do_not_call,
        number=NumberFacts(states=states_of(e164, "", ""), registers=registers),
    )
