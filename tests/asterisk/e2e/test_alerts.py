"""Each alert fires when the real thing breaks, and is over when it is whole again.

Daemon, Asterisk, database and Prometheus are real; the rules are the shipped ones, quick. What goes
wrong at the same time in life goes wrong at the same time here, which also saves minutes.
"""

import asyncio
import fcntl
import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from os import kill
from pathlib import Path

import pytest

from dialer.compliance.periods import ELSEWHERE, PROFILES
from dialer.demo.late import HOLDING
from dialer.domain.campaign import AmdMode, CampaignState, DialMethod, RecycleRules
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.alarm import Alarm, alarm_of
from tests.asterisk.e2e.evening import HABITS, evening
from tests.asterisk.e2e.sip_refuser import SipRefuser
from tests.asterisk.e2e.venue import CERTIFICATE, CERTIFICATES, Venue, until, until_ready

SHORT_TALKS = replace(HABITS, talk_s=1.5)
SOON = RecycleRules(unburnt_s=2.0, congestion_s=2.0)
LATE_S = 4.0
"""From the answer until he is bridged: late, whoever greets."""
PERIODS = tuple(window.name for window in PROFILES[ELSEWHERE].windows if window.is_gate)
NEARLY = 0.027
"""A share of abandoned people below the limit of 0.03, and over four fifths of it."""


@pytest.fixture(scope="module")
def full_disk(opened: Venue) -> Iterator[Path | None]:
    """A file system of one megabyte for recordings, with something old that fills it.

    None where none can be mounted (it takes root, and in containers some rights more).
    """
    place = opened.home / "recordings"
    place.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode != 0:
        yield None
        return
    try:
        old = place / "old"
        old.write_bytes(bytes(950_000))
        yield old
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture(scope="module")
def alarm(opened: Venue, full_disk: Path | None) -> Iterator[Alarm]:
    """Prometheus, on a machine that nobody has looked after: see the last test."""
    shutil.copy(CERTIFICATES / "ended.pem", opened.home / CERTIFICATE)
    with alarm_of(opened) as alarm:
        yield alarm


async def test_a_trunk_fails_volunteers_sit_idle_and_the_daemon_dies(
    venue: Venue, alarm: Alarm, refusers: dict[str, SipRefuser]
) -> None:
    async with evening(
        venue, "Trunk fails", dial_method=DialMethod.PROGRESSIVE, trunks=("fickle",), recycle=SOON
    ) as its:
        its.add([Behaviour.PERSON_PATIENT] * 30)
        async with its.crew(6):
            await alarm.has_seen("callbank_trunk_failures_total", trunk="fickle")
            await its.set_state(CampaignState.RUNNING)
            # The calls fail at once, then the trunk rests: the rate is soon nothing again.
            await alarm.goes_off("TrunkFailing", trunk="fickle")
            await alarm.goes_off("TrunkResting", trunk="fickle")
            await alarm.goes_off("VolunteersIdle", campaign="Trunk fails")
            await alarm.goes_off("VolunteersWaitLong", campaign="Trunk fails")
            assert re.search("TrunkResting</td>.*fickle", alarm.page(), re.DOTALL)
            refusers["fickle"].heal(venue.stage.carrier_port)
            nothing_more_is_written(venue)
            await alarm.goes_off("TranscriptLost")
            venue.kill("daemon")
            await alarm.goes_off("DaemonDown")
            await venue.stage.start_daemon()
            await alarm.is_over("DaemonDown")
            await alarm.is_over("TranscriptLost")
            await until(lambda: "talked" in its.outcomes().values(), "the trunk carries calls")
            for name in ("TrunkResting", "TrunkFailing", "VolunteersIdle", "VolunteersWaitLong"):
                await alarm.is_over(name)


def nothing_more_is_written(venue: Venue) -> None:
    """The daemon's files may not grow any more: no room, as far as it can see."""
    pid = venue.stage.pids()["daemon"]
    assert pid is not None
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))


async def test_lists_end_messages_vanish_numbers_are_burnt_and_detection_drifts(
    venue: Venue, alarm: Alarm
) -> None:
    async with asyncio.TaskGroup() as going_on:
        going_on.create_task(a_list_ends(venue, alarm), name="list")
        going_on.create_task(volunteers_come_late(venue, alarm), name="late")
        going_on.create_task(a_detector_drifts(venue, alarm), name="detector")


async def a_list_ends(venue: Venue, alarm: Alarm) -> None:
    """Nobody is left to call; then people are, some of whom take our number for spam."""
    name = "List ends"
    async with evening(
        venue, name, dial_method=DialMethod.RATIO, ratio=1.0
    ) as its, its.crew(2, SHORT_TALKS):
        await its.set_state(CampaignState.RUNNING)
        await alarm.goes_off("HopperDry", campaign=name)
        message = venue.home / "speech" / "messages" / f"message-{its.campaign.id}.wav"
        kept = message.with_suffix(".kept")
        message.rename(kept)
        await alarm.goes_off("SafeHarborMessageMissing", campaign=name)
        kept.rename(message)
        its.add([Behaviour.UNWANTED] * 4)
        its.add([Behaviour.PERSON_PATIENT] * 20)
        await alarm.goes_off("CallerIdLabelledAsSpam", sip_status="607")
        await alarm.is_over("SafeHarborMessageMissing", campaign=name)
        await alarm.is_over("HopperDry", campaign=name)
        await alarm.is_over("CallerIdLabelledAsSpam", sip_status="607")


