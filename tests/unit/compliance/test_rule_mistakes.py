"""Rules files: how they are read, and the one sentence for each mistake in them."""

from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance import rulebook
from dialer.compliance.rulebook import RuleBookError
from dialer.domain.campaign import DialMethod, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import ConsentKind, RelationKind
from tests.unit.compliance.rule_pages import at, book, ids, mistake, page, row

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
        ({"effective_from": "July 2021"}, "gives effective_from as July 2021, which is no date"),
        ({"review_by": "2027-02-30"}, "gives review_by as 2027-02-30, which is no date: write"),
        ({"review_by": "9999-12-31"}, "gives review_by as 9999-12-31: name a year from 1970 to"),
        ({"effective_to": "2020-01-01"}, "ends on 2020-01-01, not after it begins on 2021-07-01"),
        ({"effective_to": "2021-07-01"}, "ends on 2021-07-01, not after it begins on 2021-07-01"),
        ({"outcome": "downgrade"}, "downgrades to nothing: add downgrade_to, one of progressive"),
        ({"downgrade_to": "manual"}, "has downgrade_to without the outcome downgrade"),
        (
            {"outcome": "downgrade", "downgrade_to": "predictive"},
            "has an unknown downgrade_to, predictive: use one of progressive, preview, manual",
        ),
        ({"id": "a b"}, "has an id of other signs: use letters, digits, _ and dots"),
        ({"cite": "[a]"}, "gives cite as something else than text: write it between"),
        ({"unless": "{}"}, "has an unless that says nothing"),
        ({"unless": "{moon: full}"}, "has an unknown exception, moon: use one of consents"),
        ({"unless": "{consents: [oral]}"}, "has an unknown consent, oral: use express or"),
        ({"unless": "{relations: {cousin: 3}}"}, "has an unknown relation, cousin: use one of"),
        ({"unless": "{relations: {purchase: x}}"}, "has no number of months for purchase"),
        ({"unless": "{relations: {purchase: 0}}"}, "has no number of months for purchase"),
        ({"unless": "{relations: {purchase: " + "9" * 5000 + "}}"}, "has no number of months"),
        ({"unless": "{relations: {purchase: 1201}}"}, "write {purchase: 18}, at most 1200"),
        ({"unless": "{relations: [purchase]}"}, "has relations that are no mapping"),
        ({"unless": "{has_reserved_agent: yes}"}, "gives has_reserved_agent as something else"),
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
            {"predicate": "not_redialed_within", "arguments": "{hours: 721, after: machine}"},
            "has hours 721: what happened is known for 720 hours back, so write at most that",
        ),
        (
            {"predicate": "attempts_within", "arguments": "{hours: 169, most: 3, of: person}"},
            "has hours 169: what happened is known for 168 hours back",
        ),
        (
            {"predicate": "recordings_within", "arguments": "{days: 31, most: 3}"},
            "has days 31: what happened is known for 30 days back",
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


FEDERAL_LAW = files("dialer.compliance").joinpath("rules", "us_federal.yaml").read_text("utf-8")


@given(
    st.integers(0, len(FEDERAL_LAW)),
    st.integers(0, 80),
    st.text("abz09:-'\"[]{},#&*!|>\n ", max_size=6),
)
def test_a_damaged_file_is_read_or_refused_with_a_sentence(
    place: int, gone: int, instead: str
) -> None:
    damaged = FEDERAL_LAW[:place] + instead + FEDERAL_LAW[place + gone :]
    try:
        rulebook.read({"us_federal.yaml": damaged})
    except RuleBookError as error:
        assert all(sentence.endswith(".") for sentence in error.mistakes)


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
