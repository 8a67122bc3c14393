"""Records: canonical, without defaults, and read back as they were."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance import evidence
from dialer.compliance.facts import CallFacts, Emergency, Facts
from dialer.compliance.rule import Finding, Outcome
from dialer.domain.wording import version_of
from tests.unit.compliance.chains import facts, patient, some_records

A_LONG_TEXT = "This is the committee for Ann Example. Press 9 not to be called again."


DEFAULTS = (
    "Facts(at=0.0, call=CallFacts(purpose='political', organisation='committee', "
    "method='manual', voice=<Voice.LIVE: 'live'>, has_reserved_agent=False, "
    "ring_timeout_s=25.0, has_message=False, offers_opt_out=True, is_recorded=False, "
    "has_announcement=False, is_in_order=True, is_running=True), country='US', "
    "kind=<NumberKind.ORDINARY: 'ordinary'>, zones=(), line_type=<LineType.UNKNOWN: "
    "'unknown'>, number=NumberFacts(states=(), line_known_at=None, "
    "ported_to_wireless_at=None, business='', consents=(), relations=(), registers=(), "
    "reassigned=None), history=History(to_number_at=(), to_person_at=(), "
    "on_subject_at=(), recordings_at=(), abandoned_at=None, machine_at=None), "
    "attempt_count=0, is_do_not_call=False, is_business_in_call=False, "
    "policy=PolicyFacts(window_start='09:00', window_end='21:00', most_per_day=2, "
    "most_per_24h=3, most_in_all=6), caller_id=CallerIdFacts(is_ours=True, "
    "takes_calls=True), registers_as_of=(), emergencies=(), signed_on_until=None, "
    "has_budget=True)"
)


def has_plain_numbers(its: Facts) -> bool:
    return re.search(r"\b(inf|nan)\b", repr(its)) is None


@patient()
@given(st.from_type(Facts).filter(has_plain_numbers))
def test_any_facts_are_read_back_as_they_were(its: Facts) -> None:
    written = evidence.facts_bytes(its)
    assert evidence.facts_of(written) == its
    assert evidence.facts_bytes(evidence.facts_of(written)) == written


def test_what_is_the_default_is_not_written() -> None:
    written = evidence.facts_bytes(facts())
    assert b"policy" not in written and b"history" not in written and b"line_type" not in written
    stricter = replace(facts(), attempt_count=1)
    assert evidence.facts_bytes(stricter) != written


def test_a_default_that_differs_deep_inside_is_written() -> None:
    its = replace(facts(), policy=replace(facts().policy, most_in_all=3))
    assert b'"policy":{"most_in_all":3}' in evidence.facts_bytes(its)


def test_the_defaults_that_old_records_rely_on_are_these() -> None:
    """A record leaves them out: whoever changes one changes what old records say."""
    call = CallFacts(purpose="political", organisation="committee", method="manual")
    assert repr(Facts(at=0.0, call=call, country="US")) == DEFAULTS


def test_every_kind_of_record_is_read_back_as_it_was() -> None:
    others = [
        evidence.Erasure(at_ms=5, by="Ann", reason="so", removed={"names": 1}, kept={"a": "b"}),
        evidence.Checkpoint(at_ms=5, through=3, hash="00" * 32, before_ms=1),
        evidence.Held(at_ms=1, facts=evidence.raw(b"{}"), rule_set="x"),
    ]
    for record in some_records(3) + others:
        read = evidence.record_of(evidence.record_bytes(record))
        assert read == record and evidence.kind_of(read) is evidence.kind_of(record)


def test_a_subject_tells_its_number_only_with_its_key() -> None:
    one, other = bytes(32), bytes([1] * 32)
    assert evidence.subject_of("+12025550101", one) != evidence.subject_of("+12025550101", other)
    assert evidence.subject_of("+12025550101", one) != evidence.subject_of("+12025550102", one)
    assert len(evidence.subject_of("+12025550101", one)) == 32


def test_no_length_of_a_subject_can_stand_for_another() -> None:
    assert evidence.record_digest(b"a", b"bc") != evidence.record_digest(b"ab", b"c")


def test_words_have_a_version_and_no_words_have_none() -> None:
    assert version_of("") == ""
    assert version_of(A_LONG_TEXT) != version_of(A_LONG_TEXT + " ")


def test_what_is_no_record_is_refused() -> None:
    for data in (b"", b"{", b'{"kind":"else","at_ms":1}', b'{"kind":"ended","at_ms":"x"}'):
        with pytest.raises(ValueError):
            evidence.record_of(data)


def test_a_verdict_is_written_with_all_its_findings() -> None:
    found = (
        Finding(rule="a", reason="HOURS_FED", outcome=Outcome.DEFER, until=5.5),
        Finding(rule="b", reason="INTERNAL_DNC", outcome=Outcome.BLOCK),
    )
    assert evidence.verdict_bytes(Outcome.BLOCK, found) == (
        b'{"outcome":"block","findings":[{"rule":"a","reason":"HOURS_FED","outcome":"defer",'
        b'"until":5.5},{"rule":"b","reason":"INTERNAL_DNC","outcome":"block"}]}'
    )


def test_an_emergency_without_an_end_is_read_back() -> None:
    going_on = Emergency(jurisdiction="US-LA", began_at=1.0, ended_at=None)
    its = replace(facts(), emergencies=(going_on,))
    assert evidence.facts_of(evidence.facts_bytes(its)) == its