async def volunteers_come_late(venue: Venue, alarm: Alarm) -> None:
    """Three people wait too long for their volunteer; then a good past makes up for them."""
    name = "Volunteers come late"
    async with evening(
        venue, name, dial_method=DialMethod.PROGRESSIVE
    ) as its, its.crew(2, SHORT_TALKS, first=2):
        for command in HOLDING:
            venue.pbx.console(command)
        venue.pbx.console(f"dialplan set global CB_HELD_S {LATE_S}")
        its.add([Behaviour.PERSON_PATIENT] * 3)
        await its.set_state(CampaignState.RUNNING)
        await alarm.goes_off("ConnectionsLate", campaign=name)
        for window in PERIODS:
            await alarm.goes_off("AbandonmentOverLimit", campaign=name, window=window)
        await its.all_dialed(3)
        venue.pbx.console("dialplan set global CB_HELD_S 0")
        late = (await its.figures())["abandoned"]
        assert isinstance(late, int)
        its.add_history(int(late / NEARLY) - 3)
        for window in PERIODS:
            await alarm.goes_off("AbandonmentNearLimit", campaign=name, window=window)
        await alarm.is_over("AbandonmentOverLimit", campaign=name)
        its.add_history(100)
        await alarm.is_over("AbandonmentNearLimit", campaign=name)
        await alarm.is_over("ConnectionsLate", campaign=name)


async def a_detector_drifts(venue: Venue, alarm: Alarm) -> None:
    """First people answer, then machines alone."""
    name = "Detector drifts"
    async with evening(
        venue, name, dial_method=DialMethod.RATIO, ratio=3.0, amd_mode=AmdMode.GATE
    ) as its, its.crew(2, SHORT_TALKS, first=4):
        its.add_history(200)
        its.add([Behaviour.PERSON_PATIENT] * 8)
        await its.set_state(CampaignState.RUNNING)
        await its.all_dialed(8)
        its.add([Behaviour.VOICEMAIL] * 16)
        await alarm.goes_off("DetectorDrifts", campaign=name)
        await its.all_dialed(24)
        await alarm.is_over("DetectorDrifts", campaign=name)


async def test_asterisk_and_the_database_stop_and_their_clocks_differ(
    venue: Venue, alarm: Alarm
) -> None:
    async with evening(venue, "Parts stop", dial_method=DialMethod.PROGRESSIVE) as its:
        its.add([Behaviour.PERSON_PATIENT] * 60)
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(6, SHORT_TALKS):
            await until(lambda: its.talking(), "somebody talks")
            with clock_of_the_database_ahead(venue):
                with stopped(venue.stage.pids()["asterisk"]):
                    await alarm.goes_off("AsteriskLinkDown")
                await alarm.is_over("AsteriskLinkDown")
                await alarm.goes_off("ClockOff", against="database")
            with without_database(venue):
                await alarm.goes_off("DatabaseDown")
                await alarm.goes_off("RecordsWait")
            for name in ("DatabaseDown", "RecordsWait", "ClockOff"):
                await alarm.is_over(name)
        # The dialplan of the tests above goes with this Asterisk.
        killed = venue.kill("asterisk")
        await until(lambda: venue.stage.pids()["asterisk"] not in (None, killed), "another runs")
        await until_ready(venue)


@contextmanager
def stopped(pid: int | None) -> Iterator[None]:
    """A process that does nothing any more, and is there."""
    assert pid is not None
    kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        kill(pid, signal.SIGCONT)


@contextmanager
def without_database(venue: Venue) -> Iterator[None]:
    """PostgreSQL is killed, and who would start it again has to wait for his turn."""
    with (venue.home / "postgres" / "lock").open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        venue.kill("postgres")
        yield


@contextmanager
def clock_of_the_database_ahead(venue: Venue) -> Iterator[None]:
    """Who connects anew is told of a time to come."""
    venue.change(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
        " $$ SELECT pg_catalog.clock_timestamp() + interval '2 seconds' $$"
    )
    venue.change("ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog")
    _disconnect(venue)
    try:
        yield
    finally:
        venue.change("ALTER ROLE CURRENT_USER RESET search_path")
        venue.change("DROP FUNCTION public.clock_timestamp()")
        _disconnect(venue)


def _disconnect(venue: Venue) -> None:
    venue.change(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


async def test_a_neglected_machine_is_told_of_until_somebody_looks_after_it(
    venue: Venue, alarm: Alarm, full_disk: Path | None
) -> None:
    await alarm.goes_off("CertificateExpires", certificate=CERTIFICATE)
    shutil.copy(CERTIFICATES / "lasting.pem", venue.home / CERTIFICATE)
    if full_disk is not None:
        await alarm.goes_off("DiskAlmostFull", place="recordings")
        full_disk.unlink()
        await alarm.is_over("DiskAlmostFull", place="recordings")
    await alarm.is_over("CertificateExpires")
    if full_disk is None:
        pytest.skip("no file system can be mounted here, so no disk was filled")
