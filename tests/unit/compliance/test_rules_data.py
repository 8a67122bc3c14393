"""The shipped rules say what compliance.md says: federal law, other countries, duties."""

from datetime import date

import pytest

from dialer.compliance.rule import Basis, Outcome, Rule
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind
from tests.unit.compliance.shipped_rules import BOOK, STATES, VOTES, asks, call, rules

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
