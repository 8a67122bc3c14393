"""Which runs `bench pacing` makes: policies against team sizes, and what else is to be shown.

A *section* is one table: a scenario, its policies and its team sizes, each played with several
seeds. A *piece* is one run: what a process of its own is given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

MAIN = "stationary"
SIZES = (5, 10, 25, 50, 100)
QUICK_SIZES = (5, 25)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One table of the report. `volunteer_hours` is the length of a run, whatever the team."""

    title: str
    scenario: str
    policies: tuple[str, ...]
    sizes: tuple[int, ...]
    seeds: int
    volunteer_hours: float
    least_hours: float
    most_hours: float

    def hours(self, agents: int) -> float:
        """Small teams play longer: what counts is how many people answered."""
        hours = self.volunteer_hours / agents
        return round(min(self.most_hours, max(self.least_hours, hours)), 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One run: a scenario by name, a policy with its knob, a team, hours and a seed."""

    scenario: str
    policy: str
    agents: int
    hours: float
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The runs behind one row: all alike but for the seed."""

    section: Section
    pieces: tuple[Piece, ...]


PEERS = (
    "progressive",
    "power",
    "vicidial-ratio",
    "vicidial-ratio-available",
    "vicidial-hard-limit",
    "vicidial-hard-limit-available",
    "vicidial-average",
    "vicidial-average-available",
    "vicidial-tapered",
    "vicidial-tapered-available",
    "omnidialer",
    "impact",
    "issabel",
)
OURS = ("predictive", "predictive-1pct")
CEILING = ("oracle",)


_REFERENCE = Section(
    title="the reference model",
    scenario=MAIN,
    policies=(*PEERS, *OURS, *CEILING),
    sizes=SIZES,
    seeds=6,
    volunteer_hours=120.0,
    least_hours=2.0,
    most_hours=24.0,
)
_FULL = (
    _REFERENCE,
    replace(
        _REFERENCE,
        title="lists switch, volunteers come and go (ns2)",
        scenario="list-switch",
        policies=("progressive", "vicidial-hard-limit", *OURS),
        sizes=(5, 25),
        volunteer_hours=150.0,
    ),
    replace(
        _REFERENCE,
        title="one-to-one numbers only",
        scenario="cells-only",
        policies=("progressive", "predictive"),
        sizes=(5, 25),
    ),
    replace(
        _REFERENCE,
        title="people who differ, with the odds of each and without",
        scenario="lead-odds",
        policies=("predictive-one-odds", "predictive"),
        sizes=(5, 10, 25),
        volunteer_hours=150.0,
    ),
)


def sections(*, is_quick: bool) -> tuple[Section, ...]:
    """The tables, in the order in which they are shown."""
    return tuple(_shorter(section) for section in _FULL) if is_quick else _FULL


def _shorter(section: Section) -> Section:
    sizes = tuple(size for size in section.sizes if size in QUICK_SIZES)
    return replace(section, sizes=sizes, seeds=2, volunteer_hours=30.0, least_hours=1.5)


def groups(
    plan: tuple[Section, ...],
    *,
    policies: Sequence[str] | None,
    agents: int | None,
    seed: int,
) -> Iterator[Group]:
    """The rows to be made. `policies` and `agents` leave the others out; one that is in no table
    joins the first."""
    known = {name for section in plan for name in section.policies}
    for section in plan:
        names = [name for name in section.policies if policies is None or name in policies]
        if policies is not None and section is plan[0]:
            names += [name for name in dict.fromkeys(policies) if name not in known]
        sizes = [size for size in section.sizes if agents in (None, size)]
        if agents is not None and section is plan[0]:
            sizes = [agents]
        for name in names:
            yield from (_group(section, name, size, seed) for size in sizes)


def _group(section: Section, policy: str, agents: int, seed: int) -> Group:
    hours = section.hours(agents)
    pieces = tuple(
        Piece(scenario=section.scenario, policy=policy, agents=agents, hours=hours, seed=throw)
        for throw in range(seed, seed + section.seeds)
    )
    return Group(section=section, pieces=pieces)
