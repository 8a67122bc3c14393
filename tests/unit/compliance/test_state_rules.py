"""The shipped rules of the US states say what compliance.md, section 3, says."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.compliance.rule import Outcome
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind
from tests.unit.compliance.shipped_rules import (
    BOOK,
    STATES,
    VOTES,
    asks,
    call,
    of_state,
    rules,
)

# --- hours of the states ---------------------------------------------------------------------

EIGHT = ("08:00", "20:00")
NINE = ("09:00", "21:00")

HOURS = {
    "AL": {"mon_fri": EIGHT, "sat": EIGHT, "sun": None},
    "CT": {"all": ("09:00", "20:00")},
    "FL": {"all": EIGHT},
    "KY": {"all": ("10:00", "21:00")},
    "LA": {"mon_fri": EIGHT, "sat": EIGHT, "sun": None},
    "MA": {"all": EIGHT},
    "MD": {"all": EIGHT},
    "MI": {"all": NINE},
    "MN": {"all": NINE},
    "MS": {"mon_fri": EIGHT, "sat": EIGHT, "sun": None, "zone": "America/Chicago"},
    "NM": {"all": NINE},
    "NV": {"all": ("09:00", "20:00")},
    "OK": {"all": EIGHT},
    "OR": {"all": EIGHT},
    "PA": {"all": ("08:00", "21:00")},
    "RI": {"mon_fri": ("09:00", "18:00"), "sat": ("10:00", "17:00"), "sun": None},
    "SD": {"mon_fri": NINE, "sat": NINE, "sun": None},
    "TX": {"mon_fri": NINE, "sat": NINE, "sun": ("12:00", "21:00")},
    "UT": {"mon_fri": ("08:00", "21:00"), "sat": ("08:00", "21:00"), "sun": None},
    "WA": {"all": EIGHT},
    "WY": {"all": EIGHT},
}


@pytest.mark.parametrize("state", STATES)
def test_live_sales_calls_keep_the_hours_of_the_state(state: str) -> None:
    found = [
        rule.arguments
        for rule in asks(of_state(rules(call(), state), state), "within_hours")
        if rule.reason == "HOURS_STATE"
    ]
    assert found == ([HOURS[state]] if state in HOURS else [])


@pytest.mark.parametrize("state", STATES)
def test_holidays_without_calls_are_those_of_six_states(state: str) -> None:
    found = [rule for rule in of_state(rules(call(), state), state) if rule.reason == "HOLIDAY"]
    if state in ("AL", "LA", "MS", "PA", "RI", "UT"):
        (rule,) = found
        assert rule.arguments["holiday"] is None
        assert rule.arguments["holidays"] == f"US-{state}"
    else:
        assert found == []


@pytest.mark.parametrize(
    ("state", "hours"),
    [
        ("CA", {"all": NINE}),
        ("IL", {"all": NINE}),
        ("IN", {"all": ("09:00", "20:00")}),
        ("ME", {"mon_fri": ("09:00", "17:00"), "sat": None, "sun": None}),
        ("NE", {"sun": ("13:00", "21:00")}),
        ("NE", {"holiday": ("13:00", "21:00"), "holidays": "US-NE"}),
        ("OK", {"all": ("09:00", "20:00")}),
        ("SD", {"mon_fri": NINE, "sat": None, "sun": None}),
    ],
)
@pytest.mark.parametrize("voice", [Voice.RECORDED, Voice.AI])
def test_recorded_and_ai_voices_keep_narrower_hours(
    state: str, hours: dict[str, object], voice: Voice
) -> None:
    found = asks(of_state(rules(call(voice=voice), state), state), "within_hours")
    assert hours in [rule.arguments for rule in found]
    live = asks(of_state(rules(call(), state), state), "within_hours")
    assert hours not in [rule.arguments for rule in live]


@pytest.mark.parametrize("state", [s for s in STATES if s != "MD"])
def test_a_live_call_for_votes_is_outside_of_the_states_rules(state: str) -> None:
    assert of_state(rules(VOTES, state), state) == []


def test_a_call_for_votes_keeps_the_policy_of_everywhere() -> None:
    found = {rule.id: rule for rule in rules(VOTES, "NC")}
    assert found["policy.hours.widest"].arguments == {"all": ("08:00", "21:00")}
    assert found["policy.attempts.24h.hard"].arguments == {"hours": 24, "most": 3, "of": "number"}
    assert {rule.jurisdiction for rule in found.values()} == {"*", "US"}
    assert not asks(list(found.values()), "not_on_register")  # R25
    assert not asks(list(found.values()), "has_consent")  # R12


def test_oregons_hours_hold_from_2026_on() -> None:
    """H24 and H25."""
    mountain = ZoneInfo("America/Denver")  # part of it, where the new year begins first
    before = datetime(2025, 12, 31, 23, 59, tzinfo=mountain).timestamp()
    assert of_state(rules(call(), "OR", at=before), "OR") == []
    since = datetime(2026, 1, 1, tzinfo=mountain).timestamp()
    assert asks(of_state(rules(call(), "OR", at=since), "OR"), "within_hours")


def test_connecticut_closed_at_nine_until_october_2023() -> None:
    before = datetime(2023, 9, 30, tzinfo=UTC).timestamp()
    (rule,) = asks(of_state(rules(call(), "CT", at=before), "CT"), "within_hours")
    assert rule.arguments == {"all": NINE}


def test_a_consent_lifts_utahs_hours() -> None:
    (hours, _) = asks(of_state(rules(call(), "UT"), "UT"), "within_hours")
    assert ConsentKind.EXPRESS in hours.unless.consents


# --- caps, consents, registers of the states ---------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_three_calls_a_day_to_a_person_in_four_states(state: str) -> None:
    caps = {"FL": "subject", "MD": "subject", "OK": "subject", "OR": "person"}
    found = asks(of_state(rules(call(), state), state), "attempts_within")
    wanted = [{"hours": 24, "most": 3, "of": caps[state]}] if state in caps else []
    assert [rule.arguments for rule in found] == wanted


def consent_outcomes(state: str, method: DialMethod, voice: Voice = Voice.LIVE) -> set[str]:
    found = asks(of_state(rules(call(method=method, voice=voice), state), state), "has_consent")
    assert all(rule.arguments["kinds"] == (ConsentKind.EXPRESS_WRITTEN,) for rule in found)
    assert all(rule.reason == "CONSENT_STATE" for rule in found)
    return {rule.outcome for rule in found}


@pytest.mark.parametrize(
    ("state", "method", "outcomes"),
    [
        ("FL", DialMethod.PREDICTIVE, {Outcome.DOWNGRADE}),
        ("FL", DialMethod.PROGRESSIVE, {Outcome.DOWNGRADE}),
        ("FL", DialMethod.PREVIEW, set()),
        ("FL", DialMethod.MANUAL, set()),
        ("OK", DialMethod.PROGRESSIVE, {Outcome.BLOCK}),  # R34
        ("OK", DialMethod.PREVIEW, {Outcome.BLOCK}),
        ("OK", DialMethod.MANUAL, set()),
        ("MD", DialMethod.PREVIEW, {Outcome.BLOCK}),
        ("MD", DialMethod.MANUAL, set()),
        ("CT", DialMethod.MANUAL, {Outcome.BLOCK}),  # R35
        ("GA", DialMethod.PREDICTIVE, set()),
    ],
)
def test_selling_by_machine_needs_written_consent_where_the_state_says_so(
    state: str, method: DialMethod, outcomes: set[Outcome]
) -> None:
    assert consent_outcomes(state, method) == outcomes


def test_floridas_way_out_is_manual_dialing() -> None:
    found = of_state(rules(call(method=DialMethod.PREDICTIVE), "FL"), "FL")
    (rule,) = asks(found, "has_consent")
    assert rule.downgrade_to is DialMethod.MANUAL


@pytest.mark.parametrize("state", ["FL", "MD", "OK", "CT"])
def test_selling_by_a_recorded_voice_needs_written_consent_of_the_state_too(state: str) -> None:
    assert consent_outcomes(state, DialMethod.MANUAL, Voice.RECORDED) == {Outcome.BLOCK}


@pytest.mark.parametrize("state", ["IN", "MN", "ND", "CA", "TX"])
@pytest.mark.parametrize("purpose", [Purpose.POLITICAL, Purpose.CHARITY, Purpose.SURVEY])
def test_five_states_ask_consent_for_recorded_voices_of_politics_too(
    state: str, purpose: Purpose
) -> None:
    recorded = call(purpose, Organisation.COMMITTEE, voice=Voice.AI)
    (rule,) = asks(of_state(rules(recorded, state), state), "has_consent")
    assert (rule.outcome, rule.reason) == (Outcome.BLOCK, "CONSENT_STATE")
    over_dialed = call(purpose, Organisation.COMMITTEE, DialMethod.PREDICTIVE)
    (message,) = of_state(rules(over_dialed, state, line=LineType.LANDLINE), state)
    assert (message.reason, message.downgrade_to) == ("PACING_1TO1", DialMethod.PROGRESSIVE)
    assert message.unless.has_reserved_agent


def test_a_committee_in_maryland_dials_by_hand_or_with_consent() -> None:
    automated = call(Purpose.POLITICAL, Organisation.COMMITTEE, DialMethod.PROGRESSIVE)
    (rule,) = asks(of_state(rules(automated, "MD"), "MD"), "has_consent")
    assert (rule.outcome, rule.downgrade_to) == (Outcome.DOWNGRADE, DialMethod.MANUAL)
    exempt = call(Purpose.CHARITY, Organisation.CHARITY, DialMethod.PROGRESSIVE)
    assert not asks(of_state(rules(exempt, "MD"), "MD"), "has_consent")


@pytest.mark.parametrize("state", STATES)
def test_state_registers_are_asked_and_fresh(state: str) -> None:
    found = of_state(rules(call(), state), state)
    if state in "FL IN LA MA MS NJ PA TN TX".split():
        (on,), (fresh,) = asks(found, "not_on_register"), asks(found, "register_is_fresh")
        assert on.arguments["register"] == fresh.arguments["register"] == f"us.{state.lower()}"
        assert (on.reason, fresh.reason) == ("DNC_STATE", "DNC_STALE")
        assert fresh.arguments["most_days"] == (60 if state == "TX" else 31)
    else:
        assert not asks(found, "not_on_register")


@pytest.mark.parametrize("state", STATES)
def test_an_emergency_stops_sales_in_louisiana_and_new_york(state: str) -> None:
    found = asks(of_state(rules(call(), state), state), "no_emergency")
    assert bool(found) == (state in ("LA", "NY"))


def test_maine_asks_the_reassigned_numbers_database_before_sales() -> None:
    (rule,) = asks(of_state(rules(call(), "ME"), "ME"), "reassigned_was_asked")
    assert (rule.reason, rule.effective_from) == ("RND_REQUIRED", date(2024, 7, 16))
    assert RelationKind.PURCHASE in rule.unless.relations
    (cap,) = asks(of_state(rules(call(voice=Voice.RECORDED), "ME"), "ME"), "attempts_within")
    assert cap.arguments == {"hours": 8, "most": 1, "of": "number"}


@pytest.mark.parametrize(
    ("state", "organisation", "holds"),
    [
        ("CT", Organisation.TELEFUNDER, True),
        ("CT", Organisation.CHARITY, False),
        ("CT", Organisation.COMMITTEE, False),
        ("WA", Organisation.CHARITY, True),
        ("WA", Organisation.COMMITTEE, True),
        ("OR", Organisation.COMMITTEE, True),
        ("OR", Organisation.CHARITY, True),
        ("FL", Organisation.CHARITY, False),
    ],
)
def test_donation_calls_are_in_scope_where_the_state_says_so(
    state: str, organisation: Organisation, holds: bool
) -> None:
    found = asks(of_state(rules(call(Purpose.CHARITY, organisation), state), state), "within_hours")
    assert bool(found) == holds


def test_members_lift_washingtons_and_donors_oregons_donation_hours() -> None:
    wa = BOOK.rule("us.wa.hours.donations").unless.relations
    assert set(wa) == {RelationKind.MEMBERSHIP}
    oregon = BOOK.rule("us.or.hours.donations").unless.relations
    assert set(oregon) == {RelationKind.MEMBERSHIP, RelationKind.DONATION}
