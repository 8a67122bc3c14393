"""When a conversation is recorded, and everything that keeps it from being recorded."""

from dataclasses import replace

import pytest

from agi import names
from dialer.compliance.recording import RecordingLeave
from dialer.domain.agent import Agent
from dialer.domain.number import NumberFacts
from dialer.domain.wording import version_of
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.recording import recorder_id
from dialer.engine.store_commands import SaveRecording
from dialer.telephony.parse import recorded_attempt
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, Night, lead

WORDS = "This call is recorded."
RECORDED = replace(CAMPAIGN, records_calls=True, announcement_text=WORDS)
NORTH_CAROLINA, FLORIDA = ("NC",), ("NC", "FL")
EVENTS = (ev.AnnouncementBegan, ev.AnnouncementEnded, ev.RecordingBegan)


def evening(
    states: tuple[str, ...],
    seat: str = "NC",
    *,
    is_connected: bool = True,
    is_browser: bool = False,
    **settings: object,
) -> Night:
    """An agent talks with somebody who may be in these states."""
    night = Night(replace(RECORDED, **settings))
    agent = Agent(id=7, name="Ada", extension="v7", us_state=seat, is_browser=is_browser)
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


# --- broken off ---------------------------------------------------------------------------------


def rejoined(night: Night, *, is_gone: bool = True) -> None:
    """His page is loaded again: his leg breaks off, and the two are put together again."""
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    if is_gone:
        is_told(night, ev.RecordingEnded)
    night.at(night.now - START + 3)
    again = Agent(id=7, name="Ada", extension="v7", us_state="NC", is_browser=True)
    night.happens(ev.AgentLoggedIn(at=night.now, agent_id=7, agent=again, campaign_id=1))
    night.picks_up_leg(7)
    night.is_connected(night.call(), 7)


def test_a_conversation_that_was_broken_off_is_announced_and_recorded_anew() -> None:
    night = evening(FLORIDA, is_browser=True)
    is_told(night, *EVENTS)
    night.at(60)
    rejoined(night)
    first, second = night.wished(cmd.StartRecording)
    assert first.file != second.file and (first.number, second.number) == (1, 2)
    assert second.announcement_version == version_of(WORDS)
    assert (row(night).file, row(night).ended_at) == (first.file, START + 60)
    is_told(night, *EVENTS)
    its = row(night)
    assert (its.file, its.started_at, its.announced_from) == (second.file, night.now, night.now)
    night.at(90).happens(ev.CallParted(at=night.now, attempt_id=night.call().attempt_id))
    assert (row(night).file, row(night).ended_at) == (second.file, START + 90)


def test_it_is_not_recorded_anew_before_what_recorded_is_gone() -> None:
    night = evening(NORTH_CAROLINA, is_browser=True)
    is_told(night, ev.RecordingBegan)
    night.at(60)
    rejoined(night, is_gone=False)
    assert len(night.wished(cmd.StartRecording)) == 1
    is_told(night, ev.RecordingEnded)
    assert len(night.wished(cmd.StartRecording)) == 2
    is_told(night, ev.RecordingBegan)
    assert row(night).started_at == night.now


def test_what_begins_after_it_was_ended_is_stopped_and_has_no_row() -> None:
    night = evening(NORTH_CAROLINA, is_browser=True)
    night.happens(ev.AgentLegDown(at=night.now, agent_id=7))
    before = len(night.wished(cmd.StopRecording))
    is_told(night, ev.RecordingBegan)
    assert len(night.wished(cmd.StopRecording)) == before + 1
    assert not night.wished(SaveRecording)


def test_a_campaign_that_records_no_more_does_not_record_anew() -> None:
    night = evening(NORTH_CAROLINA, is_browser=True)
    is_told(night, ev.RecordingBegan)
    without = replace(RECORDED, records_calls=False)
    night.happens(ev.Configured(at=night.now, campaigns=(without,), trunks=(TRUNK,)))
    rejoined(night)
    assert len(night.wished(cmd.StartRecording)) == 1


def test_a_person_who_was_on_hold_is_recorded_all_the_while() -> None:
    night = evening(NORTH_CAROLINA)
    is_told(night, ev.RecordingBegan)
    night.happens(requests.AgentAskedHold(at=night.now, agent_id=7))
    night.at(20).happens(requests.AgentAskedResume(at=night.now, agent_id=7))
    night.is_connected(night.call(), 7)
    assert len(night.wished(cmd.StartRecording)) == 1
    assert not night.wished(cmd.StopRecording)


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


def test_a_further_recording_goes_on_over_a_lost_link() -> None:
    night = evening(FLORIDA, is_browser=True)
    is_told(night, *EVENTS)
    rejoined(night)
    is_told(night, *EVENTS)
    before = len(night.wished(cmd.HangUp))
    night.happens(ev.LinkWentDown(at=night.now))
    back = legs(night, f"rec-{night.call().attempt_id}.2")
    night.happens(ev.LinkCameUp(at=night.now, legs=back))
    assert len(night.wished(cmd.HangUp)) == before


@pytest.mark.parametrize("number", [1, 2])
def test_what_records_is_named_alike_on_both_sides(number: int) -> None:
    its = recorder_id("cb-x-1", number)
    assert its == names.recorder_id("cb-x-1", number)
    assert recorded_attempt(its) == "cb-x-1"
    assert recorded_attempt(its + names.LISTENER_SUFFIX) == ""


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
