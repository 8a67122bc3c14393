"""What no event says: real disks, a real database's clock, a certificate, what Asterisk sent."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dialer.config import MetricsSettings, Settings, load_settings
from dialer.engine.engine import Engine
from dialer.engine.events import DoNotCallAdded
from dialer.metering import Metering
from dialer.metrics.labels import Place
from dialer.runtime.pump import Pump, World
from dialer.runtime.transcript import Recorder
from dialer.storage.store import PostgresStore
from dialer.telephony.fake import FakeTelephony
from dialer.telephony.gateway import Gateway, GatewaySettings
from dialer.telephony.link import AmiSettings
from tests.unit.parts.test_machine import UNTIL_2066

PATIENCE_S = 20.0


class Daemon:
    """As much of a daemon as is metered."""

    def __init__(self, settings: Settings, database_url: str) -> None:
        self.store = PostgresStore.at(database_url)
        ami = AmiSettings(host="127.0.0.1", port=9, username="callbank", secret="x")
        self.gateway = Gateway(GatewaySettings(ami=ami, sounds_dir="/nowhere"))
        places = {Place.DATA: settings.home, Place.RECORDINGS: settings.home / "none"}
        self.metering = Metering(settings, places, self.store, self.gateway)
        observer = self.metering.observer
        self.recorder = Recorder(settings.home / "t", "run", keep_days=1, clock=time.time)
        world = World(
            telephony=FakeTelephony({}),
            store=self.store,
            clock=time.time,
            note=self.recorder.note,
            hear_commit=observer.hear_commit,
        )
        self.pump = Pump(Engine(run="it"), world, [observer.observe])
        self.metering.ask(self.pump, self.recorder)

    def page(self) -> dict[str, float]:
        """The series by name and label values."""
        observer = self.metering.observer
        observer.look(self.pump.view())
        text, _ = observer.page()
        return {
            " ".join((sample.name, *sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text.decode())
            for sample in family.samples
        }

    async def page_with(self, series: str) -> dict[str, float]:
        """A page that has it."""
        deadline = time.monotonic() + PATIENCE_S
        while series not in (page := self.page()):
            assert time.monotonic() < deadline, f"{series} never came"
            await asyncio.sleep(0.02)
        return page


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    certificate = tmp_path / "proxy.pem"
    certificate.write_text(UNTIL_2066)
    metrics = MetricsSettings(enabled=True, certificate=certificate)
    return replace(load_settings({}, home=tmp_path), metrics=metrics)


@pytest.fixture
async def daemon(database_url: str, settings: Settings) -> AsyncIterator[Daemon]:
    made = Daemon(settings, database_url)
    looking = asyncio.create_task(made.metering.run())
    yield made
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await made.store.close()


async def test_disk_certificate_and_the_databases_clock_are_told(
    daemon: Daemon, tmp_path: Path
) -> None:
    page = await daemon.page_with("callbank_disk_free_bytes data")
    assert page["callbank_disk_size_bytes data"] == shutil.disk_usage(tmp_path).total
    assert "callbank_disk_free_bytes recordings" not in page
    assert page["callbank_certificate_expiry_timestamp_seconds proxy.pem"] > 3e9
    # One machine has one clock: what is left is half of the question's way.
    took_s = page["callbank_store_round_trip_seconds"]
    assert took_s > 0.0
    assert abs(page["callbank_clock_offset_seconds database"]) <= took_s


async def test_what_asterisk_sends_tells_how_far_its_clock_is_away(
    database_url: str, settings: Settings
) -> None:
    daemon = Daemon(settings, database_url)
    for late_s in (3601.0, 3600.2, 3602.0):
        daemon.gateway.on_message(born_at(time.time() - late_s))
    looking = asyncio.create_task(daemon.metering.run())
    page = await daemon.page_with("callbank_clock_offset_seconds asterisk")
    assert 3600.2 <= page["callbank_clock_offset_seconds asterisk"] < 3601.0
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await daemon.store.close()


def born_at(instant: float) -> dict[str, str]:
    """An event of Asterisk's that the gateway reads."""
    return {
        "Event": "Newchannel",
        "Timestamp": f"{instant:.6f}",
        "Channel": "PJSIP/trunk-main-00000001",
        "Uniqueid": "cb-1",
        "Linkedid": "cb-1",
    }


async def test_a_certificate_that_is_gone_is_left_out_and_said_once(
    daemon: Daemon, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await daemon.page_with("callbank_disk_free_bytes data")
    assert settings.metrics.certificate is not None
    settings.metrics.certificate.unlink()
    again = [asyncio.create_task(daemon.metering.run()) for _ in range(2)]
    name = "callbank_certificate_expiry_timestamp_seconds proxy.pem"
    deadline = time.monotonic() + PATIENCE_S
    while name in daemon.page():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    for task in again:
        task.cancel()
    await asyncio.gather(*again, return_exceptions=True)
    assert caplog.text.count("cannot be read") == 1


async def test_the_queues_and_commits_of_the_pump_are_told(daemon: Daemon) -> None:
    opted_out = DoNotCallAdded(at=time.time(), e164="+12025550123")
    daemon.pump.sink(opted_out)
    daemon.recorder.note(opted_out, time.time(), ())
    page = daemon.page()
    assert page["callbank_pump_inbox_events"] == 1
    assert page["callbank_transcript_queue_entries"] == 1
    assert page["callbank_store_queue_commands"] == 0
    assert page["callbank_transcript_lost"] == 0
    running = asyncio.create_task(daemon.pump.run())
    await daemon.pump.post(opted_out)
    page = daemon.page()
    assert page["callbank_store_commit_seconds_count"] == 1
    assert page["callbank_store_commit_seconds_sum"] > 0.0
    assert page["callbank_do_not_call_requests_total"] == 2
    daemon.pump.stop()
    await running
