"""The shipped rules say what compliance.md says: every state, country and number of it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dialer.compliance import rulebook
from dialer.compliance.facts import CallFacts
from dialer.compliance.rule import Basis, Outcome, Rule
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind

BOOK = rulebook.shipped()

NOW = datetime(2026, 11, 28, tzinfo=UTC).timestamp()

STATES = (
    "AL AZ CA CT FL GA IL IN KY LA MA MD ME MI MN MS ND NE NJ NM NV NY OK OR PA RI SD TN TX UT VA "
    "WA WY"
).split()


def call(
    purpose: Purpose = Purpose.SALES,
    organisation: Organisation = Organisation.BUSINESS,
    method: DialMethod = DialMethod.MANUAL,
    voice: Voice = Voice.LIVE,
) -> CallFacts:
    return CallFacts(purpose=purpose, organisation=organisation, method=method, voice=voice)


VOTES = call(Purpose.POLITICAL, Organisation.COMMITTEE)


def rules(
    of: CallFacts,
    state: str = "",
    *,
    country: str = "US",
    line: LineType = LineType.WIRELESS,
    at: float = NOW,
) -> list[Rule]:
    return list(BOOK.rules_for(country, (state,) if state else (), of, line, at))


def of_state(found: list[Rule], state: str) -> list[Rule]:
    return [rule for rule in found if rule.jurisdiction == f"US-{state}"]


def asks(found: list[Rule], predicate: str) -> list[Rule]:
    return [rule for rule in found if rule.predicate == predicate]


# --- the whole -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_the_reference_has_rules_or_duties(state: str) -> None:
    place = f"US-{state}"
    assert any(rule.jurisdiction == place for rule in BOOK.rules) or any(
        duty.jurisdiction == place for duty in BOOK.duties
    )


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_rule_is_named_after_its_place(rule: Rule) -> None:
    place = "policy" if rule.jurisdiction == "*" else rule.jurisdiction.lower().replace("-", ".")
    assert rule.id.startswith(f"{place}.")


def test_reviews_are_spread_over_2027_and_none_is_due_within_four_months() -> None:
    days = {rule.review_by for rule in BOOK.rules}
    assert len(days) >= 5
    assert date(2027, 3, 31) <= min(days) and max(days) <= date(2027, 12, 31)


def test_what_counsel_must_confirm_is_marked() -> None:
    assert sum(rule.confidence == "M" for rule in BOOK.rules) > 20
    assert all(rule.basis is Basis.POLICY for rule in BOOK.rules if rule.jurisdiction == "*")


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


# --- federal ---------------------------------------------------------------------------------


def test_sales_keep_the_federal_hours_and_registers() -> None:
    found = rules(call(), "GA")
    (hours,) = [rule for rule in found if rule.reason == "HOURS_FED"]
    assert hours.arguments == {"all": ("08:00", "21:00")}
    (on,) = asks(found, "not_on_register")
    assert on.unless.relations == {RelationKind.PURCHASE: 18, RelationKind.INQUIRY: 3}
    assert on.unless.consents == (ConsentKind.EXPRESS_WRITTEN,)
    (fresh,) = asks(found, "register_is_fresh")
    assert fresh.arguments == {"register": "us.national", "most_days": 31}


@pytest.mark.parametrize(
    ("purpose", "organisation", "holds"),
    [
        (Purpose.SALES, Organisation.CHARITY, False),
        (Purpose.SALES, Organisation.NONPROFIT, False),
        (Purpose.SALES, Organisation.COMMITTEE, True),
        (Purpose.CHARITY, Organisation.TELEFUNDER, False),
        (Purpose.POLITICAL, Organisation.COMMITTEE, False),
        (Purpose.SURVEY, Organisation.BUSINESS, False),
    ],
)
def test_the_national_register_is_about_sales_of_those_who_pay_tax(
    purpose: Purpose, organisation: Organisation, holds: bool
) -> None:
    assert bool(asks(rules(call(purpose, organisation), "GA"), "not_on_register")) == holds


def test_telefunders_keep_the_ftcs_hours_and_charities_do_not_need_to() -> None:
    paid = rules(call(Purpose.CHARITY, Organisation.TELEFUNDER), "GA")
    assert [rule.id for rule in paid if rule.reason == "HOURS_FED"] == ["us.hours.telefunders"]
    staff = rules(call(Purpose.CHARITY, Organisation.CHARITY), "GA")
    assert not [rule for rule in staff if rule.reason == "HOURS_FED"]


@pytest.mark.parametrize(
    ("purpose", "line", "reasons"),
    [
        (Purpose.POLITICAL, LineType.WIRELESS, {"CONSENT_WIRELESS_VOICE"}),
        (Purpose.POLITICAL, LineType.UNKNOWN, {"CONSENT_WIRELESS_VOICE"}),
        (Purpose.POLITICAL, LineType.LANDLINE, {"PRERECORDED_CAP"}),
        (Purpose.CHARITY, LineType.LANDLINE, {"PRERECORDED_CAP"}),
        (Purpose.INFORMATIONAL, LineType.LANDLINE, {"PRERECORDED_CAP"}),
        (Purpose.SALES, LineType.WIRELESS, {"CONSENT_PEWC"}),
        (Purpose.SALES, LineType.LANDLINE, {"CONSENT_PEWC"}),
    ],
)
@pytest.mark.parametrize("voice", [Voice.RECORDED, Voice.AI])
def test_a_recorded_voice_needs_what_the_matrix_of_consents_says(
    purpose: Purpose, line: LineType, reasons: set[str], voice: Voice
) -> None:
    wanted = {"CONSENT_WIRELESS_VOICE", "CONSENT_PEWC", "PRERECORDED_CAP"}
    found = rules(call(purpose, voice=voice), "GA", line=line)
    assert {rule.reason for rule in found} & wanted == reasons
    assert not {r.reason for r in rules(call(purpose), "GA", line=line)} & wanted


def test_three_recorded_voices_in_thirty_days_and_consent_lifts_it() -> None:
    rule = BOOK.rule("us.voice.cap")
    assert rule.arguments == {"days": 30, "most": 3}
    assert ConsentKind.EXPRESS in rule.unless.consents


def test_over_dialing_asks_for_message_voice_and_budget_unless_an_agent_is_reserved() -> None:
    over = rules(call(Purpose.POLITICAL, Organisation.COMMITTEE, DialMethod.PREDICTIVE), "NC")
    downgrades = [rule for rule in over if rule.outcome is Outcome.DOWNGRADE]
    assert {rule.reason for rule in downgrades} == {"MSG_MISSING", "PACING_1TO1", "ABANDON_LIMIT"}
    assert all(rule.unless.has_reserved_agent for rule in downgrades)
    assert all(rule.downgrade_to is DialMethod.PROGRESSIVE for rule in downgrades)
    one_to_one = rules(call(Purpose.POLITICAL, Organisation.COMMITTEE, DialMethod.PROGRESSIVE))
    assert not [rule for rule in one_to_one if rule.outcome is Outcome.DOWNGRADE]


# --- other countries -------------------------------------------------------------------------


def test_the_united_kingdom_screens_politics_too_and_bars_redialing() -> None:
    found = rules(VOTES, country="GB")
    assert {rule.arguments["register"] for rule in asks(found, "not_on_register")} == {
        "gb.tps",
        "gb.ctps",
    }
    assert {rule.arguments["most_days"] for rule in asks(found, "register_is_fresh")} == {28}
    bars = {
        (rule.reason, rule.arguments["hours"], rule.arguments["after"])
        for rule in asks(found, "not_redialed_within")
        if rule.jurisdiction == "GB"
    }
    assert bars == {("UK_72H", 72, "abandoned"), ("UK_AM_24H", 24, "machine")}
    assert all(r.unless.has_reserved_agent for r in asks(found, "not_redialed_within"))
    recorded = rules(call(Purpose.POLITICAL, voice=Voice.RECORDED), country="GB")
    assert [rule.reason for rule in asks(recorded, "has_consent")] == ["CONSENT_VOICE"]


def test_canada_closes_earlier_at_weekends_for_parties_too() -> None:
    for of in (call(), VOTES, call(Purpose.CHARITY, Organisation.CHARITY)):
        (hours,) = [r for r in rules(of, country="CA") if r.reason == "HOURS_FED"]
        assert hours.arguments == {
            "mon_fri": ("09:00", "21:30"),
            "sat": ("10:00", "18:00"),
            "sun": ("10:00", "18:00"),
        }
    assert asks(rules(call(), country="CA"), "not_on_register")
    assert not asks(rules(VOTES, country="CA"), "not_on_register")


def test_australia_keeps_sundays_and_holidays_free_and_surveys_longer_evenings() -> None:
    hours = {r.reason: r.arguments for r in asks(rules(call(), country="AU"), "within_hours")}
    assert hours["HOURS_FED"] == {
        "mon_fri": ("09:00", "20:00"),
        "sat": ("09:00", "17:00"),
        "sun": None,
    }
    assert hours["HOLIDAY"] == {"holiday": None, "holidays": "AU"}
    research = call(Purpose.SURVEY)
    hours = {r.reason: r.arguments for r in asks(rules(research, country="AU"), "within_hours")}
    assert hours["HOURS_FED"] == {
        "mon_fri": ("09:00", "20:30"),
        "sat": ("09:00", "17:00"),
        "sun": ("09:00", "17:00"),
    }


def test_a_country_without_a_profile_has_only_the_rule_that_refuses_it() -> None:
    found = rules(VOTES, country="DE")
    assert {rule.jurisdiction for rule in found} == {"*"}
    assert "country_has_profile" in {rule.predicate for rule in found}
    assert not BOOK.has_profile("DE")


# --- duties ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("US-TX", "bond"),
        ("US-FL", "Licence"),
        ("US-NJ", "web address"),
        ("US-VA", "10 years"),
        ("US-CT", "Within 10 s"),
        ("GB", "TPS"),
        ("CA", "Voter Contact Registry"),
        ("AU", "Name"),
    ],
)
def test_what_no_call_can_keep_is_on_the_checklist(place: str, words: str) -> None:
    assert any(words in duty.what for duty in BOOK.duties if duty.jurisdiction == place)
