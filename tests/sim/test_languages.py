"""People want to be called in Spanish, and some volunteers speak it, whatever else happens."""

from dataclasses import replace

import pytest

from dialer.domain.campaign import DialMethod
from dialer.domain.language import Language
from dialer.domain.outcome import Outcome
from dialer.engine import commands as cmd
from dialer.engine.store_commands import SaveAttempt
from dialer.sim.checks import Broken
from dialer.sim.run import Evening
from dialer.sim.world import Faults, Rules, Volunteers, World
from tests.sim.evenings import BUSY, OVER_DIALING, evening
from tests.sim.test_checks import _with
from tests.sim.test_mishaps import BAD_AMI, CRASHES, CUT_LINK

TWO_LANGUAGES = Volunteers(talk_mean_s=60.0, other_language_share=0.3, speakers_share=0.4)
MIXED = replace(BUSY, faults=Faults(), volunteers=TWO_LANGUAGES)


def called_in_spanish(run: Evening) -> list[Outcome | None]:
    """How the calls ended to those who wanted it."""
    return [
        None if row.closed is None else row.closed.outcome
        for row in run.store.tables.attempts.values()
        if row.saved.lead.wanted_language is not None
    ]


@pytest.mark.parametrize("faults", [MIXED, CUT_LINK, CRASHES, BAD_AMI])
def test_who_wants_another_language_is_called_again_in_it(faults: World) -> None:
    run = evening(replace(MIXED, faults=faults.faults), agents=6, hours=1.2, seed=2)
    run.run()
    assert called_in_spanish(run).count(Outcome.TALKED) > 3


@pytest.mark.parametrize("method", [DialMethod.RATIO, DialMethod.PREDICTIVE])
def test_where_lines_are_over_dialed_nobody_of_them_is_abandoned(method: DialMethod) -> None:
    rules = Rules(dial_method=method, ratio=2.0, warm_up_answers=100)
    world = replace(OVER_DIALING, rules=rules, faults=Faults(), volunteers=TWO_LANGUAGES)
    run = evening(world, agents=6, hours=1.2, seed=3)
    run.run()
    ends = called_in_spanish(run)
    assert ends.count(Outcome.TALKED) > 3
    assert Outcome.ABANDONED not in ends


def test_where_nobody_speaks_it_they_wait() -> None:
    alone = replace(TWO_LANGUAGES, speakers_share=0.0)
    run = evening(replace(MIXED, volunteers=alone), agents=6, hours=1.2, seed=2)
    run.run()
    assert called_in_spanish(run) == []
    wishes = [row.wanted_language for row in run.store.tables.leads.values()]
    assert wishes.count("es") > 10


def test_a_line_for_nobody_who_speaks_it_is_found() -> None:
    def in_polish(wishes: list[cmd.Command]) -> list[cmd.Command]:
        return [_wants_polish(one) if isinstance(one, SaveAttempt) else one for one in wishes]

    with pytest.raises(Broken, match="for nobody who speaks pl"):
        evening(MIXED, agents=6, hours=0.3, seed=2, kind=_with(in_polish)).run()


def _wants_polish(saved: SaveAttempt) -> SaveAttempt:
    return replace(saved, lead=replace(saved.lead, wanted_language=Language.POLISH))
