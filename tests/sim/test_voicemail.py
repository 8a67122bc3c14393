"""Volunteers leave recorded messages on machines, whatever else happens to the evening."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dialer.domain.campaign import AmdMode, Voice
from dialer.domain.lead import LineType
from dialer.domain.outcome import Disposition
from dialer.engine import commands as cmd
from dialer.engine.store_commands import SaveVoicemail
from dialer.sim.checks import Broken
from dialer.sim.run import Evening
from dialer.sim.world import Detector, Leads, NumberClass, Volunteers, World
from tests.sim.evenings import SHORT, evening
from tests.sim.test_checks import _with
from tests.sim.test_mishaps import BAD_AMI, CRASHES, CUT_LINK

MIXED = Leads(
    classes=(
        NumberClass(line_type=LineType.LANDLINE, share=0.5),
        NumberClass(line_type=LineType.WIRELESS, share=0.5),
    )
)
LEAVING = replace(
    SHORT,
    leads=MIXED,
    detector=Detector(mode=AmdMode.OFF),
    volunteers=Volunteers(talk_mean_s=60.0, leaves_message_share=0.8),
)


def left(run: Evening) -> tuple[int, int]:
    """Messages that were left on landlines, and on other lines."""
    rows = run.store.tables.attempts.values()
    said = [row for row in rows if row.results and row.results[-1].disposition is LEFT]
    landlines = sum(row.saved.lead.line_type is LineType.LANDLINE for row in said)
    return landlines, len(said) - landlines


LEFT = Disposition.LEFT_MESSAGE


def test_messages_are_left_on_landlines_alone_and_the_volunteers_go_on() -> None:
    run = evening(LEAVING, agents=6, hours=0.5, seed=2)
    run.run()
    landlines, others = left(run)
    assert landlines > 10 and others == 0


@pytest.mark.parametrize("faults", [CUT_LINK, CRASHES, BAD_AMI], ids=["link", "crashes", "ami"])
def test_messages_are_left_in_the_middle_of_a_mishap(faults: World) -> None:
    run = evening(replace(LEAVING, faults=faults.faults), agents=6, hours=0.5, seed=2)
    run.run()
    assert left(run)[0] > 5


def test_a_recorded_voice_without_leave_is_found() -> None:
    def live(wishes: list[cmd.Command]) -> list[cmd.Command]:
        return [_as_if_live(one) if isinstance(one, SaveVoicemail) else one for one in wishes]

    tamper: Callable[[list[cmd.Command]], list[cmd.Command]] = live
    with pytest.raises(Broken, match="recorded voice without leave"):
        evening(LEAVING, agents=6, hours=0.5, seed=2, kind=_with(tamper)).run()


def _as_if_live(saved: SaveVoicemail) -> SaveVoicemail:
    call = replace(saved.leave.facts.call, voice=Voice.LIVE)
    return replace(saved, leave=replace(saved.leave, facts=replace(saved.leave.facts, call=call)))
