"""Recording: at once where one party's leave is enough, else after an announcement."""

import pytest

from dialer.compliance.places import EVERY_STATE, states_of
from dialer.compliance.recording import (
    RecordingLeave,
    _one_party,
    announcing_states,
    recording_leave,
)

TERRITORIES = {"PR", "VI", "GU", "MP", "AS"}


@pytest.mark.parametrize(
    ("callee", "agent", "leave"),
    [
        (("GA",), "NC", RecordingLeave.NONE_NEEDED),
        (("OR",), "NY", RecordingLeave.NONE_NEEDED),
        (("GA", "NC"), "DC", RecordingLeave.NONE_NEEDED),
        (("FL",), "NC", RecordingLeave.ANNOUNCEMENT_FIRST),
        (("FL", "GA"), "NC", RecordingLeave.ANNOUNCEMENT_FIRST),
        (("GA",), "CA", RecordingLeave.ANNOUNCEMENT_FIRST),
        ((), "NC", RecordingLeave.ANNOUNCEMENT_FIRST),
        (("GA",), "", RecordingLeave.ANNOUNCEMENT_FIRST),
        (("PR",), "NC", RecordingLeave.ANNOUNCEMENT_FIRST),
        (EVERY_STATE, "NC", RecordingLeave.ANNOUNCEMENT_FIRST),
    ],
)
def test_one_candidate_state_that_needs_leave_is_enough(
    callee: tuple[str, ...], agent: str, leave: RecordingLeave
) -> None:
    assert recording_leave(callee, agent) is leave


def test_r45_an_area_code_of_florida_with_an_address_in_georgia_is_announced() -> None:
    callee = states_of("+13055551234", "30301", "GA")
    assert recording_leave(callee, "GA") is RecordingLeave.ANNOUNCEMENT_FIRST


@pytest.mark.parametrize("e164", ["+442079460000", "+14165550123", "+61261234567"])
def test_abroad_a_recording_is_announced(e164: str) -> None:
    callee = states_of(e164, "30301", "GA")
    assert recording_leave(callee, "NC") is RecordingLeave.ANNOUNCEMENT_FIRST


def test_the_two_lists_hold_each_state_once() -> None:
    assert not _one_party() & set(announcing_states())
    assert _one_party() | set(announcing_states()) | TERRITORIES == set(EVERY_STATE)
