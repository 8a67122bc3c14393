"""Which of pacing's decisions are kept: those that dialed or took back lines, and new reasons.

`last_decision` of a campaign is always the latest word; what is kept is for `pacing why`.
"""

from dialer.domain.value import maker
from dialer.engine.floor import CampaignFloor
from dialer.engine.store_commands import SaveDecision
from dialer.pacing.floor import Decision

make_record = maker(SaveDecision)

NEW_REASON_EVERY_S = 1.0
"""Reasons hold counts and change with every call: one a second tells the story."""

NO_TRUNK = "every trunk is busy or resting"
NO_AGENT = "no agent may be reserved"
NO_LEAD = "no lead is at hand"


def keep(
    place: CampaignFloor, decision: Decision, dialed: int, withdrawn: int, now: float
) -> list[SaveDecision]:
    """The record of a decision that was just carried out, if it is worth one."""
    changed_nothing = not dialed and not withdrawn
    if changed_nothing and (
        place.last_decision == place.kept_reason or now - place.kept_at < NEW_REASON_EVERY_S
    ):
        return []
    place.kept_reason, place.kept_at = place.last_decision, now
    return [
        make_record(
            campaign_id=place.campaign.id,
            at=now,
            kind=decision.kind,
            count=dialed,
            withdrawn=withdrawn,
            reason=place.last_decision,
            figures=decision.figures,
        )
    ]
