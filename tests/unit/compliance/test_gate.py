"""The gate by the shipped rules: what it refuses, when the answer changes, what a permit allows."""

import dataclasses
import math
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.compliance.circumstances import Circumstances, OwnCallerId
from dialer.compliance.facts import NumberKind
from dialer.compliance.facts_of import Mode
from dialer.compliance.gate import (
    ASK_AGAIN_S,
    ASK_LATER_S,
    ASK_TOMORROW_S,
    PERMIT_LIFETIME_S,
    DialPermit,
    Refusal,
    VoicemailLeave,
    judge,
    may_dial,
    may_leave_voicemail,
    may_over_dial,
)
from dialer.compliance.protected import number_kind
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Outcome
from dialer.compliance.rulebook import shipped
from dialer.domain.campaign import (
    Campaign,
    CampaignState,
    DialMethod,
    Limits,
    Organisation,
    Purpose,
    RecycleRules,
    Voice,
)
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import (
    Consent,
    ConsentKind,
    History,
    NumberFacts,
    Reassigned,
    ReassignedAnswer,
)
from tests.unit.compliance import naive_hours
from tests.unit.compliance.naive_hours import instants, zone_sets


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


NOON = at("2026-07-15T12:00:00-04:00")
EIGHT_TO_NINE = Limits(window_start="08:00", window_end="21:00")
MESSAGE = (
    "This is Citizens for Parks. No volunteer was free. Call us at 919-555-0100, or press 9 now"
    " and we will not call again."
)
VOICEMAIL = "This is Citizens for Parks. To be called no more, call us at 888-555-0199."
CAMPAIGN = Campaign(
    id=7,
    name="Parks",
    state=CampaignState.RUNNING,
    caller_id="+19195550100",
    caller_name="Citizens for Parks",
    limits=EIGHT_TO_NINE,
)
WITH_MESSAGE = dataclasses.replace(
    CAMPAIGN, dial_method=DialMethod.RATIO, ratio=1.5, message_text=MESSAGE
)
IN_CAROLINA = NumberFacts(states=("NC",))
LEAD = Lead(
    id=1,
    campaign_id=7,
    e164="+19195550123",
    display_name="A B",
    zones=("America/New_York",),
    number=IN_CAROLINA,
)
CONSENT = Consent(reference=5, kind=ConsentKind.EXPRESS, given_at=NOON - 86400.0)


def ask(
    lead: Lead = LEAD,
    campaign: Campaign = CAMPAIGN,
    *,
    now: float = NOON,
    mode: Mode | None = None,
    circumstances: Circumstances | None = Circumstances(),
) -> DialPermit | Refusal:
    return may_dial(
        lead,
        lead.number,
        campaign,
        mode or Mode(method=campaign.dial_method),
        lead.history,
        now,
        circumstances=circumstances,
        book=shipped(),
    )


SHARED = Mode(method=DialMethod.RATIO, has_reserved_agent=False)


def attempted(*at: float) -> History:
    return History(to_number_at=at)


def refused(answer: DialPermit | Refusal) -> Refusal:
    assert isinstance(answer, Refusal)
    return answer


def lead_with(**changes: Any) -> Lead:  # noqa: ANN401 - any field of a lead
    return dataclasses.replace(LEAD, **changes)


def campaign_with(**changes: Any) -> Campaign:  # noqa: ANN401 - any field of a campaign
    return dataclasses.replace(CAMPAIGN, **changes)


# --- the voicemail ---------------------------------------------------------------------------


def leaves(
    lead: Lead,
    *,
    circumstances: Circumstances | None = Circumstances(),
    **settings: Any,  # noqa: ANN401 - any field of a campaign
) -> VoicemailLeave | Refusal:
    campaign = campaign_with(**{"voicemail_text": VOICEMAIL, **settings})
    mode = Mode(method=campaign.dial_method)
    return may_leave_voicemail(
        lead, campaign, mode, NOON, circumstances=circumstances, book=shipped()
    )


LANDLINE = dataclasses.replace(LEAD, line_type=LineType.LANDLINE)
AGREED = dataclasses.replace(LEAD, number=NumberFacts(states=("NC",), consents=(CONSENT,)))


@pytest.mark.parametrize("lead", [LANDLINE, AGREED])
def test_a_recorded_voice_may_be_left_on_a_landline_or_by_consent(lead: Lead) -> None:
    leave = leaves(lead)
    assert isinstance(leave, VoicemailLeave) and leave.facts.call.voice is Voice.RECORDED
    assert judge(leave.facts, shipped()).findings == ()


