"""The rule book: what it refuses to read, what is in force when, and how it keeps quick."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

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
from dialer.domain.number import ConsentKind, RelationKind

CALL = CallFacts(
    purpose=Purpose.SALES, organisation=Organisation.BUSINESS, method=DialMethod.PREDICTIVE
)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def row(**changes: str) -> str:
    """A row as text; a change of None leaves the key out."""
    words: dict[str, str | None] = {
        "id": "us.fl.hours",
        "jurisdiction": "US-FL",
        "predicate": "within_hours",
        "arguments": '{all: ["08:00", "20:00"]}',
        "outcome": "defer",
        "reason": "HOURS_STATE",
        "basis": "statute",
        "cite": '"Fla. Stat. 501.616(6)"',
        "confidence": "A",
        "effective_from": "2021-07-01",
        "review_by": "2027-06-30",
        **changes,
    }
    kept = [f"{key}: {value}" for key, value in words.items() if value is not None]
    return "  - " + "\n    ".join(kept)


def page(*rows: str, head: str = "version: 2026-11-28") -> str:
    return f"{head}\nrules:\n" + "\n".join(rows) + "\n"


def book(*rows: str) -> RuleBook:
    return rulebook.read({"test.yaml": page(*rows)})


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(RuleBookError) as caught:
        rulebook.read({"test.yaml": text})
    return caught.value.mistakes


def mistake(text: str) -> str:
    (sentence,) = mistakes(text)
    return sentence


# --- what is read ----------------------------------------------------------------------------


def test_a_row_becomes_a_rule_with_its_short_words_written_out() -> None:
    (rule,) = book(
        row(
            purposes="[sales, charity]",
            organisations="[business]",
            modes="[automated]",
            voices="[auto]",
            lines="[landline]",
            arguments='{mon_fri: ["09:00", "18:00"], sun: null, holiday: null, holidays: US-AL}',
            unless="{consents: [express_written], relations: {purchase: 18, inquiry: 3}}",
            note='"a note: with a colon"',
            source_url="none",
        )
    ).rules
    assert rule.purposes == (Purpose.SALES, Purpose.CHARITY)
    assert rule.methods == (DialMethod.PROGRESSIVE, DialMethod.RATIO, DialMethod.PREDICTIVE)
    assert rule.voices == (Voice.RECORDED, Voice.AI)
    assert rule.lines == (LineType.LANDLINE,)
    assert rule.arguments == {
        "mon_fri": ("09:00", "18:00"),
        "sun": None,
        "holiday": None,
        "holidays": "US-AL",
    }
    assert rule.unless.consents == (ConsentKind.EXPRESS_WRITTEN,)
    assert rule.unless.relations == {RelationKind.PURCHASE: 18, RelationKind.INQUIRY: 3}
    assert rule.effective_from == date(2021, 7, 1)
    assert rule.effective_to is None
    assert rule.note == "a note: with a colon"


def test_all_words_of_a_scope_are_no_scope() -> None:
    (rule,) = book(row(purposes="[sales, charity, political, survey, informational]")).rules
    assert rule.purposes == ()


@pytest.mark.parametrize("word", ["NO", "No", "ON", "off", "yes", "Y", "010", "1_000", "12:30:45"])
def test_bare_words_stay_words(word: str) -> None:
    """YAML 1.1 makes booleans, octal and sexagesimal numbers of these."""
    (rule,) = book(row(cite=word, note=word)).rules
    assert rule.cite == word and rule.note == word


def test_a_bare_ontario_is_no_boolean() -> None:
    (rule,) = book(row(jurisdiction="CA-ON", reason="HOURS_FED")).rules
    assert rule.jurisdiction == "CA-ON"


@pytest.mark.parametrize("time", ["09:30", "'09:30'", '"09:30"'])
def test_a_bare_time_is_no_number(time: str) -> None:
    (rule,) = book(row(arguments=f'{{all: [{time}, "20:00"]}}')).rules
    assert rule.arguments["all"] == ("09:30", "20:00")


# --- what is refused, each with one sentence ----------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"colour": "red"}, "has an unknown key, colour: leave it out, or use one of id,"),
        ({"cite": None}, "has no cite: say which law"),
        ({"cite": ""}, "has no cite: say which law"),
        ({"review_by": None}, "has no review_by: say by which day"),
        ({"effective_from": None}, "has no effective_from: say from which day"),
        ({"basis": None}, "has no basis: every rule needs one"),
        ({"predicate": "is_nice"}, "has an unknown predicate, is_nice: use one of number_is_"),
        ({"outcome": "allow"}, "has an unknown outcome, allow: use one of downgrade, defer, block"),
        ({"reason": "HOUR_STATE"}, "has an unknown reason, HOUR_STATE: use one of CLOCK_INVALID"),
        ({"basis": "hearsay"}, "has an unknown basis, hearsay: use one of statute"),
        ({"confidence": "C"}, "has an unknown confidence, C: use one of A, B, M"),
        ({"jurisdiction": "US-ZZ"}, "has an unknown jurisdiction, US-ZZ: use '*', US"),
        ({"jurisdiction": "DE"}, "has an unknown jurisdiction, DE"),
        ({"jurisdiction": "CA-9"}, "has an unknown jurisdiction, CA-9"),
        ({"purposes": "[sale]"}, "has an unknown word in purposes, sale: use sales, charity"),
        ({"purposes": "sales"}, "has purposes that are no list of words: write [a, b]"),
        ({"purposes": "[]"}, "has purposes that are no list of words"),
        ({"purposes": "[[sales]]"}, "has purposes that are no list of words"),
        ({"modes": "[auto]"}, "has an unknown word in modes, auto: use manual, preview"),
        ({"voices": "[robot]"}, "has an unknown word in voices, robot"),
        ({"lines": "[voip]"}, "has an unknown word in lines, voip: use wireless, landline"),
        ({"effective_from": "July 2021"}, "has a effective_from that is no date, July 2021"),
        ({"review_by": "2027-02-30"}, "has a review_by that is no date, 2027-02-30: write it like"),
        ({"effective_to": "2020-01-01"}, "ends on 2020-01-01, not after it begins on 2021-07-01"),
        ({"effective_to": "2021-07-01"}, "ends on 2021-07-01, not after it begins on 2021-07-01"),
        ({"outcome": "downgrade"}, "downgrades to nothing: add downgrade_to, one of progressive"),
        ({"downgrade_to": "manual"}, "has downgrade_to without the outcome downgrade"),
        (
            {"outcome": "downgrade", "downgrade_to": "predictive"},
            "has an unknown downgrade_to, predictive: use one of progressive, preview, manual",
        ),
        ({"id": "a b"}, "has an id of other signs: use letters, digits, _ and dots"),
        ({"cite": "[a]"}, "has a cite that is no text: write it between quotes"),
        ({"unless": "{}"}, "has an unless that says nothing"),
        ({"unless": "{moon: full}"}, "has an unknown exception, moon: use one of consents"),
        ({"unless": "{consents: [oral]}"}, "has an unknown consent, oral: use express or"),
        ({"unless": "{relations: {cousin: 3}}"}, "has an unknown relation, cousin: use one of"),
        ({"unless": "{relations: {purchase: x}}"}, "has no number of months for purchase"),
        ({"unless": "{relations: {purchase: 0}}"}, "has no number of months for purchase"),
        ({"unless": "{relations: [purchase]}"}, "has relations that are no mapping"),
        ({"unless": "{has_reserved_agent: yes}"}, "has a has_reserved_agent that is not true"),
        ({"arguments": "[1]"}, "has arguments of within_hours that are no mapping"),
        ({"arguments": None}, "gives within_hours no hours: name one of mon_fri"),
        ({"arguments": "{zone: America/Chicago}"}, "gives within_hours no hours"),
        ({"arguments": '{all: ["8:00", "20:00"]}'}, "has all that are no hours, as a time of day"),
        ({"arguments": '{all: ["08:00", "25:00"]}'}, "has all that are no hours, as a time of day"),
        ({"arguments": '{all: ["20:00", "08:00"]}'}, "must end after it starts"),
        ({"arguments": '{all: ["08:00"]}'}, "has all that are no hours: write hours, such as"),
        ({"arguments": "{all: 8}"}, "has all that are no hours: write hours, such as"),
        ({"arguments": '{all: ["08:00", "20:00"], sun: null}'}, "gives hours for all days and"),
        ({"arguments": '{all: ["08:00", "20:00"], holiday: null}'}, "needs both holiday (the"),
        ({"arguments": "{holiday: null, holidays: US-TX}"}, "has holidays US-TX: write the name"),
        (
            {"arguments": '{all: ["08:00", "20:00"], zone: America/Miami}'},
            "has zone America/Miami: write a time zone",
        ),
        (
            {"arguments": '{al: ["08:00", "20:00"]}'},
            "gives within_hours an unknown argument, al: it takes mon_fri, sat, sun, all, holiday",
        ),
        (
            {"predicate": "attempts_within", "arguments": "{hours: 24, most: 3}"},
            "gives attempts_within no of: add one of number, person, subject",
        ),
        (
            {"predicate": "attempts_within", "arguments": "{hours: 24, most: -1, of: person}"},
            "has most -1: write a whole number of at least 1",
        ),
        (
            {"predicate": "attempts_within", "arguments": "{hours: 24, most: 3, of: house}"},
            "has of house: write one of number, person, subject",
        ),
        (
            {"predicate": "not_on_register", "arguments": "{register: us.natoinal}"},
            "has register us.natoinal: write the name of a do-not-call register, such as us.nat",
        ),
        (
            {"predicate": "not_on_register", "outcome": "block", "arguments": "{register: gb.tps}"},
            "asks register gb.tps about US-FL: name a register of that country",
        ),
        (
            {"predicate": "has_consent", "arguments": "{kinds: [oral]}"},
            "has kinds oral: write a list of consents: express, express_written",
        ),
        (
            {"predicate": "has_consent", "arguments": "{kinds: []}"},
            "has kinds (none): write a list of consents",
        ),
        (
            {"predicate": "not_redialed_within", "arguments": "{hours: 72, after: lunch}"},
            "has after lunch: write one of abandoned, machine",
        ),
        (
            {"predicate": "not_do_not_call", "outcome": "block"},
            "gives not_do_not_call an unknown argument, all: it takes none",
        ),
        (
            {"predicate": "not_do_not_call", "arguments": None},
            "defers not_do_not_call, which time does not mend: block, or downgrade",
        ),
    ],
)
def test_a_wrong_row_is_named_with_its_file_and_what_to_do(
    changes: dict[str, str], says: str
) -> None:
    sentence = mistake(page(row(**changes)))
    assert sentence.startswith("test.yaml: rule ")
    assert says in sentence
    assert sentence.count("\n") == 0 and sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file holds no rules: write `version:"),
        ("---\n", "the file holds no rules"),
        ("just words", "the file holds no rules"),
        ("- a\n- b\n", "the file holds no rules"),
        ("rules: []", "the file's version is no date (none is given)"),
        ("version: soon\nrules: []", "the file's version is no date (soon)"),
        ("version: 2026-11-28\nrule: []", "the file has an unknown key, rule: use version, rules"),
        ("version: 2026-11-28\nrules: {a: b}", "rules on line 2 is no list: begin each row"),
        ("version: 2026-11-28\nrules:\n  - just words", "the rule on line 3 is no mapping"),
        ("version: 2026-11-28\nversion: 2026-11-29", "line 2 gives version a second time"),
        ("version: [2026\nrules: ]]", "is not YAML"),
        ("version: &a 2026-11-28\nrules: *a", "line 2 uses an alias, *a: write the value out"),
        ("version: !!str 2026-11-28", "line 1 has a tag"),
        ("version: 2026-11-28\n---\nrules: []", "line 2 begins a second document"),
        ("{[a]: b}", "has a key that is no word"),
        ("version: 2026-11-28\nrules: " + "[" * 50 + "]" * 50, "is nested too deep"),
        ("version: \x00", "is not YAML"),
        (
            "version: 2026-11-28\nchecklist:\n  - {jurisdiction: US, kind: song, what: w, cite: c,"
            " confidence: A}",
            "the duty on line 3 has an unknown kind, song: use one of registration",
        ),
        (
            "version: 2026-11-28\nchecklist:\n  - {jurisdiction: US, kind: texts, what: w}",
            "the duty on line 3 has no cite",
        ),
    ],
)
def test_a_wrong_file_is_named_with_what_to_do(text: str, says: str) -> None:
    sentence = mistake(text)
    assert sentence.startswith("test.yaml: ") and says in sentence
    assert sentence.endswith(".")


@given(st.text(max_size=60))
def test_any_text_is_rules_or_a_mistake_and_nothing_else(text: str) -> None:
    try:
        rulebook.read({"test.yaml": text})
    except RuleBookError as error:
        assert error.mistakes


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    with pytest.raises(RuleBookError) as caught:
        rulebook.read(
            {
                "a.yaml": page(row(cite=None), row(id="x", reason="NONE")),
                "b.yaml": "version: soon",
            }
        )
    assert [sentence.split(":")[0] for sentence in caught.value.mistakes] == [
        "a.yaml",
        "a.yaml",
        "b.yaml",
    ]


def test_without_a_file_there_is_no_book() -> None:
    with pytest.raises(RuleBookError, match="there is no rules file"):
        rulebook.read({})


# --- versions of one rule --------------------------------------------------------------------

NEWER = {
    "id": "us.fl.hours.2025",
    "effective_from": "2025-01-01",
    "arguments": '{all: ["09:00", "19:00"]}',
}


def in_florida(text: str) -> float:
    """By the clock of the part of it where a day begins first."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).timestamp()


