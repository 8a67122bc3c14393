"""The gate: what it refuses, when the answer changes, and that it agrees with a naive judge."""

import dataclasses
import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.compliance.gate import (
    ASK_AGAIN_S,
    PERMIT_LIFETIME_S,
    DialPermit,
    Reason,
    Refusal,
    may_dial,
)
from dialer.domain.campaign import Campaign, CampaignState, DialMethod, Limits, RecycleRules
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import History
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
LEAD = Lead(
    id=1, campaign_id=7, e164="+19195550123", display_name="A B", zones=("America/New_York",)
)


def ask(
    lead: Lead = LEAD,
    campaign: Campaign = CAMPAIGN,
    *,
    now: float = NOON,
    one_to_one: bool = True,
    caller_id_is_ours: bool = True,
) -> DialPermit | Refusal:
    return may_dial(
        lead=lead,
        campaign=campaign,
        caller_id_is_ours=caller_id_is_ours,
        one_to_one=one_to_one,
        now=now,
    )


def attempted(*at: float) -> History:
    return History(to_number_at=at)


def refused(answer: DialPermit | Refusal) -> Refusal:
    assert isinstance(answer, Refusal)
    return answer


def lead_with(**changes: Any) -> Lead:  # noqa: ANN401 - any field of a lead
    return dataclasses.replace(LEAD, **changes)


def campaign_with(**changes: Any) -> Campaign:  # noqa: ANN401 - any field of a campaign
    return dataclasses.replace(CAMPAIGN, **changes)


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
    lead = lead_with(line_type=line_type, has_recorded_voice_consent=has_consent)
    permit = ask(lead, WITH_MESSAGE, one_to_one=True)
    assert isinstance(permit, DialPermit)
    assert permit.may_over_dial is takes_recording
    assert permit.may_play_recording is takes_recording
    over_dialed = ask(lead, WITH_MESSAGE, one_to_one=False)
    if takes_recording:
        assert isinstance(over_dialed, DialPermit)
    else:
        assert over_dialed == Refusal(reasons=(Reason.PACING_1TO1,), retry_at=NOON)


def test_without_a_message_nobody_is_over_dialed() -> None:
    lead = lead_with(line_type=LineType.LANDLINE)
    permit = ask(lead, CAMPAIGN)
    assert isinstance(permit, DialPermit)
    assert not permit.may_over_dial
    assert not permit.may_play_recording
    assert refused(ask(lead, CAMPAIGN, one_to_one=False)).reasons == (Reason.MSG_MISSING,)


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
        (lead_with(e164="+١٩١٩٥٥٥٠١٢٣"), Reason.NUMBER_INVALID),
        (lead_with(e164="+19005550123"), Reason.PROTECTED_LINE),
        (lead_with(e164="+18005550123"), Reason.PROTECTED_LINE),
        (lead_with(e164="+19199765555"), Reason.PROTECTED_LINE),
        (lead_with(e164="+19199115555"), Reason.PROTECTED_LINE),
        (lead_with(e164="+19115555555"), Reason.PROTECTED_LINE),
        (lead_with(e164="+881612345678"), Reason.PROTECTED_LINE),
    ],
)
def test_what_no_hour_can_change_is_refused_for_ever(lead: Lead, reason: Reason) -> None:
    assert ask(lead) == Refusal(reasons=(reason,), retry_at=None)


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
    assert refused(ask(caller_id_is_ours=False)).reasons == (Reason.CID_INVALID,)
    assert refused(ask(campaign=campaign_with(caller_id=""))).reasons == (Reason.CID_INVALID,)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(window_start="07:59", window_end="21:00"),
        Limits(window_start="08:00", window_end="21:01"),
        Limits(window_start="nine", window_end="21:00"),
        Limits(max_attempts_per_day=3),
        Limits(max_attempts_per_24h=0),
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
            one_to_one=False,
            caller_id_is_ours=False,
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
            naive_hours.attempts_today(lead.history.to_number_at, zone, whole) >= per_day for zone in zones
        ):
            found.add(Reason.CAP_DAY)
        if naive_hours.attempts_in_24h(lead.history.to_number_at, moment) >= per_24h:
            found.add(Reason.CAP_24H)
        return found

    answer = ask(lead, campaign, now=now)
    if isinstance(answer, DialPermit):
        assert naive(now) == set()
        assert naive(math.nextafter(answer.expires_at, -math.inf)) == set()
        return
    assert set(answer.reasons) == naive(now)
    if answer.retry_at is None:
        assert all(naive(now + 900.0 * n) for n in range(4 * 24 * 4))
        return
    assert answer.retry_at > now
    assert naive(answer.retry_at) == set()
    assert isinstance(ask(lead, campaign, now=answer.retry_at), DialPermit)
    assert naive(math.nextafter(answer.retry_at, -math.inf))
    steps = min(int((answer.retry_at - now) // 600), 500)
    assert all(naive(now + 600.0 * n) for n in range(steps))


# --- the reference's cases -----------------------------------------------------------------------

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "compliance_cases.json").read_text(encoding="utf-8")
)

NEED_STATE_RULES = {"H04", "H06", "H10", "H11", "H20", "H23", "H25"}
"""Hours that only a state's own rule forbids: decided by the rule set of issue 4."""

HOURS_CASES = [c for c in CASES if c["kind"] == "hours" and c["id"] not in NEED_STATE_RULES]


@pytest.mark.parametrize("case", HOURS_CASES, ids=lambda case: case["id"])
def test_hours_cases_of_the_reference_are_decided_as_expected(case: dict[str, Any]) -> None:
    answer = ask(lead_with(zones=tuple(case["tz"])), now=at(case["at"].replace("Z", "+00:00")))
    if case["expect"] == "allow":
        assert isinstance(answer, DialPermit)
    else:
        assert refused(answer).reasons == (Reason.HOURS,)


def test_every_hours_case_is_either_decided_here_or_known_to_need_a_state_rule() -> None:
    hours = {case["id"] for case in CASES if case["kind"] == "hours"}
    assert hours >= NEED_STATE_RULES
    assert len(HOURS_CASES) == len(hours) - len(NEED_STATE_RULES) == 10


def test_the_permit_s_fields_are_closed_to_change() -> None:
    permit = ask()
    with pytest.raises(dataclasses.FrozenInstanceError):
        permit.expires_at = math.inf  # type: ignore[union-attr, misc]


def test_an_unlimited_number_of_attempts_is_not_a_way_around_the_caps() -> None:
    campaign = campaign_with(recycle=RecycleRules(max_attempts=1000))
    lead = lead_with(attempt_count=500, history=attempted(NOON - 5.0, NOON - 4.0))
    assert refused(ask(lead, campaign)).reasons == (Reason.CAP_DAY,)