@pytest.mark.parametrize(
    ("lead", "settings", "reason"),
    [
        (LEAD, {}, Reason.CONSENT_WIRELESS_VOICE),
        (lead_with(line_type=LineType.VOIP), {}, Reason.CONSENT_WIRELESS_VOICE),
        (dataclasses.replace(LANDLINE, is_do_not_call=True), {}, Reason.INTERNAL_DNC),
        (
            dataclasses.replace(LANDLINE, history=History(recordings_at=(1.0, 2.0, 3.0))),
            {},
            None,
        ),
        (
            dataclasses.replace(
                LANDLINE,
                history=History(recordings_at=tuple(NOON - day * 86400.0 for day in (9, 5, 2))),
            ),
            {},
            Reason.PRERECORDED_CAP,
        ),
        (LANDLINE, {"state": CampaignState.PAUSED}, Reason.CAMPAIGN_NOT_RUNNING),
        (LANDLINE, {"voicemail_text": "Hello."}, Reason.CAMPAIGN_INVALID),
    ],
)
def test_what_forbids_a_recorded_voice_forbids_the_voicemail(
    lead: Lead, settings: dict[str, Any], reason: Reason | None
) -> None:
    answer = leaves(lead, **settings)
    if reason is None:
        assert isinstance(answer, VoicemailLeave)
    else:
        assert isinstance(answer, Refusal) and reason in answer.reasons


def test_who_sells_needs_a_written_consent_for_a_voicemail() -> None:
    sales = {"purpose": Purpose.SALES, "organisation": Organisation.BUSINESS}
    assert isinstance(leaves(LANDLINE, **sales), Refusal)
    assert isinstance(leaves(AGREED, **sales), Refusal)


def test_while_the_circumstances_are_not_known_nothing_is_left() -> None:
    answer = leaves(LANDLINE, circumstances=None)
    assert isinstance(answer, Refusal) and answer.reasons == (Reason.CIRCUMSTANCES_UNKNOWN,)


# --- permits ---------------------------------------------------------------------------------


def test_a_permit_names_what_it_allows_and_ends_soon() -> None:
    assert ask() == DialPermit(
        lead_id=1,
        e164="+19195550123",
        campaign_id=7,
        caller_id="+19195550100",
        granted_at=NOON,
        expires_at=NOON + PERMIT_LIFETIME_S,
        may_over_dial=False,
        may_play_recording=False,
    )


def test_a_permit_ends_before_a_ring_could_outlast_the_window() -> None:
    closing = at("2026-07-15T21:00:00-04:00")
    permit = ask(now=closing - CAMPAIGN.ring_timeout_s - 1.0)
    assert isinstance(permit, DialPermit)
    assert permit.expires_at == closing - CAMPAIGN.ring_timeout_s


@pytest.mark.parametrize(
    ("line_type", "has_consent", "takes_recording"),
    [
        (LineType.LANDLINE, False, True),
        (LineType.WIRELESS, False, False),
        (LineType.UNKNOWN, False, False),
        (LineType.VOIP, False, False),  # may be somebody's mobile
        (LineType.WIRELESS, True, True),
        (LineType.UNKNOWN, True, True),
    ],
)
def test_only_landlines_and_consented_lines_may_be_over_dialed_or_hear_a_recording(
    line_type: LineType, has_consent: bool, takes_recording: bool
) -> None:
    number = dataclasses.replace(IN_CAROLINA, consents=(CONSENT,) * has_consent)
    lead = lead_with(line_type=line_type, number=number)
    permit = ask(lead, WITH_MESSAGE)
    assert isinstance(permit, DialPermit)
    assert permit.may_over_dial is takes_recording
    assert permit.may_play_recording is takes_recording
    known_ahead = may_over_dial(
        lead, WITH_MESSAGE, NOON, circumstances=Circumstances(), book=shipped()
    )
    assert known_ahead is takes_recording
    over_dialed = ask(lead, WITH_MESSAGE, mode=SHARED)
    if takes_recording:
        assert isinstance(over_dialed, DialPermit)
    else:
        why = (Reason.CONSENT_WIRELESS_VOICE, Reason.PACING_1TO1)
        assert refused(over_dialed).reasons == why
        assert refused(over_dialed).outcome is Outcome.DOWNGRADE
        assert refused(over_dialed).downgrade_to is DialMethod.PROGRESSIVE


