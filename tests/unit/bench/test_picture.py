"""The picture of bench pacing is a PNG file, or is refused before the work begins."""

from pathlib import Path

import pytest

from dialer.bench.picture import draw, may_be_written
from dialer.errors import UsageError


def row(policy: str, agents: int, wait_s: float | None) -> dict[str, object]:
    return {
        "policy": policy,
        "agents": agents,
        "utilisation": 0.6,
        "abandon_rate": 0.01,
        "wait_s_mean": wait_s,
    }


def test_the_rows_become_a_png_file(tmp_path: Path) -> None:
    rows = [row("progressive", 5, 80.0), row("progressive", 25, None), row("oracle", 5, 30.0)]
    draw(rows, {5: 0.82, 25: 0.93}, tmp_path / "pacing.png")
    assert (tmp_path / "pacing.png").read_bytes().startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize("name", ["pacing.svg", "pacing", "away/pacing.png"])
def test_a_place_that_cannot_take_the_picture_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        may_be_written(tmp_path / name)
