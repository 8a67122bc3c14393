"""What feeds the metrics beside the pump's stream: the manager link, queues, disks, clocks.

Built by app.py where metrics are kept. Whatever cannot be found out is left out of the metrics; the
phone bank goes on.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from dialer.config import Settings
from dialer.errors import CallbankError
from dialer.metrics.labels import Peer, Place
from dialer.metrics.observer import MetricsObserver
from dialer.metrics.told import Disk, Queues, Surroundings
from dialer.parts.machine import certificate_ends_at
from dialer.parts.version import version
from dialer.runtime.ports import StoreAway
from dialer.runtime.pump import Pump
from dialer.runtime.transcript import Recorder
from dialer.storage.store import PostgresStore
from dialer.telephony.gateway import Gateway

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0


class Metering:
    """Of one daemon. `places` are the directories whose disks may fill."""

    def __init__(
        self,
        settings: Settings,
        places: Mapping[Place, Path],
        store: PostgresStore,
        gateway: Gateway,
    ) -> None:
        self.observer = MetricsObserver(version=version())
        self._certificate = settings.metrics.certificate or settings.web.certificate
        self._places = places
        self._store = store
        self._gateway = gateway
        self._clock_offsets_s: dict[Peer, float] = {}
        self._complaint = ""

    def ask(self, pump: Pump, recorder: Recorder | None) -> None:
        """Ask these what waits in them, for each page."""

        def queues() -> Queues:
            return Queues(
                inbox_events=pump.inbox_events,
                store_commands=pump.store_commands,
                transcript_entries=0 if recorder is None else recorder.waiting,
                is_transcript_lost=recorder is not None and recorder.is_given_up,
            )

        self.observer.ask_queues(queues)

    def catch_up(self) -> None:
        """Count what has happened, and take over what the manager link has counted."""
        self.observer.catch_up()
        self.observer.hear_link(self._gateway.events_read, self._gateway.counts)

    async def run(self) -> None:
        """Look around again and again, until cancelled."""
        while True:
            self.observer.hear_surroundings(await self._look_around())
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look_around(self) -> Surroundings:
        round_trip_s = await self._ask_the_database()
        ahead_of_asterisk_s = self._gateway.take_clock_offset_s()
        if ahead_of_asterisk_s is not None:
            self._clock_offsets_s[Peer.ASTERISK] = ahead_of_asterisk_s
        return Surroundings(
            disks=await asyncio.to_thread(self._disks),
            certificates=await self._certificates(),
            clock_offsets_s=dict(self._clock_offsets_s),
            store_round_trip_s=round_trip_s,
        )

    async def _ask_the_database(self) -> float | None:
        """Its clock, as of the middle of the question; returns how long that took."""
        asked_at, began_s = time.time(), time.perf_counter()
        try:
            its = await self._store.clock_at()
        except StoreAway:
            self._clock_offsets_s.pop(Peer.DATABASE, None)
            return None
        took_s = time.perf_counter() - began_s
        self._clock_offsets_s[Peer.DATABASE] = asked_at + took_s / 2 - its
        return took_s

    def _disks(self) -> dict[Place, Disk]:
        found = {}
        for place, path in self._places.items():
            try:
                usage = shutil.disk_usage(path)
            except OSError:
                continue  # not made yet, or not on this machine
            found[place] = Disk(free_bytes=usage.free, size_bytes=usage.total)
        return found

    async def _certificates(self) -> dict[str, float]:
        """Its end by its name; what is wrong with it is said when it is new."""
        path = self._certificate
        if path is None:
            return {}
        try:
            ends_at = await asyncio.to_thread(certificate_ends_at, path)
        except CallbankError as error:
            if str(error) != self._complaint:  # once is enough
                log.error("%s", error)
            self._complaint = str(error)
            return {}
        self._complaint = ""
        return {path.name: ends_at}
