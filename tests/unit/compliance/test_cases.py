"""Every case of the reference and many of our own come out as expected, by the shipped rules."""

from pathlib import Path

import pytest

from dialer.compliance import cases
from dialer.compliance.cases.reading import Case, CaseError, read_cases
from dialer.compliance.rulebook import shipped

FOLDER = Path(__file__).parent / "cases"


def cases_of(name: str) -> list[Case]:
    return list(read_cases(name, (FOLDER / name).read_text(encoding="utf-8")))


ALL = [case for file in sorted(FOLDER.glob("*.yaml")) for case in cases_of(file.name)]
RULE_IDS = {
    f"R{number:02}"
    for number in (
        3, 5, 7, 8, 9, 10, 12, 14, 16, 18, 20, 21, 23, 24, 25, 26, 27, 28, 31, 32, 34, 35, 37, 38,
        41, 43, 45, 48, 49, 50, 52, 54,
    )
}  # fmt: skip
OF_TEXTS = {"R52", "R54"}
"""About senders of texts, of which Callbank is none."""


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_case_is_decided_as_expected(case: Case) -> None:
    decided = cases.decide(case, shipped())
    if case.id in OF_TEXTS:
        assert decided.is_pass is None and "sends no texts" in decided.why
    else:
        assert decided.is_pass, decided


def test_no_case_of_the_reference_is_left_out() -> None:
    ids = {case.id for case in ALL}
    assert ids >= RULE_IDS
    assert len([case for case in cases_of("reference.yaml") if case.kind == "hours"]) == 17
    assert len([case for case in cases_of("reference.yaml") if case.kind == "math"]) == 7


def decided(text: str) -> cases.Decided:
    [case] = read_cases("mine.yaml", text)
    return cases.decide(case, shipped())


HOURS = (
    '- {id: A, kind: hours, purpose: sales, mode: live, tz: [America/New_York], states: [GA],'
    ' at: "2026-07-15T07:59:59-04:00", expect: %s, why: "%s"}'
)


def test_a_case_that_comes_out_otherwise_fails() -> None:
    assert decided(HOURS % ("defer", "HOURS_FED: too early")).is_pass is True
    assert decided(HOURS % ("allow", "")).is_pass is False
    assert decided(HOURS % ("defer", "HOURS_STATE GA")).is_pass is False
    rate = "- {id: A, kind: math, f: us, T_L: 970, D: 30, expect: %s, pass: %s}"
    assert decided(rate % ("0.0300", "true")).is_pass is True
    assert decided(rate % ("0.0301", "true")).is_pass is False
    assert decided(rate % ("0.0300", "false")).is_pass is False
    assert decided(rate % ("3e-2", "true")).is_pass is True
    assert decided(rate % ("1e-1", "true")).is_pass is False
    assert decided(rate % ("0", "true")).is_pass is False


def test_a_rule_case_in_prose_is_undecided() -> None:
    prose = decided("- {id: A, kind: rule, given: 'a call at night', expect: defer}")
    assert prose.is_pass is None
    assert "prose" in prose.why


GIVEN = '- {id: A, kind: rule, given: {at: "2026-07-15T12:00:00Z", %s}, expect: {outcome: allow}}'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "is not YAML"),
        ("a: b", "mine.yaml: it holds no list of cases"),
        ("- 5", "mine.yaml, line 1: a case must be a mapping"),
        ("- {kind: hours}", "mine.yaml, case 1 (line 1): `id` is missing; give it."),
        ("- {id: A, kind: sums}", "mine.yaml, case A: its kind must be one of hours, math, rule"),
        ("- {id: A, kind: math}\n- {id: A, kind: math}", "case A: there are two of this id"),
        ("- {id: A, kind: math, f: eu}", "mine.yaml, case A: `f` must be one of us, uk, ca"),
        ("- {id: A, kind: math, f: us, D: -1, expect: 1}", "`D` must be a whole number"),
        ("- {id: A, kind: math, f: us, D: 1}", "neither `expect` nor `pass` is there"),
        (HOURS.replace("2026-07-15T07:59:59-04:00", "noon") % ("defer", ""), "`at` must be an"),
        (HOURS.replace("live", "loud") % ("defer", ""), "`mode` must be live or auto"),
        (HOURS % ("maybe", ""), "`expect` must be one of allow, downgrade, defer, block"),
        (GIVEN % "purpose: sales, colour: red", "`colour` is not known; known are purpose"),
        (GIVEN % "purpose: sales, abandoned: 9999999999999 days ago", "is before any calendar"),
        (GIVEN % "purpose: sales, abandoned: 9999999 years ago", "is before any calendar"),
        (GIVEN % "purpose: begging", "`purpose` must be one of sales"),
        (GIVEN % "purpose: sales, consents: [signed]", "`consents` must be a list of mappings"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(CaseError) as caught:
        decided(text)
    assert says in str(caught.value)
    assert str(caught.value).startswith("mine.yaml")
