"""Every invariant of the simulator is broken here on purpose, by something small, and found."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from dialer.domain.language import Language
from dialer.domain.lead import Lead
from dialer.domain.outcome import Outcome
from dialer.domain.trunk import Trunk
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine.engine import Engine
from dialer.engine.store_commands import CloseAttempt, SaveAttempt, UpdateLead
from dialer.pacing.by_rule import ByRule
from dialer.pacing.choose import PacerFactory, pacer_for
from dialer.pacing.floor import Decision, FloorSeen, LeadClass
from dialer.sim.checks import Broken
from dialer.sim.desk import Desk
from dialer.sim.run import Evening
from dialer.sim.world import Carrier, Faults, Leads, TrunkLaw, World
from dialer.storage.memory import MemoryStore
from tests.sim.evenings import BUSY, SHORT, evening

Tampering = Callable[[list[cmd.Command]], list[cmd.Command]]


class _Tampered(Engine):
    """The real engine, whose wishes are tampered with."""

    def __init__(self, run: str, pacers: PacerFactory, tamper: Tampering) -> None:
        super().__init__(run, pacers=pacers)
        self._tamper = tamper

    def handle(self, event: ev.Event, now: float) -> list[cmd.Command]:
        return self._tamper(super().handle(event, now))


def _with(tamper: Tampering) -> type[Evening]:
    class TamperedEvening(Evening):
        def _engine(self, number: int) -> Engine:
            return _Tampered(f"sim{number}", self._pacer, tamper)

    return TamperedEvening


def _broken(world: World = SHORT, **its: object) -> str:
    with pytest.raises(Broken) as caught:
        evening(world, **its).run("progressive")
    return str(caught.value)


def _without(*kinds: type[cmd.Command]) -> Tampering:
    return lambda wishes: [one for one in wishes if not isinstance(one, kinds)]


def _doubled(kind: type[cmd.Command]) -> Tampering:
    return lambda wishes: [
        again for one in wishes for again in ([one, one] if isinstance(one, kind) else [one])
    ]


def test_a_call_without_a_row_is_found() -> None:
    told = _broken(kind=_with(_without(SaveAttempt)))
    assert "is dialed without a row in the store" in told


def test_a_call_that_leaves_twice_is_found() -> None:
    assert "is dialed twice" in _broken(kind=_with(_doubled(cmd.Originate)))


def test_a_call_on_a_permit_that_ran_out_is_found() -> None:
    class CarelessDesk(Desk):
        def _place(self, call: cmd.Originate) -> None:
            assert self.observer is not None and self.network is not None
            self.observer.dials(call)
            self.network.originate(call)

    class CarelessEvening(Evening):
        desk_kind = CarelessDesk

    slow = replace(SHORT, faults=Faults(commit_s=6.0))
    assert "on a permit that is not fresh" in _broken(slow, kind=CarelessEvening)


def test_a_one_to_one_number_dialed_for_nobody_is_found() -> None:
    def nobody(wishes: list[cmd.Command]) -> list[cmd.Command]:
        return [
            replace(one, agent_channel="") if isinstance(one, cmd.Originate) else one
            for one in wishes
        ]

    silent = replace(SHORT, rules=replace(SHORT.rules, has_message=False))
    assert "is one-to-one and has no agent" in _broken(silent, kind=_with(nobody))


def _dialed_otherwise(change: Callable[[cmd.Originate], cmd.Originate]) -> Tampering:
    return lambda wishes: [
        change(one) if isinstance(one, cmd.Originate) else one for one in wishes
    ]


def test_a_permit_that_rests_on_nothing_is_found() -> None:
    bare = _dialed_otherwise(lambda one: replace(one, permit=replace(one.permit, facts=None)))
    assert "on a permit that rests on nothing" in _broken(kind=_with(bare))


def test_a_telephone_that_would_ring_into_the_night_is_found() -> None:
    endless = _dialed_otherwise(lambda one: replace(one, ring_timeout_s=13 * 3600.0))
    assert "o'clock of the called person" in _broken(kind=_with(endless))


def test_an_attempt_that_ends_twice_is_found() -> None:
    assert "ends twice" in _broken(kind=_with(_doubled(CloseAttempt)))


def test_an_attempt_that_never_ends_is_found() -> None:
    told = _broken(kind=_with(_without(CloseAttempt)), agents=1)
    assert "and not closed" in told


def _misconfigured(**wrong: float) -> type[Evening]:
    class Misconfigured(Evening):
        def trunks(self) -> tuple[Trunk, ...]:
            return tuple(replace(one, **wrong) for one in super().trunks())

    return Misconfigured


def test_a_trunk_with_too_many_lines_is_found() -> None:
    narrow = replace(SHORT, carrier=Carrier(trunks=(TrunkLaw(channel_limit=3),)))
    assert "carries 3 lines of 3" in _broken(narrow, kind=_misconfigured(channel_limit=9))


def test_too_many_calls_in_a_second_are_found() -> None:
    slow = replace(SHORT, carrier=Carrier(trunks=(TrunkLaw(calls_per_second=1.0),)))
    told = _broken(slow, agents=20, kind=_misconfigured(calls_per_second=50.0))
    assert "calls in a second of 1" in told


def test_a_second_call_for_a_volunteer_is_found() -> None:
    talking: list[str] = []

    def always_the_same(wishes: list[cmd.Command]) -> list[cmd.Command]:
        talking.extend(
            one.agent_channel
            for one in wishes
            if isinstance(one, cmd.RouteCall) and one.agent_channel
        )
        return [
            replace(one, agent_channel=talking[0]) if isinstance(one, cmd.RouteCall) else one
            for one in wishes
        ]

    assert "besides" in _broken(BUSY, kind=_with(always_the_same))


def test_an_answered_person_who_is_written_as_unanswered_is_found() -> None:
    def liar(wishes: list[cmd.Command]) -> list[cmd.Command]:
        return [
            replace(one, outcome=Outcome.NO_ANSWER)
            if isinstance(one, CloseAttempt) and one.outcome is Outcome.TALKED
            else one
            for one in wishes
        ]

    told = _broken(kind=_with(liar))
    assert "was answered by a person and is written as no_answer" in told


def test_a_conversation_that_nobody_had_is_found() -> None:
    def liar(wishes: list[cmd.Command]) -> list[cmd.Command]:
        return [
            replace(one, outcome=Outcome.TALKED)
            if isinstance(one, CloseAttempt) and one.outcome is Outcome.NO_ANSWER
            else one
            for one in wishes
        ]

    assert "was never answered and is written as talked" in _broken(kind=_with(liar))


class _ForgetfulStore(MemoryStore):
    """Knows nothing of open attempts after a crash, nor that their leads are held."""

    async def restore(self, now: float) -> ev.Restored:
        left = await super().restore(now)
        self._attempts.open_to.clear()
        for e164 in tuple(self.tables.claims):
            self._unclaim(e164)
        return replace(left, attempts=())


def test_a_number_in_flight_that_is_dialed_after_a_crash_is_found() -> None:
    crashing = replace(
        BUSY,
        leads=Leads(count=20),
        faults=Faults(crashes_per_hour=60.0, crash_s=1.0),
    )
    told = _broken(crashing, agents=10, hours=0.5, store=_ForgetfulStore())
    assert "goes to a number in flight" in told


class _GenerousStore(MemoryStore):
    """Hands the same leads out again and again."""

    async def claim_leads(
        self,
        campaign_id: int,
        count: int,
        now: float,
        leads: LeadClass | None = None,
        languages: tuple[Language, ...] = (),
    ) -> tuple[Lead, ...]:
        its = [row.lead for row in self.tables.leads.values()]
        return tuple(its[:count])


def test_a_lead_that_is_claimed_twice_is_found() -> None:
    assert "was claimed while it was held" in _broken(store=_GenerousStore())


def test_leads_that_the_engine_forgets_are_found() -> None:
    told = _broken(BUSY, agents=20, kind=_with(_without(UpdateLead)))
    assert "leads are held, and the engine knows of" in told


def test_an_engine_that_wishes_without_end_is_found() -> None:
    assert "one event led to" in _broken(kind=_with(lambda wishes: wishes * 3000))


class _Idler(ByRule):
    """Never dials, for the reason it was given."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def decide(self, floor: FloorSeen) -> Decision:
        return Decision(reason=self._reason)


