"""The figures of a run: how volunteers spent their time, and who was let down.

`Tally` is told of every spell and of every line's end; counting begins at `from_us`, when the
burn-in is over. Utilisation is (talk + wrap-up) / logged-in time without breaks; the wait is
idle time for each connected call; the abandon rate is abandoned / people answered, by the rules
of compliance/abandonment.py on the true instants.
"""

from dataclasses import asdict, dataclass, field

from dialer.compliance.abandonment import Standing, standing
from dialer.sim.agenda import US
from dialer.sim.crew import Doing
from dialer.sim.line import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What a run was made of, the burn-in included."""

    attempts: int
    connected: int
    events: int
    commands: int
    wall_s: float
    engines: int = 1  # how many were started (1 + crashes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One run, as `simulate --json` prints it."""

    policy: str
    agents: int
    hours: float
    seed: int
    utilisation: float
    talk_share: float
    abandon_rate: float
    answered: int
    abandoned: int
    wait_s_mean: float
    digest: str
    counts: Counts = field(compare=False, repr=False)

    def as_json(self) -> dict[str, object]:
        """The keys of `simulate`, without the counts."""
        values = asdict(self)
        del values["counts"]
        return values


@dataclass(kw_only=True, slots=True)
class Tally:
    """Counts while the run goes on."""

    from_us: int
    spent_us: dict[Doing, int] = field(default_factory=lambda: dict.fromkeys(Doing, 0))
    answered: int = 0
    abandoned: int = 0
    left_early: int = 0
    connected: int = 0
    connected_in_all: int = 0

    def spell(self, doing: Doing, since_us: int, until_us: int) -> None:
        """A volunteer did something from one instant to another."""
        counted_us = until_us - max(since_us, self.from_us)
        if counted_us > 0:
            self.spent_us[doing] += counted_us

    def line_over(self, line: Line) -> None:
        """A line is gone."""
        if not line.is_person or line.answered_at is None:
            return
        self.connected_in_all += line.connected_at is not None
        if line.answered_at * US < self.from_us:
            return
        self.connected += line.connected_at is not None
        verdict = standing(line.as_answered_call())
        self.answered += verdict is not Standing.LEFT_EARLY
        self.abandoned += verdict in (Standing.LATE, Standing.ABANDONED)
        self.left_early += verdict is Standing.LEFT_EARLY

    def shares(self) -> tuple[float, float, float]:
        """Utilisation, talk share, and mean wait in seconds."""
        spent = self.spent_us
        talk, wrap, idle = (spent[one] for one in (Doing.TALKING, Doing.WRAPPING, Doing.IDLE))
        logged_in = talk + wrap + idle + spent[Doing.MACHINE]
        if not logged_in:
            return 0.0, 0.0, 0.0
        wait_s = idle / US / self.connected if self.connected else 0.0
        return (talk + wrap) / logged_in, talk / logged_in, wait_s
