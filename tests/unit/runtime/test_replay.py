"""A recorded evening is played again: nothing differs by itself, and what differs is told."""

from dataclasses import replace
from pathlib import Path

from dialer.compliance.rulebook import shipped
from dialer.domain.agent import AgentState
from dialer.domain.campaign import AmdMode, Campaign, DialMethod, Limits
from dialer.domain.lead import LineType
from dialer.domain.number import History, NumberFacts
from dialer.domain.outcome import AmdVerdict, Disposition
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.engine.store_commands import CloseAttempt, DeferLead, SaveAudit
from dialer.pacing.by_rule import ByRule
from dialer.pacing.choose import pacer_for
from dialer.pacing.floor import Decision, FloorSeen, LeadSeen, LineKind, Pacer
from dialer.runtime.reading import Recording
from dialer.runtime.replay import Report, replay
from dialer.runtime.transcript import Recorder
from tests.unit.engine.transcript import CAMPAIGN, START, TRUNK, Night, lead, ratio_campaign

ONLY_ONE_ATTEMPT = """\
version: 2026-11-28
rules:
  - {id: own.one, jurisdiction: '*', predicate: attempts_within,
     arguments: {hours: 24, most: 1, of: number}, outcome: defer, reason: CAP_24H, basis: policy,
     cite: Board, confidence: A, effective_from: 2020-01-01, review_by: 2099-01-01}
"""


class RecordedNight(Night):
    """An evening that is taken down."""

    def __init__(
        self, folder: Path, campaign: Campaign = CAMPAIGN, engine: Engine | None = None
    ) -> None:
        self.recorder = Recorder(folder, "test", keep_days=1, clock=lambda: START)
        super().__init__(campaign, engine=engine)

    def happens(self, event: ev.Event) -> list[cmd.Command]:
        wished = super().happens(event)
        self.recorder.note(event, self.now, tuple(wished))
        return wished


def an_evening(folder: Path, campaign: Campaign = CAMPAIGN, seconds: int = 40) -> RecordedNight:
    """Agents, people, conversations, results: whatever comes by the clock alone."""
    night = RecordedNight(folder, campaign)
    night.has_history(answered=1000, abandoned=1)
    for agent_id in (1, 2, 3):
        night.arrives(agent_id)
    lines = (LineType.LANDLINE, LineType.WIRELESS)
    night.claims(*(lead(n, lines[n % 2]) for n in range(1, 80)))
    told = 0
    for second in range(2, seconds, 2):
        night.at(second)
        calls = night.wished(cmd.Originate)
        for call in calls[told : told + 3]:
            told += 1
            live(night, call, told)
    return night


def live(night: Night, call: cmd.Originate, turn: int) -> None:
    """One call's fate, by its turn."""
    if turn % 3:
        night.is_gone(call, cause=17, status=486)
        return
    route = night.answers(call)
    free = next(
        (n for n in (1, 2, 3) if route.agent_channel == f"PJSIP/v{n}-01"),
        next((n for n in (1, 2, 3) if night.state_of(n) is AgentState.READY), None),
    )
    if free is None:
        night.is_gone(call)
        return
    night.is_connected(call, free)
    night.at((night.now - START) + 5)
    night.is_gone(call)
    night.result(free, call, Disposition.SUPPORTS)


async def recorded(night: RecordedNight, folder: Path) -> Recording:
    await night.recorder.close()
    (path,) = folder.iterdir()
    return Recording(path)


def differing(report: Report) -> dict[str, int]:
    return {**report.missing, **report.extra}


async def test_the_same_engine_decides_the_same_again(tmp_path: Path) -> None:
    for number, campaign in enumerate((CAMPAIGN, ratio_campaign(2.0))):
        folder = tmp_path / str(number)
        night = an_evening(folder, campaign)
        report = replay(await recorded(night, folder))
        assert differing(report) == {} and report.decided_otherwise == 0
        assert report.decided_alike > 10
        assert report.same["Originate"] == len(night.wished(cmd.Originate)) > 20
        assert report.campaigns == {1: "Turnout"}


async def test_trunks_that_let_few_calls_out_at_a_time_are_no_difference(tmp_path: Path) -> None:
    night = RecordedNight(tmp_path, ratio_campaign(3.0))
    slow = replace(TRUNK, calls_per_second=2.0, channel_limit=4)
    night.happens(ev.Configured(at=night.now, campaigns=(ratio_campaign(3.0),), trunks=(slow,)))
    night.has_history(answered=1000)
    for agent_id in (1, 2, 3):
        night.arrives(agent_id)
    night.claims(*(lead(n, LineType.LANDLINE) for n in range(1, 30)))
    night.at(20)
    report = replay(await recorded(night, tmp_path))
    assert differing(report) == {} and report.decided_otherwise == 0
    assert 0 < len(night.wished(cmd.Originate)) <= 4


