"""The swarm: worlds drawn by lot, knobs and faults and team and all, from one seed.

`drawn(seed)` is always the same for a seed. A short run of many of them finds what nobody thought
of; `./callbank simulate --scenario swarm --seed N` runs one of them again.
"""

from dataclasses import dataclass

from dialer.domain.campaign import AmdMode, DialMethod
from dialer.domain.lead import LineType
from dialer.sim.chance import Chance
from dialer.sim.run import SWARM
from dialer.sim.world import (
    REFERENCE_ENDS,
    Carrier,
    Detector,
    EndKind,
    Faults,
    Leads,
    LineEnd,
    NumberClass,
    Rules,
    TrunkLaw,
    Volunteers,
    World,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """A run of the swarm."""

    world: World
    agents: int
    hours: float
    policy: DialMethod


def drawn(seed: int) -> Draw:
    """The world and team of a seed."""
    chance = Chance(seed, "swarm")
    policies = (DialMethod.PROGRESSIVE, DialMethod.RATIO, DialMethod.PREDICTIVE)
    policy = policies[chance.choice((3.0, 3.0, 1.0))]
    most_agents = 8 if policy is DialMethod.PREDICTIVE else 30
    world = World(
        name=SWARM,
        carrier=_carrier(chance),
        leads=_leads(chance),
        volunteers=_volunteers(
            chance,
            voicemail=Chance(seed, "voicemail"),
            languages=Chance(seed, "languages"),
            transfers=Chance(seed, "transfers"),
        ),
        detector=_detector(chance),
        faults=_faults(chance),
        rules=Rules(
            dial_method=policy,
            ratio=round(chance.between(1.0, 3.0), 2),
            ring_timeout_s=round(chance.between(15.0, 30.0), 1),
            wrap_up_limit_s=round(chance.between(10.0, 120.0), 1),
            has_message=not chance.happens(0.15),
        ),
        burn_in_min=0.0,
        day_h=round(chance.between(0.3, 1.0), 2) if chance.happens(0.2) else 12.0,
        tick_s=(0.1, 0.5, 1.0)[int(chance.share() * 3)],
    )
    return Draw(
        world=world,
        agents=1 + int(chance.share() * most_agents),
        hours=round(chance.between(0.4, 1.2), 2),
        policy=policy,
    )


def _maybe(chance: Chance, share: float, low: float, high: float) -> float:
    """Off in most worlds, and between the two in the others."""
    return round(chance.between(low, high), 4) if chance.happens(share) else 0.0


def _carrier(chance: Chance) -> Carrier:
    ends = (
        *REFERENCE_ENDS,
        LineEnd(
            kind=EndKind.CONGESTION, share=_maybe(chance, 0.3, 0.01, 0.3), from_s=0.2, to_s=3.0
        ),
        LineEnd(kind=EndKind.REJECTED, share=_maybe(chance, 0.3, 0.01, 0.1), from_s=1.0, to_s=9.0),
    )
    greets = chance.happens(0.5)
    return Carrier(
        answer_rate=round(chance.between(0.05, 0.7), 3),
        ends=ends,
        swing=_maybe(chance, 0.3, 0.1, 0.5),
        switch_every_h=_maybe(chance, 0.3, 0.1, 0.5),
        attempt_factors=(1.0, round(chance.between(0.3, 1.0), 2)),
        greeting_from_s=0.2 if greets else 0.0,
        greeting_to_s=round(chance.between(0.5, 4.0), 1) if greets else 0.0,
        patience_s=_maybe(chance, 0.4, 0.5, 5.0),
        connect_s=_maybe(chance, 0.3, 0.001, 0.5),
        trunks=tuple(_trunk(chance, name) for name in ("main", "spare")[: 1 + chance.happens(0.4)]),
    )


def _trunk(chance: Chance, name: str) -> TrunkLaw:
    is_narrow = chance.happens(0.4)
    return TrunkLaw(
        name=name,
        channel_limit=1 + int(chance.share() * 20) if is_narrow else 500,
        calls_per_second=round(chance.between(0.3, 5.0), 2) if is_narrow else 50.0,
        failures_per_hour=_maybe(chance, 0.3, 0.5, 4.0),
        failure_s=round(chance.between(5.0, 300.0), 1),
        refused_share=_maybe(chance, 0.2, 0.01, 0.2),
    )


def _leads(chance: Chance) -> Leads:
    cells = NumberClass(line_type=LineType.WIRELESS, share=round(chance.share(), 2))
    landlines = NumberClass(line_type=LineType.LANDLINE, share=round(chance.share(), 2) + 0.01)
    return Leads(
        count=20 + int(chance.share() * 500) if chance.happens(0.4) else 0,
        classes=(landlines, cells) if chance.happens(0.5) else (landlines,),
        areas=1 + int(chance.share() * 20),
        odds_from=0.05,
        odds_to=_maybe(chance, 0.3, 0.1, 0.6),
        shared_number_share=_maybe(chance, 0.3, 0.01, 0.3),
    )


def _volunteers(
    chance: Chance, *, voicemail: Chance, languages: Chance, transfers: Chance
) -> Volunteers:
    shifts = ((1.0,), (1.0, 1.4, 0.8, 1.2, 0.6, 1.0), (1.0, 0.3))
    return Volunteers(
        talk_mean_s=round(chance.between(10.0, 200.0), 1),
        talk_cv=round(chance.between(0.2, 1.5), 2),
        wrap_mean_s=round(chance.between(0.0, 40.0), 1),
        shifts=shifts[int(chance.share() * 3)],
        shift_min=round(chance.between(3.0, 20.0), 1),
        pick_up_s=_maybe(chance, 0.5, 0.5, 8.0),
        breaks_per_hour=_maybe(chance, 0.4, 0.5, 10.0),
        break_mean_s=round(chance.between(5.0, 300.0), 1),
        vanishings_per_hour=_maybe(chance, 0.4, 0.2, 6.0),
        return_after_s=round(chance.between(1.0, 120.0), 1),
        reloads_per_hour=_maybe(chance, 0.3, 1.0, 20.0),
        reload_s=round(chance.between(0.5, 20.0), 1),
        result_in_talk_share=_maybe(chance, 0.3, 0.05, 0.5),
        callback_share=_maybe(chance, 0.4, 0.01, 0.2),
        not_home_share=_maybe(chance, 0.4, 0.01, 0.2),
        hangs_up_share=_maybe(chance, 0.5, 0.1, 1.0),
        transfer_share=_maybe(transfers, 0.4, 0.02, 0.5),
        other_language_share=_maybe(languages, 0.5, 0.02, 0.4),
        speakers_share=_maybe(languages, 0.8, 0.1, 1.0),
        leaves_message_share=_maybe(voicemail, 0.5, 0.2, 1.0),
    )


def _detector(chance: Chance) -> Detector:
    return Detector(
        mode=AmdMode.GATE if chance.happens(0.7) else AmdMode.OFF,
        person_delay_s=_maybe(chance, 0.5, 0.2, 2.5),
        machine_delay_s=_maybe(chance, 0.5, 0.2, 2.5),
        person_as_machine=_maybe(chance, 0.3, 0.005, 0.1),
        machine_as_person=_maybe(chance, 0.3, 0.01, 0.3),
    )


def _faults(chance: Chance) -> Faults:
    return Faults(
        event_delay_s=_maybe(chance, 0.4, 0.001, 1.0),
        keeps_order=not chance.happens(0.3),
        duplicated_share=_maybe(chance, 0.3, 0.01, 0.2),
        lost_share=_maybe(chance, 0.2, 0.001, 0.05),
        link_cuts_per_hour=_maybe(chance, 0.3, 1.0, 12.0),
        link_cut_s=round(chance.between(0.5, 60.0), 1),
        crashes_per_hour=_maybe(chance, 0.3, 1.0, 8.0),
        crash_s=round(chance.between(0.5, 90.0), 1),
        store_cuts_per_hour=_maybe(chance, 0.3, 1.0, 8.0),
        store_cut_s=round(chance.between(0.5, 60.0), 1),
        commit_s=_maybe(chance, 0.5, 0.002, 0.3),
    )
