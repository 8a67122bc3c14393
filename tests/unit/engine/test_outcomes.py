"""Causes and SIP statuses as measured on Asterisk 22.10.1 against each answer of a carrier."""

import pytest

from dialer.domain.outcome import Outcome
from dialer.engine.outcomes import outcome_of


@pytest.mark.parametrize(
    ("cause", "status", "outcome"),
    [
        (17, 486, Outcome.BUSY),
        (17, 600, Outcome.BUSY),
        (19, 480, Outcome.NO_ANSWER),
        (18, 408, Outcome.NO_ANSWER),
        (1, 404, Outcome.NOT_IN_SERVICE),
        (1, 604, Outcome.NOT_IN_SERVICE),
        (22, 410, Outcome.NOT_IN_SERVICE),
        (28, 484, Outcome.NOT_IN_SERVICE),
        (34, 503, Outcome.CONGESTION),
        (21, 603, Outcome.REJECTED),
        (127, 607, Outcome.REJECTED),
        (127, 608, Outcome.REJECTED),
        (21, 401, Outcome.TRUNK_FAILED),
        (21, 403, Outcome.TRUNK_FAILED),
        (21, 407, Outcome.TRUNK_FAILED),
        (58, 488, Outcome.TRUNK_FAILED),
        (38, 500, Outcome.TRUNK_FAILED),
        (27, 502, Outcome.TRUNK_FAILED),
        (102, 504, Outcome.TRUNK_FAILED),
        (38, 599, Outcome.TRUNK_FAILED),
        (127, 487, Outcome.FAILED),
        (23, 302, Outcome.FAILED),
    ],
)
def test_the_sip_status_decides_when_it_is_known(cause: int, status: int, outcome: Outcome) -> None:
    assert outcome_of(cause, status) is outcome


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (17, Outcome.BUSY),
        (18, Outcome.NO_ANSWER),
        (19, Outcome.NO_ANSWER),
        (1, Outcome.NOT_IN_SERVICE),
        (22, Outcome.NOT_IN_SERVICE),
        (28, Outcome.NOT_IN_SERVICE),
        (34, Outcome.CONGESTION),
        (38, Outcome.CONGESTION),
        (42, Outcome.CONGESTION),
        (21, Outcome.REJECTED),
        (3, Outcome.TRUNK_FAILED),
        (20, Outcome.TRUNK_FAILED),
        (27, Outcome.TRUNK_FAILED),
        (58, Outcome.TRUNK_FAILED),
        (102, Outcome.TRUNK_FAILED),
        (0, Outcome.FAILED),
        (16, Outcome.FAILED),
        (127, Outcome.FAILED),
        (-5, Outcome.FAILED),
    ],
)
def test_an_asterisk_before_22_7_tells_only_the_cause(cause: int, outcome: Outcome) -> None:
    assert outcome_of(cause, None) is outcome
