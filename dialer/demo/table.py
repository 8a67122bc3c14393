"""The demo's last word: the campaign's figures as a table for people and as JSON for programs.

The JSON's keys are fixed (README, "What the demo measures"); `result_of` makes them, whatever
else the figures may hold, and `shortcomings_of` says which promises were not kept.
"""

import json

from rich.table import Table

from dialer.domain.outcome import Outcome
from dialer.web.client import Json

PERCENTILES = ("p50", "p95", "p99")


def result_of(figures: Json, setup_s: float, prometheus_url: str | None = None) -> Json:
    """The figures (as the API or the store gives them) under exactly the promised keys."""
    attempts = dict(figures["attempts"])
    bridge_ms = dict(figures["bridge_ms"])
    return {
        "attempts": {outcome.value: attempts.get(outcome.value, 0) for outcome in Outcome},
        "answered": figures["answered"],
        "connected": figures["connected"],
        "abandoned": figures["abandoned"],
        "abandon_rate": _rounded(figures["abandon_rate"], 4),
        "bridge_ms": {name: _rounded(bridge_ms.get(name), 1) for name in PERCENTILES},
        "utilisation": _rounded(figures["utilisation"], 3),
        "wait_s_mean": _rounded(figures["wait_s_mean"], 1),
        "double_dials": figures["double_dials"],
        "open_attempts": figures["open_attempts"],
        "setup_s": _rounded(setup_s, 1),
        "prometheus_url": prometheus_url,
    }


def as_json(result: Json) -> str:
    """One JSON object, readable."""
    return json.dumps(result, indent=2)


def shortcomings_of(result: Json) -> list[str]:
    """Promises that this run did not keep, as sentences; empty is what everyone hopes for."""
    found = []
    if not any(result["attempts"].values()):
        found.append("Nobody was called: no volunteer came to work, or there was no trunk.")
    if result["double_dials"]:
        found.append(f"{result['double_dials']} numbers were dialed twice; it must be 0.")
    if result["open_attempts"]:
        found.append(f"{result['open_attempts']} attempts have no end; it must be 0.")
    ends = result["attempts"]
    people = sum(ends[o] for o in (Outcome.TALKED, Outcome.ABANDONED, Outcome.CALLER_LEFT))
    if result["answered"] != people:
        found.append(
            f"{result['answered']} people answered, but {people} ended as talked, abandoned or"
            " left by themselves; the two must be equal."
        )
    return found


def table_of(result: Json, abandon_limit: float) -> Table:
    """The result for people."""
    table = Table(title="The campaign in figures", show_header=False)
    table.add_column("figure")
    table.add_column("value", justify="right")
    attempts, bridge_ms = result["attempts"], result["bridge_ms"]
    table.add_row("attempts", str(sum(attempts.values())))
    for name, count in attempts.items():
        if count:
            table.add_row(f"  {name.replace('_', ' ')}", str(count))
    table.add_section()
    table.add_row("people answered", str(result["answered"]))
    table.add_row("put through to a volunteer", str(result["connected"]))
    table.add_row("abandoned", str(result["abandoned"]))
    table.add_row(f"abandon rate (limit {abandon_limit:.0%})", _percent(result["abandon_rate"]))
    table.add_section()
    for name in PERCENTILES:
        table.add_row(f"answer to bridged, {name}", _with_unit(bridge_ms[name], "ms"))
    table.add_row("volunteers' utilisation", _percent(result["utilisation"]))
    table.add_row("volunteers' mean wait", _with_unit(result["wait_s_mean"], "s"))
    table.add_section()
    table.add_row("double dials (must be 0)", str(result["double_dials"]))
    table.add_row("attempts without an end (must be 0)", str(result["open_attempts"]))
    table.add_row("set-up", _with_unit(result["setup_s"], "s"))
    return table


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)


def _percent(value: float | None) -> str:
    return "no data" if value is None else f"{value:.1%}"


def _with_unit(value: float | None, unit: str) -> str:
    return "no data" if value is None else f"{value:g} {unit}"
