"""Campaign settings: policy may be stricter than the law and never looser."""

import dataclasses
import math
from typing import Any

import pytest

from dialer.compliance.policy import problems
from dialer.domain.campaign import Campaign, DialMethod, Limits, Purpose, RecycleRules

GOOD_MESSAGE = "Citizens for Parks called. Call 919-555-0100. Press 9 and we will not call again."
GOOD = Campaign(
    id=1,
    name="Parks",
    dial_method=DialMethod.RATIO,
    ratio=2.0,
    caller_id="+19195550100",
    caller_name="Citizens for Parks",
    message_text=GOOD_MESSAGE,
)


def problems_with(**changes: Any) -> tuple[str, ...]:  # noqa: ANN401 - any field of a campaign
    return problems(dataclasses.replace(GOOD, **changes))


def test_the_defaults_and_a_well_set_campaign_have_no_problems() -> None:
    assert problems(Campaign(id=1, name="New")) == ()
    assert problems(GOOD) == ()


@pytest.mark.parametrize(
    "limits",
    [
        Limits(window_start="08:00", window_end="21:00"),
        Limits(window_start="10:15", window_end="18:30"),
        Limits(max_attempts_per_day=1, max_attempts_per_24h=1),
        Limits(abandon_limit=0.0, governor_warm_up_answers=1000),
        Limits(abandon_limit=0.005),
        Limits(abandon_target=0.03),
        Limits(abandon_limit=0.01, abandon_target=0.002),
    ],
)
def test_stricter_limits_are_fine(limits: Limits) -> None:
    assert problems_with(limits=limits) == ()


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(window_start="07:00"), "wider than the lawful"),
        (Limits(window_end="21:30"), "wider than the lawful"),
        (Limits(window_start="21:00", window_end="09:00"), "must end after it starts"),
        (Limits(window_start="9 am"), "written like 09:00"),
        (Limits(max_attempts_per_day=3), "Attempts per day: must be 1 to 2, not 3"),
        (Limits(max_attempts_per_day=0), "Attempts per day"),
        (Limits(max_attempts_per_24h=4), "Attempts in 24 hours: must be 1 to 3, not 4"),
        (Limits(abandon_limit=0.0301), "Abandonment limit"),
        (Limits(abandon_limit=-0.01), "Abandonment limit"),
        (Limits(abandon_target=0.0301), "Abandonment target"),
        (Limits(abandon_limit=0.02, abandon_target=0.025), "Abandonment target"),
        (Limits(abandon_target=0.0), "Abandonment target"),
        (Limits(abandon_target=math.nan), "Abandonment target"),
        (Limits(abandon_limit=math.nan), "Abandonment limit"),
        (Limits(governor_warm_up_answers=99), "Warm-up"),
    ],
)
def test_looser_limits_are_named_in_one_sentence(limits: Limits, says: str) -> None:
    (sentence,) = problems_with(limits=limits)
    assert says in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ring_timeout_s": 14.9}, "Ring time: must be 15 to 120 seconds"),
        ({"ring_timeout_s": math.inf}, "Ring time"),
        ({"ring_timeout_s": math.nan}, "Ring time"),
        ({"ratio": 0.9}, "Ratio"),
        ({"ratio": math.nan}, "Ratio"),
        ({"ratio": 11.0}, "Ratio"),
        ({"wrap_up_s": -1.0}, "Wrap-up"),
        ({"caller_id": "anonymous"}, "Caller ID"),
        ({"caller_id": "+1919555\r\nX: y"}, "Caller ID"),
        ({"recycle": RecycleRules(max_attempts=0)}, "Attempts in all"),
        ({"message_text": GOOD_MESSAGE.replace("Citizens for", "")}, "who is calling"),
        ({"caller_name": ""}, "who is calling"),
        ({"message_text": GOOD_MESSAGE.replace("919-555-0100", "us")}, "number to call back"),
        ({"message_text": GOOD_MESSAGE.replace("919-", "900-")}, "premium"),
        ({"message_text": GOOD_MESSAGE.replace("Press 9 and", "So")}, "pressing 9"),
        ({"purpose": Purpose.SALES}, "telemarketing purposes"),
        ({"voicemail_text": "Vote! Call 800-555-0199."}, "Voicemail: it must say who is calling"),
        ({"voicemail_text": "Citizens for Parks. Bye."}, "Voicemail: it must give a telephone"),
        ({"voicemail_text": "Citizens for Parks: 919-555-0100."}, "toll-free number"),
        ({"voicemail_text": "Citizens for Parks: 900-555-0100."}, "premium"),
        ({"records_calls": True}, "announcement is missing"),
        ({"announcement_text": "Hello, this is us."}, "say that the call is recorded"),
    ],
)
def test_each_wrong_setting_is_named_in_one_sentence(changes: dict[str, Any], says: str) -> None:
    (sentence,) = problems_with(**changes)
    assert says in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("words", "caller_id"),
    [
        ("Citizens for Parks. Call 1 (888) 555-0199.", "+19195550100"),
        ("Citizens for Parks. Call 919-555-0100, or 8 3 3 5 5 5 0 1 9 9.", "+19195550100"),
        ("Citizens for Parks. Call 0808 157 0192.", "+442079460100"),
    ],
)
def test_a_voicemail_names_the_caller_and_a_number_that_costs_nothing(
    words: str, caller_id: str
) -> None:
    assert problems_with(voicemail_text=words, caller_id=caller_id, message_text="") == ()


