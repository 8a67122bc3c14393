"""A simulated evening's evidence is whole, and every verdict in it is the rule book's."""

import pytest

from dialer.compliance.evidence import GENESIS
from dialer.compliance.proof import Piece, walk
from dialer.compliance.replay import judges_of
from dialer.compliance.rulebook import shipped
from dialer.sim.world import World
from dialer.storage.memory import MemoryStore
from tests.sim.evenings import OVER_DIALING, SHORT, figures


@pytest.mark.parametrize("world", [SHORT, OVER_DIALING], ids=["one to one", "over-dialed"])
def test_an_evening_leaves_evidence_that_can_be_replayed(world: World) -> None:
    store = MemoryStore(keeps_evidence=True)
    figures(world, store=store)
    book = shipped()
    assert store.evidence is not None
    rows = store.evidence.rows
    judges = judges_of({book.version: book.as_text()})
    found = walk(rows, Piece(first=1, last=len(rows), before=GENESIS, judges=judges))
    assert found.faults == []
    assert found.kinds["dialed"] == len(store.tables.attempts) > 50
    assert found.replayed >= found.kinds["dialed"]
    ended = sum(row.closed is not None for row in store.tables.attempts.values())
    assert found.kinds["ended"] == ended
