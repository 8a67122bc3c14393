"""What is kept no longer is removed while the phone bank runs: decisions of pacing, recordings.

Built by app.py. What is due while the database is away is removed an hour later.
"""

import asyncio
import time

from dialer.config import Settings
from dialer.parts.recordings import RecordingsFolder
from dialer.runtime.ports import StoreAway
from dialer.storage.store import PostgresStore

DAY_S = 86400.0
REMOVE_EVERY_S = 3600.0
REMOVE_AGAIN_S = 5.0


class Removal:
    """For as long as the settings say that things are kept."""

    def __init__(
        self, store: PostgresStore, recordings: RecordingsFolder, settings: Settings
    ) -> None:
        self._store = store
        self._recordings = recordings
        self._decisions_s = settings.decisions.keep_days * DAY_S
        self._recordings_s = settings.recordings.keep_days * DAY_S

    async def of_decisions(self) -> None:
        """Until cancelled."""
        while True:
            try:
                gone = await self._store.remove_decisions(time.time() - self._decisions_s)
            except StoreAway:
                gone = 0
            await asyncio.sleep(REMOVE_AGAIN_S if gone else REMOVE_EVERY_S)

    async def of_recordings(self) -> None:
        """Those that are kept no longer, and those that nothing gives leave to keep: a recording
        is lawful by its row. Until cancelled."""
        while True:
            now = time.time()
            try:
                files = await self._store.expired_recordings(now - self._recordings_s)
                quiet = list(self._recordings.untouched_since(now - REMOVE_EVERY_S))
                strays = await self._store.recordings_without_row(quiet) if quiet else ()
                for file in (*files, *strays):
                    self._recordings.remove(file)
                if files:
                    await self._store.recordings_removed(files, now)
            except StoreAway:
                files = ()
            await asyncio.sleep(REMOVE_AGAIN_S if files else REMOVE_EVERY_S)