def test_all_problems_are_reported_together() -> None:
    assert len(problems_with(ring_timeout_s=3.0, ratio=0.0, limits=Limits(window_end="23:00"))) == 3


def test_the_message_is_checked_by_every_dial_method() -> None:
    assert problems_with(dial_method=DialMethod.PROGRESSIVE, message_text="Hello!")


@pytest.mark.parametrize(
    "name", ["Parks\r\nAction: Originate", "Parks\n", "Parks\t", "Parks\0", 'The "Parks"']
)
def test_a_caller_name_is_one_line_that_sip_does_not_read(name: str) -> None:
    assert any("Caller name" in sentence for sentence in problems_with(caller_name=name))
    assert not any("Caller name" in s for s in problems_with(caller_name="The Parks' People"))


@pytest.mark.parametrize("words", ["This call is recorded.", "We are recording this call."])
def test_an_announcement_that_says_so_is_enough_to_record(words: str) -> None:
    assert problems_with(records_calls=True, announcement_text=words) == ()


SALES_MESSAGE = (
    "Citizens for Parks called for telemarketing purposes. Call 919-555-0100. To stop, press 9."
)


def test_a_sales_message_may_identify_and_not_promote() -> None:
    sales = {"purpose": Purpose.SALES}
    assert problems_with(message_text=SALES_MESSAGE, **sales) == ()
    (sentence,) = problems_with(message_text=SALES_MESSAGE + " Buy now!", **sales)
    assert "leave out 'Buy'" in sentence


BRITISH = {"caller_id": "+442079460000"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Call 020 7946 0000.", ""),
        ("Call +44 20 7946 0000.", ""),
        ("Call 0800 0000 0000.", ""),
        ("Call 0909 8790 000.", "free or at the basic rate"),
        ("Call +44 871 000 0000.", "free or at the basic rate"),
        ("Call 0844 000 0000.", "free or at the basic rate"),
        ("Vote for parks! Call 020 7946 0000.", "leave out 'Vote for'"),
        ("Thank you.", "number to call back"),
    ],
)
def test_an_information_message_in_the_united_kingdom(words: str, says: str) -> None:
    text = f"This was Citizens for Parks. {words} Press 9 and we will not call again."
    found = problems_with(message_text=text, **BRITISH)
    assert (len(found) == 1 and says in found[0]) if says else found == ()


def test_elsewhere_a_political_message_may_say_what_it_is_about() -> None:
    assert problems_with(message_text=GOOD_MESSAGE + " Vote for parks!") == ()