def test_a_rule_that_supersedes_another_takes_its_place_on_its_first_day() -> None:
    two = book(row(), row(supersedes="us.fl.hours", **NEWER))

    assert ids(two.in_force(in_florida("2021-06-30T23:59:59"))) == set()
    assert ids(two.in_force(in_florida("2021-07-01T00:00:00"))) == {"us.fl.hours"}
    assert ids(two.in_force(in_florida("2024-12-31T23:59:59"))) == {"us.fl.hours"}
    assert ids(two.in_force(in_florida("2025-01-01T00:00:00"))) == {"us.fl.hours.2025"}


def test_a_rule_ends_before_its_last_day_begins() -> None:
    one = book(row(effective_to="2024-01-01"))
    assert one.in_force(in_florida("2023-12-31T23:59:59"))
    assert not one.in_force(in_florida("2024-01-01T00:00:00"))


def test_a_rule_for_everywhere_begins_at_midnight_utc() -> None:
    one = book(row(jurisdiction="'*'", effective_from="2024-01-01"))
    assert not one.in_force(at("2023-12-31T23:59:59"))
    assert one.in_force(at("2024-01-01T00:00:00"))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((row(), row()), "rule us.fl.hours is there twice: give one of them another id."),
        (
            (row(), row(**NEWER)),
            "rules us.fl.hours and us.fl.hours.2025 are about the same and hold at once from"
            " 2025-01-01: let us.fl.hours.2025 supersede us.fl.hours, or end us.fl.hours on that",
        ),
        (
            (row(effective_to="2025-01-02"), row(**NEWER)),
            "are about the same and hold at once from 2025-01-01",
        ),
        (
            (row(supersedes="us.ga.hours"),),
            "rule us.fl.hours supersedes us.ga.hours, which does not exist: name a rule's id",
        ),
        (
            (row(), row(supersedes="us.fl.hours", **{**NEWER, "effective_from": "2021-07-01"})),
            "begins on 2021-07-01, not after it (2021-07-01): correct effective_from",
        ),
        (
            (row(effective_to="2024-01-01"), row(supersedes="us.fl.hours", **NEWER)),
            "begins on 2025-01-01, but us.fl.hours, which it supersedes, ends on 2024-01-01",
        ),
        (
            (row(), row(supersedes="us.fl.hours", **{**NEWER, "jurisdiction": "US-GA"})),
            "supersedes us.fl.hours, which is about something else (within_hours in US-FL)",
        ),
        (
            (
                row(),
                row(supersedes="us.fl.hours", **NEWER),
                row(
                    supersedes="us.fl.hours", **{**NEWER, "id": "b", "effective_from": "2026-01-01"}
                ),
            ),
            "supersedes us.fl.hours, as ",
        ),
    ],
)
def test_versions_that_do_not_fit_are_refused(rows: tuple[str, ...], says: str) -> None:
    assert says in mistake(page(*rows))


