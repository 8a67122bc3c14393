"""What a run of `bench calls` says: as JSON under the published keys, and as a table.

Every cost is per call placed in the measured interval. The daemon's share of Asterisk's cost is
what to look at on a machine that has other things to do: both suffer alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from dialer.domain.outcome import Outcome
from dialer.storage.placed import Placed
from dialer.web.client import Json

OUR_FAILURES = frozenset(
    {Outcome.TRUNK_FAILED, Outcome.NOT_PLACED, Outcome.LOST, Outcome.FAILED}
)
"""Ends that nobody out there caused."""

BRIDGE_P99_MS = 50.0
DAEMON_SHARE = 0.30
RATE_KEPT = 0.98
METRICS_SHARE = 0.03
"""Targets: answer to bridged, the daemon's CPU as a part of Asterisk's, the offered rate, the part
of the daemon's CPU that its metrics may cost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """Bare Originates at the same rate."""

    calls: int
    failed: int
    seconds: float
    events: int
    client_cpu_s: float
    asterisk_cpu_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """The measured interval; CPU seconds by process."""

    placed: Placed
    seconds: float
    events: float
    cpu_s: Mapping[str, float]

    @property
    def failed_by_us(self) -> int:
        """Calls whose failure was ours; an open attempt is one as well."""
        failures = sum(self.placed.outcomes.get(outcome.value, 0) for outcome in OUR_FAILURES)
        return failures + self.placed.outcomes.get(None, 0)


def result_of(
    cps_offered: float, interval: Interval, unmetered: Sequence[Interval], baseline: Baseline
) -> Json:
    """The published keys; `unmetered` are intervals without metrics."""
    calls = interval.placed.count
    without = _per_call_ms(
        sum(one.cpu_s.get("daemon", 0.0) for one in unmetered),
        sum(one.placed.count for one in unmetered),
    )
    return {
        "cps_offered": cps_offered,
        "cps_achieved": _rounded(calls / interval.seconds, 2),
        "failed_by_us": interval.failed_by_us,
        "bridge_ms": dict(interval.placed.bridge_ms),
        "daemon_cpu_ms_per_call": _per_call_ms(interval.cpu_s.get("daemon", 0.0), calls),
        "daemon_cpu_ms_per_call_unmetered": without,
        "asterisk_cpu_ms_per_call": _per_call_ms(interval.cpu_s.get("asterisk", 0.0), calls),
        "events_per_call": _rounded(interval.events / calls if calls else None, 2),
        "baseline": {
            "cps_achieved": _rounded(baseline.calls / baseline.seconds, 2),
            "failed": baseline.failed,
            "client_cpu_ms_per_call": _per_call_ms(baseline.client_cpu_s, baseline.calls),
            "asterisk_cpu_ms_per_call": _per_call_ms(baseline.asterisk_cpu_s, baseline.calls),
            "events_per_call": _rounded(
                baseline.events / baseline.calls if baseline.calls else None, 2
            ),
        },
    }


def daemon_share(result: Json) -> float | None:
    """The daemon's CPU as a part of Asterisk's."""
    ours, its = result["daemon_cpu_ms_per_call"], result["asterisk_cpu_ms_per_call"]
    if not isinstance(ours, float) or not isinstance(its, float) or its == 0:
        return None
    return ours / its


def metrics_share(result: Json) -> float | None:
    """What metrics cost, as a part of the daemon's CPU; below 0 where chance cost more."""
    ours = result["daemon_cpu_ms_per_call"]
    without = result["daemon_cpu_ms_per_call_unmetered"]
    if not isinstance(ours, float) or not isinstance(without, float) or ours == 0:
        return None
    return 1.0 - without / ours


def table_of(result: Json) -> Table:
    """For people."""
    bridge, base, share = result["bridge_ms"], result["baseline"], daemon_share(result)
    assert isinstance(bridge, Mapping)
    assert isinstance(base, Mapping)
    table = Table(title="bench calls", show_header=True)
    for heading in ("", "measured", "aim"):
        table.add_column(heading)
    table.add_row(
        "calls per second", f"{result['cps_achieved']} of {result['cps_offered']} offered", ""
    )
    table.add_row("failed by us", str(result["failed_by_us"]), "0")
    table.add_row(
        "answer to bridged, ms",
        ", ".join(f"{name} {_shown(bridge[name])}" for name in bridge),
        f"p99 at most {BRIDGE_P99_MS:g}",
    )
    table.add_row("daemon's CPU per call, ms", _shown(result["daemon_cpu_ms_per_call"]), "")
    table.add_row("Asterisk's CPU per call, ms", _shown(result["asterisk_cpu_ms_per_call"]), "")
    table.add_row(
        "daemon to Asterisk",
        "-" if share is None else f"{share:.0%}",
        f"at most {DAEMON_SHARE:.0%}",
    )
    cost = metrics_share(result)
    table.add_row(
        "of the daemon's, for metrics",
        "-" if cost is None else f"{cost:.1%}",
        f"at most {METRICS_SHARE:.0%}",
    )
    table.add_row("manager events per call", _shown(result["events_per_call"]), "")
    table.add_row(
        "bare Originates: client, Asterisk, ms",
        f"{_shown(base['client_cpu_ms_per_call'])}, {_shown(base['asterisk_cpu_ms_per_call'])}",
        "",
    )
    return table


def shortcomings_of(result: Json) -> list[str]:
    """Which aims were missed, a sentence each."""
    bridge, share = result["bridge_ms"], daemon_share(result)
    assert isinstance(bridge, Mapping)
    offered, achieved = float(str(result["cps_offered"])), float(str(result["cps_achieved"] or 0))
    found = []
    if achieved < RATE_KEPT * offered:
        found.append(f"Only {achieved:g} of {offered:g} calls per second were placed.")
    if result["failed_by_us"]:
        found.append(f"{result['failed_by_us']} calls failed by our fault.")
    if bridge["p99"] is None or bridge["p99"] > BRIDGE_P99_MS:
        found.append(
            f"Answer to bridged: p99 is {_shown(bridge['p99'])} ms, above {BRIDGE_P99_MS:g} ms."
        )
    if share is None or share > DAEMON_SHARE:
        said = "not known" if share is None else f"{share:.0%} of Asterisk's"
        found.append(f"The daemon's CPU per call is {said}, above {DAEMON_SHARE:.0%}.")
    cost = metrics_share(result)
    if cost is None or cost > METRICS_SHARE:
        said = "are not known" if cost is None else f"are {cost:.1%} of the daemon's CPU"
        found.append(f"The costs of metrics {said}, above {METRICS_SHARE:.0%}.")
    return found


def _per_call_ms(cpu_s: float, calls: int) -> float | None:
    return _rounded(cpu_s * 1000 / calls if calls else None, 3)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _shown(value: object) -> str:
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
