"""The rule book: what is in force when, for which calls, and what an operator can add."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance import rulebook
from dialer.compliance.facts import CallFacts
from dialer.compliance.reasons import PLACE
from dialer.compliance.rule import Outcome, Rule
from dialer.compliance.rule_rows import row_of
from dialer.compliance.rule_sentences import what_it_asks, what_lifts_it, whom_it_concerns
from dialer.compliance.rule_words import PREDICATES
from dialer.compliance.rulebook import RuleBook, RuleBookError
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from tests.unit.compliance.rule_pages import at, book, ids, mistake, own, page, row

CALL = CallFacts(
    purpose=Purpose.SALES, organisation=Organisation.BUSINESS, method=DialMethod.PREDICTIVE
)

# --- which rules a call is judged by ---------------------------------------------------------

EVERYWHERE = row(id="all", jurisdiction="'*'", reason="HOURS", basis="policy")
FEDERAL = row(id="us", jurisdiction="US", reason="HOURS_FED")


def ids_for(
    of: RuleBook,
    country: str = "US",
    states: tuple[str, ...] = ("FL",),
    call: CallFacts = CALL,
    line: LineType = LineType.LANDLINE,
    instant: str = "2026-11-28",
) -> list[str]:
    return [rule.id for rule in of.rules_for(country, states, call, line, at(instant))]


def test_everywhere_country_and_each_candidate_state_count() -> None:
    four = book(EVERYWHERE, FEDERAL, row(), row(id="ga", jurisdiction="US-GA"))
    assert ids_for(four, states=("FL",)) == ["all", "us", "us.fl.hours"]
    assert ids_for(four, states=("FL", "GA")) == ["all", "us", "ga", "us.fl.hours"]
    assert ids_for(four, states=()) == ["all", "us"]
    assert ids_for(four, country="GB", states=("FL",)) == ["all"]
    assert ids_for(four, country="", states=()) == ["all"]


@pytest.mark.parametrize(
    ("scope", "change"),
    [
        ({"purposes": "[sales]"}, {"purpose": Purpose.POLITICAL}),
        ({"organisations": "[business]"}, {"organisation": Organisation.CHARITY}),
        ({"modes": "[over_dialed]"}, {"method": DialMethod.PROGRESSIVE}),
        ({"modes": "[automated]"}, {"method": DialMethod.PREVIEW}),
        ({"voices": "[live]"}, {"voice": Voice.AI}),
    ],
)
def test_a_rule_concerns_only_calls_of_its_scope(
    scope: dict[str, str], change: dict[str, object]
) -> None:
    one = book(row(**scope))
    assert ids_for(one) == ["us.fl.hours"]
    assert ids_for(one, call=replace(CALL, **change)) == []


@pytest.mark.parametrize("line", [LineType.VOIP, LineType.UNKNOWN, LineType.WIRELESS])
def test_voip_and_unknown_lines_are_wireless(line: LineType) -> None:
    two = book(row(lines="[wireless]"), row(id="b", lines="[landline]"))
    assert ids_for(two, line=line) == ["us.fl.hours"]
    assert ids_for(two, line=LineType.LANDLINE) == ["b"]


def test_rules_come_in_the_order_of_a_verdict() -> None:
    places = [PLACE[rule.reason] for rule in rulebook.shipped().rules]
    assert places == sorted(places)


instants = st.floats(at("2019-01-01"), at("2032-01-01"))
calls = st.builds(
    CallFacts,
    purpose=st.sampled_from(Purpose),
    organisation=st.sampled_from(Organisation),
    method=st.sampled_from(DialMethod),
    voice=st.sampled_from(Voice),
)


@given(
    st.sampled_from(["US", "GB", "CA", "AU", "DE", ""]),
    st.sampled_from([(), ("FL",), ("AL", "FL"), ("CT",), ("OR", "WA")]),
    calls,
    st.sampled_from(LineType),
    instants,
)
def test_the_quick_answer_is_the_plain_one(
    country: str, states: tuple[str, ...], call: CallFacts, line: LineType, instant: float
) -> None:
    """What is kept between calls never shows: the answer is what reading every row would give."""
    shipped = rulebook.shipped()
    places = {"*", country, *(f"{country}-{state}" for state in states)}
    kind = line if line is LineType.LANDLINE else LineType.WIRELESS
    plain = [
        rule
        for rule in shipped.in_force(instant)
        if rule.jurisdiction in places
        and call.purpose in (rule.purposes or Purpose)
        and call.organisation in (rule.organisations or Organisation)
        and call.method in (rule.methods or DialMethod)
        and call.voice in (rule.voices or Voice)
        and kind in (rule.lines or LineType)
    ]
    assert list(shipped.rules_for(country, states, call, line, instant)) == plain
    stale = [rule for rule in plain if instant >= shipped.stale_from(rule)]
    assert list(shipped.stale_for(country, states, call, line, instant)) == stale


# --- review ----------------------------------------------------------------------------------


def test_a_rule_is_stale_from_the_day_after_its_review() -> None:
    one = book(row())
    assert one.stale_rules(at("2027-06-30T23:59:59")) == ()
    assert [rule.id for rule in one.stale_rules(at("2027-07-01T00:00:00"))] == ["us.fl.hours"]
    args = ("US", ("FL",), CALL, LineType.LANDLINE)
    assert one.stale_for(*args, at("2027-06-30T23:59:59")) == ()
    assert one.stale_for(*args, at("2027-07-01T00:00:00")) == one.rules
    assert one.stale_for("US", ("GA",), CALL, LineType.LANDLINE, at("2027-07-01")) == ()


def test_a_rule_that_is_over_is_not_stale() -> None:
    assert book(row(effective_to="2025-01-01")).stale_rules(at("2028-01-01")) == ()


def test_a_rule_is_stale_when_its_calendar_of_holidays_is_over() -> None:
    one = book(
        row(arguments="{holiday: null, holidays: US-AL}", reason="HOLIDAY", review_by="2040-01-01")
    )
    assert one.stale_rules(at("2030-12-31T23:00:00")) == ()
    assert one.stale_rules(at("2031-01-01T00:00:00")) == one.rules


# --- versions of the book and its text -------------------------------------------------------


def test_the_version_is_the_newest_date_and_a_hash_of_the_whole() -> None:
    two = rulebook.read(
        {"a.yaml": page(row()), "b.yaml": page(FEDERAL, head="version: 2027-01-31")}
    )
    assert two.version.startswith("2027-01-31.")
    same = rulebook.read(
        {"x.yaml": page(FEDERAL, head="version: 2027-01-31"), "y.yaml": page(row())}
    )
    assert same.version == two.version  # files and their order are no part of the law
    other = rulebook.read(
        {"a.yaml": page(row(note="new")), "b.yaml": page(FEDERAL, head="version: 2027-01-31")}
    )
    assert other.version != two.version


def test_a_book_as_text_is_read_as_the_same_book() -> None:
    shipped = rulebook.shipped()
    again = rulebook.read({"kept.json": shipped.as_text()})
    assert again.rules == shipped.rules
    assert again.duties == shipped.duties
    assert again.version == shipped.version
    assert again.as_text() == shipped.as_text()


def test_a_book_with_own_rows_as_text_is_read_as_the_same_book() -> None:
    whole = rulebook.shipped().with_policy({"mine.yaml": page(own())})
    again = rulebook.read({"kept.json": whole.as_text()})
    assert (again.rules, again.version) == (whole.rules, whole.version)


# --- an operator's own rows ------------------------------------------------------------------


def test_own_rows_are_added_and_nothing_is_taken_away() -> None:
    shipped = rulebook.shipped()
    whole = shipped.with_policy({"mine.yaml": page(own())})
    assert ids(whole.rules) == ids(shipped.rules) | {"own.no_sundays"}
    assert whole.version != shipped.version


def test_an_own_row_may_be_about_the_same_as_a_shipped_one() -> None:
    stricter = own(arguments='{all: ["10:00", "17:00"]}')
    assert rulebook.shipped().with_policy({"mine.yaml": page(stricter)}).rule("own.no_sundays")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": "no_sundays"}, "rule no_sundays (line 3) is a rule of your own: let its id begin"),
        ({"basis": "statute"}, "is of basis statute: a rule of your own is of basis policy"),
        (
            {"supersedes": "us.hours.sales"},
            "supersedes us.hours.sales, which is not yours: a policy can only add to the law",
        ),
        ({"supersedes": "own.other"}, "supersedes own.other, which does not exist"),
    ],
)
def test_own_rows_can_only_add(changes: dict[str, str], says: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        rulebook.shipped().with_policy({"mine.yaml": page(own(**changes))})
    (sentence,) = caught.value.mistakes
    assert says in sentence


def test_a_shipped_row_cannot_give_way_to_an_own_one() -> None:
    assert "supersedes own.x, an operator's own rule" in mistake(page(row(supersedes="own.x")))


def test_own_rows_give_no_country_a_profile() -> None:
    few = book(EVERYWHERE, FEDERAL).with_policy(
        {"mine.yaml": page(own(id="own.gb", jurisdiction="GB"))}
    )
    assert few.has_profile("US")
    assert not few.has_profile("GB")
    assert rulebook.shipped().has_profile("GB")
    assert not rulebook.shipped().has_profile("DE")
    assert not rulebook.shipped().has_profile("")


_SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "purposes": st.sampled_from(["[sales]", "[political, survey]"]),
        "modes": st.sampled_from(["[automated]", "[manual]"]),
        "voices": st.just("[auto]"),
        "lines": st.just("[wireless]"),
        "jurisdiction": st.sampled_from(["'*'", "US", "US-FL", "GB"]),
        "effective_from": st.sampled_from(["2020-01-01", "2027-01-01"]),
    },
)


@given(st.lists(_SCOPES, min_size=1, max_size=4), calls, st.sampled_from(LineType), instants)
def test_own_rows_take_no_shipped_rule_from_any_call(
    scopes: list[dict[str, str]], call: CallFacts, line: LineType, instant: float
) -> None:
    shipped = rulebook.shipped()
    rows = [
        own(id=f"own.r{number}", cite=f"policy {number}", **scope)
        for number, scope in enumerate(scopes)
    ]
    try:
        whole = shipped.with_policy({"mine.yaml": page(*rows)})
    except RuleBookError as error:
        assert "are about the same" in str(error)  # two own rows of one scope
        return
    kind = ("US", ("FL", "GA"), call, line, instant)
    assert ids(shipped.rules_for(*kind)) <= ids(whole.rules_for(*kind))
    assert ids(shipped.stale_for(*kind)) <= ids(whole.stale_for(*kind))


# --- rows and sentences ----------------------------------------------------------------------


@pytest.mark.parametrize("rule", rulebook.shipped().rules, ids=lambda rule: rule.id)
def test_every_shipped_rule_can_be_said_in_words(rule: Rule) -> None:
    words = f"{what_it_asks(rule)} {whom_it_concerns(rule)} {what_lifts_it(rule)}"
    for value in rule.arguments.values():
        if isinstance(value, int):
            assert f"{value} " in words
    for months in rule.unless.relations.values():
        assert f"{months} months" in words


def test_every_predicate_is_used_by_a_shipped_rule() -> None:
    used = {rule.predicate for rule in rulebook.shipped().rules}
    assert used == set(PREDICATES)


def test_a_row_holds_no_empty_words() -> None:
    for rule in rulebook.shipped().rules:
        assert all(value not in ("", [], {}, None) for value in row_of(rule).values())


def test_no_shipped_rule_allows_anything() -> None:
    assert all(rule.outcome is not Outcome.ALLOW for rule in rulebook.shipped().rules)
