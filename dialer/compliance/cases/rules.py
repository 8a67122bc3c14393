"""Cases of kind `rule` that the gate decides: `given` are facts, `expect` what must follow.

    given: {at: "2026-07-15T12:00:00-04:00", purpose: sales, method: manual, states: [GA],
            tz: [America/New_York], registers: [us.national],
            registers_as_of: {us.national: 10 days ago}}
    expect: {outcome: block, reasons: [DNC_NATIONAL]}

`at` and `purpose` must be there; `GIVEN` lists the other keys. Times are instants or `3 h ago`.
`expect` has the outcome, and may have `reasons` (all of them, in any order), `rules` (some of those
that must stand in the way), `method` (which a downgrade leaves) and `until` (when the outcome may
be better).
"""

from dialer.compliance.cases.hours import WIDEST, country_of_zones, organisation_of, purpose_of
from dialer.compliance.cases.reading import Case, Decided, Words
from dialer.compliance.facts import (
    CallerIdFacts,
    CallFacts,
    Emergency,
    Facts,
    NumberKind,
    PolicyFacts,
)
from dialer.compliance.gate import judge
from dialer.compliance.plan import Book
from dialer.compliance.rule import Outcome, Verdict
from dialer.domain.campaign import DialMethod, Voice
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

_CALL = (
    "purpose", "organisation", "method", "voice", "has_reserved_agent", "ring_s", "has_message",
    "offers_opt_out", "is_recorded", "has_announcement", "is_in_order", "is_running",
)  # fmt: skip
_NUMBER = (
    "country", "states", "tz", "kind", "line", "ported_to_wireless", "business", "consents",
    "relations", "registers", "reassigned", "attempts", "to_person", "on_subject", "recordings",
    "abandoned", "machine", "attempt_count", "is_do_not_call", "is_business_in_call",
)  # fmt: skip
_AROUND = (
    "at", "policy", "caller_id", "registers_as_of", "emergencies", "signed_on_until", "has_budget",
)  # fmt: skip
GIVEN = (*_CALL, *_NUMBER, *_AROUND)
"""Every key of `given`."""


def decide_rule(case: Case, given: Words, book: Book) -> Decided:
    """The case, decided."""
    facts = read_facts(given)
    verdict = judge(facts, book)
    reasons = tuple(dict.fromkeys(one.reason for one in verdict.findings))
    expect = case.words.inner("expect")
    expect.only("outcome", "reasons", "rules", "method", "until")
    wanted = expect.word("outcome", Outcome)
    return Decided(
        id=case.id,
        is_pass=verdict.outcome is wanted and _is_as_expected(expect, verdict, facts),
        expected=" ".join([wanted, *expect.texts("reasons")]),
        got=" ".join([verdict.outcome, *reasons]),
        reasons=reasons,
    )


def _is_as_expected(expect: Words, verdict: Verdict, facts: Facts) -> bool:
    found = {one.reason for one in verdict.findings}
    if "reasons" in expect.items and set(expect.texts("reasons")) != found:
        return False
    if not set(expect.texts("rules")) <= {one.rule for one in verdict.findings}:
        return False
    if "method" in expect.items and expect.word("method", DialMethod) is not verdict.method:
        return False
    return "until" not in expect.items or expect.instant("until", facts.at) == verdict.retry_at


def read_facts(given: Words) -> Facts:
    """The facts. Raises CaseError for words that it does not know."""
    given.only(*GIVEN)
    at = given.instant("at")
    if at is None:
        raise given.wrong("`at` is missing; give the instant of the judgement")
    zones = given.texts("tz")
    return Facts(
        at=at,
        call=_call(given),
        country=given.text("country", country_of_zones(zones)),
        kind=given.word("kind", NumberKind, NumberKind.ORDINARY),
        zones=zones,
        line_type=given.word("line", LineType, LineType.UNKNOWN),
        number=_number(given, at),
        history=_history(given, at),
        attempt_count=given.count("attempt_count", 0),
        is_do_not_call=given.truth("is_do_not_call", usual=False),
        is_business_in_call=given.truth("is_business_in_call", usual=False),
        policy=_policy(given.inner("policy")),
        caller_id=_caller_id(given.inner("caller_id")),
        registers_as_of=_ages(given.inner("registers_as_of"), at),
        emergencies=tuple(_emergency(one, at) for one in given.each("emergencies")),
        signed_on_until=given.instant("signed_on_until", at),
        has_budget=given.truth("has_budget", usual=True),
    )