def test_without_a_message_nobody_is_over_dialed() -> None:
    lead = lead_with(line_type=LineType.LANDLINE)
    permit = ask(lead, CAMPAIGN)
    assert isinstance(permit, DialPermit)
    assert not permit.may_over_dial
    assert not permit.may_play_recording
    assert refused(ask(lead, CAMPAIGN, mode=SHARED)).reasons == (Reason.MSG_MISSING,)


def test_with_the_budget_spent_nobody_is_over_dialed() -> None:
    lead = lead_with(line_type=LineType.LANDLINE)
    spent = dataclasses.replace(SHARED, has_budget=False)
    assert refused(ask(lead, WITH_MESSAGE, mode=spent)).reasons == (Reason.ABANDON_LIMIT,)
    reserved = dataclasses.replace(spent, has_reserved_agent=True)
    assert isinstance(ask(lead, WITH_MESSAGE, mode=reserved), DialPermit)


def test_where_no_recorded_voice_is_lawful_a_landline_is_dialed_one_to_one() -> None:
    indiana = dataclasses.replace(IN_CAROLINA, states=("IN",))
    lead = lead_with(line_type=LineType.LANDLINE, number=indiana)
    answer = refused(ask(lead, WITH_MESSAGE, mode=SHARED))
    assert answer.outcome is Outcome.DOWNGRADE and answer.downgrade_to is DialMethod.PROGRESSIVE
    permit = ask(lead, WITH_MESSAGE)
    assert isinstance(permit, DialPermit)
    assert not permit.may_over_dial and not permit.may_play_recording


def test_a_consent_from_before_the_number_changed_hands_is_void() -> None:
    asked = Reassigned(answer=ReassignedAnswer.YES, asked_about=NOON - 9e5, asked_at=NOON - 3600.0)
    number = dataclasses.replace(IN_CAROLINA, consents=(CONSENT,), reassigned=asked)
    permit = ask(lead_with(number=number), WITH_MESSAGE)
    assert isinstance(permit, DialPermit)
    assert not permit.may_play_recording
    since = dataclasses.replace(CONSENT, given_at=NOON - 60.0)
    permit = ask(lead_with(number=dataclasses.replace(number, consents=(since,))), WITH_MESSAGE)
    assert isinstance(permit, DialPermit)
    assert permit.may_play_recording


def test_a_permit_and_a_refusal_carry_what_they_rest_on() -> None:
    permit, refusal = ask(), refused(ask(lead_with(is_do_not_call=True)))
    assert isinstance(permit, DialPermit)
    for answer in (permit, refusal):
        assert answer.facts is not None
        assert answer.book == shipped().version
        assert judge(answer.facts, shipped()).findings == answer.findings
    assert [one.rule for one in refusal.findings] == ["policy.do_not_call"]


def test_before_the_circumstances_are_known_nobody_is_dialed() -> None:
    assert ask(circumstances=None) == Refusal(
        reasons=(Reason.CIRCUMSTANCES_UNKNOWN,), retry_at=NOON + ASK_AGAIN_S
    )
    lead = lead_with(line_type=LineType.LANDLINE)
    assert not may_over_dial(lead, WITH_MESSAGE, NOON, circumstances=None, book=shipped())


def test_a_lead_that_only_a_person_may_dial_is_told_by_which_method() -> None:
    sales = campaign_with(purpose=Purpose.SALES, organisation=Organisation.BUSINESS)
    lead = lead_with(number=dataclasses.replace(IN_CAROLINA, states=("FL",)))
    fresh = Circumstances(registers_as_of=(("us.national", NOON), ("us.fl", NOON)))
    answer = refused(ask(lead, sales, circumstances=fresh))
    assert answer.reasons == (Reason.CONSENT_STATE,)
    assert answer.retry_at is not None  # it is not lost


