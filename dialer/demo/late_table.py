"""Calls that were held back on purpose (late.py), as a table for people and as JSON."""

from collections.abc import Sequence

from rich.table import Table

from dialer.demo.late import LateCall
from dialer.web.client import Json


def late_json(call: LateCall) -> Json:
    """One call."""
    return {
        "aim_s": call.aim_s,
        "measured_s": round(call.measured_s, 6),
        "standing": call.standing,
        "verdict": _verdict(call),
        "attempt": call.attempt_id,
        "tries": call.tries,
    }


def late_table(calls: Sequence[LateCall]) -> Table:
    """All calls."""
    table = Table(title="The volunteer came so long after the greeting")
    for name in ("aimed at", "measured by Asterisk", "the ledger says", "tries"):
        table.add_column(name, justify="right")
    for call in calls:
        verdict = f"{_verdict(call)} ({call.standing})"
        table.add_row(f"{call.aim_s:g} s", f"{call.measured_s:.3f} s", verdict, str(call.tries))
    return table


def _verdict(call: LateCall) -> str:
    return "good" if call.is_good else "abandoned"
