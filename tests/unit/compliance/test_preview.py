"""A preview counts every lead once, as the gate would say."""

from dataclasses import replace
from datetime import UTC, datetime

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.preview import Question, Standing
from dialer.compliance.reasons import Reason
from dialer.compliance.rulebook import shipped
from dialer.domain.campaign import Campaign, CampaignState, DialMethod
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import Consent, ConsentKind, NumberFacts

NOON = datetime(2026, 11, 18, 17, tzinfo=UTC).timestamp()
CAMPAIGN = Campaign(
    id=1,
    name="turnout",
    state=CampaignState.DRAFT,
    dial_method=DialMethod.PREDICTIVE,
    caller_id="+12025550199",
    caller_name="Anytown Committee",
    message_text="This is the Anytown Committee, 202 555 0199. Press 9 to be left alone.",
)


def lead(serial: int, **facts: object) -> Lead:
    its = Lead(
        id=serial,
        campaign_id=1,
        e164=f"+1919555{2000 + serial}",
        display_name="Ann",
        zones=("America/New_York",),
        number=NumberFacts(states=("NC",)),
    )
    return replace(its, **facts)


def question(now: float = NOON, campaign: Campaign = CAMPAIGN) -> Question:
    circumstances = Circumstances()
    return Question(campaign=campaign, now=now, circumstances=circumstances, book=shipped())


def counted(leads: list[Lead], now: float = NOON) -> Standing:
    standing = Standing()
    standing.add(leads, question(now).running().mended())
    return standing


def test_landlines_and_people_who_consented_are_over_dialed_and_others_one_to_one() -> None:
    consent = Consent(reference=1, kind=ConsentKind.EXPRESS, given_at=NOON - 9e6)
    leads = [
        lead(1, line_type=LineType.LANDLINE),
        lead(2, number=NumberFacts(states=("NC",), consents=(consent,))),
        lead(3),
    ]
    standing = counted(leads)
    assert (standing.people, standing.over_dialed, standing.one_to_one) == (3, 2, 1)
    assert not standing.reasons


def test_who_may_not_be_dialed_is_counted_by_when_and_by_all_reasons() -> None:
    barred = lead(1, is_do_not_call=True)
    tried_out = lead(2, attempt_count=99)
    night = NOON + 12 * 3600
    standing = counted([barred, tried_out, lead(3)], night)
    assert (standing.never, standing.within_a_day) == (2, 1)
    assert standing.reasons[Reason.INTERNAL_DNC] == 1
    assert standing.reasons[Reason.ATTEMPTS_EXHAUSTED] == 1
    assert standing.people == standing.never + standing.within_a_day


def test_what_bars_the_whole_list_is_told_apart_and_hides_nobody() -> None:
    without = replace(CAMPAIGN, caller_id="")
    asked = question(campaign=without).running()
    assert Reason.CID_INVALID in asked.obstacles(lead(1))
    assert Reason.CAMPAIGN_NOT_RUNNING not in asked.obstacles(lead(1))
    standing = Standing()
    standing.add([lead(1, line_type=LineType.LANDLINE)], asked.mended())
    assert Reason.CID_INVALID not in standing.reasons
