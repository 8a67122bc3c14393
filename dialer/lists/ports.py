"""Where imported leads go. The storage adapter implements `LeadImporter`; the command uses it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from dialer.lists.importing import ImportedLead
from dialer.lists.report import ImportReport


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What became of the leads handed over: new, changed since the last import, or the same."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            added=self.added + other.added,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
        )


class LeadBatches(Protocol):
    """An open import: nothing of it is visible to anyone before the transaction ends."""

    async def add(self, leads: Sequence[ImportedLead]) -> Stored:
        """Insert leads, or update those the campaign has under the same external id.

        A lead whose call history has begun keeps its state. Raises CallbankError.
        """


class LeadImporter(Protocol):
    """The database, as an import sees it. Everything it raises is a CallbankError."""

    async def campaign_id(self, name: str) -> int | None:
        """The campaign of that name."""

    def importing(
        self, campaign_id: int, report: ImportReport
    ) -> AbstractAsyncContextManager[LeadBatches]:
        """One transaction: committed when the block ends, undone when it raises."""
