"""The judgement itself, by small rule books: a naive judge steps through time beside it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.compliance.facts import CallFacts, Emergency, Facts, PolicyFacts
from dialer.compliance.gate import judge
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Basis, Outcome, Rule, Unless
from dialer.compliance.rulebook import RuleBook, shipped
from dialer.domain.campaign import DialMethod, Organisation, Purpose, Voice
from dialer.domain.lead import LineType
from dialer.domain.number import (
    Consent,
    ConsentKind,
    History,
    NumberFacts,
    Reassigned,
    ReassignedAnswer,
    Relation,
    RelationKind,
)
from tests.unit.compliance import naive_hours
from tests.unit.compliance.naive_hours import zone_sets

HOUR_S, DAY_S = 3600.0, 86400.0
EAST_AND_WEST = ("America/Denver", "America/New_York")
START = datetime(2026, 7, 13, 4, 0, tzinfo=UTC).timestamp()  # a Monday, midnight in New York
STRICTNESS = list(Outcome)
ANYWHERE = CallFacts(
    purpose=Purpose.POLITICAL,
    organisation=Organisation.COMMITTEE,
    method=DialMethod.PROGRESSIVE,
    has_reserved_agent=True,
)
FACTS = Facts(
    at=START + 12 * HOUR_S,
    call=ANYWHERE,
    country="US",
    zones=("America/New_York",),
    number=NumberFacts(states=("GA",)),
    policy=PolicyFacts(window_start="08:00", window_end="21:00"),
)


def rule(name: str, predicate: str, **words: Any) -> Rule:  # noqa: ANN401 - fields of a rule
    usual: dict[str, Any] = {
        "jurisdiction": "US",
        "outcome": Outcome.DEFER,
        "reason": Reason.HOURS_STATE,
        "basis": Basis.POLICY,
        "cite": "a test",
        "confidence": "A",
        "effective_from": date(1970, 1, 1),
        "review_by": date(2099, 12, 31),
    }
    return Rule(id=name, predicate=predicate, **{**usual, **words})


def book(*rules: Rule) -> RuleBook:
    return RuleBook(rules, (), date(2026, 1, 1))


HOURS = st.sampled_from(
    (
        {"all": ("08:00", "20:00")},
        {"mon_fri": ("09:00", "18:00"), "sat": ("10:00", "17:00"), "sun": None},
        {"sun": None},
        {"mon_fri": ("12:00", "24:00"), "zone": "America/Los_Angeles"},
        {"all": ("00:00", "24:00"), "holiday": None, "holidays": "US-LA"},
    )
)
CAPS = st.builds(
    lambda most, hours, of: ("attempts_within", {"most": most, "hours": hours, "of": of}),
    st.integers(1, 3),
    st.sampled_from((1, 8, 24)),
    st.sampled_from(("number", "person", "subject")),
)
TIMED = st.one_of(
    HOURS.map(lambda arguments: ("within_hours", arguments)),
    CAPS,
    st.sampled_from(
        (
            ("no_emergency", {}),
            ("not_redialed_within", {"hours": 72, "after": "abandoned"}),
            ("recordings_within", {"days": 2, "most": 1}),
        )
    ),
)
EXCEPTIONS = st.sampled_from(
    (
        Unless(),
        Unless(consents=(ConsentKind.EXPRESS,)),
        Unless(relations={RelationKind.INQUIRY: 1}),
    )
)
OUTCOMES = st.sampled_from((Outcome.DEFER, Outcome.BLOCK))


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    """A few rules that time can mend, some with an end or an exception."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        predicate, arguments = draw(TIMED)
        ends = draw(st.sampled_from((None, None, date(2026, 7, 15))))
        made.append(
            rule(
                f"r{number}",
                predicate,
                # Two of a kind must differ in what they say.
                reason=list(Reason)[10 + number],
                arguments=arguments,
                outcome=draw(OUTCOMES),
                effective_to=ends,
                unless=draw(EXCEPTIONS),
                lines=draw(st.sampled_from(((), (LineType.LANDLINE,)))),
            )
        )
    return tuple(made)


INSTANTS = st.integers(-3 * 24, 3 * 24).map(lambda hours: START + hours * HOUR_S)
SEVERAL = st.lists(INSTANTS, max_size=4).map(lambda found: tuple(sorted(found)))


