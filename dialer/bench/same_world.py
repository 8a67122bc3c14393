"""The simulated telephone network and the bots as a world of the simulator: one set of numbers.

Everything comes from `CarrierMix` and `Habits`, which the real Asterisk and the bots obey; only how
long the spoken words take is measured here. So an evening in the flesh and one in the simulator
are the same evening, and scenarios/demo.toml is this world written out.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean, pstdev

from dialer.demo.stage import Capacity
from dialer.demo.volunteers import Habits
from dialer.domain.campaign import AmdMode, Campaign, DialMethod
from dialer.domain.lead import LineType
from dialer.parts.carrier import Behaviour, CarrierMix
from dialer.sim.world import (
    Carrier,
    Detector,
    EndKind,
    Leads,
    LineEnd,
    NumberClass,
    Rules,
    TrunkLaw,
    Volunteers,
    World,
)

DRAWS = 40_000
SETUP_S = (0.1, 0.3)
"""From the INVITE to the first ringing, or to a refusal."""

HELLO_S = (1.0, 2.2)
"""Until the person has said hello."""
VOLUNTEER_SPEAKS_S = (0.5, 2.0)
OVERRUN_S = (0.0, 5.0)
"""A person leaves when the sentence is over that is being said when his time is."""
ANNOUNCEMENT_S = (4.0, 7.0)
"""Special tones and "not in service"."""
VOICEMAIL_STAYS_S = 70.0
BREAKS_OFF_S = (1.0, 3.25)

LINE_TYPES = (
    (LineType.LANDLINE, 0.45),
    (LineType.WIRELESS, 0.43),
    (LineType.VOIP, 0.06),
    (LineType.UNKNOWN, 0.06),
)
"""As demo/voters.py draws them."""

PEOPLE = (Behaviour.PERSON_HELLO, Behaviour.SLOW_ANSWER)
ANSWER = (
    *PEOPLE,
    Behaviour.EARLY_HANGUP,
    Behaviour.VOICEMAIL,
    Behaviour.SIT_ANSWERED,
    Behaviour.FAX,
    Behaviour.DIES_MIDCALL,
)
"""What picks up. Without detection all of it is put through, and counts as somebody."""


@dataclass(frozen=True, slots=True)
class _Law:
    """Mean and coefficient of variation of something drawn."""

    mean: float
    cv: float


def world_of(
    mix: CarrierMix, habits: Habits, capacity: Capacity, method: DialMethod
) -> World:
    """The world of an evening with these."""
    weights = dict(mix.weights)
    total = sum(weights.values())
    answering = sum(weights.get(one, 0) for one in ANSWER)
    talk = _law(lambda dice: min(_habit(dice, habits.talk_s), _stays_s(dice, mix)))
    wrap_up = _law(lambda dice: _habit(dice, habits.wrap_up_s))
    ring = _law(lambda dice: _rings_s(dice, mix))
    talks_per_h = 3600.0 / (talk.mean + wrap_up.mean + ring.mean)
    return World(
        name="demo",
        carrier=Carrier(
            answer_rate=answering / total,
            setup_from_s=SETUP_S[0],
            setup_to_s=SETUP_S[1],
            ring_shape=1.0 / ring.cv**2,
            ring_scale_s=ring.mean * ring.cv**2,
            longest_ring_s=mix.slow_ring_s[1] + 1.0,
            ends=_ends(weights, mix),
            greeting_from_s=0.5,
            greeting_to_s=1.5,
            patience_s=fmean(mix.patience_s),
            connect_s=0.005,
            trunks=(
                TrunkLaw(
                    name="simulated",
                    channel_limit=capacity.channels,
                    calls_per_second=capacity.calls_per_second,
                ),
            ),
        ),
        leads=Leads(
            classes=tuple(
                NumberClass(share=share, line_type=line_type) for line_type, share in LINE_TYPES
            )
        ),
        volunteers=Volunteers(
            talk_mean_s=talk.mean,
            talk_cv=talk.cv,
            wrap_mean_s=wrap_up.mean,
            wrap_cv=wrap_up.cv,
            breaks_per_hour=habits.break_chance * talks_per_h,
            break_mean_s=_law(lambda dice: _habit(dice, habits.break_s)).mean,
            vanishings_per_hour=habits.vanish_chance * talks_per_h,
            return_after_s=_law(lambda dice: _habit(dice, habits.away_s)).mean,
            hangs_up_share=0.7,
        ),
        detector=Detector(mode=AmdMode.OFF),
        rules=Rules(
            dial_method=method,
            wrap_up_limit_s=Campaign(id=0, name="x").wrap_up_s,
            past_answered=0,
        ),
        tick_s=0.25,
    )


def _law(draw: Callable[[random.Random], float]) -> _Law:
    dice = random.Random(1)
    drawn = [draw(dice) for _ in range(DRAWS)]
    mean = fmean(drawn)
    return _Law(mean, pstdev(drawn, mean) / mean)


def _habit(dice: random.Random, median_s: float) -> float:
    """As bots.py draws."""
    return median_s * min(4.0, dice.lognormvariate(0.0, 0.5))


def _answering(dice: random.Random, mix: CarrierMix) -> Behaviour:
    picked = [(one, weight) for one, weight in mix.weights if one in ANSWER]
    (drawn,) = dice.choices([one for one, _ in picked], [weight for _, weight in picked])
    return drawn


def _rings_s(dice: random.Random, mix: CarrierMix) -> float:
    """How long it rings until something picks up."""
    behaviour = _answering(dice, mix)
    if behaviour is Behaviour.SIT_ANSWERED:
        return 0.01
    return dice.uniform(*(mix.slow_ring_s if behaviour is Behaviour.SLOW_ANSWER else mix.ring_s))


def _stays_s(dice: random.Random, mix: CarrierMix) -> float:
    """How long what picked up stays on the line of its own accord."""
    behaviour = _answering(dice, mix)
    if behaviour in PEOPLE:
        spans = (HELLO_S, VOLUNTEER_SPEAKS_S, mix.talk_s, OVERRUN_S)
        return sum(dice.uniform(*span) for span in spans)
    if behaviour is Behaviour.EARLY_HANGUP:
        return dice.uniform(*mix.early_talk_s)
    if behaviour is Behaviour.DIES_MIDCALL:
        return dice.uniform(*HELLO_S) + dice.uniform(*BREAKS_OFF_S)
    if behaviour is Behaviour.SIT_ANSWERED:
        return 2 * dice.uniform(*ANNOUNCEMENT_S)
    return VOICEMAIL_STAYS_S


def _ends(weights: dict[Behaviour, int], mix: CarrierMix) -> tuple[LineEnd, ...]:
    """How the lines end that nothing picks up."""
    ring_timeout_s = Campaign(id=0, name="x").ring_timeout_s
    rings_out = (ring_timeout_s, ring_timeout_s)
    told: Iterable[tuple[EndKind, tuple[Behaviour, ...], tuple[float, float]]] = (
        (EndKind.NO_ANSWER, (Behaviour.NO_ANSWER, Behaviour.LATE_ANSWER), rings_out),
        (EndKind.NOT_IN_SERVICE, (Behaviour.NOT_IN_SERVICE,), SETUP_S),
        (EndKind.NOT_IN_SERVICE, (Behaviour.SIT_EARLY,), ANNOUNCEMENT_S),
        (EndKind.BUSY, (Behaviour.BUSY,), SETUP_S),
        (EndKind.REJECTED, (Behaviour.DECLINED,), mix.ring_s),
        (EndKind.REJECTED, (Behaviour.UNWANTED, Behaviour.REJECTED), SETUP_S),
        (EndKind.CONGESTION, (Behaviour.CONGESTION,), SETUP_S),
    )
    counts = [sum(weights.get(one, 0) for one in behaviours) for _, behaviours, _ in told]
    return tuple(
        LineEnd(kind=kind, share=count / sum(counts), from_s=span[0], to_s=span[1])
        for (kind, _, span), count in zip(told, counts, strict=True)
        if count
    )
