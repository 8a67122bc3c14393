"""The walk finds every change of every record, and every verdict that is not its facts'."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dialer.compliance import evidence
from dialer.compliance.proof import (
    Anchor,
    Piece,
    Row,
    anchor_fault,
    early_removal,
    front_fault,
    walk,
)
from dialer.compliance.replay import judges_of
from dialer.compliance.rulebook import shipped
from tests.unit.compliance.chains import (
    NOW_MS,
    SUBJECT,
    chain,
    facts,
    judgement,
    patient,
    piece,
    some_records,
)

LENGTH = 9
ROWS = chain(some_records(LENGTH))
WHOLE = piece(ROWS)


def faults(rows: list[Row]) -> list[tuple[int, str]]:
    return [(one.seq, one.what) for one in walk(rows, WHOLE).faults]


def test_a_whole_chain_has_no_fault_and_all_its_verdicts_are_replayed() -> None:
    found = walk(ROWS, WHOLE)
    assert found.faults == [] and found.records == LENGTH and found.replayed == 6
    assert found.kinds == {"dialed": 3, "ended": 3, "refused": 3}


def changed_bytes(data: bytes, place: int, by: int) -> bytes:
    place %= len(data)
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


@patient(400)
@given(
    st.integers(0, LENGTH - 1),
    st.sampled_from(["record", "hash", "subject"]),
    st.integers(0, 10_000),
    st.integers(1, 255),
)
def test_any_changed_byte_is_found_at_its_record(
    place: int, field: str, offset: int, by: int
) -> None:
    row = ROWS[place]
    data = getattr(row, field)
    changed = changed_bytes(data, offset, by) if data else bytes([by])
    rows = [*ROWS[:place], row._replace(**{field: changed}), *ROWS[place + 1 :]]
    assert row.seq in [seq for seq, _ in faults(rows)]


@patient()
@given(st.integers(0, LENGTH - 1), st.data())
def test_any_changed_column_is_found_at_its_record(place: int, data: st.DataObject) -> None:
    row = ROWS[place]
    field, values = data.draw(
        st.sampled_from(
            [
                ("at_ms", st.integers()),
                ("kind", st.sampled_from(list(evidence.Kind))),
                ("campaign", st.none() | st.integers(0, 5)),
                ("attempt", st.none() | st.text(max_size=5)),
            ]
        )
    )
    value = data.draw(values.filter(lambda value: (value or None) != (getattr(row, field) or None)))
    rows = [*ROWS[:place], row._replace(**{field: value}), *ROWS[place + 1 :]]
    assert faults(rows) == [(row.seq, "its columns do not say what the record says")]


@patient()
@given(st.sets(st.integers(0, LENGTH - 1), min_size=1))
def test_any_dropped_records_are_found_the_last_too(dropped: set[int]) -> None:
    rows = [row for place, row in enumerate(ROWS) if place not in dropped]
    said = [what for _, what in faults(rows)]
    assert said and all("missing" in what for what in said)
    assert min(seq for seq, _ in faults(rows)) == min(dropped) + 1


@patient()
@given(st.integers(0, LENGTH - 1))
def test_a_dropped_record_is_found_though_the_others_are_numbered_anew(place: int) -> None:
    rows = [row for one, row in enumerate(ROWS) if one != place]
    again = [row._replace(seq=seq) for seq, row in enumerate(rows, 1)]
    assert faults(again)


@patient()
@given(st.permutations(range(LENGTH)).filter(lambda order: order != list(range(LENGTH))))
def test_any_other_order_is_found(order: list[int]) -> None:
    assert faults([ROWS[place] for place in order])
    assert faults([ROWS[place]._replace(seq=seq) for seq, place in enumerate(order, 1)])


@patient()
@given(st.integers(0, LENGTH - 1), st.integers(0, LENGTH))
def test_any_inserted_record_is_found(copied: int, place: int) -> None:
    rows = [*ROWS[:place], ROWS[copied], *ROWS[place:]]
    assert faults(rows)
    assert faults([row._replace(seq=seq) for seq, row in enumerate(rows, 1)])


def test_a_verdict_that_is_not_its_facts_is_found_though_the_chain_is_whole() -> None:
    wrong = judgement(1) | {"facts": evidence.raw(evidence.facts_bytes(facts(2.0)))}
    rows = chain([evidence.Refused(**wrong)])
    (fault,) = walk(rows, piece(rows)).faults
    assert (fault.seq, fault.what) == (
        1,
        "its verdict is not that of rule set test on its facts, which is allow",
    )


def test_who_was_dialed_against_his_facts_is_found() -> None:
    refused = evidence.record_of(ROWS[2].record)
    assert isinstance(refused, evidence.Refused)
    dialed = evidence.Dialed(
        **{name: getattr(refused, name) for name in ("at_ms", "facts", "verdict", "rule_set")},
        attempt="cb-9",
        trunk="t",
        caller_id="+12025550199",
    )
    rows = chain([dialed])
    (fault,) = walk(rows, piece(rows)).faults
    assert fault.what == "it was dialed, but its facts say defer"


def test_a_rule_set_that_is_not_kept_is_named() -> None:
    rows = chain([evidence.Refused(**(judgement(1) | {"rule_set": "2020-01-01.x"}))])
    (fault,) = walk(rows, piece(rows)).faults
    assert "rule set 2020-01-01.x is not kept" in fault.what


def test_only_a_refusal_of_the_engines_own_may_be_without_facts() -> None:
    in_use = evidence.Refused(at_ms=NOW_MS, campaign=1, lead=1, reasons=("NUMBER_IN_USE",))
    held = evidence.Held(at_ms=NOW_MS, campaign=1, lead=1, reasons=("CIRCUMSTANCES_UNKNOWN",))
    rows = chain([in_use, held])
    assert walk(rows, piece(rows)).faults == []
    rows = chain([evidence.Held(at_ms=NOW_MS, campaign=1, lead=1)])
    assert [fault.what for fault in walk(rows, piece(rows)).faults] == ["it has no facts to judge"]
    rows = chain([evidence.Dialed(at_ms=NOW_MS, attempt="cb-1", trunk="t", caller_id="+1")])
    (fault,) = walk(rows, piece(rows)).faults
    assert fault.what == "it has no facts to judge"


def test_only_a_rule_set_that_is_kept_as_it_was_judges_again() -> None:
    version, body = shipped().version, shipped().as_text()
    assert set(judges_of({version: body})) == {version}
    assert judges_of({version: body.replace('"20:00"', '"20:30"')}) == {}
    assert judges_of({version: "rules: ["}) == {}


def test_without_judges_the_chain_alone_is_walked() -> None:
    found = walk(ROWS, replace(WHOLE, judges=None))
    assert found.faults == [] and found.replayed == 0


@patient()
@given(st.integers(1, LENGTH - 1))
def test_pieces_that_begin_at_the_hash_before_find_the_same_as_one_walk(cut: int) -> None:
    first = walk(ROWS[:cut], Piece(first=1, last=cut, before=evidence.GENESIS, judges=None))
    second = walk(
        ROWS[cut:], Piece(first=cut + 1, last=LENGTH, before=ROWS[cut - 1].hash, judges=None)
    )
    first.add(second)
    assert (first.records, first.fault_count) == (LENGTH, 0)
    assert first.kinds == walk(ROWS, WHOLE).kinds


def test_a_change_where_pieces_meet_is_found_by_one_of_them() -> None:
    changed = ROWS[3]._replace(hash=bytes(32))
    first = walk([*ROWS[:3], changed], Piece(first=1, last=4, before=evidence.GENESIS, judges=None))
    second = walk(ROWS[4:], Piece(first=5, last=LENGTH, before=changed.hash, judges=None))
    assert [one.seq for one in first.faults + second.faults] == [4, 5]


def removed(through: int, before_ms: int = NOW_MS) -> evidence.Checkpoint:
    return evidence.Checkpoint(at_ms=NOW_MS, through=through, hash="00" * 32, before_ms=before_ms)


def test_a_front_is_missing_only_where_the_last_checkpoint_says_so() -> None:
    assert front_fault(1, None) == "" == front_fault(8, removed(7))
    assert "no checkpoint says" in front_fault(2, None)
    assert "all up to 7 was removed" in front_fault(9, removed(7))
    assert "all up to 7 was removed" in front_fault(1, removed(7))


def test_an_anchor_outside_finds_what_was_cut_off_or_written_anew() -> None:
    anchor = Anchor(at_ms=NOW_MS, seq=9, hash=ROWS[8].hash.hex())
    assert anchor_fault(anchor, 9, ROWS[8].hash) == ""
    assert anchor_fault(anchor, 9, None) == ""
    assert "ends at 8" in anchor_fault(anchor, 8, None)
    assert "another hash" in anchor_fault(anchor, 9, SUBJECT)


def test_an_anchor_finds_what_retention_had_no_right_to_remove() -> None:
    young = Anchor(at_ms=NOW_MS, seq=5, hash="")
    assert early_removal([young], removed(7, before_ms=NOW_MS - 1)) is young
    assert early_removal([young], removed(5, before_ms=NOW_MS - 1)) is None
    assert early_removal([young], removed(7, before_ms=NOW_MS)) is None
    assert early_removal([young], None) is None
