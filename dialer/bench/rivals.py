"""Ours against VICIdial's best mode that keeps the law: talk time in a volunteer's hour.

A mode keeps the law if it abandoned at most 3 % of the people who answered, over all seeds. What
counts is the best of those that were played in the same run, whichever it is: RATIO's level is
tuned by hand on the very traffic, which nobody can do in life, so the best of the modes that adapt
by themselves is told too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from dialer.bench.pacing import Row

LEGAL_LIMIT = 0.03
OURS = "predictive"
VICIDIAL = "vicidial-"
BY_HAND = "vicidial-ratio"

EXPECTED = ((25, 1.4), (10, 1.25))
"""From so many volunteers on, the ratio that was expected before anything was measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    """A mode of VICIdial, and how many times as much ours talks (`talk_ratio`)."""

    policy: str
    utilisation: float
    talk_share: float
    abandon_rate: float
    abandon_rate_worst: float
    talk_ratio: float

    def as_json(self) -> dict[str, object]:
        """As `--json` prints it."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One row of ours with its rivals; None where no mode that was played keeps the law."""

    ours: Row
    best: Rival | None
    best_adaptive: Rival | None

    def as_json(self) -> dict[str, object]:
        """The keys that our row has besides the others'."""
        found = {"vicidial_best": self.best, "vicidial_best_adaptive": self.best_adaptive}
        return {key: rival.as_json() if rival else None for key, rival in found.items()}


def comparisons_of(rows: Sequence[Row]) -> Iterator[Comparison]:
    """For each row of ours in the reference model, if VICIdial was played with the same team."""
    for ours in (row for row in rows if row.policy == OURS):
        its = [row for row in rows if row.agents == ours.agents and _is_vicidial(row)]
        adaptive = [row for row in its if not row.policy.startswith(BY_HAND)]
        if its:
            yield Comparison(
                ours=ours, best=_best(ours, its), best_adaptive=_best(ours, adaptive)
            )


def _is_vicidial(row: Row) -> bool:
    is_reference = " @ " not in row.policy  # as pacing.label_of names the others
    return is_reference and row.policy.startswith(VICIDIAL)


def _best(ours: Row, rows: Iterable[Row]) -> Rival | None:
    legal = [row for row in rows if row.abandon_rate <= LEGAL_LIMIT and row.talk_share > 0]
    if not legal:
        return None
    best = max(legal, key=lambda row: row.talk_share)
    return Rival(
        policy=best.policy,
        utilisation=best.utilisation,
        talk_share=best.talk_share,
        abandon_rate=best.abandon_rate,
        abandon_rate_worst=best.abandon_rate_worst,
        talk_ratio=round(ours.talk_share / best.talk_share, 4),
    )


def sentences_of(rows: Sequence[Row]) -> Iterator[str]:
    """The comparisons, for people to read."""
    for one in comparisons_of(rows):
        ours, agents = one.ours, one.ours.agents
        yield (
            f"N = {agents}: {ours.policy} talks {60 * ours.talk_share:.1f} minutes in a volunteer's"
            f" hour, {ours.abandon_rate:.2%} abandoned."
        )
        expected = next((ratio for least, ratio in EXPECTED if agents >= least), None)
        hint = f" (expected was {expected:g})" if expected else ""
        yield f"  VICIdial's best mode that keeps the law: {_told(one.best)}{hint}"
        yield f"  its best that adapts by itself: {_told(one.best_adaptive)}"


def _told(rival: Rival | None) -> str:
    if rival is None:
        return "none of those played abandoned 3 % or less"
    return (
        f"{rival.policy} {60 * rival.talk_share:.1f} minutes, {rival.abandon_rate:.2%} abandoned"
        f" (worst seed {rival.abandon_rate_worst:.2%}): ours talks {rival.talk_ratio:.2f} times as"
        " much"
    )