def test_a_version_that_begins_when_the_other_is_over_needs_no_supersedes() -> None:
    assert len(book(row(effective_to="2025-01-01"), row(**NEWER)).rules) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"id": "b", "purposes": "[sales]"},
        {"id": "b", "jurisdiction": "US-GA"},
        {"id": "b", "reason": "HOLIDAY", "arguments": "{holiday: null, holidays: US-AL}"},
        {"id": "b", "lines": "[landline]"},
    ],
)
def test_rows_about_something_else_may_hold_at_once(other: dict[str, str]) -> None:
    assert len(book(row(), row(**other)).rules) == 2


def test_a_cap_by_person_stands_beside_a_cap_by_number() -> None:
    cap = {"predicate": "attempts_within", "reason": "CAP_24H"}
    rows = [
        row(id=f"cap.{of}", arguments=f"{{hours: 24, most: 3, of: {of}}}", **cap)
        for of in ("number", "person", "subject")
    ]
    assert len(book(*rows).rules) == 3


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


def own(**changes: str) -> str:
    return row(
        **{
            "id": "own.no_sundays",
            "jurisdiction": "'*'",
            "arguments": "{sun: null}",
            "reason": "HOURS",
            "basis": "policy",
            "cite": "Board of 2026-11-02",
            **changes,
        }
    )


def ids(rules: Iterable[Rule]) -> set[str]:
    return {rule.id for rule in rules}


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
