"""What `bench pacing` says to people: a table for each section, and what follows from them.

A cell is utilisation, abandon rate (with the worst seed's) and mean wait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table

from dialer.bench.decisions import DecisionTimes
from dialer.bench.pacing import Row
from dialer.bench.pacing_aims import Verdict
from dialer.bench.pacing_plan import MAIN, Group
from dialer.bench.rivals import LEGAL_LIMIT
from dialer.pacing.ceiling import Team, bound
from dialer.sim.scenario import load

LEGEND = "utilisation % · abandoned % (worst seed) · mean wait in s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A row with the group it comes from."""

    group: Group
    row: Row


def tables_of(made: Sequence[Made]) -> Iterator[Table]:
    """A table for each section that has rows."""
    titles = dict.fromkeys(one.group.section.title for one in made)
    for title in titles:
        its = [one for one in made if one.group.section.title == title]
        yield _table(title, its)


def _table(title: str, made: Sequence[Made]) -> Table:
    section = made[0].group.section
    sizes = sorted({one.row.agents for one in made})
    table = Table(title=f"{section.scenario}: {title}", title_justify="left")
    table.add_column("policy")
    for size in sizes:
        table.add_column(f"N = {size}", justify="right", no_wrap=True)
    for policy in dict.fromkeys(one.group.pieces[0].policy for one in made):
        cells = {
            one.row.agents: _cell(one.row)
            for one in made
            if one.group.pieces[0].policy == policy
        }
        table.add_row(policy, *(cells.get(size, "") for size in sizes))
    if section.scenario == MAIN:
        bounds = bounds_of(sizes)
        table.add_section()
        table.add_row("closed-form bound", *(f"{100 * bounds[size]:.1f}" for size in sizes))
    return table


def _cell(row: Row) -> str:
    rates = f"{100 * row.abandon_rate:.1f} ({100 * row.abandon_rate_worst:.1f})"
    return f"{100 * row.utilisation:.1f} · {rates} · {row.wait_s_mean:.0f}"


def bounds_of(sizes: Sequence[int]) -> dict[int, float]:
    """The utilisation that nobody passes in the reference model, by team size."""
    world = load(MAIN).world
    return {
        size: bound(
            Team(
                agents=size,
                answer_rate=world.carrier.answer_rate,
                talk_s=world.volunteers.talk_mean_s,
                wrap_up_s=world.volunteers.wrap_mean_s,
            ),
            LEGAL_LIMIT,
        )
        for size in sizes
    }


def table_of_aims(verdicts: Sequence[Verdict]) -> Table:
    """Aim by aim, whether it was reached."""
    table = Table(title="aims")
    for heading in ("", "aim", "measured", ""):
        table.add_column(heading)
    for one in verdicts:
        end = "reached" if one.is_reached else "MISSED"
        table.add_row(one.what, one.aim, one.measured, end)
    return table


def said_of(times: DecisionTimes) -> str:
    """A sentence about decision times."""
    return (
        f"N = {times.agents}: a decision takes {times.p50_ms:.2f} ms (p50) and"
        f" {times.p99_ms:.2f} ms (p99) of one core, {times.count} measured"
    )