def test_volunteers_who_sit_idle_beside_a_full_list_are_found() -> None:
    told = _broken(pacers=lambda method: _Idler("it is a fine day"))
    assert "agents wait" in told and "it is a fine day" in told


def test_idle_volunteers_are_in_order_where_the_decision_says_why() -> None:
    evening(pacers=lambda method: _Idler("not dialing: CAMPAIGN_INVALID")).run()


def test_idle_volunteers_are_in_order_where_nobody_is_left_to_call() -> None:
    few = replace(SHORT, leads=Leads(count=5))
    assert evening(few).run().counts.attempts <= 10


def test_what_is_broken_is_told_with_the_command_that_shows_it_again() -> None:
    told = _broken(pacers=lambda method: _Idler("no"), agents=3, hours=0.5, seed=77)
    assert told.endswith(
        "./callbank simulate --scenario short --policy progressive --agents 3 --hours 0.5 --seed 77"
    )


def test_a_defect_of_the_engine_is_told_in_the_same_way() -> None:
    def defect(wishes: Sequence[cmd.Command]) -> list[cmd.Command]:
        raise KeyError("no such agent")

    assert "KeyError" in _broken(kind=_with(defect))


def test_the_plain_engine_breaks_nothing() -> None:
    evening(BUSY, agents=10, pacers=pacer_for).run()
