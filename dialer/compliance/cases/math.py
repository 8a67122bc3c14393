"""Cases of kind `math`: an abandonment rate, by the letters of compliance.md 1.5.

    {id: M02, kind: math, f: us, T_L: 970, D: 30, U: 0, E: 4, expect: 0.033865, pass: false}

`f` is us, uk or ca. Instead of `E` (people whom detection took for machines) may stand `M` machine
verdicts and `f_u`, the share of people among them. `expect` is the rate to the digits that are
printed, `pass` whether it keeps the limit (3 %, Canada 5 %; `limit` for another).
"""

from decimal import Decimal
from fractions import Fraction

from dialer.compliance.abandonment import Counts, Formula, Rate, rate_of
from dialer.compliance.cases.reading import Case, Decided, Words

LIMITS = {Formula.US: 0.03, Formula.UK: 0.03, Formula.CA: 0.05}

FEWEST_DIGITS = 6
"""A rate that is printed as 0, 0.0 or 1 is meant to be just that."""


def decide_math(case: Case) -> Decided:
    """The case, decided."""
    rate, keeps = rate_in(case.words)
    return told(case.id, case.words, rate, keeps=keeps)


def told(name: str, words: Words, rate: Rate, *, keeps: bool) -> Decided:
    """The rate beside what the words expect of it."""
    expect, wanted = words.scalar("expect"), words.scalar("pass")
    if expect is None and wanted is None:
        raise words.wrong("neither `expect` nor `pass` is there; give what is to come out")
    is_right = True
    if expect is not None:
        words.number("expect")
        is_right = _is_as_printed(rate.share, expect)
    if wanted is not None:
        is_right = is_right and words.truth("pass", usual=True) is keeps
    said = [expect, None if wanted is None else _passes(words.truth("pass", usual=True))]
    return Decided(
        id=name,
        is_pass=is_right,
        expected=", ".join(filter(None, said)),
        got=f"{float(rate.share):.6f}, {_passes(keeps)}",
    )


def rate_in(words: Words) -> tuple[Rate, bool]:
    """The rate of the letters, and whether it keeps the limit."""
    formula = words.word("f", Formula)
    if words.value("E") is not None:
        errors = _exact(words, "E")
    else:
        errors = _exact(words, "M") * _exact(words, "f_u")
    counts = Counts(
        connected=words.count("T_L", 0),
        abandoned=words.count("D", 0),
        unknown=0 if formula is Formula.UK else words.count("U", 0),
        machines_to_agents=words.count("G", 0),
        uk_connected=words.count("T_L", 0),
        uk_abandoned=words.count("D", 0) + words.count("U", 0),
    )
    rate = rate_of(formula, counts, errors)
    return rate, rate.keeps(words.number("limit", LIMITS[formula]))


def _exact(words: Words, key: str) -> Fraction:
    number = words.number(key, 0.0)
    if number < 0.0:
        raise words.wrong(f"`{key}` must not be negative")
    return Fraction(words.text(key, "0"))


def _is_as_printed(share: Fraction, printed: str) -> bool:
    exponent = Decimal(printed).as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    if digits <= 0 or Fraction(printed) == 0:
        digits = max(digits, FEWEST_DIGITS)
    return abs(share - Fraction(printed)) <= Fraction(1, 2 * 10**digits)


def _passes(keeps: bool) -> str:
    return "within the limit" if keeps else "over the limit"
