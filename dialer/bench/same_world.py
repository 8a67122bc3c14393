"""The simulated telephone network and the bots as a world of the simulator: one set of numbers.

Everything comes from `CarrierMix` and `Habits`, which the real Asterisk and the bots obey, and from
what was measured of them (far_end.py). scenarios/demo.toml is this world written out. It is the
frame of same_evening.py, where numbers and volunteers follow their own dice instead of its laws.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from dialer.bench.far_end import (
    ANNOUNCEMENT_S,
    ANSWERING,
    HELLO_S,
    SETUP_S,
    Answers,
    far_end_of,
)
from dialer.demo.stage import Capacity
from dialer.demo.volunteers import Habits, Temper
from dialer.domain.campaign import AmdMode, Campaign, DialMethod
from dialer.domain.lead import LineType
from dialer.parts.carrier import Behaviour, CarrierMix, fate_of
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

DRAWS = 20_000

CONNECT_S = 0.005
TICK_S = 0.1
"""The live engine's (runtime/pump.py)."""

AREAS = 10
HOUSEHOLD_SHARE = 0.06
LINE_TYPES = (
    (LineType.LANDLINE, 0.45),
    (LineType.WIRELESS, 0.43),
    (LineType.VOIP, 0.06),
    (LineType.UNKNOWN, 0.06),
)
"""As demo/voters.py draws them, and so are areas and households."""

@dataclass(frozen=True, slots=True)
class _Law:
    """Mean and coefficient of variation of something drawn."""

    mean: float
    cv: float


def world_of(
    mix: CarrierMix, habits: Habits, capacity: Capacity, method: DialMethod
) -> World:
    """The world of an evening with these."""
    answers = _answers(mix)
    return World(
        name="demo",
        carrier=_carrier(mix, capacity, _law([end.after_s for end in answers])),
        leads=Leads(
            classes=tuple(
                NumberClass(share=share, line_type=line_type) for line_type, share in LINE_TYPES
            ),
            areas=AREAS,
            shared_number_share=HOUSEHOLD_SHARE,
        ),
        volunteers=_volunteers(habits, answers),
        detector=Detector(mode=AmdMode.OFF),
        rules=Rules(
            dial_method=method,
            wrap_up_limit_s=Campaign(id=0, name="x").wrap_up_s,
            past_answered=0,
        ),
        tick_s=TICK_S,
    )


def _carrier(mix: CarrierMix, capacity: Capacity, ring: _Law) -> Carrier:
    weights = dict(mix.weights)
    return Carrier(
        answer_rate=sum(weights.get(one, 0) for one in ANSWERING) / sum(weights.values()),
        setup_from_s=SETUP_S[0],
        setup_to_s=SETUP_S[1],
        ring_shape=1.0 / ring.cv**2,
        ring_scale_s=ring.mean * ring.cv**2,
        longest_ring_s=mix.slow_ring_s[1] + 1.0,
        ends=_ends(weights, mix),
        greeting_from_s=min(HELLO_S)[0],
        greeting_to_s=max(HELLO_S)[0],
        patience_s=0.0,  # nobody leaves before our own clock runs out
        connect_s=CONNECT_S,
        trunks=(
            TrunkLaw(
                name="simulated",
                channel_limit=capacity.channels,
                calls_per_second=capacity.calls_per_second,
            ),
        ),
    )


def _volunteers(habits: Habits, answers: Sequence[Answers]) -> Volunteers:
    """A conversation ends when either side has had enough."""
    temper = Temper(habits, 1, 1)
    talks_s = [(temper.course().talk_s, _stays_s(end)) for end in answers]
    talk = _law([min(both) for both in talks_s])
    wrap_up = _law([temper.wrap_up_s() for _ in range(DRAWS)])
    talks_per_h = 3600.0 / (talk.mean + wrap_up.mean + fmean(end.after_s for end in answers))
    return Volunteers(
        talk_mean_s=talk.mean,
        talk_cv=talk.cv,
        wrap_mean_s=wrap_up.mean,
        wrap_cv=wrap_up.cv,
        breaks_per_hour=habits.break_chance * talks_per_h,
        break_mean_s=fmean(temper.break_s() for _ in range(DRAWS)),
        vanishings_per_hour=habits.vanish_chance * talks_per_h,
        return_after_s=fmean(temper.away_s() for _ in range(DRAWS)),
        hangs_up_share=fmean(mine < its for mine, its in talks_s),
    )


def _law(drawn: Sequence[float]) -> _Law:
    mean = fmean(drawn)
    return _Law(mean, pstdev(drawn, mean) / mean)


def _answers(mix: CarrierMix) -> list[Answers]:
    """What picks up, of many numbers."""
    dice = random.Random(1)
    ends = (far_end_of(fate_of(f"1919{9580000 + n}", mix), dice) for n in range(DRAWS))
    return [end for end in ends if isinstance(end, Answers)]


def _stays_s(end: Answers) -> float:
    """How long it stays on the line of its own accord, if it hears somebody."""
    return end.stays_s if end.listens_s is None else end.listens_s + end.hears_s + end.stays_s


def _ends(weights: dict[Behaviour, int], mix: CarrierMix) -> tuple[LineEnd, ...]:
    """How the lines end that nothing picks up."""
    ring_timeout_s = Campaign(id=0, name="x").ring_timeout_s
    rings_out = (ring_timeout_s, ring_timeout_s)
    told: Iterable[tuple[EndKind, tuple[Behaviour, ...], tuple[float, float]]] = (
        (EndKind.NO_ANSWER, (Behaviour.NO_ANSWER, Behaviour.LATE_ANSWER), rings_out),
        (EndKind.NOT_IN_SERVICE, (Behaviour.NOT_IN_SERVICE,), SETUP_S),
        (EndKind.NOT_IN_SERVICE, (Behaviour.SIT_EARLY,), (ANNOUNCEMENT_S, ANNOUNCEMENT_S)),
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
