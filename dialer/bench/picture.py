"""The picture of `bench pacing`: utilisation, abandon rate and mean wait against the team's size.

A *curve* is one policy's points. Drawn without a display, into a PNG file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialer.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One of the three diagrams: a key of the rows, and how it is shown."""

    key: str
    title: str
    unit: str
    scale: float = 1.0


PANELS = (
    Panel(key="utilisation", title="Volunteers' utilisation", unit="%", scale=100.0),
    Panel(key="abandon_rate", title="Abandoned, of people who answered", unit="%", scale=100.0),
    Panel(key="wait_s_mean", title="Mean wait between conversations", unit="s"),
)
OURS = "predictive"  # drawn thicker
LEGAL_LIMIT = 0.03
RATES = (0, 1, 2, 3, 4, 5, 10, 20, 50)
"""On the axis of abandon rates: even up to 5 %, where the law is, and closer beyond."""


def may_be_written(path: Path) -> None:
    """Raise before hours of work, not after them, when the picture could not be kept."""
    if path.suffix.lower() != ".png":
        raise UsageError(f"the picture is a PNG file: call it {path.with_suffix('.png')}.")
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: {path.parent} must be a directory.")


def draw(rows: Rows, bound: Mapping[int, float], path: Path) -> None:
    """Draw the rows of one scenario; `bound` is the closed-form utilisation by team size."""
    # Only here: it takes half a second to import, and every other command would pay for it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16.0, 6.0), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    sizes = sorted({row["agents"] for row in rows} | set(bound))
    for place, panel in enumerate(PANELS, start=1):
        axes = figure.add_subplot(1, len(PANELS), place)
        _curves(axes, rows, panel)
        if panel.key == "utilisation" and bound:
            at = sorted(bound)
            heights = [bound[size] * panel.scale for size in at]
            axes.plot(at, heights, "k--", linewidth=1.2, label="closed-form bound")
        if panel.key == "abandon_rate":
            axes.axhline(LEGAL_LIMIT * panel.scale, color="k", linestyle=":", linewidth=1.2)
            axes.set_yscale("symlog", linthresh=RATES[-4])
            axes.set_ylim(0, 100)
            axes.set_yticks(RATES, [str(rate) for rate in RATES])
        axes.set_xscale("log")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel("volunteers")
        axes.set_ylabel(panel.unit)
        axes.set_title(panel.title)
        axes.grid(alpha=0.3)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=6, frameon=False)
    figure.savefig(path)


def _curves(axes: "Axes", rows: Rows, panel: Panel) -> None:
    for number, policy in enumerate(dict.fromkeys(row["policy"] for row in rows)):
        points = sorted(
            (row["agents"], row[panel.key] * panel.scale)
            for row in rows
            if row["policy"] == policy and row[panel.key] is not None
        )
        axes.plot(
            [size for size, _ in points],
            [height for _, height in points],
            marker="osD^v<>PX*"[number % 10],
            markersize=5,
            linewidth=2.6 if policy.startswith(OURS) else 1.1,
            color=f"C{number % 10}",
            linestyle="-" if number < 10 else "--",
            label=policy,
        )
