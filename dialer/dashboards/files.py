"""The dashboards as files: written, or compared with what the code says now.

Called by `callbank dashboards` and by the test that finds a drift between the two.
"""

from pathlib import Path

from dialer.dashboards import compliance, floor, plumbing, wallboard
from dialer.dashboards.board import Board
from dialer.errors import UsageError

FOLDER = Path(__file__).resolve().parents[2] / "dashboards" / "grafana"
BOARDS: tuple[Board, ...] = (
    wallboard.BOARD,
    floor.BOARD,
    compliance.BOARD,
    plumbing.BOARD,
)
NAMES = tuple(board.uid.removeprefix("callbank-") for board in BOARDS)


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """The file of a dashboard. Raises UsageError for a name that none has."""
    if name not in NAMES:
        raise UsageError(f'there is no dashboard "{name}". There are: {", ".join(NAMES)}.')
    return folder / f"{name}.json"


def texts() -> dict[str, str]:
    """Each dashboard's name and the text of its file, as the code says now."""
    # Only here: Grafana's library takes its time, and the pictures are drawn without it.
    from dialer.dashboards.grafana import as_json

    return {name: as_json(board) for name, board in zip(NAMES, BOARDS, strict=True)}


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the files that differ; returns these. Raises UsageError for a folder that is none."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: give a directory.")
    folder.mkdir(parents=True, exist_ok=True)
    changed = drifted(folder)
    made = texts()
    for path in changed:
        path.write_text(made[path.stem], encoding="utf-8")
    return changed


def drifted(folder: Path = FOLDER) -> list[Path]:
    """Files that are missing or say something else than the code."""
    return [
        path
        for name, text in texts().items()
        if not (path := path_of(name, folder)).exists()
        or path.read_text(encoding="utf-8") != text
    ]
