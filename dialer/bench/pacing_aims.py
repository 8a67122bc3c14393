"""What `bench pacing` is to reach, and whether a run reached it.

The figures are those of the issue that asked for predictive pacing. They are about the full runs:
quick ones are too short to judge by.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dialer.bench.pacing import Row

Rows = Mapping[tuple[str, int], Row]
"""By label and team size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """A row's utilisation at least, and its abandon rates at most."""

    policy: str
    agents: int
    utilisation: float
    abandon_rate: float
    worst: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was aimed at and what came of it, in words."""

    what: str
    aim: str
    measured: str
    is_reached: bool


def _aims(
    policy: str, rate: float, worst: float, floors: Mapping[int, float]
) -> tuple[Aim, ...]:
    return tuple(
        Aim(policy=policy, agents=agents, utilisation=share, abandon_rate=rate, worst=worst)
        for agents, share in floors.items()
    )


AIMS = (
    *_aims("predictive", 0.030, 0.033, {5: 0.77, 10: 0.835, 25: 0.90, 50: 0.935, 100: 0.96}),
    *_aims("predictive-1pct", 0.012, 1.0, {5: 0.73, 10: 0.80, 25: 0.87, 50: 0.91, 100: 0.94}),
    *_aims("predictive @ list-switch", 0.029, 0.032, {5: 0.72, 25: 0.88}),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """Points of utilisation that one policy has above another."""

    better: str
    worse: str
    points: float


GAINS = (
    Gain(better="predictive @ lead-odds", worse="predictive-one-odds @ lead-odds", points=3.0),
    Gain(better="predictive @ cells-only", worse="progressive @ cells-only", points=6.0),
)
NOBODY_ABANDONED = "predictive @ cells-only"


def verdicts_of(rows: Iterable[Row]) -> Iterator[Verdict]:
    """A verdict for each aim whose rows were measured."""
    found = {(row.policy, row.agents): row for row in rows}
    for aim in AIMS:
        row = found.get((aim.policy, aim.agents))
        if row is not None:
            yield _of_aim(aim, row)
    for gain in GAINS:
        yield from _of_gain(gain, found)
    for (policy, agents), row in found.items():
        if policy == NOBODY_ABANDONED:
            yield Verdict(
                what=f"{policy}, N = {agents}: abandoned",
                aim="0",
                measured=str(row.abandoned),
                is_reached=row.abandoned == 0,
            )


def _of_aim(aim: Aim, row: Row) -> Verdict:
    worst = f", worst seed {aim.worst:.1%}" if aim.worst < 1 else ""
    rates = (row.abandon_rate, row.abandon_rate_worst)
    return Verdict(
        what=f"{aim.policy}, N = {aim.agents}",
        aim=f"at least {aim.utilisation:.1%}, abandoned {aim.abandon_rate:.1%}{worst}",
        measured=f"{row.utilisation:.1%}, abandoned {rates[0]:.2%}, worst seed {rates[1]:.2%}",
        is_reached=row.utilisation >= aim.utilisation
        and rates[0] <= aim.abandon_rate
        and rates[1] <= aim.worst,
    )


def _of_gain(gain: Gain, found: Rows) -> Iterator[Verdict]:
    for (policy, agents), better in found.items():
        worse = found.get((gain.worse, agents))
        if policy != gain.better or worse is None:
            continue
        points = 100 * (better.utilisation - worse.utilisation)
        yield Verdict(
            what=f"{policy}, N = {agents}, above {gain.worse.partition(' @')[0]}",
            aim=f"at least {gain.points:g} points",
            measured=f"{points:.1f} points",
            is_reached=points >= gain.points,
        )