@st.composite
def all_facts(draw: st.DrawFn) -> Facts:
    """Facts in which everything that happens, happens on the hour."""
    asked = st.builds(
        Reassigned,
        answer=st.sampled_from(ReassignedAnswer),
        asked_about=st.just(START - 9 * DAY_S),
        asked_at=INSTANTS,
    )
    consents = st.builds(
        Consent, reference=st.just(1), kind=st.sampled_from(ConsentKind), given_at=INSTANTS
    )
    ported = INSTANTS.map(lambda at: at - 14 * DAY_S)
    return replace(
        FACTS,
        at=draw(INSTANTS),
        zones=draw(st.sampled_from((("America/New_York",), EAST_AND_WEST))),
        line_type=draw(st.sampled_from(LineType)),
        number=NumberFacts(
            states=("GA",),
            consents=tuple(draw(st.lists(consents, max_size=2))),
            relations=tuple(
                Relation(kind=RelationKind.INQUIRY, at=at)
                for at in draw(st.lists(INSTANTS.map(lambda at: at - 30 * DAY_S), max_size=1))
            ),
            reassigned=draw(st.none() | asked),
            ported_to_wireless_at=draw(st.none() | ported),
        ),
        history=History(
            to_number_at=draw(SEVERAL),
            to_person_at=draw(SEVERAL),
            on_subject_at=draw(SEVERAL),
            recordings_at=draw(SEVERAL),
            abandoned_at=draw(st.none() | INSTANTS),
        ),
        emergencies=tuple(
            Emergency(jurisdiction="US", began_at=at, ended_at=at + 5 * HOUR_S)
            for at in draw(st.lists(INSTANTS, max_size=2))
        ),
    )


@settings(max_examples=200, deadline=None)
@given(facts=all_facts(), made=rules())
def test_the_earliest_change_is_the_first_hour_at_which_a_naive_judge_finds_it_better(
    facts: Facts, made: tuple[Rule, ...]
) -> None:
    its = book(*made)
    now = judge(facts, its)
    severity = STRICTNESS.index(now.outcome)

    def is_better(at: float) -> bool:
        return STRICTNESS.index(judge(replace(facts, at=at), its).outcome) < severity

    if severity == 0:
        assert now.retry_at is None and now.findings == ()
        return
    # Whatever changes here changes on a full hour, or a ring's length after one.
    steps = [facts.at + n * HOUR_S for n in range(24 * 9)]
    first = next((at for at in steps if is_better(at)), None)
    if now.retry_at is None:
        assert first is None
        return
    assert now.retry_at > facts.at
    assert is_better(now.retry_at)
    assert not is_better(now.retry_at - 0.001)
    assert first is None or now.retry_at <= first
    assert first is None or first - now.retry_at < HOUR_S


@settings(max_examples=200, deadline=None)
@given(facts=all_facts(), made=rules(), more=rules())
def test_more_rules_never_make_a_call_more_lawful(
    facts: Facts, made: tuple[Rule, ...], more: tuple[Rule, ...]
) -> None:
    added = tuple(
        replace(one, id=f"own.{one.id}", jurisdiction="*", basis=Basis.POLICY) for one in more
    )
    before, after = judge(facts, book(*made)), judge(facts, book(*made, *added))
    assert STRICTNESS.index(after.outcome) >= STRICTNESS.index(before.outcome)
    assert set(before.findings) <= set(after.findings)
    if before.outcome is after.outcome and after.retry_at is not None:
        assert before.retry_at is not None
        assert before.retry_at <= after.retry_at


DAYS = st.sampled_from(
    (
        date(2026, 3, 8),  # clocks go forward
        date(2026, 11, 1),  # and back
        date(2028, 2, 29),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2026, 3, 29),  # in Europe
        date(2026, 7, 15),
    )
)
PURPOSES = st.sampled_from(
    (
        (Purpose.SALES, Organisation.BUSINESS),
        (Purpose.POLITICAL, Organisation.COMMITTEE),
        (Purpose.CHARITY, Organisation.TELEFUNDER),
        (Purpose.SURVEY, Organisation.NONPROFIT),
    )
)


