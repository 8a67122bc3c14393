"""What breaks in a simulated evening, and what comes of it; invariants are checked all along."""

from dataclasses import replace

import pytest

from dialer.sim.world import Carrier, Faults, TrunkLaw, Volunteers, World
from tests.sim.evenings import BUSY, OVER_DIALING, SHORT, evening, figures

CUT_LINK = replace(BUSY, faults=Faults(link_cuts_per_hour=30.0, link_cut_s=10.0))
CRASHES = replace(BUSY, faults=Faults(crashes_per_hour=20.0, crash_s=10.0, commit_s=0.05))
STORE_AWAY = replace(BUSY, faults=Faults(store_cuts_per_hour=20.0, store_cut_s=20.0))
BAD_AMI = replace(
    OVER_DIALING,
    faults=Faults(event_delay_s=0.5, keeps_order=False, duplicated_share=0.2, lost_share=0.01),
)
BAD_TRUNKS = replace(
    BUSY,
    carrier=replace(
        BUSY.carrier,
        trunks=(
            TrunkLaw(name="first", failures_per_hour=10.0, failure_s=120.0),
            TrunkLaw(name="second", refused_share=0.1),
        ),
    ),
)
VANISHING = replace(BUSY, volunteers=Volunteers(vanishings_per_hour=10.0, breaks_per_hour=10.0))


@pytest.mark.parametrize(
    "world",
    [CUT_LINK, CRASHES, STORE_AWAY, BAD_AMI, BAD_TRUNKS, VANISHING],
    ids=["link", "crashes", "store", "ami", "trunks", "volunteers"],
)
def test_work_goes_on_after_a_mishap_and_the_same_happens_again(world: World) -> None:
    once, again = (figures(world, agents=6, hours=0.4, seed=2) for _ in range(2))
    assert once == again
    assert once.counts.connected > 20


def test_each_crash_starts_a_new_engine_that_adopts_the_conversations() -> None:
    crashed = figures(CRASHES, agents=6, hours=0.4, seed=2)
    assert crashed.counts.engines > 3
    assert crashed.utilisation > 0.5


def test_a_trunk_that_fails_is_left_for_the_other() -> None:
    one = replace(BUSY.carrier, trunks=BAD_TRUNKS.carrier.trunks[:1])
    alone = figures(replace(BUSY, carrier=one), agents=6, hours=0.4, seed=2)
    both = figures(BAD_TRUNKS, agents=6, hours=0.4, seed=2)
    assert both.counts.connected > alone.counts.connected


def test_people_who_lose_patience_are_no_abandoned_calls() -> None:
    hasty = replace(
        OVER_DIALING, carrier=Carrier(answer_rate=0.6, patience_s=0.3), faults=Faults()
    )
    run = evening(hasty, agents=12, hours=0.75)
    run.run()
    assert run.tally.left_early > 0


def test_nothing_is_dialed_while_the_store_is_away() -> None:
    run = evening(SHORT, agents=4)
    run.agenda.after(300.0, lambda _: run.store.go_away())
    run.run()
    dialed = [row.saved.dialed_at for row in run.store.tables.attempts.values()]
    assert max(dialed) <= run.calendar.start + 300.0


RELOADING = replace(
    BUSY,
    faults=Faults(),
    volunteers=Volunteers(reloads_per_hour=30.0, reload_s=3.0, talk_mean_s=60.0),
)


def test_whose_page_is_loaded_again_talks_on_with_the_same_person() -> None:
    run = evening(RELOADING, agents=6, hours=0.5, seed=2)
    run.run()
    assert run.network.switch.rejoined > 20


def test_whose_page_stays_away_keeps_nobody_on_the_line_for_long() -> None:
    slow = replace(RELOADING.volunteers, reload_s=60.0)
    run = evening(replace(RELOADING, volunteers=slow), agents=6, hours=0.5, seed=2)
    run.run()
    assert run.network.switch.rejoined == 0
    assert run.tally.left_early == 0


@pytest.mark.parametrize("faults", [CUT_LINK, CRASHES, BAD_AMI], ids=["link", "crashes", "ami"])
def test_pages_may_be_loaded_again_in_the_middle_of_a_mishap(faults: World) -> None:
    run = evening(
        replace(faults, volunteers=RELOADING.volunteers), agents=6, hours=0.5, seed=2
    )
    run.run()
    assert run.network.switch.rejoined > 5
