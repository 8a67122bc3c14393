"""Which Callbank this is. Asked by `--version` and told by the metrics."""

import tomllib
from importlib import metadata
from pathlib import Path


def version() -> str:
    """The version in pyproject.toml, which the checkout is run from without being installed."""
    try:
        return metadata.version("callbank")
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