@settings(max_examples=300, deadline=None)
@given(
    whom=st.sampled_from(
        (
            (Purpose.POLITICAL, Organisation.COMMITTEE),
            (Purpose.CHARITY, Organisation.CHARITY),
            (Purpose.SURVEY, Organisation.NONPROFIT),
            (Purpose.INFORMATIONAL, Organisation.BUSINESS),
        )
    ),
    states=st.sets(st.sampled_from(("NC", "IN", "MN", "CA", "TX", "SD", "OK")), min_size=1),
    line_type=st.sampled_from(LineType),
    ported_days=st.none() | st.integers(-1, 20),
    answer=st.none() | st.sampled_from(ReassignedAnswer),
    consents=st.sets(st.sampled_from(ConsentKind)),
    recordings=st.lists(st.integers(1, 40), max_size=4),
    hour=st.integers(9, 20),
    method=st.sampled_from(DialMethod),
)
def test_a_permit_that_may_over_dial_says_so_just_where_the_shared_call_is_lawful(
    whom: tuple[Purpose, Organisation],
    states: set[str],
    line_type: LineType,
    ported_days: int | None,
    answer: ReassignedAnswer | None,
    consents: set[ConsentKind],
    recordings: list[int],
    hour: int,
    method: DialMethod,
) -> None:
    asked = answer and Reassigned(answer=answer, asked_about=NOON - 9e6, asked_at=NOON - 60.0)
    number = NumberFacts(
        states=tuple(sorted(states)),
        ported_to_wireless_at=None if ported_days is None else NOON - 86400.0 * ported_days,
        consents=tuple(dataclasses.replace(CONSENT, kind=kind) for kind in sorted(consents)),
        reassigned=asked,
    )
    heard = History(recordings_at=tuple(sorted(NOON - 86400.0 * days for days in recordings)))
    lead = lead_with(number=number, line_type=line_type, history=heard)
    campaign = dataclasses.replace(
        WITH_MESSAGE, purpose=whom[0], organisation=whom[1], dial_method=method
    )
    now = NOON + 3600.0 * (hour - 12)
    permit = ask(lead, campaign, now=now)
    over_dialing = method if method is DialMethod.PREDICTIVE else DialMethod.RATIO
    shared = Mode(method=over_dialing, has_reserved_agent=False)
    if isinstance(permit, DialPermit):
        answer_of_all = ask(lead, campaign, now=now, mode=shared)
        assert permit.may_over_dial is isinstance(answer_of_all, DialPermit)


# --- refusals that time does not heal -----------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "reason"),
    [
        (lead_with(is_do_not_call=True), Reason.INTERNAL_DNC),
        (lead_with(zones=()), Reason.NO_ZONE),
        (lead_with(zones=("America/New_York", "Mars/Olympus")), Reason.NO_ZONE),
        (lead_with(zones=("Etc/Unknown",)), Reason.NO_ZONE),
        (lead_with(attempt_count=6), Reason.ATTEMPTS_EXHAUSTED),
        (lead_with(e164=""), Reason.NUMBER_INVALID),
        (lead_with(e164="911"), Reason.NUMBER_INVALID),
        (lead_with(e164="+1919555012x"), Reason.NUMBER_INVALID),
        (lead_with(e164="+19195550123\r\nChannel: x"), Reason.NUMBER_INVALID),
        (lead_with(e164="+19195550123\n"), Reason.NUMBER_INVALID),
        (lead_with(e164="+19005550123"), Reason.PROTECTED_LINE),
        (lead_with(e164="+18005550123"), Reason.PROTECTED_LINE),
        (lead_with(e164="+19199765555"), Reason.PROTECTED_LINE),
        (lead_with(e164="+19199115555"), Reason.PROTECTED_LINE),
        (lead_with(e164="+19115555555"), Reason.PROTECTED_LINE),
        (lead_with(e164="+881612345678"), Reason.PROTECTED_LINE),
    ],
)
def test_what_no_hour_can_change_is_refused_for_ever(lead: Lead, reason: Reason) -> None:
    answer = refused(ask(lead))
    assert reason in answer.reasons
    assert set(answer.reasons) <= {reason, Reason.NO_PROFILE}  # what is no number has no country
    assert answer.retry_at is None


@pytest.mark.parametrize(
    "e164",
    ["+449012345678", "+448712345678", "+448001111", "+44118500", "+611900123456", "+611800123456"],
)
def test_numbers_abroad_that_cost_somebody_money_are_never_called(e164: str) -> None:
    assert number_kind(e164) is NumberKind.PROTECTED


@pytest.mark.parametrize("e164", ["+442079460000", "+447700900123", "+61261234567", "+61412345678"])
def test_usual_numbers_abroad_may_be_called(e164: str) -> None:
    assert number_kind(e164) is NumberKind.ORDINARY


def test_who_is_never_awake_in_the_campaign_s_window_waits_for_a_wider_one() -> None:
    evening = campaign_with(limits=Limits(window_start="18:00", window_end="20:30"))
    coasts = lead_with(zones=("America/Los_Angeles", "America/New_York"))
    answer = refused(ask(coasts, evening))
    assert answer.reasons == (Reason.HOURS,)
    assert answer.retry_at == NOON + ASK_TOMORROW_S


