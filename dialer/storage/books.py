"""The abandonment ledger and the audits for commands: everything raised is a CallbankError."""

import time

from dialer.compliance.audits import Heard
from dialer.compliance.ledger import LegalLedger
from dialer.domain.campaign import Campaign
from dialer.errors import UsageError
from dialer.storage.admin import Administration, working
from dialer.storage.audits import DrawnVerdict, draw, read_audits, review
from dialer.storage.ledger import (
    BlockNow,
    ConnectedCall,
    keep_books,
    read_blocks,
    read_connected,
    read_ledger,
)


class Books:
    """What an operator reads in the ledger and adds to the audits."""

    def __init__(self, office: Administration) -> None:
        self._office = office

    async def ledger(self, name: str) -> tuple[LegalLedger, tuple[BlockNow, ...]]:
        """The campaign's ledger and the frozen blocks; what is over is frozen first."""
        campaign = await self._office.campaign(name)
        async with working(self._office.engine) as connection:
            now = time.time()
            await keep_books(connection, now)
            ledger = await read_ledger(connection, campaign, now)
            return ledger, await read_blocks(connection, campaign)

    async def connected(self, campaign: Campaign) -> tuple[ConnectedCall, ...]:
        """The campaign's connected calls, oldest first."""
        async with working(self._office.engine) as connection:
            return await read_connected(connection, campaign.id)

    async def drawn(
        self, name: str | None
    ) -> tuple[tuple[LegalLedger, ...], tuple[DrawnVerdict, ...]]:
        """All drawn verdicts, of one campaign's legal campaign or of all, with the ledgers."""
        if name is None:
            campaigns = await self._office.campaigns()
        else:
            campaigns = (await self._office.campaign(name),)
        async with working(self._office.engine) as connection:
            now = time.time()
            await draw(connection, now, look_back_s=now)
            ledgers: dict[str, LegalLedger] = {}
            for one in campaigns:
                if one.legal_campaign not in ledgers:
                    ledgers[one.legal_campaign] = await read_ledger(connection, one, now)
            ids = None if name is None else _ids(ledgers, campaigns[0])
            return tuple(ledgers.values()), await read_audits(connection, ids)

    async def review(self, attempt_id: str, verdict: Heard, by: str) -> None:
        """Keep what somebody heard. UsageError where the attempt was never drawn."""
        async with working(self._office.engine) as connection:
            if await review(connection, attempt_id, verdict, by, time.time()):
                return
        raise UsageError(
            f'attempt "{attempt_id}" was not drawn to be listened to:'
            " `callbank compliance audit-sample` lists those that were."
        )


def _ids(ledgers: dict[str, LegalLedger], campaign: Campaign) -> tuple[int, ...]:
    return ledgers[campaign.legal_campaign].pool.campaign_ids
