"""The shipped alert rules for somebody in a hurry: what takes minutes there takes seconds here.

Nothing else of them is changed, so what is shown of these holds of those.
"""

import re
from pathlib import Path

from dialer.parts.prometheus_server import RULES

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATIONS = re.compile(r"(?<=for: )(\d+)([smhd])|(?<=\[)(\d+)([smhd])(?=\])")
SMALLER = {
    "mean15m > 120": "mean15m > 4",  # seconds that volunteers wait
    "wait_seconds > 300": "wait_seconds > 8",
    "(increase(callbank_detector_verdicts_total[1h])) > 50": (
        "(increase(callbank_detector_verdicts_total[1h])) > 5"
    ),
}
"""Amounts that take long to come together."""


def write_quick_rules(folder: Path) -> Path:
    """All rules, quick, as files of this folder."""
    folder.mkdir()
    texts = {path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.yml")}
    for amount in SMALLER:
        assert sum(text.count(amount) for text in texts.values()) == 1, amount
    for name, text in texts.items():
        for amount, smaller in SMALLER.items():
            text = text.replace(amount, smaller)
        (folder / name).write_text(_DURATIONS.sub(_shorter, text), encoding="utf-8")
    return folder


def _shorter(found: re.Match[str]) -> str:
    """30 s become 3, 2 min 5, an hour 18, a day 53: the longer, the more is taken away."""
    number, unit = found[1] or found[3], found[2] or found[4]
    return f"{max(2, round((int(number) * _UNITS[unit]) ** 0.35))}s"