def test_a_number_of_a_country_without_rules_is_refused_and_asked_about_tomorrow() -> None:
    answer = refused(ask(lead_with(e164="+33142685300", zones=("Europe/Paris",))))
    assert answer.reasons == (Reason.NO_PROFILE,)
    assert answer.retry_at == NOON + 86400.0


@pytest.mark.parametrize("now", [math.nan, math.inf, -math.inf, -1.0, 1e18])
def test_an_instant_on_no_calendar_is_refused(now: float) -> None:
    assert ask(now=now) == Refusal(reasons=(Reason.CLOCK_INVALID,), retry_at=None)


# --- refusals until somebody acts ----------------------------------------------------------------


@pytest.mark.parametrize("state", [s for s in CampaignState if s is not CampaignState.RUNNING])
def test_only_a_running_campaign_dials(state: CampaignState) -> None:
    assert ask(campaign=campaign_with(state=state)) == Refusal(
        reasons=(Reason.CAMPAIGN_NOT_RUNNING,), retry_at=NOON + ASK_AGAIN_S
    )


def test_a_caller_id_that_the_trunk_may_not_show_is_refused() -> None:
    foreign = Mode(method=DialMethod.PROGRESSIVE, trunk_shows_caller_id=False)
    assert refused(ask(mode=foreign)).reasons == (Reason.CID_INVALID,)
    assert refused(ask(campaign=campaign_with(caller_id=""))).reasons == (Reason.CID_INVALID,)


def test_a_cap_of_no_attempts_at_all_is_no_way_around_the_caps() -> None:
    limits = Limits(max_attempts_per_24h=0)
    answer = refused(ask(campaign=campaign_with(limits=limits)))
    assert answer.reasons == (Reason.CAMPAIGN_INVALID, Reason.CAP_24H)
    assert answer.retry_at == NOON + ASK_LATER_S


@pytest.mark.parametrize(
    ("own", "is_lawful"),
    [
        (OwnCallerId(number="+19195550100", authorised_from=0.0, takes_calls=True), True),
        (OwnCallerId(number="+19195550100", authorised_from=0.0), False),
        (OwnCallerId(number="+19195550100", authorised_from=NOON + 1, takes_calls=True), False),
        (
            OwnCallerId(
                number="+19195550100", authorised_from=0.0, authorised_to=NOON, takes_calls=True
            ),
            False,
        ),
        (OwnCallerId(number="+19195550199", authorised_from=0.0, takes_calls=True), False),
    ],
)
def test_once_an_inventory_is_kept_only_its_numbers_are_shown(
    own: OwnCallerId, is_lawful: bool
) -> None:
    answer = ask(circumstances=Circumstances(caller_ids=(own,)))
    assert isinstance(answer, DialPermit) is is_lawful
    if not is_lawful:
        assert refused(answer).reasons == (Reason.CID_INVALID,)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(window_start="07:59", window_end="21:00"),
        Limits(window_start="08:00", window_end="21:01"),
        Limits(window_start="nine", window_end="21:00"),
        Limits(max_attempts_per_day=3),
        Limits(max_attempts_per_24h=4),
    ],
)
def test_a_campaign_with_looser_limits_than_lawful_is_not_dialed_for(limits: Limits) -> None:
    assert ask(campaign=campaign_with(limits=limits)) == Refusal(
        reasons=(Reason.CAMPAIGN_INVALID,), retry_at=NOON + ASK_AGAIN_S
    )


def test_a_campaign_started_at_night_waits_for_the_morning() -> None:
    campaign = campaign_with(state=CampaignState.PAUSED)
    answer = refused(ask(campaign=campaign, now=at("2026-07-15T22:00:00-04:00")))
    assert answer.reasons == (Reason.CAMPAIGN_NOT_RUNNING, Reason.HOURS)
    assert answer.retry_at == at("2026-07-16T08:00:00-04:00")


# --- refusals that time heals --------------------------------------------------------------------


def test_all_reasons_are_given_together() -> None:
    lead = lead_with(
        is_do_not_call=True,
        attempt_count=9,
        e164="+18005550123",
        history=attempted(*(at("2026-07-15T20:00:00-04:00"),) * 3),
    )
    answer = refused(
        ask(
            lead,
            campaign_with(state=CampaignState.DRAFT),
            now=at("2026-07-15T22:00:00-04:00"),
            mode=dataclasses.replace(SHARED, trunk_shows_caller_id=False),
        )
    )
    assert set(answer.reasons) == {
        Reason.CAMPAIGN_NOT_RUNNING,
        Reason.CID_INVALID,
        Reason.PROTECTED_LINE,
        Reason.INTERNAL_DNC,
        Reason.ATTEMPTS_EXHAUSTED,
        Reason.PACING_1TO1,
        Reason.MSG_MISSING,
        Reason.HOURS,
        Reason.CAP_DAY,
        Reason.CAP_24H,
    }
    assert answer.retry_at is None


