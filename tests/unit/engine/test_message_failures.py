"""A safe-harbor message that cannot be played: one line for one agent, until it is mended."""

from dataclasses import replace

import pytest

from dialer.domain.campaign import Campaign
from dialer.domain.lead import LineType
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.deadlines import MESSAGE_PATIENCE_S
from tests.unit.engine.transcript import TRUNK, Night, lead, ratio_campaign

CAMPAIGN = ratio_campaign(3.0)


def over_dialing(campaign: Campaign = CAMPAIGN) -> Night:
    """An agent, three landlines that ring for him, and a good past."""
    night = Night(campaign)
    night.has_history(answered=1000)
    night.arrives(1)
    night.claims(*(lead(number, LineType.LANDLINE) for number in range(1, 13)))
    return night


def has_failed(night: Night) -> bool:
    return night.engine.view(night.now).campaigns[0].has_message_failed


def somebody_waits_too_long(night: Night) -> cmd.Originate:
    """One person gets the agent, another nobody."""
    first, second = night.call(0), night.call(1)
    night.answers(first)
    night.is_connected(first, 1)
    night.answers(second)
    night.at(2.0)
    assert [wish.attempt_id for wish in night.wished(cmd.PlayMessage)] == [second.attempt_id]
    return second


def lines_after(night: Night) -> int:
    """How many lines are dialed for the agent when he is ready again."""
    for call in night.wished(cmd.Originate):
        night.is_gone(call)
    before = len(night.wished(cmd.Originate))
    night.at(60.0)
    return len(night.wished(cmd.Originate)) - before


def test_the_three_lines_of_a_good_campaign_are_dialed_again() -> None:
    night = over_dialing()
    second = somebody_waits_too_long(night)
    night.happens(ev.MessageStarted(at=night.now, attempt_id=second.attempt_id))
    assert lines_after(night) == 3
    assert not has_failed(night)


def test_when_the_dialplan_could_not_play_it_one_line_is_dialed_for_one_agent() -> None:
    night = over_dialing()
    second = somebody_waits_too_long(night)
    night.happens(ev.MessageFailed(at=night.now, attempt_id=second.attempt_id))
    assert has_failed(night)
    assert lines_after(night) == 1


def test_word_of_the_failure_may_come_after_the_lines_end() -> None:
    night = over_dialing()
    second = somebody_waits_too_long(night)
    night.is_gone(second)
    night.happens(ev.MessageFailed(at=night.now, attempt_id=second.attempt_id))
    assert has_failed(night)


def test_a_message_that_was_ordered_and_never_began_has_failed() -> None:
    night = over_dialing()
    second = somebody_waits_too_long(night)
    night.at(2.0 + MESSAGE_PATIENCE_S - 0.5)
    assert not has_failed(night)
    night.at(2.0 + MESSAGE_PATIENCE_S + 0.5)
    assert has_failed(night)
    assert second.attempt_id in [wish.attempt_id for wish in night.wished(cmd.HangUp)]


def test_who_hangs_up_before_it_begins_has_not_broken_it() -> None:
    night = over_dialing()
    night.is_gone(somebody_waits_too_long(night))
    night.at(30.0)
    assert not has_failed(night)


def test_after_a_gap_nobody_knows_whether_it_began() -> None:
    night = over_dialing()
    second = somebody_waits_too_long(night)
    night.happens(ev.LinkWentDown(at=night.now))
    leg = ev.LegSeen(
        channel_id=second.attempt_id, channel="PJSIP/x", is_up=True, bridge_id=""
    )
    night.happens(ev.LinkCameUp(at=night.now, legs=(leg,)))
    night.at(30.0)
    assert not has_failed(night)


def test_a_missing_file_is_told_before_anybody_had_to_hear_it() -> None:
    night = over_dialing()
    night.happens(ev.MessageLost(at=night.now, campaign_id=1))
    assert has_failed(night)
    assert lines_after(night) == 1
    night.happens(ev.MessageMended(at=night.now, campaign_id=1))
    assert not has_failed(night)


def test_it_may_be_missing_before_the_campaign_is_known() -> None:
    night = Night(replace(CAMPAIGN, id=2))
    night.happens(ev.MessageLost(at=night.now, campaign_id=1))
    night.happens(ev.Configured(at=night.now, campaigns=(CAMPAIGN,), trunks=(TRUNK,)))
    failed = {one.campaign_id: one.has_message_failed for one in night.engine.view(0.0).campaigns}
    assert failed == {1: True, 2: False}


def test_other_words_do_not_bring_back_a_file_that_is_not_there() -> None:
    night = over_dialing()
    night.happens(ev.MessageLost(at=night.now, campaign_id=1))
    changed = replace(CAMPAIGN, message_text=CAMPAIGN.message_text + " Goodbye.")
    night.happens(ev.Configured(at=night.now, campaigns=(changed,), trunks=(TRUNK,)))
    assert has_failed(night)
    night.happens(ev.MessageMended(at=night.now, campaign_id=1))
    assert not has_failed(night)


@pytest.mark.parametrize(
    ("change", "is_mended"),
    [
        ({"message_text": CAMPAIGN.message_text + " Goodbye."}, True),
        ({"name": "Another name"}, False),
        ({"message_text": ""}, True),
    ],
)
def test_other_words_mend_it_and_other_settings_do_not(
    change: dict[str, str], is_mended: bool
) -> None:
    night = over_dialing()
    second = somebody_waits_too_long(night)
    night.happens(ev.MessageFailed(at=night.now, attempt_id=second.attempt_id))
    changed = replace(CAMPAIGN, **change)
    night.happens(ev.Configured(at=night.now, campaigns=(changed,), trunks=(TRUNK,)))
    assert has_failed(night) is not is_mended
