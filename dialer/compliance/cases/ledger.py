"""Cases of kind `rule` that the abandonment ledger decides. `given` has one of these:

    call: {answered, speech, greeting_end, agent, message, ended, by_us, machine}
        instants in seconds; expect: {us: connected, uk: late, abandoned: true, strictly: true}
    campaigns: [{seller, offer, T_L, D}, …]
        pooled by seller and offer; expect: {campaigns: [{seller, offer, rate, pass}]}
    first_call: INSTANT, at: INSTANT
        expect: {block: 2, began: INSTANT, frozen: 1}
    f: us, T_L: …                          as in a case of kind math; expect: {rate, pass}
"""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from dialer.compliance.abandonment import (
    AnsweredCall,
    Counts,
    Formula,
    is_abandoned,
    rate_of,
    standing,
    uk_standing,
)
from dialer.compliance.cases.math import LIMITS, rate_in, told
from dialer.compliance.cases.reading import Case, Decided, Words
from dialer.compliance.periods import block_at, blocks_over
from dialer.domain.outcome import AmdVerdict
from dialer.yaml_text import Scalar

_CALL = (
    "answered", "speech", "greeting_end", "agent", "message", "ended", "by_us", "machine",
)  # fmt: skip
_OURS = ("call", "campaigns", "first_call", "f")


def is_of_the_ledger(given: Words) -> bool:
    """Whether the ledger decides it."""
    return any(key in given.items for key in _OURS)


def decide_ledger(case: Case, given: Words) -> Decided:
    """The case, decided."""
    expect = case.words.inner("expect")
    if "call" in given.items:
        return _call(case, given.inner("call"), expect)
    if "campaigns" in given.items:
        return _campaigns(case, given, expect)
    if "first_call" in given.items:
        return _block(case, given, expect)
    rate, keeps = rate_in(given)
    words = dict(expect.items)
    if "rate" in words:
        words["expect"] = words.pop("rate")
    return told(case.id, replace(expect, items=words), rate, keeps=keeps)


def _call(case: Case, given: Words, expect: Words) -> Decided:
    given.only(*_CALL)
    expect.only("us", "uk", "abandoned", "strictly")
    call = AnsweredCall(
        answered_at=given.number("answered"),
        speech_started_at=_maybe(given, "speech"),
        greeting_ended_at=_maybe(given, "greeting_end"),
        connected_at=_maybe(given, "agent"),
        message_started_at=_maybe(given, "message"),
        ended_at=given.number("ended"),
        was_hung_up_by_us=given.truth("by_us", usual=False),
        verdict=AmdVerdict.MACHINE if given.truth("machine", usual=False) else AmdVerdict.NOT_ASKED,
    )
    got = {
        "us": str(standing(call)),
        "uk": str(uk_standing(call)),
        "abandoned": str(is_abandoned(call)).lower(),
        "strictly": str(is_abandoned(call, strict=True)).lower(),
    }
    return _compared(case, {key: expect.text(key) for key in expect.items}, got)


def _campaigns(case: Case, given: Words, expect: Words) -> Decided:
    pools: defaultdict[tuple[str, str], Counts] = defaultdict(Counts)
    for one in given.each("campaigns"):
        key = (one.text("seller"), one.text("offer"))
        pools[key] += Counts(connected=one.count("T_L"), abandoned=one.count("D"))
    wanted, got = {}, {}
    for key, counts in pools.items():
        rate = rate_of(Formula.US, counts, Fraction(0))
        got[" ".join(key)] = _rate(float(rate.share), keeps=rate.keeps(LIMITS[Formula.US]))
    for one in expect.each("campaigns"):
        name = f"{one.text('seller')} {one.text('offer')}"
        wanted[name] = _rate(one.number("rate"), keeps=one.truth("pass", usual=True))
    decided = _compared(case, wanted, got)
    return replace(decided, is_pass=decided.is_pass and len(wanted) == len(got))


def _block(case: Case, given: Words, expect: Words) -> Decided:
    first, at = given.instant("first_call"), given.instant("at")
    if first is None or at is None:
        raise given.wrong("both `first_call` and `at` must be there")
    frozen = blocks_over(first, at)
    got = {
        "block": str(len(frozen) + 1),
        "began": str(block_at(first, at).began_at),
        "frozen": str(len(frozen)),
    }
    wanted = {key: expect.text(key) for key in expect.items}
    if "began" in wanted:
        wanted["began"] = str(expect.instant("began"))
    return _compared(case, wanted, got)


def _compared(case: Case, wanted: dict[str, str], got: dict[str, str]) -> Decided:
    if not wanted:
        raise case.words.wrong("`expect` is empty; give what is to come out")
    return Decided(
        id=case.id,
        is_pass=all(got.get(key) == its for key, its in wanted.items()),
        expected=_listed(wanted),
        got=_listed({key: got.get(key, "nothing") for key in wanted}),
    )


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _rate(share: float, *, keeps: bool) -> str:
    return f"{share:.4f} {'within' if keeps else 'over'} the limit"


def _maybe(words: Words, key: str) -> float | None:
    value = words.value(key)
    return words.number(key) if isinstance(value, Scalar) else None
