"""Figures as Grafana writes them: scaled to a fitting unit, three digits that count.

Called by whatever draws.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from dialer.dashboards.board import Unit

Scale = tuple[tuple[float, str], ...]

_SECONDS: Scale = (
    (86400.0, " days"), (3600.0, " h"), (60.0, " min"), (1.0, " s"), (1e-3, " ms"), (1e-6, " µs"),
)  # fmt: skip
_BYTES: Scale = (
    (1024.0**4, " TiB"), (1024.0**3, " GiB"), (1024.0**2, " MiB"), (1024.0, " KiB"), (1.0, " B"),
)  # fmt: skip
_MARKS = {Unit.COUNT: "", Unit.PER_SECOND: " /s", Unit.PER_MINUTE: " /min"}


def as_text(
    value: float,
    unit: Unit,
    decimals: int | None = None,
    words: Mapping[int, str] | None = None,
) -> str:
    """The value with its unit; `words` are shown instead of certain values."""
    if math.isnan(value):
        return "no data"
    if words and value in words:
        return words[int(value)]
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if unit is Unit.SHARE:
        return _number(value * 100, decimals) + " %"
    size, mark = _fitting(abs(value), unit)
    return _number(value / size, decimals) + mark


def _fitting(size: float, unit: Unit) -> tuple[float, str]:
    if unit in _MARKS:
        return 1.0, _MARKS[unit]
    if unit is Unit.BYTES:
        return next(((one, mark) for one, mark in _BYTES if size >= one), (1.0, " B"))
    if size == 0:
        return 1.0, " s"
    return next(((one, mark) for one, mark in _SECONDS if size >= one), _SECONDS[-1])


def _number(value: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{value:.{decimals}f}"
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def clock(at: float, *, with_seconds: bool = False) -> str:
    """The time of day where we are."""
    there = datetime.fromtimestamp(at, tz=UTC).astimezone()
    return there.strftime("%H:%M:%S" if with_seconds else "%H:%M")