def test_a_third_call_today_waits_for_tomorrow_s_opening() -> None:
    lead = lead_with(history=attempted(NOON - 3600.0, NOON - 60.0))
    assert ask(lead) == Refusal(reasons=(Reason.CAP_DAY,), retry_at=at("2026-07-16T08:00:00-04:00"))


def test_three_calls_in_24_hours_wait_until_the_oldest_is_a_day_old() -> None:
    yesterday = (NOON - 20 * 3600.0, NOON - 19 * 3600.0, NOON - 18 * 3600.0)
    assert ask(lead_with(history=attempted(*yesterday))) == Refusal(
        reasons=(Reason.CAP_24H,), retry_at=NOON + 4 * 3600.0
    )


@settings(max_examples=300, deadline=None)
@given(
    now=instants(),
    zones=zone_sets(),
    ages=st.lists(st.floats(-600.0, 2 * 86400.0), max_size=5),
    per_day=st.integers(1, 2),
    per_24h=st.integers(1, 3),
    opening=st.sampled_from(("08:00", "09:00", "12:30")),
    ring_s=st.sampled_from((15.0, 25.0, 59.5)),
)
def test_the_gate_agrees_with_a_naive_judge_and_its_retry_is_exact(
    now: float,
    zones: tuple[str, ...],
    ages: list[float],
    per_day: int,
    per_24h: int,
    opening: str,
    ring_s: float,
) -> None:
    limits = Limits(
        window_start=opening,
        window_end="21:00",
        max_attempts_per_day=per_day,
        max_attempts_per_24h=per_24h,
    )
    campaign = campaign_with(limits=limits, ring_timeout_s=ring_s)
    lead = lead_with(zones=zones, history=attempted(*(now - age for age in ages)))

    def naive(moment: float) -> set[Reason]:
        hour, minute = map(int, opening.split(":"))
        found = set()
        start_s = hour * 3600 + minute * 60
        if not naive_hours.is_open(zones, start_s, 21 * 3600, moment, ring_s):
            found.add(Reason.HOURS)
        whole = math.floor(moment)
        if any(
            naive_hours.attempts_today(lead.history.to_number_at, zone, whole) >= per_day
            for zone in zones
        ):
            found.add(Reason.CAP_DAY)
        if naive_hours.attempts_in_24h(lead.history.to_number_at, moment) >= per_24h:
            found.add(Reason.CAP_24H)
        return found

    signed_on = Circumstances(signed_on_until=2 * naive_hours.LAST)
    answer = ask(lead, campaign, now=now, circumstances=signed_on)
    if isinstance(answer, DialPermit):
        assert naive(now) == set()
        assert naive(math.nextafter(answer.expires_at, -math.inf)) == set()
        return
    assert set(answer.reasons) == naive(now)
    assert answer.retry_at is not None and answer.retry_at > now
    if any(one.until is None for one in answer.findings):  # no hour is ever open
        assert answer.retry_at >= now + ASK_TOMORROW_S
        assert all(naive(now + 900.0 * n) for n in range(4 * 24 * 4))
        return
    assert naive(answer.retry_at) == set()
    again = ask(lead, campaign, now=answer.retry_at, circumstances=signed_on)
    assert isinstance(again, DialPermit)
    assert naive(math.nextafter(answer.retry_at, -math.inf))
    steps = min(int((answer.retry_at - now) // 600), 500)
    assert all(naive(now + 600.0 * n) for n in range(steps))


# --- the permit itself ----------------------------------------------------------------------


def test_the_permit_s_fields_are_closed_to_change() -> None:
    permit = ask()
    with pytest.raises(dataclasses.FrozenInstanceError):
        permit.expires_at = math.inf


def test_an_unlimited_number_of_attempts_is_not_a_way_around_the_caps() -> None:
    campaign = campaign_with(recycle=RecycleRules(max_attempts=1000))
    lead = lead_with(attempt_count=500, history=attempted(NOON - 5.0, NOON - 4.0))
    assert refused(ask(lead, campaign)).reasons == (Reason.CAP_DAY,)
