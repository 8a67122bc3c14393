"""Whether another's clock may be worked with: what it told is compared with when it was asked."""

import pytest

from dialer.errors import CallbankError
from dialer.parts.fitness import MOST_CLOCK_SKEW_S, refuse_skew

ASKED_AT, TOLD_AT = 1000.0, 1020.0


@pytest.mark.parametrize("said", [995.0, 1000.0, 1019.0, 1025.0])
def test_a_slow_answer_is_no_wrong_clock(said: float) -> None:
    refuse_skew(said, between=(ASKED_AT, TOLD_AT), whose="the database")


@pytest.mark.parametrize(
    ("said", "words"), [(940.0, "60 s behind this"), (1080.0, "60 s ahead of this")]
)
def test_a_clock_that_is_a_minute_off_is_refused(said: float, words: str) -> None:
    with pytest.raises(CallbankError, match=words):
        refuse_skew(said, between=(ASKED_AT, TOLD_AT), whose="the database")


def test_the_limit_is_how_long_a_permit_is_valid() -> None:
    with pytest.raises(CallbankError, match=f"at most {MOST_CLOCK_SKEW_S:g} s"):
        refuse_skew(TOLD_AT + MOST_CLOCK_SKEW_S + 0.1, between=(ASKED_AT, TOLD_AT), whose="it")