def _call(given: Words) -> CallFacts:
    purpose = purpose_of(given)
    return CallFacts(
        purpose=purpose,
        organisation=organisation_of(given, purpose),
        method=given.word("method", DialMethod, DialMethod.PROGRESSIVE),
        voice=given.word("voice", Voice, Voice.LIVE),
        has_reserved_agent=given.truth("has_reserved_agent", usual=False),
        ring_timeout_s=given.number("ring_s", 25.0),
        has_message=given.truth("has_message", usual=False),
        offers_opt_out=given.truth("offers_opt_out", usual=True),
        is_recorded=given.truth("is_recorded", usual=False),
        has_announcement=given.truth("has_announcement", usual=False),
        is_in_order=given.truth("is_in_order", usual=True),
        is_running=given.truth("is_running", usual=True),
    )


def _number(given: Words, at: float) -> NumberFacts:
    consents = tuple(
        Consent(
            reference=number,
            kind=one.word("kind", ConsentKind),
            given_at=_needed(one, "given", at),
        )
        for number, one in enumerate(given.each("consents"), 1)
    )
    relations = tuple(
        Relation(kind=one.word("kind", RelationKind), at=_needed(one, "at", at))
        for one in given.each("relations")
    )
    asked = given.inner("reassigned")
    return NumberFacts(
        states=tuple(sorted(given.texts("states"))),
        ported_to_wireless_at=given.instant("ported_to_wireless", at),
        business=given.text("business", ""),
        consents=consents,
        relations=relations,
        registers=given.texts("registers"),
        reassigned=_reassigned(asked, at) if asked.items else None,
    )


def _reassigned(asked: Words, at: float) -> Reassigned:
    return Reassigned(
        answer=asked.word("answer", ReassignedAnswer),
        asked_about=_needed(asked, "about", at),
        asked_at=_needed(asked, "asked", at),
    )


def _history(given: Words, at: float) -> History:
    return History(
        to_number_at=given.instants("attempts", at),
        to_person_at=given.instants("to_person", at),
        on_subject_at=given.instants("on_subject", at),
        recordings_at=given.instants("recordings", at),
        abandoned_at=given.instant("abandoned", at),
        machine_at=given.instant("machine", at),
    )


def _policy(words: Words) -> PolicyFacts:
    words.only("start", "end", "per_day", "per_24h", "in_all")
    usual = PolicyFacts()
    return PolicyFacts(
        window_start=words.text("start", WIDEST.window_start),
        window_end=words.text("end", WIDEST.window_end),
        most_per_day=words.count("per_day", usual.most_per_day),
        most_per_24h=words.count("per_24h", usual.most_per_24h),
        most_in_all=words.count("in_all", usual.most_in_all),
    )


def _caller_id(words: Words) -> CallerIdFacts:
    words.only("is_ours", "takes_calls")
    return CallerIdFacts(
        is_ours=words.truth("is_ours", usual=True),
        takes_calls=words.truth("takes_calls", usual=True),
    )


def _ages(words: Words, at: float) -> tuple[tuple[str, float], ...]:
    return tuple((name, _needed(words, name, at)) for name in words.items)


def _emergency(words: Words, at: float) -> Emergency:
    words.only("in", "began", "ended")
    return Emergency(
        jurisdiction=words.text("in"),
        began_at=_needed(words, "began", at),
        ended_at=words.instant("ended", at),
    )


def _needed(words: Words, key: str, at: float) -> float:
    instant = words.instant(key, at)
    if instant is None:
        raise words.wrong(f"`{key}` is missing; give the instant")
    return instant
