"""Simulated volunteers put people through to third parties, also where much goes wrong."""

from collections import Counter
from dataclasses import replace

from dialer.domain.transfer import TransferOutcome
from dialer.sim.world import Faults
from tests.sim.evenings import BUSY, evening


def outcomes(faults: Faults) -> Counter[TransferOutcome | None]:
    world = replace(
        BUSY, volunteers=replace(BUSY.volunteers, transfer_share=0.5), faults=faults
    )
    one = evening(world, agents=10, hours=0.5)
    one.run()
    return Counter(row.outcome for row in one.store.tables.transfers.values())


def test_people_are_put_through_or_it_is_known_why_not() -> None:
    assert set(outcomes(Faults())) >= {
        TransferOutcome.PUT_THROUGH,
        TransferOutcome.BUSY,
        TransferOutcome.CANCELLED,
        TransferOutcome.PERSON_LEFT,
    }


def test_no_line_is_left_behind_when_links_are_cut_and_the_daemon_is_killed() -> None:
    found = outcomes(
        Faults(link_cuts_per_hour=40.0, link_cut_s=10.0, crashes_per_hour=20.0, crash_s=10.0)
    )
    assert found[TransferOutcome.PUT_THROUGH] > 0