async def test_refused_leads_are_no_difference(tmp_path: Path) -> None:
    night = RecordedNight(tmp_path)
    night.arrives(1)
    nobody = replace(lead(1), is_do_not_call=True)
    night.claims(nobody, replace(nobody, id=2), lead(3))
    night.at(2)
    assert len(night.wished(DeferLead)) == 2
    report = replay(await recorded(night, tmp_path))
    assert differing(report) == {} and report.decided_otherwise == 0


async def test_by_the_rules_of_that_evening_their_refusals_are_no_difference(
    tmp_path: Path,
) -> None:
    stricter = shipped().with_policy({"mine.yaml": ONLY_ONE_ATTEMPT})
    night = RecordedNight(tmp_path, engine=Engine(run="test", book=stricter))
    night.arrives(1)
    night.claims(replace(lead(1), history=History(to_number_at=(START - 3600.0,))), lead(2))
    night.at(2)
    assert [one.lead_id for one in night.wished(DeferLead)] == [1]
    recording = await recorded(night, tmp_path)
    assert differing(replay(recording, book=stricter)) == {}
    assert differing(replay(recording)) != {}, "by the shipped rules he would have been dialed"


async def test_calls_that_were_drawn_for_an_audit_are_no_difference(tmp_path: Path) -> None:
    gated = replace(CAMPAIGN, amd_mode=AmdMode.GATE, limits=Limits(audit_share=1.0))
    night = RecordedNight(tmp_path, gated)
    night.engine.draw_with(b"secret")
    night.arrives(1)
    night.claims(replace(lead(1), number=NumberFacts(states=("NC",))))
    night.answers(night.call(), AmdVerdict.MACHINE)
    assert night.wished(SaveAudit)
    assert differing(replay(await recorded(night, tmp_path))) == {}


async def test_another_method_says_what_it_would_have_done(tmp_path: Path) -> None:
    night = an_evening(tmp_path, seconds=30)
    report = replay(
        await recorded(night, tmp_path), DialMethod.RATIO, shown_max=3, pacers=doubling
    )
    assert differing(report) == {}, "the evening itself stays what it was"
    assert report.decided_otherwise > 3 and len(report.differences) == 3
    first = report.differences[0]
    assert first.recorded.kind == "reserved" and first.recorded.count > 0
    assert first.today.reason == "always two more"


class AlwaysTwo(ByRule):
    """Not a policy of ours."""

    def decide(self, floor: FloorSeen) -> Decision:
        return Decision(kind=LineKind.SHARED, count=2, reason="always two more")


def doubling(method: DialMethod) -> Pacer:
    return AlwaysTwo() if method is DialMethod.RATIO else pacer_for(method)


async def test_an_engine_that_dials_less_today_is_told_and_the_evening_goes_on(
    tmp_path: Path,
) -> None:
    night = an_evening(tmp_path, seconds=30)

    class Cautious(ByRule):
        def decide(self, floor: FloorSeen) -> Decision:
            return Decision(reason="rather not")

    report = replay(await recorded(night, tmp_path), pacers=lambda _method: Cautious())
    assert differing(report) == {}
    assert report.decided_alike == 0 and report.decided_otherwise > 10
    assert {one.today.reason for one in report.differences} == {"rather not"}
    assert all(one.recorded.count > 0 for one in report.differences)


async def test_what_the_engine_itself_does_otherwise_is_counted_by_kind(tmp_path: Path) -> None:
    night = RecordedNight(tmp_path)
    night.happens(ev.Ticked(at=night.now))  # the first tick has wishes of its own
    night.recorder.note(
        ev.Ticked(at=night.now), night.now, [cmd.HangUp(attempt_id="cb-9", channel="x")]
    )
    report = replay(await recorded(night, tmp_path))
    assert report.missing == {"HangUp": 1} and "HangUp" not in report.extra


async def test_an_event_that_failed_then_does_not_end_the_replay(tmp_path: Path) -> None:
    night = RecordedNight(tmp_path)
    night.recorder.note(ev.Ticked(at=night.now), night.now, None)
    report = replay(await recorded(night, tmp_path))
    assert report.events == 3 and differing(report) == {} and not report.failed


def test_a_lost_link_leaves_no_room_for_a_line() -> None:
    night = Night()
    assert night.engine.has_room(1, night.now)
    night.happens(ev.LinkWentDown(at=night.now))
    assert not night.engine.has_room(1, night.now)


async def test_another_order_of_the_list_changes_nothing_of_what_was_dialed(
    tmp_path: Path,
) -> None:
    """Today's odds may be others; the recorded leads are dialed all the same, by the same ids."""
    night = an_evening(tmp_path)

    class Reversed(ByRule):
        def odds(self, lead: LeadSeen) -> float:
            return 0.9 if lead.line_type is LineType.WIRELESS else 0.1

        def decide(self, floor: FloorSeen) -> Decision:
            return pacer_for(DialMethod.PROGRESSIVE).decide(floor)

    report = replay(await recorded(night, tmp_path), pacers=lambda _method: Reversed())
    dialed = len(night.wished(cmd.Originate))
    assert report.same["Originate"] == report.same["SaveAttempt"] == dialed
    assert report.same["CloseAttempt"] == len(night.wished(CloseAttempt))
