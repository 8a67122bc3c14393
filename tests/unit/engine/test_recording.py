"""When a conversation is recorded, and everything that keeps it from being recorded."""

from dataclasses import replace

import pytest

from dialer.compliance.recording import RecordingLeave
from dialer.domain.agent import Agent
from dialer.domain.number import NumberFacts
from dialer.domain.wording import version_of
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.store_commands import SaveRecording
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, Night, lead

WORDS = "This call is recorded."
RECORDED = replace(CAMPAIGN, records_calls=True, announcement_text=WORDS)
NORTH_CAROLINA, FLORIDA = ("NC",), ("NC", "FL")
EVENTS = (ev.AnnouncementBegan, ev.AnnouncementEnded, ev.RecordingBegan)


def evening(
    states: tuple[str, ...], seat: str = "NC", *, is_connected: bool = True, **settings: object
) -> Night:
    """An agent talks with somebody who may be in these states."""
    night = Night(replace(RECORDED, **settings))
    agent = Agent(id=7, name="Ada", extension="v7", us_state=seat)
    night.happens(ev.AgentLoggedIn(at=night.now, agent_id=7, agent=agent, campaign_id=1))
    night.picks_up_leg(7)
    night.happens(requests.AgentAskedReady(at=night.now, agent_id=7))
    night.claims(replace(lead(1), number=NumberFacts(states=states)))
    night.at(5).answers(night.call())
    if is_connected:
        night.is_connected(night.call(), 7)
    return night


def is_told(night: Night, *kinds: type[ev.LineEvent]) -> None:
    for kind in kinds:
        night.happens(kind(at=night.now, attempt_id=night.call().attempt_id))


def row(night: Night) -> SaveRecording:
    return night.wished(SaveRecording)[-1]


def test_where_one_party_is_enough_it_begins_with_the_conversation() -> None:
    night = evening(NORTH_CAROLINA)
    [start] = night.wished(cmd.StartRecording)
    assert start.announcement_version == ""
    is_told(night, ev.RecordingBegan)
    assert row(night).leave == RecordingLeave.NONE_NEEDED
    assert (row(night).started_at, row(night).announced_from) == (START + 5, None)
    night.at(60).happens(ev.CallParted(at=night.now, attempt_id=night.call().attempt_id))
    assert night.wished(cmd.StopRecording)
    assert row(night).ended_at == START + 60


@pytest.mark.parametrize(
    ("states", "seat"),
    [(FLORIDA, "NC"), ((), "NC"), (NORTH_CAROLINA, ""), (NORTH_CAROLINA, "CA"), (("XX",), "NC")],
)
def test_where_a_party_must_know_or_nobody_knows_it_waits_for_the_announcement(
    states: tuple[str, ...], seat: str
) -> None:
    night = evening(states, seat)
    [start] = night.wished(cmd.StartRecording)
    assert start.announcement_version == version_of(WORDS)
    is_told(night, ev.AnnouncementBegan)
    night.at(7.5)
    is_told(night, ev.AnnouncementEnded, ev.RecordingBegan)
    its = row(night)
    assert its.leave == RecordingLeave.ANNOUNCEMENT_FIRST
    assert its.announcement_version == version_of(WORDS)
    assert (its.announced_from, its.announced_to) == (START + 5, START + 7.5)
    assert its.started_at >= START + 7.5


def test_a_campaign_that_does_not_record_asks_for_nothing() -> None:
    assert not evening(NORTH_CAROLINA, records_calls=False).wished(cmd.StartRecording)


def test_words_that_are_taken_away_while_it_rings_leave_nothing_to_announce() -> None:
    night = evening(FLORIDA, is_connected=False)
    without = replace(RECORDED, announcement_text="")
    night.happens(ev.Configured(at=night.now, campaigns=(without,), trunks=(TRUNK,)))
    night.is_connected(night.call(), 7)
    assert not night.wished(cmd.StartRecording)


