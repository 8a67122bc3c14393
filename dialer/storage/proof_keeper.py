"""What `serve` does for the proof: tells the chain's head outside of the database each hour and at
its end, and removes once a day what need not be kept any more. Begun by app.py."""

import asyncio
import logging
import time
from pathlib import Path

from dialer.compliance.evidence import milliseconds
from dialer.compliance.proof import Anchor
from dialer.errors import CallbankError
from dialer.storage.connect import plainly
from dialer.storage.evidence_heads import FILE_NAME, tell_head
from dialer.storage.retention import retain

log = logging.getLogger(__name__)

TELL_EVERY_S = 3600.0
RETAIN_EVERY_S = 86400.0


class ProofKeeper:
    """Of one database, with the data directory for the file of heads."""

    def __init__(self, url: str, home: Path, keep_years: int) -> None:
        self._url = url
        self._heads = home / FILE_NAME
        self._keep_years = keep_years
        self._retain_at = 0.0

    async def run(self) -> None:
        """For ever; what fails is logged and tried again an hour later."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(TELL_EVERY_S)

    def look(self) -> None:
        """Tell the head, and remove what is too old if that was not done today."""
        now = time.time()
        try:
            self.tell()
            if now >= self._retain_at:
                done = retain(self._url, now=now, keep_years=self._keep_years)
                self._retain_at = now + RETAIN_EVERY_S
                if done.records or done.attempts:
                    log.info(
                        "%d records of evidence and %d attempts were older than %d years and are"
                        " removed.", done.records, done.attempts, self._keep_years,
                    )  # fmt: skip
        except (CallbankError, OSError) as error:
            log.error("The proof could not be looked after: %s", error)

    def tell(self) -> None:
        """Add the head of the chain to the file. Raises CallbankError or OSError."""
        with plainly(self._url) as connection:
            found = connection.execute("SELECT count, hash FROM evidence_head").fetchone()
        if found is not None:
            count, digest = found
            at_ms = milliseconds(time.time())
            tell_head(self._heads, Anchor(at_ms=at_ms, seq=count, hash=digest.hex()))