@settings(max_examples=200, deadline=None)
@given(
    day=DAYS,
    second=st.integers(-DAY_S, 2 * DAY_S),
    zones=zone_sets(),
    whom=PURPOSES,
    voice=st.sampled_from(Voice),
    ring_s=st.sampled_from((15.0, 25.0, 60.0)),
)
def test_nobody_is_called_by_the_shipped_rules_outside_eight_to_nine_in_any_candidate_zone(
    day: date,
    second: int,
    zones: tuple[str, ...],
    whom: tuple[Purpose, Organisation],
    voice: Voice,
    ring_s: float,
) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + second
    call = replace(
        ANYWHERE, purpose=whom[0], organisation=whom[1], voice=voice, ring_timeout_s=ring_s
    )
    facts = replace(FACTS, at=at, zones=zones, call=call, signed_on_until=at + 1.0)
    fresh = replace(facts, registers_as_of=(("us.national", at),))
    verdict = judge(fresh, shipped())
    is_day = naive_hours.is_open(zones, 8 * 3600, 21 * 3600, at, ring_s)
    reasons = {one.reason for one in verdict.findings}
    assert is_day or verdict.outcome is not Outcome.ALLOW
    assert is_day is (Reason.HOURS not in reasons)
    if verdict.outcome is Outcome.ALLOW:
        assert verdict.closes_at is not None
        last = verdict.closes_at - ring_s - 0.001
        assert naive_hours.is_open(zones, 8 * 3600, 21 * 3600, last, ring_s)


def test_findings_come_in_the_order_of_the_reasons() -> None:
    crowded = replace(
        FACTS, at=START, is_do_not_call=True, attempt_count=9, zones=(), is_business_in_call=True
    )
    order = [list(Reason).index(one.reason) for one in judge(crowded, shipped()).findings]
    assert len(order) > 3
    assert order == sorted(order)


def test_without_a_profile_or_a_zone_nothing_is_allowed_by_any_book() -> None:
    empty = book(rule("only", "rings_at_least", arguments={"seconds": 15}, outcome=Outcome.BLOCK))
    assert judge(FACTS, empty).outcome is Outcome.ALLOW
    abroad, nowhere = replace(FACTS, country="FR"), replace(FACTS, zones=())
    assert [one.reason for one in judge(abroad, empty).findings] == [Reason.NO_PROFILE]
    assert [one.reason for one in judge(nowhere, empty).findings] == [Reason.NO_ZONE]


def test_rules_past_their_review_leave_only_a_person_to_dial_until_somebody_signs_on() -> None:
    old = book(
        rule("old", "rings_at_least", arguments={"seconds": 15}, outcome=Outcome.BLOCK,
             review_by=date(2026, 7, 12))
    )  # fmt: skip
    verdict = judge(FACTS, old)
    assert (verdict.outcome, verdict.method) == (Outcome.DOWNGRADE, DialMethod.PREVIEW)
    assert [one.reason for one in verdict.findings] == [Reason.RULES_STALE]
    by_hand = replace(FACTS, call=replace(ANYWHERE, method=DialMethod.PREVIEW))
    signed_on = replace(FACTS, signed_on_until=FACTS.at + 1.0)
    lapsed = replace(FACTS, signed_on_until=FACTS.at)
    assert judge(by_hand, old).outcome is judge(signed_on, old).outcome is Outcome.ALLOW
    assert judge(lapsed, old).outcome is Outcome.DOWNGRADE
    earlier = replace(FACTS, at=FACTS.at - 2 * DAY_S)
    assert judge(earlier, old).outcome is Outcome.ALLOW


def test_a_relation_holds_calendar_months_and_a_short_month_ends_it_on_its_last_day() -> None:
    lifted = book(
        rule("register", "not_on_register", arguments={"register": "us.national"},
             outcome=Outcome.BLOCK, unless=Unless(relations={RelationKind.PURCHASE: 18}))
    )  # fmt: skip
    bought = datetime(2025, 8, 31, 15, 0, tzinfo=UTC)
    number = NumberFacts(
        states=("GA",),
        registers=("us.national",),
        relations=(Relation(kind=RelationKind.PURCHASE, at=bought.timestamp()),),
    )
    last = datetime(2027, 2, 28, 15, 0, tzinfo=UTC)
    for moment, outcome in (
        (last - timedelta(seconds=1), Outcome.ALLOW),
        (last, Outcome.BLOCK),
        (bought - timedelta(seconds=1), Outcome.BLOCK),
    ):
        facts = replace(FACTS, at=moment.timestamp(), number=number)
        assert judge(facts, lifted).outcome is outcome
