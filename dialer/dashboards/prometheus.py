"""What Prometheus answers to a query, over its HTTP API. Called by answers.py and the tests."""

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialer.errors import CallbankError, UsageError

TIMEOUT_S = 20.0
STARTING = 503
"""What Prometheus answers while it reads its data."""
DEFAULT_URL = "http://127.0.0.1:9090"
_PIECE = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

Points = tuple[tuple[float, float], ...]


class QueryRefusedError(CallbankError):
    """Prometheus does not take the query; its own words say why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One series of an answer: its labels, and (instant, value) from the oldest."""

    labels: Mapping[str, str]
    points: Points


class Prometheus:
    """One server. Every method raises CallbankError when it does not answer as a Prometheus."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise UsageError(
                f"--prometheus must be an address such as {DEFAULT_URL}, not {url!r}."
            )
        self.url = url.rstrip("/")

    def instant(self, promql: str, at: float) -> tuple[Series, ...]:
        """The value of each series at an instant."""
        result = self._query("query", {"query": promql, "time": f"{at:.3f}"})
        return tuple(_series(one, [one["value"]]) for one in result)

    def course(
        self, promql: str, *, began_at: float, ended_at: float, step_s: float
    ) -> tuple[Series, ...]:
        """The values of each series between two instants, `step_s` apart."""
        result = self._query(
            "query_range",
            {
                "query": promql,
                "start": f"{began_at:.3f}",
                "end": f"{ended_at:.3f}",
                "step": f"{step_s:g}",
            },
        )
        return tuple(_series(one, one["values"]) for one in result)

    def scrape_interval_s(self) -> float:
        """The shortest one of all targets, else the server's own."""
        targets = self._get("targets", {"state": "active"})["activeTargets"]
        told = [seconds_of(one["scrapeInterval"]) for one in targets if one.get("scrapeInterval")]
        return min(told, default=15.0)

    def _query(self, path: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        data = self._get(path, parameters)
        if data["resultType"] == "scalar":
            at, value = data["result"]
            return [{"metric": {}, "value": (at, value), "values": [(at, value)]}]
        return list(data["result"])

    def _get(self, path: str, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
        address = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise self._refusal(error, parameters.get("query", "")) from error
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            raise CallbankError(
                f"no Prometheus answers at {self.url} ({error}): start one, or give its address"
                " with --prometheus."
            ) from error

    def _refusal(self, error: urllib.error.HTTPError, query: str) -> CallbankError:
        if error.code == STARTING:
            return CallbankError(f"the Prometheus at {self.url} is still starting: try again soon.")
        try:
            why = str(json.load(error)["error"])
        except (ValueError, KeyError):
            return CallbankError(
                f"what answers at {self.url} is no Prometheus (HTTP {error.code}): give its"
                " address with --prometheus."
            )
        return QueryRefusedError(f"Prometheus refuses {query}: {why}.")


def _series(one: Mapping[str, Any], values: list[tuple[float, str]]) -> Series:
    return Series(
        labels=one["metric"], points=tuple((float(at), float(value)) for at, value in values)
    )


def seconds_of(duration: str) -> float:
    """Seconds in one of Prometheus's durations, such as 15s or 1m30s. Raises ValueError."""
    pieces = _PIECE.findall(duration)
    if not pieces or "".join(number + unit for number, unit in pieces) != duration:
        raise ValueError(f"{duration!r} is no duration")
    return sum(float(number) * _UNITS_S[unit] for number, unit in pieces)