@pytest.mark.parametrize("heard", [(), (ev.AnnouncementBegan,), (ev.AnnouncementEnded,)])
def test_a_recording_that_did_not_wait_is_stopped_and_has_no_row(
    heard: tuple[type[ev.LineEvent], ...],
) -> None:
    night = evening(FLORIDA)
    is_told(night, *heard, ev.RecordingBegan)
    assert night.wished(cmd.StopRecording)
    assert not night.wished(SaveRecording)


def test_a_recording_that_nobody_asked_for_is_stopped() -> None:
    night = evening(NORTH_CAROLINA, records_calls=False)
    is_told(night, ev.RecordingBegan)
    assert night.wished(cmd.StopRecording)
    assert not night.wished(SaveRecording)


def test_who_parts_during_the_announcement_is_not_recorded() -> None:
    night = evening(FLORIDA)
    is_told(night, ev.AnnouncementBegan)
    night.at(6).happens(ev.CallParted(at=night.now, attempt_id=night.call().attempt_id))
    assert night.wished(cmd.StopRecording)
    night.is_gone(night.call())
    assert not night.wished(SaveRecording)


def test_a_recording_that_ends_by_itself_leaves_its_end() -> None:
    night = evening(NORTH_CAROLINA)
    is_told(night, ev.RecordingBegan)
    is_told(night.at(20), ev.RecordingEnded)
    assert row(night).ended_at == START + 20
    night.is_gone(night.call())
    assert not night.wished(cmd.StopRecording)


def test_a_call_whose_end_comes_at_once_ends_its_recording() -> None:
    night = evening(NORTH_CAROLINA)
    is_told(night, ev.RecordingBegan)
    night.at(9)
    night.is_gone(night.call())
    assert row(night).ended_at == START + 9


# --- gaps ---------------------------------------------------------------------------------------


def legs(night: Night, recorder: str) -> tuple[ev.LegSeen, ...]:
    """Everything is up, the recorder too."""
    attempt_id = night.call().attempt_id
    return tuple(
        ev.LegSeen(channel_id=one, channel=name, is_up=True, bridge_id=bridge)
        for one, name, bridge in (
            (attempt_id, "PJSIP/trunk-main-1", "b1"),
            (night.wished(cmd.CallAgent)[-1].leg_id, "PJSIP/v7-01", "b1"),
            (recorder, "Local/listen@callbank-recording-1;1", ""),
            (recorder + "-listens", "Local/listen@callbank-recording-1;2", ""),
        )
    )


def test_a_recording_goes_on_over_a_lost_link() -> None:
    night = evening(FLORIDA)
    is_told(night, *EVENTS)
    night.happens(ev.LinkWentDown(at=night.now))
    back = legs(night, f"rec-{night.call().attempt_id}")
    night.happens(ev.LinkCameUp(at=night.now, legs=back))
    assert not night.wished(cmd.HangUp)


def test_an_announcement_that_nobody_saw_end_leads_to_no_recording() -> None:
    night = evening(FLORIDA)
    is_told(night, ev.AnnouncementBegan)
    night.happens(ev.LinkWentDown(at=night.now))
    back = legs(night, f"rec-{night.call().attempt_id}")
    night.happens(ev.LinkCameUp(at=night.now, legs=back))
    hung_up = {one.attempt_id for one in night.wished(cmd.HangUp)}
    assert hung_up == {one.channel_id for one in back[2:]}


def test_a_new_engine_ends_what_an_earlier_one_recorded() -> None:
    night = Night(RECORDED)
    stray = ev.LegSeen(
        channel_id="rec-cb-old-1", channel="Local/x;1", is_up=True, bridge_id=""
    )
    night.happens(ev.LinkCameUp(at=night.now, legs=(stray,)))
    [told] = night.wished(cmd.HangUp)
    assert told.channel == "Local/x;1"
