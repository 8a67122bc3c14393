"""The evening in the flesh and the simulated one have the same list, numbers and volunteers."""

import random
from collections.abc import Sequence
from math import inf

import pytest

from dialer.bench.far_end import (
    ANSWERING,
    HELLO_S,
    OVERRUN_S,
    PEOPLE,
    VOICEMAIL_S,
    Answers,
    far_end_of,
)
from dialer.bench.same_evening import Cast, ListStore, SameEvening, cast_of, frame_of
from dialer.bench.same_world import world_of
from dialer.demo.show import Programme, campaign_of, rows_of
from dialer.demo.stage import Capacity
from dialer.demo.volunteers import Temper
from dialer.domain.campaign import DialMethod
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.parts.carrier import Behaviour, CarrierMix, fate_of
from dialer.parts.speech import PERSONS, VOICEMAIL_GREETINGS
from dialer.sim.peers.policies import policy_named
from dialer.sim.run import Team

PROGRAMME = Programme(volunteers=6, minutes=4.0, seed=3)
NUMBERS = [f"+1919958{number:04}" for number in range(3000)]


class Watched(SameEvening):
    """An evening that is taken down."""

    def happened(self, event: ev.Event, commands: Sequence[cmd.Command]) -> None:
        """Note what concerns lines."""
        if not hasattr(self, "dialed"):
            self.dialed: dict[str, str] = {}
            self.heard: list[ev.Event] = []
        super().happened(event, commands)
        self.heard.append(event)
        for command in commands:
            if isinstance(command, cmd.Originate):
                self.dialed[command.attempt_id] = command.dial_string

    def instants(self, kind: type[ev.LineEvent]) -> dict[str, float]:
        """When this happened to each attempt."""
        return {one.attempt_id: one.at for one in self.heard if isinstance(one, kind)}

    def of_volunteer(self, agent_id: int) -> list[ev.Event]:
        """What he did, and what became of his calls."""
        whose = {
            one.attempt_id: one.agent_id for one in self.heard if isinstance(one, ev.CallConnected)
        }
        return [
            one
            for one in self.heard
            if agent_id == getattr(one, "agent_id", whose.get(getattr(one, "attempt_id", "")))
        ]


@pytest.fixture(scope="module")
def cast() -> Cast:
    return cast_of(PROGRAMME)


def an_evening(cast: Cast, throw: int = 0) -> Watched:
    """Played to its end."""
    policy = policy_named(DialMethod.PREDICTIVE.value)
    world = world_of(cast.mix, cast.habits, Capacity(), DialMethod.PREDICTIVE)
    team = Team(agents=PROGRAMME.volunteers, hours=PROGRAMME.minutes / 60.0, seed=throw)
    frame = frame_of(world, PROGRAMME)
    store = ListStore(cast.people)
    evening = Watched(frame, lambda _: policy.pacer(), team, store, cast)
    evening.run(policy.name)
    return evening


@pytest.fixture(scope="module")
def evening(cast: Cast) -> Watched:
    return an_evening(cast)


def test_the_list_is_the_demos_voter_file(cast: Cast, evening: Watched) -> None:
    assert 0.85 * rows_of(PROGRAMME) < len(cast.people) < rows_of(PROGRAMME)
    leads = [row.lead for row in evening.store.tables.leads.values()]
    assert [(lead.e164, lead.line_type) for lead in leads] == [
        (person.e164, person.line_type) for person in cast.people
    ]


def test_the_campaign_is_the_demos_in_all_that_pacing_goes_by(evening: Watched) -> None:
    simulated, real = evening.campaign, campaign_of(PROGRAMME)
    for name in ("dial_method", "ratio", "amd_mode", "ring_timeout_s", "wrap_up_s"):
        assert getattr(simulated, name) == getattr(real, name), name
    for name in ("abandon_target", "abandon_limit", "governor_warm_up_answers"):
        assert getattr(simulated.limits, name) == getattr(real.limits, name), name


def test_every_number_does_what_it_does_in_the_simulated_network(
    cast: Cast, evening: Watched
) -> None:
    answered, rang = evening.instants(ev.LineAnswered), evening.instants(ev.LineRang)
    ended = evening.instants(ev.LineEnded)
    assert len(answered) > 20
    for attempt_id, number in evening.dialed.items():
        fate = fate_of(number, cast.mix)
        if attempt_id not in answered:
            continue
        assert fate.behaviour in ANSWERING
        if attempt_id in rang:
            rung_s = answered[attempt_id] - rang[attempt_id]
            assert rung_s == pytest.approx(fate.ring_s, abs=0.001)
    refused = {Behaviour.BUSY, Behaviour.NOT_IN_SERVICE, Behaviour.CONGESTION}
    failed = [
        attempt_id
        for attempt_id, number in evening.dialed.items()
        if fate_of(number, cast.mix).behaviour in refused
    ]
    assert failed and not answered.keys() & set(failed) and ended.keys() >= set(failed)


def test_a_volunteer_talks_and_writes_as_long_as_his_dice_say(
    cast: Cast, evening: Watched
) -> None:
    """Unless the other hangs up first. Followed until his first break, or until he vanishes."""
    hung_up = wrote = 0
    for number, agent_id in enumerate(evening.crew.by_id, start=1):
        temper = Temper(cast.habits, PROGRAMME.seed, number)
        temper.arrives_after_s()
        due_at = inf
        for one in evening.of_volunteer(agent_id):
            if isinstance(one, ev.CallConnected):
                due_at = one.at + temper.course().talk_s
            elif isinstance(one, requests.AgentAskedHangup):
                assert one.at == pytest.approx(due_at, abs=0.001)
                hung_up += 1
            elif isinstance(one, ev.CallParted):
                assert one.at < due_at + 0.001
                due_at = one.at + temper.wrap_up_s()
            elif isinstance(one, requests.ResultGiven):
                assert one.at == pytest.approx(due_at, abs=0.001)
                assert one.disposition is temper.result()
                wrote += 1
            elif isinstance(one, requests.AgentAskedBreak | ev.AgentLegDown):
                break
    assert hung_up > 10 and wrote > 10


def test_another_throw_dials_the_same_people_to_begin_with(cast: Cast, evening: Watched) -> None:
    other = an_evening(cast, throw=1)
    first, second = list(evening.dialed.values()), list(other.dialed.values())
    assert first[: PROGRAMME.volunteers] == second[: PROGRAMME.volunteers]
    assert evening.instants(ev.LineAnswered) != other.instants(ev.LineAnswered)


def test_all_words_have_been_measured() -> None:
    assert len(HELLO_S) == len(PERSONS) and len(VOICEMAIL_S) == len(VOICEMAIL_GREETINGS)


def test_every_behaviour_of_the_mix_has_a_far_end() -> None:
    mix, dice = CarrierMix(), random.Random(1)
    met = set()
    for number in NUMBERS:
        fate = fate_of(number, mix)
        end = far_end_of(fate, dice)
        assert isinstance(end, Answers) == (fate.behaviour in ANSWERING)
        met.add(fate.behaviour)
    assert met == {behaviour for behaviour, _ in mix.weights}


def test_a_person_stays_for_his_time_and_his_last_sentence() -> None:
    mix, dice = CarrierMix(), random.Random(1)
    for fate in (fate_of(number, mix) for number in NUMBERS):
        end = far_end_of(fate, dice)
        if fate.behaviour in PEOPLE:
            assert isinstance(end, Answers) and end.listens_s is not None
            assert OVERRUN_S[0] <= end.stays_s - fate.talk_s <= OVERRUN_S[1]
            assert mix.patience_s[0] <= end.patience_s <= mix.patience_s[1]
