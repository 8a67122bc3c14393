"""`bench pacing`: plays every policy at every team size, and makes rows of the runs.

A *row* is what several seeds of one policy and team come to, under the published keys.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from dialer.bench.pacing_plan import MAIN, Group, Piece
from dialer.bench.play import play
from dialer.bench.workers import run_all
from dialer.sim.figures import Figures
from dialer.sim.peers.policies import policy_named
from dialer.sim.scenario import load, resized


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The keys of `simulate`, the number of seeds, and the worst of their abandon rates.

    Shares and waits are means over the seeds; people are counted together. `seed` is the first
    one, `hours` are those of one run, `digest` is of all digests.
    """

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
    seeds: int
    abandon_rate_worst: float

    def as_json(self) -> dict[str, object]:
        """As `--json` prints it."""
        return asdict(self)


def measure(
    groups: Sequence[Group], *, workers: int, show: Callable[[float], None]
) -> list[Row]:
    """The row of each group. Equal groups give equal rows, however many workers there are."""
    pieces = [piece for group in groups for piece in group.pieces]
    # The longest first, so that no worker is left alone with one at the end.
    order = sorted(range(len(pieces)), key=lambda place: -_size(pieces[place]))
    total, over = sum(map(_size, pieces)), 0.0

    def done(place: int) -> None:
        nonlocal over
        over += _size(pieces[order[place]])
        show(over / total)

    found = run_all(play_piece, [pieces[at] for at in order], at_once=workers, done=done)
    figures = dict(zip(order, found, strict=True))
    rows, first = [], 0
    for group in groups:
        last = first + len(group.pieces)
        rows.append(row_of(group, [figures[place] for place in range(first, last)]))
        first = last
    return rows


def play_piece(piece: Piece) -> Figures:
    """One run, in a process of its own."""
    scenario = resized(load(piece.scenario), agents=piece.agents, hours=piece.hours)
    return play(scenario, policy_named(piece.policy), piece.seed)


def row_of(group: Group, runs: Sequence[Figures]) -> Row:
    """What the runs of a group come to."""
    piece = group.pieces[0]
    answered = sum(run.answered for run in runs)
    abandoned = sum(run.abandoned for run in runs)
    digests = " ".join(run.digest for run in runs)
    return Row(
        policy=label_of(piece),
        agents=piece.agents,
        hours=piece.hours,
        seed=piece.seed,
        utilisation=_mean([run.utilisation for run in runs], 6),
        talk_share=_mean([run.talk_share for run in runs], 6),
        abandon_rate=round(abandoned / answered, 6) if answered else 0.0,
        answered=answered,
        abandoned=abandoned,
        wait_s_mean=_mean([run.wait_s_mean for run in runs], 3),
        digest=sha256(digests.encode()).hexdigest(),
        seeds=len(runs),
        abandon_rate_worst=max(run.abandon_rate for run in runs),
    )


def label_of(piece: Piece) -> str:
    """The policy, and the scenario where it is not the reference model."""
    return piece.policy if piece.scenario == MAIN else f"{piece.policy} @ {piece.scenario}"


def _mean(values: Sequence[float], digits: int) -> float:
    return round(sum(values) / len(values), digits)


def _size(piece: Piece) -> float:
    """How long a run takes, more or less: a look-ahead thinks, a rule does not."""
    thinks = piece.policy.startswith(("predictive", "oracle"))
    return piece.hours * (4.0 + piece.agents) * (4.0 if thinks else 1.0)
